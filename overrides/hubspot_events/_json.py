"""JSON to and from bytes: with orjson where it is installed, to the same effect as with the standard library.

The standard library says what can be read and sent. orjson is several times faster, and differs at the edges, so that
whatever may lie there is left to the standard library:

- What orjson refuses to read the standard library may take: NaN, half a surrogate pair, UTF-16.
- Whole numbers of more than 64 bits orjson reads as floats, which changes an id.
- NaN and Infinity orjson writes as null.

Of a key that stands twice in an object, both read the last. What orjson writes beyond JSON's types is left to the
standard library too (dates, dataclasses), or is written the same by both: a UUID as text, an enum as its value.
"""

from __future__ import annotations

import enum
import json
import uuid
from importlib import import_module
from typing import Any

orjson: Any
try:
    # Not an import statement: in a copy of this package a type checker would look for what need not be there.
    orjson = import_module("orjson")
    _JSON_ONLY = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
except ImportError:
    orjson = None

_TO_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_NUMBER = b"0" * 19  # the digits of the smallest whole number that orjson reads as a float


def loads(content: bytes) -> Any:
    """Return the value of a JSON text; raises ValueError or RecursionError for what is none."""
    if orjson is not None and _LONG_NUMBER not in content.translate(_TO_ZERO):
        try:
            return orjson.loads(content)
        except ValueError:
            pass
    return json.loads(content)


def dumps(value: Any) -> bytes:
    """Return a value as JSON; raises TypeError, ValueError or RecursionError for what JSON does not have."""
    if orjson is not None:
        try:
            content: bytes = orjson.dumps(value, option=_JSON_ONLY)
            if b"null" not in content:
                return content
        except TypeError:
            pass  # the standard library says what is wrong, if anything is
    return _to_text(value).encode()


def _as_json(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, enum.Enum):
        return value.value
    raise TypeError(value)


# As httpx writes JSON, but without a list of the objects that it is in: what contains itself is a RecursionError.
_to_text = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"), default=_as_json
).encode
