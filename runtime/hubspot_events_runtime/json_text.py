"""JSON to and from bytes: with orjson where it is installed, to the same effect as with the standard library.

The standard library says what can be read and sent. orjson is several times faster, and differs at the edges, so that
whatever may lie there is left to the standard library:

- What orjson refuses to read the standard library may take: NaN, half a surrogate pair, UTF-16.
- Whole numbers of more than 64 bits orjson reads as floats, which changes an id.
- NaN and Infinity orjson writes as null.

Of a key that stands twice in an object, both read the last. Of enums, tuples and the like each has its own idea: a
model's `to_dict` leaves none of them.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

orjson: Any
try:
    # Not an import statement: in a copy of this package a type checker would look for what need not be there.
    orjson = import_module("orjson")
except ImportError:
    orjson = None

_TO_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_NUMBER = b"0" * 19  # the digits of the smallest whole number that orjson reads as a float


# As httpx writes JSON, but not on the watch for what contains itself: to_dict was.
_to_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")).encode


def loads(content: bytes) -> Any:
    """Return the value of a JSON text; raises ValueError or RecursionError for what is none."""
    if orjson is not None and _LONG_NUMBER not in content.translate(_TO_ZERO):
        try:
            return orjson.loads(content)
        except ValueError:
            pass
    return json.loads(content)


def dumps(value: dict[str, Any]) -> bytes:
    """Return what `to_dict` made as JSON; raises ValueError for a number or text that JSON does not have."""
    if orjson is not None:
        try:
            content: bytes = orjson.dumps(value)
            if b"null" not in content:
                return content
        except TypeError:
            pass  # a number of more than 64 bits, or what the standard library refuses too
    return _to_text(value).encode()
