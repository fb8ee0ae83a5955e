from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any, Self

import attrs

from ..models.property_value import PropertyValue
from ..types import (
    as_object,
    read_bool,
    read_list,
    read_str,
    read_time,
    required,
    take,
    write_any,
    write_list,
    write_map,
    write_object,
    write_plain,
    write_time,
)


@attrs.define(kw_only=True)
class MarketingEventUpdate:
    """What to change about a marketing event.

    Attributes:
        object_id: The CRM id of the record, which an upsert returns.
        custom_properties: Values of custom properties, each of which must exist on the account.
        end_date_time: When the event ends.
        event_cancelled: Whether the event was cancelled.
        event_description: What the event is about.
        event_name: The name of the event.
        event_organizer: Who holds the event.
        event_type: The kind of event, in the caller's words, such as WEBINAR.
        event_url: The page of the event.
        start_date_time: When the event starts.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    object_id: str
    custom_properties: Collection[PropertyValue] | None = None
    end_date_time: datetime.datetime | str | None = None
    event_cancelled: bool | None = None
    event_description: str | None = None
    event_name: str | None = None
    event_organizer: str | None = None
    event_type: str | None = None
    event_url: str | None = None
    start_date_time: datetime.datetime | str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        data = write_map(self.additional_properties, "additional_properties", write_any)
        data["objectId"] = write_plain(self.object_id, "object_id", str)
        if self.custom_properties is not None:
            data["customProperties"] = write_list(
                self.custom_properties, "custom_properties", write_object, PropertyValue
            )
        if self.end_date_time is not None:
            data["endDateTime"] = write_time(self.end_date_time, "end_date_time")
        if self.event_cancelled is not None:
            data["eventCancelled"] = write_plain(self.event_cancelled, "event_cancelled", bool)
        if self.event_description is not None:
            data["eventDescription"] = write_plain(self.event_description, "event_description", str)
        if self.event_name is not None:
            data["eventName"] = write_plain(self.event_name, "event_name", str)
        if self.event_organizer is not None:
            data["eventOrganizer"] = write_plain(self.event_organizer, "event_organizer", str)
        if self.event_type is not None:
            data["eventType"] = write_plain(self.event_type, "event_type", str)
        if self.event_url is not None:
            data["eventUrl"] = write_plain(self.event_url, "event_url", str)
        if self.start_date_time is not None:
            data["startDateTime"] = write_time(self.start_date_time, "start_date_time")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises FieldError when a required field is missing."""
        rest = as_object(data)
        return cls(
            object_id=required(take(rest, "objectId", read_str), "object_id"),
            custom_properties=take(rest, "customProperties", read_list, PropertyValue.from_dict),
            end_date_time=take(rest, "endDateTime", read_time),
            event_cancelled=take(rest, "eventCancelled", read_bool),
            event_description=take(rest, "eventDescription", read_str),
            event_name=take(rest, "eventName", read_str),
            event_organizer=take(rest, "eventOrganizer", read_str),
            event_type=take(rest, "eventType", read_str),
            event_url=take(rest, "eventUrl", read_str),
            start_date_time=take(rest, "startDateTime", read_time),
            additional_properties=rest,
        )
