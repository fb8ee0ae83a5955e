"""What is sent: how a value is checked and becomes JSON.

Each function takes a value and the name of its field, and returns JSON; it raises InputError with that name for what
cannot be sent. All checks of an input happen here, when it is sent, whichever way it was made.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from .errors import InputError, shown, type_name
from .times import milliseconds, write_date, write_time

__all__ = [
    "Scalar",
    "needs_one_of",
    "write_any",
    "write_date",
    "write_filled",
    "write_list",
    "write_map",
    "write_more",
    "write_name_values",
    "write_object",
    "write_objects",
    "write_optional",
    "write_plain",
    "write_text",
    "write_time",
    "write_uuid",
    "write_value",
]

#: A value of a token or of a custom property. An aware datetime is sent as Unix milliseconds, HubSpot's form of a date.
if TYPE_CHECKING:
    from decimal import Decimal

    Scalar: TypeAlias = str | float | bool | Decimal | datetime
else:  # without decimal, which takes long to load
    Scalar = str | float | bool | datetime

_SCALARS = frozenset({str, int, float, bool, type(None)})
_CONTAINERS = frozenset({dict, list})
_DEEPEST = 200  # levels of JSON; orjson takes 254, and what contains itself has no end


def write_any(value: Any, field: str, depth: int = 0) -> Any:
    """Return any JSON, made of Python's own types alone."""
    if depth > _DEEPEST:
        raise RecursionError
    if type(value) not in _CONTAINERS and isinstance(value, (dict, list, tuple)):
        value = _copy(value, field)
    key: Any = None
    # In loops of its own: by way of write_map and write_list, each level would cost two calls more.
    try:
        if type(value) is dict:
            entries = {}
            for key, item in value.items():
                name = key if type(key) is str else _own_key(key)
                entries[name] = item if type(item) in _SCALARS else write_any(item, "", depth + 1)
            return entries
        if type(value) is list:
            items = []
            for key, item in enumerate(value):
                items.append(item if type(item) in _SCALARS else write_any(item, "", depth + 1))
            return items
    except InputError as error:
        raise InputError(f"{field}[{key!r}]{error.field}", error.reason) from None
    if value is None or isinstance(value, (str, int, float)):
        return _own_type(value)
    if (plain := _plain(value)) is not value:
        return write_any(plain, field, depth)
    raise InputError(field, f"JSON has no {type_name(value)}; give text, a number, true, false, None, a list or a dict")


def write_json(value: Any, field: str) -> Any:
    """Return any JSON as `write_any` does; raises InputError for what has too many levels as well."""
    try:
        return write_any(value, field)
    except RecursionError:
        raise InputError(field, "is nested too deeply, or contains itself") from None


def write_plain(value: Any, field: str, *types: type) -> Any:
    """Return a value that is of one of the types; true and false do not count as numbers."""
    plain = _plain(value)
    if isinstance(plain, types) and (bool in types or not isinstance(plain, bool)):
        return _own_type(plain)
    raise InputError(field, f"must be {' or '.join(kind.__name__ for kind in types)}, not {type_name(value)}")


def write_filled(value: Any, field: str) -> str:
    """Return text that is not blank."""
    text: str = write_plain(value, field, str)
    if not text.strip():
        raise InputError(field, f"must not be {'blank' if text else 'empty'}")
    return text


def write_value(value: Any, field: str) -> str | float | bool:
    """Return text, a number, true or false; a datetime as Unix milliseconds."""
    if isinstance(value, datetime):
        return milliseconds(value, field)
    # Who has one has loaded its module.
    decimal = sys.modules.get("decimal")
    if decimal and isinstance(value, decimal.Decimal) and value.is_finite():
        return f"{value:f}"
    plain = _plain(value)
    if isinstance(plain, str | int | float):
        own: str | float | bool = _own_type(plain)
        return own
    raise InputError(field, f"must be {_VALUES}, not {_instead(value)}")


def write_text(value: Any, field: str) -> str:
    """Return text; a number, true or false as JSON writes it, and a datetime as Unix milliseconds."""
    plain = value if type(value) is int else write_value(value, field)
    if isinstance(plain, str):
        return plain
    try:
        return str(plain) if type(plain) is int else _to_json(plain)
    except ValueError:  # NaN, infinity, or a number of thousands of digits
        raise InputError(field, f"must be {_VALUES}, not {shown(value)}") from None


_to_json = json.JSONEncoder(allow_nan=False).encode

_VALUES = "text, a number, true or false, or a datetime"


_INSTEAD = {
    "None": "leave it out",
    "datetime64": "give pandas.Timestamp(value, tz='UTC')",
    "longdouble": "give float(value)",
}


def _instead(value: Any) -> str:
    """Name a value that is refused, with what to write for it."""
    if isinstance(value, date):
        return f"the date {value.isoformat()}; give its midnight, such as datetime(…, tzinfo=UTC), or text"
    name = type_name(value)
    return f"{name}; {_INSTEAD[name]}" if name in _INSTEAD else name


def _plain(value: Any) -> Any:
    """Return a scalar of another kind as what there is one right form of; anything else as it is."""
    if isinstance(value, Enum) and not isinstance(value, str | int | float):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    # A scalar of numpy's, which needs no import to be known. Not a time, of which a number of some unit would be
    # left, nor a longdouble, which is its own item.
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        scalar: Any = value
        return scalar.item() if scalar.dtype.kind in "biufU" and scalar.dtype.char != "g" else value
    return value


