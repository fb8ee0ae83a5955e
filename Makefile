# `make` lists what there is. Each target sets up what it needs: an environment in .venv, from pip alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGE := generated/hubspot_events_api
VERSIONS := 3.11 3.12 3.13

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check generate changes compare originals bench bench-since bench-quota bench-scale build release-check vendor docs lock clean

help: ## list the targets
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/ready ## send the documented events through all four endpoints to an embedded HubSpot
	$(BIN)/python demo.py

test: $(VENV)/ready ## run the test suite
	$(BIN)/pytest $(ARGS)

test-all: $(VERSIONS:%=test-%) ## run the test suite on every supported Python

test-%: .venv-%/ready
	.venv-$*/bin/pytest $(ARGS)

check: $(VENV)/ready ## format, lint, types, specs, and whether generated/ is what `make generate` writes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy benchmarks  # apart, as one of its modules has the name of one in tests/
	$(BIN)/pyright --warnings
	$(BIN)/python tools/originals.py
	for spec in openapi/*.yaml $(PACKAGE)/openapi.json; do $(BIN)/python -m openapi_spec_validator $$spec || exit; done
	BIN=$(BIN) tools/generate build/generated/hubspot_events_api
	diff -r -u -x __pycache__ generated build/generated

generate: $(VENV)/ready ## write generated/ from openapi/, the configuration and the templates
	BIN=$(BIN) tools/generate $(PACKAGE)

changes: $(VENV)/ready ## say what changed for users since the last commit, or since SINCE=v0.1.0
	@$(BIN)/python tools/changes.py --since '$(or $(SINCE),HEAD)'

compare: $(VENV)/ready ## list what UPSTREAM=path-or-url, an OpenAPI document, says otherwise; OPERATION=one of ours
	$(if $(UPSTREAM),,$(error give UPSTREAM=path-or-url))
	@$(BIN)/python tools/compare.py $(if $(OPERATION),--operation "$$OPERATION") -- "$$UPSTREAM"

originals: $(VENV)/ready ## note which templates of the generator ours were written against
	@$(BIN)/python tools/originals.py --renew

bench: $(VENV)/ready ## measure beside httpx alone and HubSpot's SDKs, and create_many beside a loop, into benchmarks/*.json and .svg
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/many.py
	$(BIN)/python benchmarks/kills.py 50

bench-since: $(VENV)/ready ## measure calls beside those of SINCE=a-commit
	$(BIN)/python benchmarks/since.py '$(or $(SINCE),$(error give SINCE=a-commit))'

bench-quota: $(VENV)/ready ## measure how much of a quota a run uses in a minute, into benchmarks/quota.json
	$(BIN)/python benchmarks/quota.py

bench-scale: $(VENV)/ready ## measure processes that share quotas, tokens and accounts, with kills; takes redis-server
	$(BIN)/python benchmarks/shared_quota.py
	$(BIN)/python benchmarks/tokens.py --store redis --seconds 60
	$(BIN)/python benchmarks/tokens.py --store redis --seconds 60 --rotation on-use
	$(BIN)/python benchmarks/dask_scale.py

build: $(VENV)/ready ## build the wheel and the sdist into dist/
	rm -rf dist
	$(BIN)/python -m build --quiet --no-isolation

# `make changes` compares the API with that of the last tag: it fails when the version has to be raised further.
release-check: $(VENV)/ready ## say whether this tree is fit to be tagged as a release
	$(BIN)/python tools/release_check.py
	$(MAKE) changes SINCE="$$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || echo HEAD)"
	$(MAKE) check
	$(MAKE) test
	$(MAKE) build

vendor: ## copy the library into DEST, a folder of another repository; TESTING=1, FORCE=1: see docs/vendoring.md
	$(if $(DEST),,$(error say where to, such as make vendor DEST=../their-repo/src/acme/_vendor))
	$(PYTHON) tools/vendor.py $(if $(filter 1,$(TESTING)),--testing) $(if $(filter 1,$(FORCE)),--force) -- "$$DEST"

docs: $(VENV)/ready ## build the pages with the guides and the API reference, docs/_site/index.html
	rm -rf docs/_site build/docs
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -d build/docs docs docs/_site

lock: ## pin the newest release of everything that the development environment installs, in constraints.txt
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --group dev --editable '.[testing]'
	$(BIN)/pip freeze --all --exclude-editable --exclude setuptools > constraints.txt

clean: ## remove all that the other targets made
	rm -rf .venv* build dist docs/_site docs/reference/generated .mypy_cache .ruff_cache .hypothesis

define ENVIRONMENT
rm -rf $(@D)
$(1) -m venv $(@D)
$(@D)/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt pip
$(@D)/bin/pip install --quiet --constraint constraints.txt --group dev --editable '.[testing]'
touch $@
endef

$(VENV)/ready: pyproject.toml constraints.txt
	$(call ENVIRONMENT,$(PYTHON))

# PYENV_VERSION finds an interpreter that pyenv keeps out of the way; elsewhere it is empty and means nothing.
.venv-%/ready: pyproject.toml constraints.txt
	$(call ENVIRONMENT,PYENV_VERSION=$$(pyenv latest $* 2>/dev/null) python$*)
.PRECIOUS: .venv-%/ready
