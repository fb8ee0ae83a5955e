"""Bundle the specs of a folder into the one OpenAPI document that the generator takes.

The files stay apart for people, one per API family and version; here their paths and components are put side by side
and `common.yaml#/…` becomes `#/…`. Bundlers on PyPI inline what a reference names, which loses the names of the models,
and the one that keeps them needs Node.

Called with the folder and the file to write; a second file gets the bundle without prose.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

FRAME = "common.yaml"  # the file whose info and servers the bundle takes


def bundle(folder: Path) -> dict[str, Any]:
    """Return one document with the paths and components of every spec in a folder.

    Raises ValueError when two files define the same path or component, or a reference leads nowhere.
    """
    documents = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))}
    frame = documents[FRAME]
    merged: dict[str, Any] = {"openapi": frame["openapi"], "info": frame["info"], "servers": frame["servers"]}
    merged["paths"] = {}
    merged["components"] = {}
    for name, document in documents.items():
        _add(merged["paths"], document["paths"], name)
        for kind, components in document["components"].items():
            _add(merged["components"].setdefault(kind, {}), components, name)
    return {key: _localise(value, documents, merged) for key, value in merged.items()}


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
    """Copy a bundle without its examples, and without the descriptions of its schemas: what validation needs."""
    components = document["components"]
    schemas = _without("description", components["schemas"])
    bare: dict[str, Any] = _without("examples", {**document, "components": {**components, "schemas": schemas}})
    return bare


def _without(keyword: str, node: Any) -> Any:
    if isinstance(node, list):
        return [_without(keyword, item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        # The keys of `properties` are names of fields.
        key: {name: _without(keyword, field) for name, field in value.items()}
        if key == "properties"
        else _without(keyword, value)
        for key, value in node.items()
        if key != keyword
    }


def _write(document: dict[str, Any], destination: Path) -> None:
    destination.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    source, *destinations = map(Path, sys.argv[1:])
    document = bundle(source)
    _write(document, destinations[0])
    if len(destinations) > 1:
        _write(without_prose(document), destinations[1])
