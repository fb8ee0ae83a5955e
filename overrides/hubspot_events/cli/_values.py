"""How the value of a cell becomes the value of a field.

A table knows text, numbers, times, nulls and nested values; a field has a type. What follows from the two without a
guess is done here. What could be meant in two ways, or would lose something, is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
from hubspot_events_runtime.errors import InputError, shown, type_name
from hubspot_events_runtime.times import parse_time, write_time

# Up to here a float, and so what reads JSON in many languages, tells every whole number from its neighbours.
_EXACT = 2**53

_INFINITE = (datetime.max, datetime.min, date.max, date.min)  # noqa: DTZ901 - as DuckDB gives an infinite time


Read = Callable[[Any, str, ZoneInfo | None], Any]


class Kind(NamedTuple):
    """What a field takes.

    Attributes:
        read: Returns the value of the field from that of a cell, its name and the time zone of times that have none;
            raises InputError.
        is_map: Whether it is a map, with entries of any name.
        has_entries: Whether it is a map or an object.
        is_needed: Whether each input has to have it.
    """

    read: Read
    is_map: bool
    has_entries: bool
    is_needed: bool


_kinds: dict[type[Any], dict[str, Kind]] = {}  # of the models that were asked for, as each row asks
_names: dict[type[Any], dict[str, str]] = {}


def kinds(model: type[Any]) -> Mapping[str, Kind]:
    """Return what each field of a model takes, by its name in Python."""
    if model not in _kinds:
        hints = get_type_hints(model)
        _kinds[model] = {
            field.name: _kind(hints[field.name], is_needed=field.default is attrs.NOTHING)
            for field in attrs.fields(model)
        }
        _names[model] = {folded(name): name for name in _kinds[model]}
    return _kinds[model]


def field_named(name: str, model: type[Any]) -> str | None:
    """Return the field that a name means, of JSON or of Python, whatever its case: to SQL that says nothing."""
    kinds(model)
    return _names[model].get(folded(name))


def folded(name: str) -> str:
    """Return what is the same for all spellings of a name."""
    return name.replace("_", "").lower()


def _kind(hint: Any, *, is_needed: bool) -> Kind:
    is_union = get_origin(hint) in (Union, UnionType)
    options = [option for option in (get_args(hint) if is_union else (hint,)) if option is not NoneType]
    for option in options:
        if get_origin(option) is Mapping:
            items = [get_args(other)[0] for other in options if get_origin(other) is Sequence]
            entry = any_json if get_args(option)[1] is Any else scalar
            return Kind(partial(entries, entry=entry, item=items[0] if items else None), True, True, is_needed)
        if attrs.has(option):
            return Kind(partial(an_object, model=option), False, True, is_needed)
    read: Read = from_json
    if {*options} == {datetime, str}:
        read = a_time
    elif datetime in options:
        read = scalar
    elif options == [bool]:
        read = flag
    elif options == [int]:
        read = whole_number
    elif str in options:
        read = text
    return Kind(read, False, False, is_needed)


def text(value: Any, name: str, _zone: ZoneInfo | None) -> Any:
    """Return a number or a UUID as the text that a person would write for it."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, float):
        _check_number(value, name)
        # A column of whole numbers with nulls in it is one of floats to many a program.
        if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        raise InputError(
            name, f"{value} is a float, whose digits may be others than were meant; cast it in --sql, or make it text"
        )
    if isinstance(value, Decimal):
        # As are the ids of a database that knows numbers of one kind alone.
        return f"{value:.0f}" if value == value.to_integral_value() else f"{value:f}"
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def flag(value: Any, _name: str, _zone: ZoneInfo | None) -> Any:
    """Return true and false, which may be text."""
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


def whole_number(value: Any, name: str, zone: ZoneInfo | None) -> Any:
    """Return a whole number, which may be text, or a float as in a column with nulls in it."""
    try:
        number = from_json(value, name, zone)
    except InputError:
        number = None
    if isinstance(number, float) and number.is_integer() and abs(number) < _EXACT:
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        raise InputError(name, f"must be a whole number, not {shown(value)}")
    return number


def from_json(value: Any, name: str, zone: ZoneInfo | None) -> Any:
    """Return a number, or whatever else JSON has, which may be text."""
    return any_json(_parsed(value, name), name, zone)


def a_time(value: Any, name: str, zone: ZoneInfo | None) -> Any:
    """Return a time with its zone; text as it is, unless it has none."""
    if isinstance(value, str):
        try:
            time = parse_time(value)
        except (ValueError, OverflowError):
            return value  # of which the client says what is wrong
        value = time if zone or time.tzinfo is None else value
    if isinstance(value, datetime):
        return _with_zone(value, name, zone)
    if isinstance(value, date):
        _check_date(value, name)
        if zone is None:
            raise InputError(name, "is a date and no time; with --time-zone it is midnight there")
        return _with_zone(datetime(value.year, value.month, value.day), name, zone)  # noqa: DTZ001
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        raise InputError(
            name, "is a number and no time; of Unix milliseconds, to_timestamp(x / 1000) in --sql makes one"
        )
    return value


