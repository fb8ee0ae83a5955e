"""The models that a caller fills in: the generated ones, taking plain Python where HubSpot's form is laborious."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import attrs
from hubspot_events_api import models

from ._errors import InputError, shown

#: A value of a token or of a custom property. An aware datetime is sent as Unix milliseconds, HubSpot's form of a date.
Value: TypeAlias = str | float | bool | datetime


def _token_values(tokens: Mapping[str, Value]) -> models.TimelineEventTokens:
    if not isinstance(tokens, Mapping):
        raise InputError("tokens", f"must be a dict, not {type(tokens).__name__}")
    return {
        name: _milliseconds(value, f"tokens[{name!r}]") if isinstance(value, datetime) else value
        for name, value in tokens.items()
    }


def _property_values(
    properties: Mapping[str, Value] | Sequence[models.PropertyValue] | None,
) -> Collection[models.PropertyValue] | None:
    if properties is None:
        return None
    if isinstance(properties, Mapping):
        return [
            models.PropertyValue(name=name, value=_text(value, f"custom_properties[{name!r}]"))
            for name, value in properties.items()
        ]
    if isinstance(properties, str | bytes) or not isinstance(properties, Iterable):
        raise InputError(
            "custom_properties", f"must be a dict or a list of PropertyValue, not {type(properties).__name__}"
        )
    return list(properties)


def _text(value: Any, field: str) -> str:
    """Return a property's value as the text that HubSpot takes."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        value = _milliseconds(value, field)
    try:
        if isinstance(value, bool | int | float):
            return json.dumps(value, allow_nan=False)
    except ValueError:  # NaN, infinity, or a number of thousands of digits
        pass
    raise InputError(field, f"must be text, a number, true or false, or a datetime, not {shown(value)}")


def _milliseconds(time: datetime, field: str) -> int:
    """Return a time as Unix milliseconds."""
    if time.utcoffset() is None:
        raise InputError(field, f"{time.isoformat()} has no time zone; make it aware, such as datetime(…, tzinfo=UTC)")
    return round(time.timestamp() * 1000)


@attrs.define(kw_only=True)
class TimelineEvent(models.TimelineEvent):
    __doc__ = models.TimelineEvent.__doc__

    # HubSpot takes a date as Unix milliseconds.
    tokens: models.TimelineEventTokens = attrs.field(converter=_token_values)


@attrs.define(kw_only=True)
class MarketingEventUpsert(models.MarketingEventUpsert):
    __doc__ = models.MarketingEventUpsert.__doc__

    # HubSpot takes a list of objects with some twenty fields, of which a caller has a name and a value.
    custom_properties: Collection[models.PropertyValue] | None = attrs.field(default=None, converter=_property_values)


@attrs.define(kw_only=True)
class MarketingEventUpdate(models.MarketingEventUpdate):
    __doc__ = models.MarketingEventUpdate.__doc__

    # As above.
    custom_properties: Collection[models.PropertyValue] | None = attrs.field(default=None, converter=_property_values)
