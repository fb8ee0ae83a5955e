"""What is received: how JSON becomes the value of a field.

Reading never fails on what an answer leaves out or changes. A field that is missing, null or not of the documented type
reads as None, or as the empty list, map or text where the model says so; a value that is not of the documented type
stays as it came in the model's ``additional_properties``.

A model pops each field out of a JSON object; it keeps one of JSON's own types as it is, and hands any other to ``take``
and its like, which put what cannot be read back. The ``read_`` functions return a value or raise ValueError.
"""

from __future__ import annotations

import datetime
import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .errors import InputError, type_name
from .times import UNIX_EPOCH, parse_time

__all__ = [
    "as_object",
    "give_list",
    "give_map",
    "give_object",
    "read_any",
    "read_bool",
    "read_date",
    "read_float",
    "read_int",
    "read_list",
    "read_map",
    "read_optional",
    "read_str",
    "read_time",
    "read_union",
    "read_uuid",
    "read_whole",
    "required",
    "take",
    "take_list",
    "take_map",
    "take_time",
    "take_whole",
]

T = TypeVar("T")

# Found once, as every event has such values.
_utc = datetime.timezone.utc
_from_iso = datetime.datetime.fromisoformat

_LONGEST_ISO_TIME = len("2026-03-01T10:00:00.123456Z")  # in UTC, with what a datetime can hold
_MORE_DIGITS = r"[.,]\d{6}\d*[1-9]"


def as_object(data: Any) -> dict[str, Any]:
    """Return a copy of a JSON object; raises InputError for other JSON."""
    if type(data) is not dict and not isinstance(data, Mapping):
        raise InputError("(the JSON)", f"must be an object, not {type_name(data)}")
    return dict(data)


def take(rest: dict[str, Any], name: str, value: Any, read: Callable[[Any], T]) -> T | None:
    """Return what the value of a field reads as, or None."""
    if value is None:
        return None
    try:
        return read(value)
    except (ValueError, OverflowError):
        rest[name] = value
        return None


def take_time(rest: dict[str, Any], name: str, value: Any) -> datetime.datetime | None:
    """Return what the value of a field reads as with `read_time`, or None; digits below a microsecond stay beside."""
    try:
        time = _from_iso(value)
        # As HubSpot writes it; fromisoformat takes what can be read in two ways as well.
        if value[16] == ":" and value[10] == "T" and time.tzinfo is _utc and len(value) <= _LONGEST_ISO_TIME:
            return time
    except (TypeError, ValueError, OverflowError, IndexError):
        pass
    read = take(rest, name, value, read_time)
    if read and isinstance(value, str) and re.search(_MORE_DIGITS, value):
        rest[name] = value
    return read


def take_whole(rest: dict[str, Any], name: str, value: Any, model: type[T]) -> T | None:
    """Return what the value of a field reads as with `read_whole`, or None."""
    try:
        return read_whole(value, model)
    except (ValueError, OverflowError):
        rest[name] = value
        return None


def take_list(rest: dict[str, Any], name: str, items: Any, read: Callable[[Any], T]) -> list[T]:
    """Return the items of a list that can be read; the others go back."""
    if not isinstance(items, list):
        rest[name] = items
        return []
    result = []
    for item in items:
        try:
            result.append(read(item))
        except (ValueError, OverflowError):
            rest.setdefault(name, []).append(item)
    return result


def take_map(rest: dict[str, Any], name: str, entries: Any, read: Callable[[Any], T]) -> dict[str, T]:
    """Return the entries of a map that can be read; the others go back."""
    if read is read_str and type(entries) is dict:
        for entry in entries.values():
            if type(entry) is not str:
                break
        else:
            return entries
    elif not isinstance(entries, Mapping):
        rest[name] = entries
        return {}
    result = {}
    unreadable = {}
    for key, entry in entries.items():
        try:
            result[key] = read(entry)
        except (ValueError, OverflowError):
            unreadable[key] = entry
    if unreadable:
        rest[name] = unreadable
    return result


def required(value: T | None, field: str, name: str = "") -> T:
    """Return a value that must be there; `name` is that of the field in JSON, where it has another one there."""
    if value is None:
        raise InputError(field, f"is missing; the name in JSON is {name}" if name else "is missing")
    return value


def give_object(value: Any, field: str, model: type[T]) -> T:
    """Return the model of a JSON object that is to be sent; anything else as it is, as it is checked when sent."""
    if not isinstance(value, Mapping):
        return value  # type: ignore[no-any-return]
    try:
        made: T = model.from_dict(value)  # type: ignore[attr-defined]
    except InputError as error:
        raise InputError(f"{field}.{error.field}", error.reason) from None
    return made


def give_list(value: Any, field: str, give: Callable[..., T], *arguments: Any) -> list[T]:
    """Return a list that is to be sent with models in it; anything else as it is."""
    if not isinstance(value, list):
        return value  # type: ignore[no-any-return]
    return [give(item, f"{field}[{index}]", *arguments) for index, item in enumerate(value)]


def give_map(value: Any, field: str, give: Callable[..., T], *arguments: Any) -> dict[str, T]:
    """Return a map that is to be sent with models in it; anything else as it is."""
    if not isinstance(value, Mapping):
        return value  # type: ignore[no-any-return]
    return {key: give(item, f"{field}[{key!r}]", *arguments) for key, item in value.items()}


def read_any(value: Any) -> Any:
    """Any JSON."""
    return value


def read_str(value: Any) -> str:
    """Text; a number, true or false as JSON writes it, as ids come in both forms."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise ValueError(value)


def read_bool(value: Any) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise ValueError(value)


def read_int(value: Any) -> int:
    """A whole number, also written as 3.0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise ValueError(value)
    return int(value)


def read_float(value: Any) -> float:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)
    return value


def read_time(value: Any) -> datetime.datetime:
    """A time in ISO 8601 of any precision, or in Unix milliseconds; UTC when it does not say."""
    if isinstance(value, str):
        time = parse_time(value)
        time = time if time.tzinfo else time.replace(tzinfo=_utc)
        time.astimezone(_utc)  # OverflowError where UTC has no such time, so that what was read can be written
        return time
    return UNIX_EPOCH + datetime.timedelta(milliseconds=read_int(value))


def read_date(value: Any) -> datetime.date:
    """A date in ISO 8601."""
    return datetime.date.fromisoformat(read_str(value))


def read_uuid(value: Any) -> uuid.UUID:
    """A UUID."""
    return uuid.UUID(read_str(value))


def read_list(value: Any, read: Callable[[Any], T]) -> list[T]:
    """A list, all of which can be read."""
    if not isinstance(value, list):
        raise ValueError(value)
    return [read(item) for item in value]


def read_map(value: Any, read: Callable[[Any], T]) -> dict[str, T]:
    """A map, all of which can be read."""
    return {key: read(item) for key, item in as_object(value).items()}


def read_whole(value: Any, model: type[T]) -> T:
    """An object that is sent as well: all of it as documented, or nothing."""
    made: T = model.from_dict(value)  # type: ignore[attr-defined]
    made.to_dict()  # type: ignore[attr-defined]
    return made


def read_optional(value: Any, read: Callable[[Any], T]) -> T | None:
    """A value beside which null is one too."""
    return None if value is None else read(value)


def read_union(value: Any, *readers: Callable[[Any], Any]) -> Any:
    """The first of several kinds that fits."""
    for read in readers:
        try:
            return read(value)
        except (ValueError, OverflowError):
            continue
    raise ValueError(value)
