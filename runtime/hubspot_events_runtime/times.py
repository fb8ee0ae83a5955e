"""Times, as people and programs write them, and as HubSpot does: ISO 8601 in UTC, or Unix milliseconds."""

from __future__ import annotations

import datetime
import re
import warnings
from typing import Any

from .errors import InputError, type_name

_LONGEST_TIME = 100  # characters; python-dateutil takes long over long text that is no time

# What of ISO 8601 can be read in one way only: date, time, offset. fromisoformat takes more: any character between the
# first two, be it a digit, and half a minute for half a second.
_ISO_8601 = (
    r"(?a)(\d{4}-\d\d-\d\d|\d{8}|\d{4}-?W\d\d-?\d)"
    r"(?:(?:[Tt _]|, ?|-(?=\d\d:?\d\d:?\d\d)|(?<=\d{8})(?=\d{6}(?!\d)))(?!\d\d-\d\d$)"
    r"(\d\d(?::\d\d(?::\d\d(?:[.,]\d+)?)?|\d\d(?:\d\d(?:[.,]\d+)?)?)?)"
    r"(?: ?([Zz]|UTC|GMT|[+-](?:0\d|1[0-5])(?::?[0-5]\d|(?::[0-5]\d){2})?))?)?"
)

# A time of day, and an offset, that python-dateutil reads as they are meant.
_CLOCK = (
    r"(?i)(?<![\d:.+-])\d{1,2}(?::\d{1,2}(?::\d{1,2}(?:[.,]\d+)?)?|h(?:\d\d(?:m(?:\d\ds?)?)?)?|(?=\s*[ap]\.?m))"
    r"(?![:.,]?\d|\s*[ap]m\w)"
)
_OFFSET = r"(?<!\w)[+-](?:0?\d|1[0-5])(?::?[0-5]\d)?(?![\d:.])"

# "UTC+3" is ahead of UTC to most people, and behind it to POSIX and python-dateutil.
_ZONE_WITH_SIGN = r"(?:[A-Za-z]|(?:UTC|GMT|[Zz])\s+)[+-](?:0?\d|1[0-4])(?::?\d\d)?(?![\d-])"

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = rf"(?i)\b(?:{'|'.join(_WEEKDAYS)})"

# Found once, as every event has such values.
_utc = datetime.timezone.utc
_from_iso = datetime.datetime.fromisoformat
_MILLISECOND = datetime.timedelta(milliseconds=1)

UNIX_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=_utc)

_AS_SENT = re.compile(r"(?a)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z").fullmatch

# datetime.isoformat() takes three times as long as putting a time together from these.
_TWO_DIGITS = tuple(f"{number:02}" for number in range(100))


def write_time(value: Any, field: str) -> str:
    """Return a time in ISO 8601, in UTC.

    Takes an aware datetime, or text with an offset that can be read in one way only.
    """
    if type(value) is str and _AS_SENT(value):
        try:
            _from_iso(value)
        except ValueError:  # as below
            pass
        else:
            return value
    if type(value) is not datetime.datetime:
        value = _as_datetime(value, field)
    if value.tzinfo is not _utc:
        value = _in_utc(value, field)
    two, year, micro = _TWO_DIGITS, value.year, value.microsecond
    fraction = f".{two[micro // 10000]}{two[micro // 100 % 100]}{two[micro % 100]}" if micro else ""
    return (
        f"{two[year // 100]}{two[year % 100]}-{two[value.month]}-{two[value.day]}"
        f"T{two[value.hour]}:{two[value.minute]}:{two[value.second]}{fraction}Z"
    )


def _as_datetime(value: Any, field: str) -> datetime.datetime:
    if isinstance(value, str):
        try:
            value = parse_time(value)
        except (ValueError, OverflowError):
            reason = (
                f"{value!r} is no date and time that can be read in one way only; give ISO 8601 with an offset, such as"
                " '2026-03-01T10:00:00Z'"
            )
            raise InputError(field, reason) from None
    if not isinstance(value, datetime.datetime):
        raise InputError(field, f"must be datetime or str, not {type_name(value)}")
    return value


def write_date(value: Any, field: str) -> str:
    """Return a date in ISO 8601. Takes a date, or text in that form."""
    if isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError:
            raise InputError(field, f"{value!r} is no date; give ISO 8601, such as '2026-03-01'") from None
    # A datetime is a date too, and which day it is depends on the time zone.
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise InputError(field, f"must be date or str, not {type_name(value)}")
    return value.isoformat()


