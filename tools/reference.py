"""Write the pages of the API reference that follow from the specs, for Sphinx to fill with what the docstrings say.

A new spec file brings its pages with it: that of its tag shows its operations, and one of its own shows its models.
"""

from __future__ import annotations

import inspect
import json
import pkgutil
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from bundle import read_spec
from document import nodes
from hubspot_events_api import api, models
from openapi_python_client import strings
from sphinx.pycode import ModuleAnalyzer

Json = Mapping[str, Any]

SPECS = Path(__file__).parent.parent / "openapi"
# It stands in docs/reference/batches.rst, with what the runtime adds to it.
ELSEWHERE = {"Batch"}

# In what the specs say: code, the bold word of ours, and the name of an argument are markup, and the others would be.
_CODE = r"`+(?:[^`\n]|\n(?!\n| +\w+: ))+`+"
_KEPT = re.compile(rf"({_CODE}|\*\*Deprecated\.\*\*|^ +\w+: )", re.MULTILINE)
_MARKUP = re.compile(r"[\\*|`]|_(?![^\W_])|(?<=:):|^ *\(?\w{1,5}[.)](?= )|^ *[-+](?= )|(?<=^\.)\.", re.MULTILINE)


def write_pages(folder: Path) -> None:
    """Write the pages into a folder, in place of those that are there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, blocks in (*operation_pages(), *model_pages()):
        (folder / f"{name}.rst").write_text("\n\n".join(blocks) + "\n", "utf-8")


def operation_pages() -> Iterator[tuple[str, list[str]]]:
    """Yield a page for each tag: its operations and until when they are supported, then the two classes with them."""
    methods = {tag: [*_methods(sync)] for tag, (sync, _) in resources().items()}
    names = {(one.spec["operationId"], one.is_of_many): one.name for of_tag in methods.values() for one in of_tag}
    for tag, classes in resources().items():
        rows = [
            (
                f"`~{one.name}`",
                f"``{one.place}``",
                one.spec.get("x-supported-until", "") + (", deprecated" if one.spec.get("deprecated") else ""),
                f"`~{names.get((after, one.is_of_many)) or names[after, False]}`"
                if (after := one.spec.get("x-successor"))
                else "",
            )
            for one in methods[tag]
        ]
        yield (
            f"operations-{tag}",
            [
                _heading(tag),
                f"What ``{tag}`` of a client is. {plain(inspect.getdoc(classes[0]) or '')}",
                _table([("Method", "Endpoint", "Supported until", "Successor"), *rows]),
                *(f".. autoclass:: {kind.__module__}.{kind.__name__}()" for kind in classes),
            ],
        )


def resources() -> dict[str, tuple[type[Any], type[Any]]]:
    """Return the sync class and the async class of each tag."""
    found = {}
    for tag in pkgutil.iter_modules(api.__path__):
        module = import_module(f"{api.__name__}.{tag.name}")
        asynchronous, sync = (getattr(module, name) for name in module.__all__)
        found[tag.name] = sync, asynchronous
    return found


class _Method(NamedTuple):
    """A method of a resource.

    Attributes:
        name: Its full name.
        is_of_many: Whether it sends any number of inputs, and is named beside another one of the same operation.
        place: The method and path of HTTP.
        spec: The operation in the specs.
    """

    name: str
    is_of_many: bool
    place: str
    spec: Json


def _methods(resource: type[Any]) -> Iterator[_Method]:
    """Yield the methods of a resource."""
    many = getattr(resource, "_many", {})
    paths = json.loads(files(api.__name__.partition(".")[0]).joinpath("openapi.json").read_bytes())["paths"]
    for name, method in vars(resource).items():
        if inspect.isfunction(method):
            place = (method.__doc__ or "").partition("\n")[0].rpartition(": ")[2].removesuffix(".")
            http_method, path = place.split()
            spec = paths[path][http_method.lower()]
            yield _Method(f"{resource.__module__}.{resource.__name__}.{name}", name in many, place, spec)


def model_pages() -> Iterator[tuple[str, list[str]]]:
    """Yield a page for each spec file, with the models of its schemas."""
    specs = {path.stem: read_spec(path) for path in sorted(SPECS.glob("*.yaml"))}
    pages: dict[str, list[str]] = {name: [] for name in specs}
    files_of = {_letters(name): file for file, spec in specs.items() for name in _names(spec)}
    for model in models.__all__:
        if model not in ELSEWHERE:
            # A schema without a name of its own has that of what it stands in, and more behind it.
            owner = max((name for name in files_of if _letters(model).startswith(name)), key=len)
            pages[files_of[owner]].append(model)
    comments = ModuleAnalyzer.for_module(models.__name__).find_attr_docs()
    for file, found in pages.items():
        if found:
            info = {"title": file, "version": ""} | specs[file].get("info", {})
            named = f"{info['title']}, {info['version']}".rstrip(", ")
            title = f"{named}: models" if specs[file].get("paths") else "Models that all share"
            yield (
                f"models-{file}",
                [
                    _heading(title.removeprefix("HubSpot ").capitalize()),
                    ".. currentmodule:: hubspot_events",
                    *(_model(name, comments.get(("", name), [])) for name in found),
                ],
            )


def _names(spec: dict[str, Any]) -> Iterator[str]:
    """Yield the names that a file gives to classes: of schemas, and of operations, whose parameters have some too."""
    yield from (strings.ClassName(name, "field_") for name in spec.get("components", {}).get("schemas", {}))
    for node in nodes(spec):
        if node.kind == "schema" and "title" in node.data:
            yield strings.ClassName(node.data["title"], "field_")
        if node.kind == "operation":
            yield strings.PythonIdentifier(node.data["operationId"], prefix="field_")


def _letters(name: str) -> str:
    """Return a name without what differs between that of an operation and that of its class."""
    return name.replace("_", "").casefold()


def _model(name: str, comment: Iterable[str]) -> str:
    value = getattr(models, name)
    if isinstance(value, type):
        return f".. autoclass:: {name}"
    stands_for = re.sub(r"[\w.]+\.(?=\w)", "", repr(value))
    return "\n".join(
        [f".. py:type:: {name}", f"   :canonical: {stands_for}", "", *(f"   {plain(line)}" for line in comment)]
    )


def is_generated(shown: Any) -> bool:
    """Whether a class, a method or a property stands in what was generated, so that the specs say what it is."""
    module = getattr(getattr(shown, "fget", shown), "__module__", None)
    return str(module).partition(".")[0] == api.__name__.partition(".")[0]


def plain(prose: str) -> str:
    """Return prose of the specs for reStructuredText, which would take a star or `hs_` outside of code for markup."""
    parts = _KEPT.split(prose)
    for index, part in enumerate(parts):
        if index % 2 == 0:
            parts[index] = _MARKUP.sub(_escaped, part)
        elif part.startswith("`"):  # which may touch a word
            before, after = parts[index - 1][-1:], parts[index + 1][:1]
            parts[index] = (
                ("\\ " if re.match(r"[\w:]", before) else "") + part + ("\\ " if re.match(r"\w", after) else "")
            )
    return "".join(parts)


def _escaped(markup: re.Match[str]) -> str:
    return f"{markup[0][:-1]}\\{markup[0][-1]}"


def _heading(title: str) -> str:
    return f"{title}\n{'=' * len(title)}"


def _table(rows: Iterable[Iterable[str]]) -> str:
    lines = [f"   {'-' if number else '* -'} {cell}" for row in rows for number, cell in enumerate(row)]
    return "\n".join(
        [
            ".. list-table::",
            "   :class: operations",
            "   :header-rows: 1",
            "",
            *(line.replace("   - ", "     - ", 1) for line in lines),
        ]
    )
