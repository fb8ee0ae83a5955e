"""The bundled spec as the tests read it, to know what each generated model was generated from."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BUNDLE: dict[str, Any] = runpy.run_path(str(ROOT / "tools/bundle.py"))["bundle"](ROOT / "openapi")
SCHEMAS = BUNDLE["components"]["schemas"]
OPERATIONS = {operation["operationId"]: operation for path in BUNDLE["paths"].values() for operation in path.values()}


def resolved(node: Any) -> Any:
    """Follow the references of the bundle."""
    while "$ref" in node:
        target = BUNDLE
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node


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


def bodies() -> Iterator[Any]:
    """The place and the content of every request, success answer and error answer."""
    for name, operation in OPERATIONS.items():
        yield f"{name} request", operation["requestBody"]["content"]["application/json"]
        for code, response in operation["responses"].items():
            if code != "default":
                yield f"{name} {code}", response["content"]["application/json"]
    for name, response in BUNDLE["components"]["responses"].items():
        yield name, response["content"]["application/json"]
