"""Bundle the specs of a folder into the one OpenAPI document that the generator takes.

The files stay apart for people, one per API family and version; here their paths and components are put side by side
and `common.yaml#/…` becomes `#/…`. Bundlers on PyPI inline what a reference names, which loses the names of the models,
and the one that keeps them needs Node.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from document import nodes
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

FRAME = "common.yaml"  # the file whose info and servers the bundle takes


class _Constructor(SafeConstructor):
    """Reads a date without quotes as text, as JSON has nothing else for it."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def bundle(folder: Path) -> dict[str, Any]:
    """Return one document with the paths and components of every spec in a folder.

    Raises ValueError when a file is no YAML or has a key twice, when two files define the same path or component, or
    when a reference leads nowhere.
    """
    documents = {path.name: _read(path) for path in sorted(folder.glob("*.yaml"))}
    merged: dict[str, Any] = {key: documents[FRAME][key] for key in ("openapi", "info", "servers")}
    tags: dict[str, Any] = {}
    merged |= {"tags": tags, "paths": {}, "components": {}}
    for name, document in documents.items():
        _add(tags, {tag["name"]: tag for tag in document.get("tags", ())}, name)
        _add(merged["paths"], document.get("paths", {}), name)
        for kind, components in document.get("components", {}).items():
            _add(merged["components"].setdefault(kind, {}), components, name)
    merged["tags"] = list(tags.values())
    return {key: _localise(value, documents, merged) for key, value in merged.items()}


def _read(path: Path) -> Any:
    # PyYAML keeps the last of two equal keys, without a word. The generator brings this one.
    yaml = YAML(typ="safe")
    yaml.Constructor = _Constructor
    try:
        document = yaml.load(path.read_text("utf-8"))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name}, line {mark.line + 1}" if mark else path.name
        raise ValueError(f"{place}: {getattr(error, 'problem', None) or error}") from None
    if not isinstance(document, dict):
        raise ValueError(f"{path.name}: is no OpenAPI document")
    return document


def _add(target: dict[str, Any], entries: dict[str, Any], name: str) -> None:
    if clashes := target.keys() & entries.keys():
        raise ValueError(f"{name}: {', '.join(sorted(clashes))} stands in another file too; give it a name of its own")
    target.update(entries)


def _localise(node: Any, documents: dict[str, Any], merged: dict[str, Any]) -> Any:
    """Copy a node with each reference pointing into the bundle."""
    if isinstance(node, list):
        return [_localise(item, documents, merged) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(reference := node.get("$ref"), str):
        file, _, pointer = reference.partition("#")
        target = merged
        for key in pointer.strip("/").split("/"):
            target = target.get(key, {})
        if not target or (file and file not in documents):
            raise ValueError(f"$ref {reference!r} leads nowhere")
        return {**node, "$ref": f"#{pointer}"}
    return {key: _localise(value, documents, merged) for key, value in node.items()}


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
