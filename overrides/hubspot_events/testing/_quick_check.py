"""A check of JSON against the specs that is sure, or does not know, in microseconds.

openapi-core names every field at fault, and takes 15 milliseconds for a batch of a hundred. jsonschema-rs is hundreds
of times as fast, and most requests have no fault. It sees a few things otherwise: where the two could differ it is made
to refuse, so that whatever it allows, openapi-core allows too.
"""

import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
from jsonschema_path import SchemaPath

QuickCheck = Callable[[Any], bool]

JSON = "application/json"

# What openapi-core is sure to allow as well, in the words of JSON Schema.
NARROWER: dict[tuple[str, str], dict[str, Any]] = {
    # No small letters, leap seconds or year 0.
    ("format", "date-time"): {"format": "date-time", "pattern": r"^(?!0000)[0-9-]{10}T..:..:[0-5][^tz]*$"},
    # Here formats are of text only.
    ("format", "int32"): {"minimum": -(2**31), "maximum": 2**31 - 1},
    ("format", "int64"): {"minimum": -(2**63), "maximum": 2**63 - 1},
    # To Python, some control characters are white space.
    ("pattern", r"\S"): {"pattern": r"[^\s\x1c-\x1f\x85]"},
}


class QuickChecks:
    """Makes the checks for the schemas of a specification."""

    def __init__(self, contents: dict[str, Any]) -> None:
        self._components = _narrowed(contents["components"])

    def of(self, parent: SchemaPath) -> QuickCheck | None:
        """Return the check of the JSON of a request's body or an answer, None where the specs say more or nothing."""
        if "headers" in parent or "content" not in parent or JSON not in parent / "content":
            return None
        schema = _narrowed((parent / "content" / JSON / "schema").read_value())
        validator = jsonschema_rs.Draft202012Validator(
            {"components": self._components, "allOf": [schema]}, validate_formats=True, offline=True
        )

        def is_sure(value: Any) -> bool:
            try:
                return validator.is_valid(value)
            except ValueError:  # not every value of Python's can be one of Rust's
                return False

        return is_sure


def _narrowed(schema: Any) -> Any:
    return json.loads(json.dumps(schema), object_hook=_narrow)


def _narrow(schema: dict[str, Any]) -> dict[str, Any]:
    """Put narrower words in the place of formats and patterns; what has others is not allowed at all."""
    for word in ("format", "pattern"):
        # A property may have that name.
        if isinstance(rule := schema.get(word), str):
            others = {name: value for name, value in schema.items() if name != word}
            schema = others | {"allOf": [*others.get("allOf", []), NARROWER.get((word, rule), {"not": {}})]}
    return schema
