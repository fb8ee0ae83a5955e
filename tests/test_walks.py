"""A new endpoint, or a new version of one, is its spec file and nothing else.

Each walk is a spec file in tests/walks, with what a user writes for it beside it. They are done on a copy of the
project, and the client that comes out is used, type-checked, and held against what `make changes` says of it.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from type_checkers import Place, marked_mistakes, mypy, pyright

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "walks"
SPECS = sorted(FOLDER.glob("*.yaml"))
PAGES = sorted(FOLDER.glob("*.py"))
PACKAGES = ("overrides", "generated", "runtime")
MADE = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "build", "dist", "_site")

# Isolated from the developer's own configuration of git.
GIT = {f"GIT_{who}_{what}": "walker@petspot.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
ENVIRONMENT = {**os.environ, **GIT, "GIT_CONFIG_GLOBAL": os.devnull, "BIN": str(Path(sys.executable).parent)}

each_walk = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)


def run(project: Path, *command: str | Path) -> str:
    done = subprocess.run(command, cwd=project, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def edit(path: Path, change: Callable[[Any], object]) -> None:
    spec = yaml.safe_load(path.read_text("utf-8"))
    change(spec)
    path.write_text(yaml.safe_dump(spec), "utf-8")


def operations() -> Iterator[tuple[str, Any]]:
    """The operations of all walks, each with its method and path."""
    for spec in SPECS:
        for path, methods in yaml.safe_load(spec.read_text("utf-8"))["paths"].items():
            yield from ((f"{method.upper()} {path}", operation) for method, operation in methods.items())


def add_a_field(spec: Any) -> None:
    for name in ("TimelineEvent", "TimelineEventResponse"):
        field = {"type": "string", "format": "date-time", "description": "Until when the event is shown."}
        spec["components"]["schemas"][name]["properties"]["expiresAt"] = field


def add_a_word(spec: Any) -> None:
    spec["components"]["schemas"]["BatchStatus"]["enum"].append("QUEUED")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which all walks are done, beside an environment in which its library is installed."""
    folder = tmp_path_factory.mktemp("walks") / "project"
    shutil.copytree(ROOT, folder, ignore=MADE)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "The project"]):
        run(folder, "git", *command)
    for spec in SPECS:
        shutil.copy(spec, folder / "openapi")
    edit(folder / "openapi/timeline-v3.yaml", add_a_field)
    edit(folder / "openapi/common.yaml", add_a_word)
    run(folder, "tools/generate", "generated/hubspot_events_api")
    return folder