def _own_type(value: Any) -> Any:
    """Return text or a number as Python's own type: what JSON makes of a subclass is a matter of taste."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float.__float__(value)
    return value if value is None or isinstance(value, bool) else int.__int__(value)


def _own_key(key: Any) -> str:
    if not isinstance(key, str):
        raise InputError("", f"the key must be str, not {type_name(key)}")
    return str.__str__(key)


def _copy(value: Any, field: str) -> Any:
    """Return a dict or list of the caller's own kind, which may fail when it is read, as a plain one."""
    try:
        return dict(value.items()) if isinstance(value, Mapping) else [*value]
    except Exception as error:  # noqa: BLE001 - whatever the caller's own kind raises
        raise InputError(field, f"cannot be read: {type(error).__name__}") from None


def write_list(value: Any, field: str, write: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Return a list, each item written on its own."""
    if type(value) is not list and (not isinstance(value, Collection) or isinstance(value, str | bytes | Mapping)):
        raise InputError(field, f"must be a list, not {type_name(value)}")
    items = []
    for index, item in enumerate(value if type(value) is list else _copy(value, field)):
        try:
            items.append(write(item, "", *arguments))
        except InputError as error:
            raise InputError(f"{field}[{index}]{error.field}", error.reason) from None
    return items


def write_map(value: Any, field: str, write: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Return a dict with text as keys, each value written on its own."""
    if type(value) is not dict and not isinstance(value, Mapping):
        raise InputError(field, f"must be a dict, not {type_name(value)}")
    if type(value) is not dict:
        value = _copy(value, field)
    if write is write_any:
        own: dict[str, Any] = write_json(value, field)
        return own
    as_is = arguments if write is write_plain else _AS_THEY_ARE.get(write, ())
    entries = {}
    for key, entry in value.items():
        try:
            name = key if type(key) is str else _own_key(key)
            entries[name] = entry if type(entry) in as_is else write(entry, "", *arguments)
        except InputError as error:
            raise InputError(f"{field}[{key!r}]{error.field}", error.reason) from None
    return entries


def write_more(value: Any, /, **names: str) -> dict[str, Any]:
    """Return what stands in the additional_properties of an input; `names` are JSON's, of fields with another one."""
    data = write_map(value, "additional_properties", write_any)
    if given := data.keys() & names:  # which HubSpot would pass over
        name = min(given)
        reason = f"is the name in Python, under which nobody reads it: set the field itself, or give {names[name]}"
        raise InputError(name, f"{reason} to from_dict")
    return data


# What these would return as it is.
_AS_THEY_ARE: dict[Callable[..., Any], tuple[type, ...]] = {write_value: (str, int, float, bool), write_text: (str,)}


def write_object(value: Any, field: str, model: type) -> dict[str, Any]:
    """Return the JSON object of a model."""
    if not isinstance(value, model):
        raise InputError(field, not_a_model(value, model))
    try:
        data: dict[str, Any] = value.to_dict()  # type: ignore[attr-defined]
    except InputError as error:
        raise InputError(".".join(filter(None, (field, error.field))), error.reason) from None
    return data


def not_a_model(value: Any, model: type) -> str:
    """Say what is wrong with a value that is not of a model, and how to make one of a dict."""
    name = model.__name__
    reason = f"must be a {name}, not {type_name(value)}"
    return f"{reason}; make one of HubSpot's JSON with {name}.from_dict" if isinstance(value, Mapping) else reason


def write_objects(value: Any, field: str, model: type) -> list[dict[str, Any]]:
    """Return the JSON objects of a list of models, as `write_list` does with `write_object`, at half the cost."""
    if type(value) is not list:
        return write_list(value, field, write_object, model)
    items = []
    try:
        for item in value:
            items.append(item.to_dict() if isinstance(item, model) else write_object(item, "", model))  # type: ignore[attr-defined]
    except InputError as error:
        place = f"{field}[{len(items)}]" + (f".{error.field}" if error.field else "")
        raise InputError(place, error.reason) from None
    return items


def write_name_values(value: Any, field: str, model: type) -> list[dict[str, Any]]:
    """Return the JSON objects of a list of models that have a name and a value; takes a dict of these as well."""
    if type(value) is list or not isinstance(value, Mapping):
        return write_objects(value, field, model)
    entries = []
    for name, entry in _copy(value, field).items():
        try:
            entries.append(model(name=_own_key(name), value=entry).to_dict())
        except InputError as error:
            raise InputError(f"{field}[{name!r}]", error.reason) from None
    return entries


def write_uuid(value: Any, field: str) -> str:
    """Return a UUID as text. Takes one, or text in its form."""
    try:
        return str(value if isinstance(value, UUID) else UUID(write_plain(value, field, str)))
    except InputError:
        raise
    except ValueError:
        raise InputError(field, f"must be a UUID, not {shown(value)}") from None


def write_optional(value: Any, field: str, write: Callable[..., Any], *arguments: Any) -> Any:
    """Return what may be left out or be null as JSON, or None."""
    return None if value is None else write(value, field, *arguments)


def needs_one_of(first: str, *others: str) -> InputError:
    """Return the error for an object that has none of these fields."""
    return InputError(first, f"give {' or '.join((', '.join((first, *others[:-1])), *others[-1:]))}")
