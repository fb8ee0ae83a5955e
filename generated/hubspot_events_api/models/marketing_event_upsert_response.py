from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..models.property_value_response import PropertyValueResponse
from ..types import (
    as_object,
    read_bool,
    read_str,
    take,
    take_list,
    take_time,
    write_any,
    write_map,
    write_objects,
    write_plain,
    write_time,
)


@attrs.define(kw_only=True)
class MarketingEventUpsertResponse:
    """A marketing event as HubSpot stores it. The external ids that were sent are not part of it.

    Attributes:
        created_at: When HubSpot created the record.
        custom_properties: The values of its custom properties.
        event_name: The name of the event.
        event_organizer: Who holds the event.
        id: The id of the record; the same as `objectId`.
        updated_at: When the record last changed.
        end_date_time: When the event ends.
        event_cancelled: Whether the event was cancelled.
        event_completed: Whether the event is over.
        event_description: What the event is about.
        event_type: The kind of event, in the caller's words, such as WEBINAR.
        event_url: The page of the event.
        object_id: The CRM id of the record, by which it is updated.
        start_date_time: When the event starts.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
    """

    created_at: datetime.datetime | None = None
    custom_properties: list[PropertyValueResponse] = attrs.field(factory=list)
    event_name: str = ""
    event_organizer: str = ""
    id: str = ""
    updated_at: datetime.datetime | None = None
    end_date_time: datetime.datetime | None = None
    event_cancelled: bool | None = None
    event_completed: bool | None = None
    event_description: str | None = None
    event_type: str | None = None
    event_url: str | None = None
    object_id: str | None = None
    start_date_time: datetime.datetime | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
        if (value := self.created_at) is not None:
            data["createdAt"] = write_time(value, "created_at")
        if value := self.custom_properties:
            data["customProperties"] = write_objects(value, "custom_properties", PropertyValueResponse)
        if value := self.event_name:
            data["eventName"] = value if type(value) is str else write_plain(value, "event_name", str)
        if value := self.event_organizer:
            data["eventOrganizer"] = value if type(value) is str else write_plain(value, "event_organizer", str)
        if value := self.id:
            data["id"] = value if type(value) is str else write_plain(value, "id", str)
        if (value := self.updated_at) is not None:
            data["updatedAt"] = write_time(value, "updated_at")
        if (value := self.end_date_time) is not None:
            data["endDateTime"] = write_time(value, "end_date_time")
        if (value := self.event_cancelled) is not None:
            data["eventCancelled"] = value if type(value) is bool else write_plain(value, "event_cancelled", bool)
        if (value := self.event_completed) is not None:
            data["eventCompleted"] = value if type(value) is bool else write_plain(value, "event_completed", bool)
        if (value := self.event_description) is not None:
            data["eventDescription"] = value if type(value) is str else write_plain(value, "event_description", str)
        if (value := self.event_type) is not None:
            data["eventType"] = value if type(value) is str else write_plain(value, "event_type", str)
        if (value := self.event_url) is not None:
            data["eventUrl"] = value if type(value) is str else write_plain(value, "event_url", str)
        if (value := self.object_id) is not None:
            data["objectId"] = value if type(value) is str else write_plain(value, "object_id", str)
        if (value := self.start_date_time) is not None:
            data["startDateTime"] = write_time(value, "start_date_time")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        # Past __init__, as every field is set below. A subclass may have fields of its own.
        self = cls.__new__(cls) if cls is MarketingEventUpsertResponse else cls()
        value = pop("createdAt", None)
        self.created_at = value if value is None else take_time(rest, "createdAt", value)
        value = pop("customProperties", None)
        self.custom_properties = (
            [] if value is None else take_list(rest, "customProperties", value, PropertyValueResponse.from_dict)
        )
        value = pop("eventName", "")
        self.event_name = value if type(value) is str else take(rest, "eventName", value, read_str) or ""
        value = pop("eventOrganizer", "")
        self.event_organizer = value if type(value) is str else take(rest, "eventOrganizer", value, read_str) or ""
        value = pop("id", "")
        self.id = value if type(value) is str else take(rest, "id", value, read_str) or ""
        value = pop("updatedAt", None)
        self.updated_at = value if value is None else take_time(rest, "updatedAt", value)
        if not rest:  # most often, where most fields are optional
            self.end_date_time = None
            self.event_cancelled = None
            self.event_completed = None
            self.event_description = None
            self.event_type = None
            self.event_url = None
            self.object_id = None
            self.start_date_time = None
            self.additional_properties = rest
            return self
        value = pop("endDateTime", None)
        self.end_date_time = value if value is None else take_time(rest, "endDateTime", value)
        value = pop("eventCancelled", None)
        self.event_cancelled = (
            value if value is None or type(value) is bool else take(rest, "eventCancelled", value, read_bool)
        )
        value = pop("eventCompleted", None)
        self.event_completed = (
            value if value is None or type(value) is bool else take(rest, "eventCompleted", value, read_bool)
        )
        value = pop("eventDescription", None)
        self.event_description = (
            value if value is None or type(value) is str else take(rest, "eventDescription", value, read_str)
        )
        value = pop("eventType", None)
        self.event_type = value if value is None or type(value) is str else take(rest, "eventType", value, read_str)
        value = pop("eventUrl", None)
        self.event_url = value if value is None or type(value) is str else take(rest, "eventUrl", value, read_str)
        value = pop("objectId", None)
        self.object_id = value if value is None or type(value) is str else take(rest, "objectId", value, read_str)
        value = pop("startDateTime", None)
        self.start_date_time = value if value is None else take_time(rest, "startDateTime", value)
        self.additional_properties = rest or {}
        return self