@pytest.fixture(scope="module")
def python(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the library of the copy, and else what this one has."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    found = [*(str(project / name) for name in PACKAGES), sysconfig.get_path("purelib")]
    (packages / "walks.pth").write_text("\n".join(found), "utf-8")
    return folder / "bin/python"


@each_walk
def test_a_walk_is_a_spec_file_and_nothing_else(spec: Path, tmp_path: Path) -> None:
    for name in ("overrides", "tools", "generator-config.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "openapi", tmp_path / "openapi")
    shutil.copy(spec, tmp_path / "openapi")
    run(tmp_path, "tools/generate", "generated/hubspot_events_api")
    assert (tmp_path / "generated/hubspot_events_api/client.py").exists()


USE = """
import asyncio, importlib, sys

import httpx
from hubspot_events import AsyncHubSpotEvents, HubSpotEvents
from hubspot_events.testing import EmbeddedHubSpot

sys.path.insert(0, sys.argv[1])
walk = importlib.import_module(sys.argv[2])

def seen(request):
    return f"{request.method} {request.url.raw_path.decode()}"

def use(address, token):
    sent = []
    pool = httpx.Client(event_hooks={"request": [sent.append]}, trust_env=False)
    with pool, HubSpotEvents(token, base_url=address, http_client=pool) as hubspot:
        walk.use(hubspot)
    return sent

async def use_async(address, token):
    sent = []
    async def note(request):
        sent.append(request)
    pool = httpx.AsyncClient(event_hooks={"request": [note]}, trust_env=False)
    async with pool, AsyncHubSpotEvents(token, base_url=address, http_client=pool) as hubspot:
        await walk.use_async(hubspot)
    return sent

with EmbeddedHubSpot() as embedded:
    sync = use(embedded.base_url, embedded.access_token)
    other = asyncio.run(use_async(embedded.base_url, embedded.access_token))

assert [*map(seen, sync)] == [*map(seen, other)] == walk.REQUESTS, [*map(seen, sync)]
assert [request.content for request in sync] == [request.content for request in other]
"""


@each_walk
def test_a_walk_ends_with_a_client_that_sends_the_same_sync_and_async(spec: Path, project: Path, python: Path) -> None:
    run(project, python, "-B", "-c", USE, FOLDER, spec.stem)


FIELD_AND_WORD = """
from datetime import UTC, datetime
from hubspot_events import BatchStatus, HubSpotEvents, InputError, TimelineEvent
from hubspot_events.testing import EmbeddedHubSpot

assert BatchStatus("QUEUED") is BatchStatus.QUEUED and BatchStatus.QUEUED in [*BatchStatus]
until = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
with EmbeddedHubSpot() as embedded, HubSpotEvents(embedded.access_token, base_url=embedded.base_url) as hubspot:
    event = TimelineEvent(event_template_id="1", email="a@petspot.example", tokens={}, expires_at=until)
    assert hubspot.timeline.create(event).expires_at == until
    assert embedded.requests[0].json["expiresAt"] == "2027-03-01T09:30:00Z"
    event.expires_at = "2027-03-01T10:30:00+01:00"
    event.id = "another"
    assert hubspot.timeline.create_batch([event]).results[0].expires_at == until
    try:
        event.expires_at = 7
        hubspot.timeline.create(event)
        raise AssertionError
    except InputError as error:
        assert error.field == "expires_at"
"""


def test_a_new_field_is_sent_and_read_with_its_type_and_a_new_word_is_a_member(project: Path, python: Path) -> None:
    run(project, python, "-B", "-c", FIELD_AND_WORD)


def test_make_changes_says_added_and_nothing_else(project: Path) -> None:
    heading, added = run(project, sys.executable, "tools/changes.py").split("\n\n")
    assert heading == "Changes since HEAD"
    assert added.startswith("Added\n")
    lines = {line.strip() for line in added.splitlines()}
    assert {operation["operationId"] for _, operation in operations()} <= lines
    assert lines >= {
        "python  hubspot_events.HubSpotEvents.marketing_events.update_2027_03: new",
        "python  hubspot_events.AsyncHubSpotEvents.marketing_events.update_2027_03: new",
        "python  hubspot_events.AsyncHubSpotEvents.event_settings: new",
        "python  hubspot_events.MarketingEventUpdate202703: new",
        "wire    expiresAt: new field, string (date-time)",
        "python  hubspot_events.TimelineEvent.expires_at: new",
        "wire    status: new word QUEUED",
        "python  hubspot_events.BatchStatus.QUEUED: new",
    }


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_type_checkers_accept_the_right_use_of_each_walk_and_find_the_wrong_ones(
    checker: Callable[..., set[Place]], python: Path, tmp_path: Path
) -> None:
    marked = marked_mistakes(*PAGES)
    assert {name for name, _ in marked} == {page.name for page in PAGES}
    assert checker(python, tmp_path, *PAGES) == marked


def test_every_operation_of_a_walk_has_its_place_in_the_docs(project: Path, python: Path) -> None:
    run(project, python, "-B", "-m", "sphinx", "--quiet", "--fail-on-warning", "docs", "site")
    for place, operation in operations():
        page = (project / f"site/reference/generated/operations-{operation['tags'][0]}.html").read_text("utf-8")
        assert re.sub(r"<[^>]*>", "", page).count(place) in (2, 4), "in the table, and at its one or two methods"


def test_every_walk_has_its_use() -> None:
    assert [page.stem for page in PAGES] == [spec.stem for spec in SPECS]
