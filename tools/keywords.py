"""The keywords of our own that the specs use beside those of OpenAPI. CONTRIBUTING.md has what each of them means.

One that is misspelt, or stands where it means nothing, stops the generator instead of being passed over; so does a
word of a schema that is none of JSON Schema's, such as `requird`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from keyword import iskeyword
from typing import Any

from document import Unsupported, nodes, resolved
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]

# Of an operation, and of the body of its request.
METHOD, REPEATABLE, SUCCESSOR, SUPPORTED_UNTIL = "x-method", "x-repeatable", "x-successor", "x-supported-until"
ARGUMENT = "x-argument"
# Of an object, an enum, a field.
IDENTITY, BATCH = "x-identity", "x-batch"
SYNONYMS, NAMES = "x-synonyms", "x-enum-varnames"  # the second is the generator's own
FILLED, NOW, AS_TEXT, MILLISECONDS, NAME_VALUES = (
    "x-filled-by-client",
    "x-defaults-to-now",
    "x-as-text",
    "x-unix-milliseconds",
    "x-name-value-map",
)

_VOCABULARIES: Any = REGISTRY
_JSON_SCHEMA = "https://json-schema.org/draft/2020-12/meta/"
# What a schema can say, by JSON Schema and by OpenAPI.
_SCHEMA_WORDS = {
    *(
        word
        for uri in _VOCABULARIES
        if uri.startswith(_JSON_SCHEMA)
        for word in _VOCABULARIES.contents(uri)["properties"]
    ),
    *("discriminator", "example", "externalDocs", "xml"),
}


@dataclass(frozen=True)
class Keyword:
    """Where a keyword stands, and what it can be.

    Attributes:
        kind: The kind of node that it is of.
        rule: What its value must be, and what its node, in words.
        fits: Whether its value and its node are so.
    """

    kind: str
    rule: str
    fits: Callable[[Any, dict[str, Any]], bool]


def is_name(value: Any) -> bool:
    """Whether a value can be the public name of a method or an argument."""
    return isinstance(value, str) and value.isidentifier() and not iskeyword(value) and not value.startswith("_")


def _is_text(node: dict[str, Any]) -> bool:
    return node.get("type") in ("string", ["string", "null"])


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) for word in value)


KEYWORDS = {
    METHOD: Keyword("operation", "a name that a method can have", lambda value, _: is_name(value)),
    REPEATABLE: Keyword("operation", "true or false", lambda value, _: isinstance(value, bool)),
    SUCCESSOR: Keyword("operation", "an operationId", lambda value, _: isinstance(value, str)),
    SUPPORTED_UNTIL: Keyword(
        "operation",
        "a month such as 2027-09",
        lambda value, _: isinstance(value, str) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value) is not None,
    ),
    ARGUMENT: Keyword("request body", "a name that an argument can have", lambda value, _: is_name(value)),
    IDENTITY: Keyword(
        "schema",
        "a list of fields, on an object",
        lambda value, node: _are_words(value) and ("properties" in node or "allOf" in node),
    ),
    BATCH: Keyword(
        "schema", "true, on an object with readOnly", lambda value, node: value is True and bool(node.get("readOnly"))
    ),
    SYNONYMS: Keyword(
        "schema",
        "a map to words of the enum that it stands at",
        lambda value, node: isinstance(value, dict) and {*value.values()} <= {*node.get("enum", ())},
    ),
    NAMES: Keyword(
        "schema",
        "a list of names, one for each word of the enum that it stands at",
        lambda value, node: _are_words(value) and len(value) == len(node.get("enum", ())),
    ),
    FILLED: Keyword("schema", "true, on text", lambda value, node: value is True and _is_text(node)),
    NOW: Keyword(
        "schema",
        "true, on text with format: date-time",
        lambda value, node: value is True and _is_text(node) and node.get("format") == "date-time",
    ),
    AS_TEXT: Keyword("schema", "true, on text", lambda value, node: value is True and _is_text(node)),
    MILLISECONDS: Keyword(
        "schema",
        f"true, on text with {AS_TEXT} or on an anyOf of text and numbers",
        lambda value, node: value is True and (AS_TEXT in node or "anyOf" in node),
    ),
    NAME_VALUES: Keyword(
        "schema", "true, on a list", lambda value, node: value is True and node.get("type") == "array"
    ),
}


def check_keywords(document: dict[str, Any]) -> None:
    """Raise Unsupported at a keyword that is none, or at one of ours that means nothing where it stands."""
    for node in nodes(document):
        for name, value in node.data.items():
            if not name.startswith("x-"):
                if node.kind == "schema" and name not in _SCHEMA_WORDS:
                    raise _unknown(node.place, name, _SCHEMA_WORDS)
                continue
            keyword = KEYWORDS.get(name)
            if keyword is None:
                raise _unknown(node.place, name, KEYWORDS)
            if keyword.kind != node.kind:
                raise Unsupported(f"{node.place}: {name} is a keyword of a {keyword.kind}, and means nothing here")
            if not keyword.fits(value, resolved(document, node.data)):
                raise Unsupported(f"{node.place}: {name} must be {keyword.rule}")


def _unknown(place: str, name: str, known: Iterable[str]) -> Unsupported:
    near = get_close_matches(name, known, 1)
    return Unsupported(f"{place}: there is no keyword {name}" + (f"; {near[0]}?" if near else ""))
