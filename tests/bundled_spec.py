"""The bundled spec as the tests read it, to know what each generated model was generated from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bundle import bundle
from document import METHODS

ROOT = Path(__file__).parent.parent
BUNDLE: dict[str, Any] = bundle(ROOT / "openapi")
SCHEMAS = BUNDLE["components"]["schemas"]


def resolved(node: Any) -> Any:
    """Follow the references of the bundle."""
    while "$ref" in node:
        target = BUNDLE
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node


def _whole(operation: Any) -> Any:
    """An operation with its body and its answers in their places."""
    body = {"requestBody": resolved(operation["requestBody"])} if "requestBody" in operation else {}
    responses = {code: resolved(response) for code, response in operation["responses"].items()}
    return {**operation, **body, "responses": responses}


OPERATIONS = {
    operation["operationId"]: _whole(operation)
    for path in BUNDLE["paths"].values()
    for method, operation in path.items()
    if method in METHODS
}


def parts(schema: Any) -> Iterator[Any]:
    """A schema and those that it is composed of."""
    schema = resolved(schema)
    yield schema
    for part in schema.get("allOf", ()):
        yield from parts(part)


def properties(schema: Any) -> dict[str, Any]:
    return {name: field for part in parts(schema) for name, field in part.get("properties", {}).items()}


def required(schema: Any) -> list[str]:
    return [name for part in parts(schema) for name in part.get("required", ())]


def requests() -> dict[str, Any]:
    """The content of each request that has a body, by the operation."""
    return {
        name: operation["requestBody"]["content"]["application/json"]
        for name, operation in OPERATIONS.items()
        if "requestBody" in operation
    }


def answers(operation: str) -> dict[str, Any]:
    """The content of each success answer of an operation that has a body, by its code."""
    return {
        code: response["content"]["application/json"]
        for code, response in OPERATIONS[operation]["responses"].items()
        if code != "default" and "content" in response
    }


def bodies() -> Iterator[Any]:
    """The place and the content of every request, success answer and error answer."""
    for name, content in requests().items():
        yield f"{name} request", content
    for name in OPERATIONS:
        for code, content in answers(name).items():
            yield f"{name} {code}", content
    yield "Error", BUNDLE["components"]["responses"]["Error"]["content"]["application/json"]
