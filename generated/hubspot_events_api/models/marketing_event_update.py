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
    required,
    take,
    take_time,
    write_any,
    write_map,
    write_objects,
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
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
        value = self.object_id
        data["objectId"] = value if type(value) is str else write_plain(value, "object_id", str)
        if (value := self.custom_properties) is not None:
            data["customProperties"] = write_objects(value, "custom_properties", PropertyValue)
        if (value := self.end_date_time) is not None:
            data["endDateTime"] = write_time(value, "end_date_time")
        if (value := self.event_cancelled) is not None:
            data["eventCancelled"] = value if type(value) is bool else write_plain(value, "event_cancelled", bool)
        if (value := self.event_description) is not None:
            data["eventDescription"] = value if type(value) is str else write_plain(value, "event_description", str)
        if (value := self.event_name) is not None:
            data["eventName"] = value if type(value) is str else write_plain(value, "event_name", str)
        if (value := self.event_organizer) is not None:
            data["eventOrganizer"] = value if type(value) is str else write_plain(value, "event_organizer", str)
        if (value := self.event_type) is not None:
            data["eventType"] = value if type(value) is str else write_plain(value, "event_type", str)
        if (value := self.event_url) is not None:
            data["eventUrl"] = value if type(value) is str else write_plain(value, "event_url", str)
        if (value := self.start_date_time) is not None:
            data["startDateTime"] = write_time(value, "start_date_time")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises FieldError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        # Not cls(…), by which Python packs the arguments into a dict and unpacks them again.
        self = cls.__new__(cls)
        cls.__init__(
            self,
            object_id=(
                value
                if type(value := pop("objectId", None)) is str
                else required(take(rest, "objectId", value, read_str), "object_id")
            ),
        )
        value = pop("customProperties", None)
        self.custom_properties = (
            value
            if value is None
            else take(rest, "customProperties", value, lambda value: read_list(value, PropertyValue.from_dict))
        )
        value = pop("endDateTime", None)
        self.end_date_time = value if value is None else take_time(rest, "endDateTime", value)
        value = pop("eventCancelled", None)
        self.event_cancelled = (
            value if value is None or type(value) is bool else take(rest, "eventCancelled", value, read_bool)
        )
        value = pop("eventDescription", None)
        self.event_description = (
            value if value is None or type(value) is str else take(rest, "eventDescription", value, read_str)
        )
        value = pop("eventName", None)
        self.event_name = value if value is None or type(value) is str else take(rest, "eventName", value, read_str)
        value = pop("eventOrganizer", None)
        self.event_organizer = (
            value if value is None or type(value) is str else take(rest, "eventOrganizer", value, read_str)
        )
        value = pop("eventType", None)
        self.event_type = value if value is None or type(value) is str else take(rest, "eventType", value, read_str)
        value = pop("eventUrl", None)
        self.event_url = value if value is None or type(value) is str else take(rest, "eventUrl", value, read_str)
        value = pop("startDateTime", None)
        self.start_date_time = value if value is None else take_time(rest, "startDateTime", value)
        self.additional_properties = rest or {}
        return self
