"""The nodes of an OpenAPI document, each with its kind and its place.

By where it stands a keyword is told from a name, such as that of a field, and from data, such as an example.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# For each kind of node, what stands below it: one node, a list of nodes, or nodes by name.
_CHILDREN: dict[str, dict[str, tuple[str, str]]] = {
    "document": {
        "info": ("one", "info"),
        "servers": ("list", "server"),
        "tags": ("list", "tag"),
        "paths": ("map", "path"),
        "components": ("one", "components"),
    },
    "components": {
        "schemas": ("map", "schema"),
        "parameters": ("map", "parameter"),
        "headers": ("map", "parameter"),
        "requestBodies": ("map", "request body"),
        "responses": ("map", "response"),
        "securitySchemes": ("map", "security scheme"),
    },
    "path": {"parameters": ("list", "parameter"), **dict.fromkeys(METHODS, ("one", "operation"))},
    "operation": {
        "parameters": ("list", "parameter"),
        "requestBody": ("one", "request body"),
        "responses": ("map", "response"),
    },
    "request body": {"content": ("map", "media type")},
    "response": {"headers": ("map", "parameter"), "content": ("map", "media type")},
    "parameter": {"schema": ("one", "schema"), "content": ("map", "media type")},
    "media type": {"schema": ("one", "schema")},
    "schema": {
        **dict.fromkeys(("items", "additionalProperties", "not", "contains", "propertyNames"), ("one", "schema")),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), ("list", "schema")),
        **dict.fromkeys(("properties", "patternProperties", "$defs"), ("map", "schema")),
    },
}


class Unsupported(Exception):  # noqa: N818
    """The tools or the templates do not know something; says where and what."""


@dataclass(frozen=True)
class Node:
    """A node of a document.

    Attributes:
        kind: What it is, such as schema or operation.
        place: Where it stands, such as /components/schemas/Error.
        data: The node itself.
    """

    kind: str
    place: str
    data: dict[str, Any]


def nodes(document: dict[str, Any]) -> Iterator[Node]:
    """Yield all nodes of a document, each before those below it."""
    return nodes_of(Node("document", "", document))


def nodes_of(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, likewise."""
    yield node
    for key, (shape, kind) in _CHILDREN.get(node.kind, {}).items():
        place, value = f"{node.place}/{key}", node.data.get(key)
        if shape == "one":
            children = {place: value}
        elif shape == "map":
            children = {f"{place}/{name}": child for name, child in (value or {}).items()}
        else:
            children = {f"{place}/{index}": child for index, child in enumerate(value or ())}
        for below, child in children.items():
            if isinstance(child, dict):  # a schema may be true or false as well
                yield from nodes_of(Node(kind, below, child))


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return a node, or what it refers to with what stands beside the reference."""
    if "$ref" not in node:
        return node
    target: Any = document
    for key in node["$ref"].removeprefix("#/").split("/"):
        target = target[key]
    return {**resolved(document, target), **{key: value for key, value in node.items() if key != "$ref"}}