def scalar(value: Any, name: str, zone: ZoneInfo | None) -> Any:
    """Return the value of a token or a property."""
    if isinstance(value, datetime):
        return _with_zone(value, name, zone)
    if isinstance(value, date):
        _check_date(value, name)
        # HubSpot's form of a date: midnight in UTC, wherever the account is.
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, float):
        _check_number(value, name)
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)  # as HubSpot keeps text, nothing is lost
    return value


def any_json(value: Any, name: str, zone: ZoneInfo | None) -> Any:
    """Return what JSON has for a value, with all that is in it."""
    if isinstance(value, Mapping):
        return {key: any_json(entry, f"{name}.{key}", zone) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [any_json(item, f"{name}[{index}]", zone) for index, item in enumerate(value)]
    if isinstance(value, float):
        _check_number(value, name)
        return value
    if isinstance(value, Decimal):
        return _json_number(value, name)
    if isinstance(value, datetime):
        return write_time(_with_zone(value, name, zone), name)
    if isinstance(value, date):
        _check_date(value, name)
        return value.isoformat()
    return value


def entries(value: Any, name: str, zone: ZoneInfo | None, *, entry: Callable[..., Any], item: type[Any] | None) -> Any:
    """Return a map, which may be text in JSON; or a list of models where the field takes one."""
    value = _parsed(value, name)
    if isinstance(value, Mapping):
        # Where null is no value, an entry without one is left out.
        return {
            key: entry(one, f"{name}.{key}", zone) for key, one in value.items() if one is not None or entry is any_json
        }
    if item and isinstance(value, list | tuple):
        return [an_object(one, f"{name}[{index}]", zone, model=item) for index, one in enumerate(value)]
    return value


def an_object(value: Any, name: str, zone: ZoneInfo | None, *, model: type[Any]) -> Any:
    """Return a model, which may be text in JSON."""
    value = _parsed(value, name)
    if not isinstance(value, Mapping):
        return value
    fields: dict[str, Any] = {}
    more: dict[str, Any] = {}
    known = kinds(model)
    for key, one in value.items():
        field = field_named(str(key), model)
        if one is None:
            continue
        if field is None:
            more[key] = any_json(one, f"{name}.{key}", zone)
        else:
            fields[field] = known[field].read(one, f"{name}.{key}", zone)
    for field, kind in known.items():
        if kind.is_needed and field not in fields:
            raise InputError(f"{name}.{field}", "is missing")
    return model(**{"additional_properties": more, **fields})


def with_entries(value: Any, more: Mapping[str, Any], name: str) -> Any:
    """Return a map or an object, or none, with further entries."""
    value = {} if value is None else _parsed(value, name)
    if not isinstance(value, Mapping):
        raise InputError(name, f"must be an object to have entries beside it, not {type_name(value)}")
    return {**value, **more}


def key_text(value: Any, name: str, zone: ZoneInfo | None) -> str:
    """Return a value as a part of a key: the same for the same value, in whatever form the table is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return write_time(_with_zone(value, name, zone), name)
    if isinstance(value, date):
        _check_date(value, name)
        return value.isoformat()
    plain = f"{value:f}" if isinstance(value, Decimal) else text(value, name, None)
    if not isinstance(plain, str):
        raise InputError(name, f"is of the key, which takes no {type_name(value)}")
    return plain


def _parsed(value: Any, name: str) -> Any:
    """Return the value of text in JSON; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise InputError(name, f"must be JSON, not {shown(value)}") from None


def _check_number(value: float, name: str) -> None:
    if not math.isfinite(value):
        raise InputError(name, f"is {value}, which is no number; where there is none, let it be null")


def _check_date(value: date, name: str) -> None:
    if value in _INFINITE:
        raise InputError(name, "is no date")


def _json_number(value: Decimal, name: str) -> int | float:
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    if Decimal(repr(number)) != value:
        raise InputError(name, f"{value:f} has more digits than a number in JSON can be trusted with; make it text")
    return number


def _with_zone(value: datetime, name: str, zone: ZoneInfo | None) -> datetime:
    if value.tzinfo is not None:
        return value
    if value in _INFINITE:
        raise InputError(name, "is no time")
    if zone is None:
        raise InputError(
            name,
            f"{value.isoformat()} has no time zone; say with --time-zone which it is in, such as Europe/Berlin",
        )
    aware = value.replace(tzinfo=zone)  # of an hour that comes twice in autumn, the first
    try:
        there = aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise InputError(name, f"{value.isoformat()} lies outside the years 1 to 9999 in UTC") from None
    if there != value:
        raise InputError(name, f"{value.isoformat()} was skipped in {zone.key}, when the clocks went forward")
    return aware
