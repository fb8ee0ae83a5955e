"""What the models share: how a value is checked and becomes JSON, how JSON is read, and what an operation is.

Reading never fails on what an answer leaves out or changes. A field that is missing, null or not of the documented type
reads as None, or as the empty list, map or text where the model says so; a value that is not of the documented type
stays as it came in the model's ``additional_properties``.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Self, TypeVar

from attrs import fields

T = TypeVar("T")

# Found once, as every event has such values.
_utc = datetime.timezone.utc
_from_iso = datetime.datetime.fromisoformat

_UNIX_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=_utc)
_SCALARS = frozenset({str, int, float, bool, type(None)})
_DEEPEST = 200  # levels of JSON; orjson takes 254, and what contains itself has no end
_LONGEST_TIME = 100  # characters; python-dateutil takes long over long text that is no time

# "UTC+3" is ahead of UTC to most people, and behind it to POSIX and python-dateutil.
_ZONE_WITH_SIGN = r"[A-Za-z][+-](?:0?\d|1[0-4])(?::?\d\d)?(?![\d-])"


class FieldError(ValueError):
    """A value cannot be sent as the field that it was given for.

    Attributes:
        field: The name of the field, with its place in lists and objects around it, such as ``inputs[3].timestamp``.
        reason: What is wrong with the value and what to give instead.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"


class Operation(NamedTuple):
    """An operation of the API.

    Attributes:
        method: The HTTP method.
        path: The path below the server's address.
    """

    method: str
    path: str


class OpenStrEnum(StrEnum):
    """An enum of words to which HubSpot may add.

    A documented word is found whatever its case; any other becomes a member of the same type for its caller, which is
    not among the ones that iteration lists.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        for member in cls:
            if member.value.casefold() == value.casefold():
                return member
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown


# What is sent. Each function takes a value and the name of its field, and returns JSON.


def write_any(value: Any, field: str, depth: int = 0) -> Any:
    """Return any JSON, made of Python's own types alone."""
    if depth > _DEEPEST:
        raise RecursionError
    key: Any = None
    # In loops of its own: by way of write_map and write_list, each level would cost two calls more.
    try:
        if isinstance(value, dict):
            entries = {}
            for key, item in value.items():
                _check_key(key)
                entries[key] = item if type(item) in _SCALARS else write_any(item, "", depth + 1)
            return entries
        if isinstance(value, (list, tuple)):
            items = []
            for key, item in enumerate(value):
                items.append(item if type(item) in _SCALARS else write_any(item, "", depth + 1))
            return items
    except FieldError as error:
        raise FieldError(f"{field}[{key!r}]{error.field}", error.reason) from None
    if value is None or isinstance(value, (str, int, float)):
        return _own_type(value)
    raise FieldError(field, f"JSON has no {_name(value)}; give text, a number, true, false, None, a list or a dict")


def write_plain(value: Any, field: str, *types: type) -> Any:
    """Return a value that is of one of the types; true and false do not count as numbers."""
    if isinstance(value, types) and (bool in types or not isinstance(value, bool)):
        return _own_type(value)
    raise FieldError(field, f"must be {' or '.join(kind.__name__ for kind in types)}, not {_name(value)}")


def _own_type(value: Any) -> Any:
    """Return text or a number as Python's own type: what a subclass, such as an enum, is as JSON is a matter of taste."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float.__float__(value)
    return value if value is None or isinstance(value, bool) else int.__int__(value)


def _check_key(key: Any) -> None:
    if not isinstance(key, str):
        raise FieldError("", f"the key must be str, not {_name(key)}")


# datetime.isoformat() takes three times as long as putting a time together from these.
_TWO_DIGITS = tuple(f"{number:02}" for number in range(100))


def write_time(value: Any, field: str) -> str:
    """Return a time in ISO 8601, in UTC.

    Takes an aware datetime, or text with an offset as python-dateutil reads it.
    """
    if isinstance(value, str):
        try:
            value = _parse_time(value)
        except (ValueError, OverflowError):
            reason = (
                f"{value!r} is no date and time that can be read in one way only; give ISO 8601 with an offset, such as"
                " '2026-03-01T10:00:00Z'"
            )
            raise FieldError(field, reason) from None
    if not isinstance(value, datetime.datetime):
        raise FieldError(field, f"must be datetime or str, not {_name(value)}")
    if value.tzinfo is not _utc:
        value = _in_utc(value, field)
    two, year, micro = _TWO_DIGITS, value.year, value.microsecond
    fraction = f".{two[micro // 10000]}{two[micro // 100 % 100]}{two[micro % 100]}" if micro else ""
    return (
        f"{two[year // 100]}{two[year % 100]}-{two[value.month]}-{two[value.day]}"
        f"T{two[value.hour]}:{two[value.minute]}:{two[value.second]}{fraction}Z"
    )


def _in_utc(time: datetime.datetime, field: str) -> datetime.datetime:
    try:
        if time.utcoffset() is not None:
            return time.astimezone(_utc)
    except (OverflowError, ValueError):  # ValueError from a time zone of the caller's own
        local = time.replace(tzinfo=None).isoformat()
        reason = f"{local} lies outside the years 1 to 9999 in UTC, or its time zone is more than a day off"
        raise FieldError(field, reason) from None
    raise FieldError(
        field,
        f"{time.isoformat()} has no time zone; make it aware, such as datetime(…, tzinfo=UTC) or"
        " value.astimezone(), or end the text with Z or an offset such as +01:00",
    )


def _parse_time(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        if len(text) > _LONGEST_TIME:
            raise
        # Imported where it is needed: most times are ISO 8601, and the parser takes a while to load.
        # Untyped where a repository has a copy of this and no stubs.
        from dateutil import parser  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

    if re.search(_ZONE_WITH_SIGN, text):
        raise ValueError(text)
    # What the text leaves out comes from the default and what can be read two ways depends on dayfirst. Where two
    # readings differ, the text does not say which day, or which time of the day, it means.
    starts_with_year = text[:4].isdigit()
    try:
        one: datetime.datetime = parser.parse(text, default=datetime.datetime(2001, 1, 1), tzinfos=_zone)
        other = parser.parse(
            text, default=datetime.datetime(2002, 2, 2, 2), tzinfos=_zone, dayfirst=not starts_with_year
        )
    except Exception as error:  # python-dateutil lets through what it meets, such as decimal.InvalidOperation
        raise ValueError(text) from error
    if one != other:
        raise ValueError(text)
    return one


def _zone(name: str | None, offset: float | None) -> datetime.tzinfo | None:
    """The time zone that a text names. Other names than UTC, such as IST, mean another zone on another machine."""
    if offset is not None:
        return datetime.timezone(datetime.timedelta(seconds=offset))
    if name is not None:
        raise ValueError(name)
    return None


def write_list(value: Any, field: str, write: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Return a list, each item written on its own."""
    if type(value) is not list and (not isinstance(value, Collection) or isinstance(value, str | bytes | Mapping)):
        raise FieldError(field, f"must be a list, not {_name(value)}")
    items = []
    for index, item in enumerate(value):
        try:
            items.append(write(item, "", *arguments))
        except FieldError as error:
            raise FieldError(f"{field}[{index}]{error.field}", error.reason) from None
    return items