def milliseconds(time: datetime.datetime, field: str) -> int:
    """Return an aware datetime as Unix milliseconds, those of its beginning."""
    return (_in_utc(time, field) - UNIX_EPOCH) // _MILLISECOND


def _in_utc(time: datetime.datetime, field: str) -> datetime.datetime:
    try:
        known = time == time and time.utcoffset() is not None  # noqa: PLR0124 - pandas's NaT is not itself
        if known:
            return time.astimezone(_utc)
    except (OverflowError, ValueError):  # ValueError from a time zone of the caller's own
        reason = f"{_local(time)} lies outside the years 1 to 9999 in UTC, or its time zone is more than a day off"
        raise InputError(field, reason) from None
    except Exception as error:  # noqa: BLE001 - likewise, whatever it is
        raise InputError(field, f"{_local(time)} cannot be told in UTC: {type(error).__name__}") from None
    if time != time:  # noqa: PLR0124 - as above
        raise InputError(field, "is not a time (NaT); leave the field out")
    raise InputError(
        field,
        f"{_local(time)} has no time zone; make it aware, such as datetime(…, tzinfo=UTC) or value.astimezone(), or end"
        " the text with Z or an offset such as +01:00",
    )


def _local(time: datetime.datetime) -> str:
    return time.replace(tzinfo=None).isoformat()


def parse_time(text: str) -> datetime.datetime:
    """Return the time that a text means; raises ValueError or OverflowError for one that can be read in two ways."""
    # As most are written, where fromisoformat is right, and much faster.
    if text[10:17:6] == "T:" and (
        text[-1] == "Z" or (text[-6] in "+-" and text[-5:-3] < "16" and ":" <= text[-3:] < ":6")
    ):
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:  # as below, or by the other reader
            pass
    if iso := re.fullmatch(_ISO_8601, text):
        date, clock, offset = iso.groups("")
        return datetime.datetime.fromisoformat(f"{date}T{clock or '00'}{offset if offset[:1] in '+-' else 'Z'}")
    if len(text) > _LONGEST_TIME or re.search(_ZONE_WITH_SIGN, text):
        raise ValueError(text)
    # Imported where it is needed: most times are ISO 8601, and the parser takes a while to load.
    with warnings.catch_warnings():
        # Releases before 2.9 use what Python 3.12 warns of, and the answer to a write is no place to fail.
        warnings.simplefilter("ignore", DeprecationWarning)
        # Untyped where a repository has a copy of this and no stubs.
        from dateutil import parser  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

    # What the text leaves out comes from the default, and what can be read two ways depends on the other two. Where two
    # readings differ, the text does not say which day, or which time of the day, it means.
    starts_with_year = re.match(r"\d{4}(?:\d{4})?(?!\d)", text)
    readings = {
        _reading(parser, text, default, day_first and not starts_with_year, year_first)
        for default in (datetime.datetime(2001, 1, 1), datetime.datetime(2002, 2, 2, 2))
        for day_first in (False, True)
        for year_first in (False, True)
    }
    time = readings.pop()
    # Beside a time of day and an offset there are the numbers of the date, and no others. Of a year in two digits
    # nobody knows which two they are, nor of which century; a weekday may speak against a date.
    rest, clocks = re.subn(_CLOCK, " ", text)
    numbers = sorted(map(int, re.findall(r"\d+", re.sub(_OFFSET, "", rest, count=1))))
    year, month, day = time.year, time.month, time.day
    weekdays = {name.lower() for name in re.findall(_WEEKDAY, text)}
    dates = (sorted((year, day)), sorted((year, month, day)), [(year * 100 + month) * 100 + day])
    if readings or clocks != 1 or numbers not in dates or not weekdays <= {_WEEKDAYS[time.weekday()]}:
        raise ValueError(text)
    return time


def _reading(
    parser: Any, text: str, default: datetime.datetime, day_first: bool, year_first: bool
) -> datetime.datetime:
    try:
        time: datetime.datetime = parser.parse(
            text, default=default, tzinfos=_zone, dayfirst=day_first, yearfirst=year_first
        )
    except Exception as error:  # python-dateutil lets through what it meets, such as decimal.InvalidOperation
        raise ValueError(text) from error
    return time


def _zone(name: str | None, offset: float | None) -> datetime.tzinfo | None:
    """The time zone that a text names. Other names than UTC, such as IST, mean another zone on another machine."""
    if offset is not None:
        return datetime.timezone(datetime.timedelta(seconds=offset))
    if name is not None:
        raise ValueError(name)
    return None
