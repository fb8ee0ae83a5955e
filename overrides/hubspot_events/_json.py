"""JSON to and from bytes: with orjson where it is installed, to the same effect as with the standard library.

The standard library says what can be read and sent. orjson is several times faster, and differs at the edges, so that
whatever may lie there is left to the standard library:

- What orjson refuses to read the standard library may take: NaN, half a surrogate pair, UTF-16.
- Whole numbers of more than 64 bits orjson reads as floats, which changes an id.
- NaN and Infinity orjson writes as null, and it writes some types that are no JSON, such as enums and UUIDs.

Of a key that stands twice in an object, both read the last.
"""

from __future__ import annotations

import json
from importlib import import_module
from itertools import chain, compress
from typing import Any

orjson: Any
try:
    # Not an import statement: in a copy of this package a type checker would look for what need not be there.
    orjson = import_module("orjson")
except ImportError:
    orjson = None

_TO_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_NUMBER = b"0" * 19  # the digits of the smallest whole number that orjson reads as a float

_NESTING = frozenset({dict, list})
_TYPES = _NESTING | {str, int, float, bool, type(None)}
_DEEPEST = 100  # levels; what contains itself has no end


def loads(content: bytes) -> Any:
    """Return the value of a JSON text; raises ValueError or RecursionError for what is none."""
    if orjson is not None and _LONG_NUMBER not in content.translate(_TO_ZERO):
        try:
            return orjson.loads(content)
        except ValueError:
            pass
    return json.loads(content)


def dumps(value: dict[str, Any]) -> bytes:
    """Return an object as JSON; raises TypeError, ValueError or RecursionError for what JSON does not have."""
    try:
        if orjson is not None and _is_plain(value):
            content: bytes = orjson.dumps(value)
            if b"null" not in content:
                return content
    except TypeError:
        pass  # the standard library says what is wrong, if anything is
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _is_plain(value: Any) -> bool:
    """Whether a value is made of JSON's own types alone."""
    # Level by level, so that most of it is looked at without a loop in Python.
    level = [value]
    for _ in range(_DEEPEST):
        types = [*map(type, level)]
        found = set(types)
        if not found <= _TYPES:
            return False
        if found.isdisjoint(_NESTING):
            return True
        parents = compress(level, map(_NESTING.__contains__, types))
        level = [*chain.from_iterable(parent.values() if type(parent) is dict else parent for parent in parents)]
    return False