def write_map(value: Any, field: str, write: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Return a dict with text as keys, each value written on its own."""
    if type(value) is not dict and not isinstance(value, Mapping):
        raise FieldError(field, f"must be a dict, not {_name(value)}")
    if write is write_any:
        try:
            own: dict[str, Any] = write_any(dict(value), field)
        except RecursionError:
            raise FieldError(field, "is nested too deeply, or contains itself") from None
        return own
    as_is = arguments if write is write_plain else ()
    entries = {}
    for key, entry in value.items():
        try:
            _check_key(key)
            entries[key] = entry if type(entry) in as_is else write(entry, "", *arguments)
        except FieldError as error:
            raise FieldError(f"{field}[{key!r}]{error.field}", error.reason) from None
    return entries


def write_object(value: Any, field: str, model: type) -> dict[str, Any]:
    """Return the JSON object of a model."""
    if not isinstance(value, model):
        raise FieldError(field, f"must be {model.__name__}, not {_name(value)}")
    try:
        data: dict[str, Any] = value.to_dict()  # type: ignore[attr-defined]
    except FieldError as error:
        raise FieldError(f"{field}.{error.field}", error.reason) from None
    return data


def write_objects(value: Any, field: str, model: type) -> list[dict[str, Any]]:
    """Return the JSON objects of a list of models, as `write_list` does with `write_object`, at half the cost."""
    if type(value) is not list:
        return write_list(value, field, write_object, model)
    items = []
    try:
        for item in value:
            items.append(item.to_dict() if isinstance(item, model) else write_object(item, "", model))  # type: ignore[attr-defined]
    except FieldError as error:
        place = f"{field}[{len(items)}]" + (f".{error.field}" if error.field else "")
        raise FieldError(place, error.reason) from None
    return items


def _name(value: object) -> str:
    return "None" if value is None else type(value).__name__


# What is received. A model pops each field out of a JSON object; it keeps one of JSON's own types as it is, and hands
# any other to ``take`` and its like, which put what cannot be read back. The ``read_`` functions return a value or raise
# ValueError.


def as_object(data: Any) -> dict[str, Any]:
    """Return a copy of a JSON object; raises FieldError for other JSON."""
    if type(data) is not dict and not isinstance(data, Mapping):
        raise FieldError("(the JSON)", f"must be an object, not {_name(data)}")
    return dict(data)


def as_subclass(cls: type[T], model: Any) -> T:
    """Return a model as one of a subclass, which takes the same arguments and may have converters and more fields."""
    return cls(**{field.name: getattr(model, field.name) for field in fields(type(model))})


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
    """Return what the value of a field reads as with `read_time`, or None."""
    try:
        time = _from_iso(value)
    except (TypeError, ValueError, OverflowError):
        return take(rest, name, value, read_time)
    return time if time.tzinfo else take(rest, name, value, read_time)


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
    if type(entries) is not dict and not isinstance(entries, Mapping):
        rest[name] = entries
        return {}
    if type(entries) is dict and read is read_str:
        for entry in entries.values():
            if type(entry) is not str:
                break
        else:
            return entries
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


def required(value: T | None, field: str) -> T:
    """Return a value that must be there."""
    if value is None:
        raise FieldError(field, "is missing or cannot be read")
    return value


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
        time = _parse_time(value)
        return time if time.tzinfo else time.replace(tzinfo=_utc)
    return _UNIX_EPOCH + datetime.timedelta(milliseconds=read_int(value))


def read_list(value: Any, read: Callable[[Any], T]) -> list[T]:
    """A list, all of which can be read."""
    if not isinstance(value, list):
        raise ValueError(value)
    return [read(item) for item in value]


def read_map(value: Any, read: Callable[[Any], T]) -> dict[str, T]:
    """A map, all of which can be read."""
    return {key: read(item) for key, item in as_object(value).items()}


def read_union(value: Any, *readers: Callable[[Any], Any]) -> Any:
    """The first of several kinds that fits."""
    for read in readers:
        try:
            return read(value)
        except (ValueError, OverflowError):
            continue
    raise ValueError(value)
