"""Bundle the specs of a folder into the one OpenAPI document that the generator takes.

The files stay apart for people, one per API family and version; here their paths and components are put side by side
and `common.yaml#/…` becomes `#/…`. Bundlers on PyPI inline what a reference names, which loses the names of the models,
and the one that keeps them needs Node.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from document import nodes
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

FRAME = "common.yaml"  # the file whose info and servers the bundle takes
# What is read of each file. Anything else would be lost in silence, such as security for all its operations.
KEYS = {"openapi", "info", "servers", "tags", "paths", "components"}


class _Constructor(SafeConstructor):
    """Reads a date without quotes, and any key, as text, as JSON has nothing else for it."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> Any:
        self.flatten_mapping(node)
        for key, _ in node.value:
            if isinstance(key, ScalarNode):
                key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep=deep)


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def bundle(folder: Path) -> dict[str, Any]:
    """Return one document with the paths and components of every spec in a folder.

    Raises ValueError when a file is no YAML, has a key twice or has what is not read, when two files define the same
    path or component, when a reference leads nowhere, or when null is taken for what has no type.
    """
    documents = {path.name: read_spec(path) for path in sorted(folder.iterdir()) if path.suffix == ".yaml"}
    for path in folder.iterdir():
        if path.suffix.lower() in (".yaml", ".yml", ".json") and path.name not in documents:
            raise ValueError(f"{path.name}: is not read; the name of a spec ends with .yaml")
    if FRAME not in documents:
        raise ValueError(f"{folder}: there is no {FRAME}")
    merged: dict[str, Any] = {key: documents[FRAME][key] for key in ("openapi", "info", "servers")}
    tags: dict[str, Any] = {}
    merged |= {"tags": tags, "paths": {}, "components": {}}
    for name, document in documents.items():
        for key, value in document.items():
            if key not in KEYS:
                raise ValueError(f"{name}: {key} is not read here")
            if key in ("openapi", "servers") and value != merged[key]:
                raise ValueError(f"{name}: {key} must be what it is in {FRAME}")
        _add(tags, {tag["name"]: tag for tag in document.get("tags", ())}, name)
        _add(merged["paths"], document.get("paths", {}), name)
        for kind, components in document.get("components", {}).items():
            _add(merged["components"].setdefault(kind, {}), components, name)
    merged["tags"] = list(tags.values())
    for name, document in documents.items():
        for place, reference in _references(document, f"{name}#"):
            file, _, pointer = reference.partition("#")
            if (file and file not in documents) or _at(merged, pointer) is None:
                raise ValueError(f"{place}: $ref {reference!r} leads nowhere")
    return _say_null({key: _localise(value) for key, value in merged.items()})


def read_spec(path: Path) -> Any:
    """Return what a spec file has; raises ValueError when that is no OpenAPI document."""
    # PyYAML keeps the last of two equal keys, without a word. The generator brings this one.
    yaml = YAML(typ="safe")
    yaml.Constructor = _Constructor
    try:
        document = yaml.load(path.read_text("utf-8"))
        json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name}, line {mark.line + 1}" if mark else path.name
        raise ValueError(f"{place}: {getattr(error, 'problem', None) or error}") from None
    # Other encodings, what JSON has no word for, and anchors that lead back to what they stand in.
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path.name}: is no JSON in YAML and UTF-8: {error}") from None
    if not _is_framed(document):
        raise ValueError(f"{path.name}: is no OpenAPI document: tags is a list of names; paths and components are maps")
    return document


def _is_framed(document: Any) -> bool:
    """Whether a document has what is put side by side in the form that OpenAPI gives it."""
    if not isinstance(document, dict):
        return False
    tags, paths, components = (
        document.get(key, empty) for key, empty in (("tags", []), ("paths", {}), ("components", {}))
    )
    return (
        isinstance(tags, list)
        and all(isinstance(tag, dict) and "name" in tag for tag in tags)
        and isinstance(paths, dict)
        and isinstance(components, dict)
        and all(isinstance(found, dict) for found in components.values())
    )


def _add(target: dict[str, Any], entries: dict[str, Any], name: str) -> None:
    if clashes := target.keys() & entries.keys():
        way = "keep its operations in one" if min(clashes).startswith("/") else "give it a name of its own"
        raise ValueError(f"{name}: {', '.join(sorted(clashes))} stands in another file too; {way}")
    target.update(entries)


def _references(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield each reference with the place of what has it."""
    if isinstance(node, dict) and isinstance(reference := node.get("$ref"), str):
        yield place, reference
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from _references(child, f"{place}/{key}")


def _at(document: Any, pointer: str) -> Any:
    """Return what stands at a place, or None."""
    for key in pointer.strip("/").split("/"):
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _say_null(document: dict[str, Any]) -> dict[str, Any]:
    """Say where null is taken as OpenAPI says it since 3.1, for all who read the document."""
    for node in nodes(document):
        if node.kind != "schema" or "nullable" not in node.data:
            continue
        data, place = node.data, f"{node.place}: nullable"
        if not isinstance(nullable := data.pop("nullable"), bool):
            raise ValueError(f"{place} is true or false")
        if not nullable:
            continue
        if "type" not in data:
            raise ValueError(f'{place} says nothing without a type; give it one, or "null" as one of an anyOf')
        if None not in data.get("enum", (None,)) or "const" in data:
            raise ValueError(f"{place} says nothing beside words without null; put it among them")
        kinds = data["type"] if isinstance(data["type"], list) else [data["type"]]
        data["type"] = [*kinds, *({"null"} - {*kinds})]
    return document


def _localise(node: Any) -> Any:
    """Copy a node with each reference pointing into the bundle."""
    if isinstance(node, list):
        return [_localise(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(reference := node.get("$ref"), str):
        node = {**node, "$ref": f"#{reference.partition('#')[2]}"}
    return {key: _localise(value) for key, value in node.items()}


def without_prose(document: dict[str, Any]) -> dict[str, Any]:
    """Copy a bundle with what a server needs: neither the descriptions of its schemas nor the examples of requests."""
    plain = copy.deepcopy(document)
    for node in nodes(plain):
        if node.kind == "schema":
            node.data.pop("description", None)
        if node.kind == "request body":
            for content in node.data.get("content", {}).values():
                content.pop("examples", None)
    return plain
