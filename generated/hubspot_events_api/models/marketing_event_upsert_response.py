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
    write_list,
    write_object,
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
        data = {**self.additional_properties}
        if (value := self.created_at) is not None:
            data["createdAt"] = write_time(value, "created_at")
        if value := self.custom_properties:
            data["customProperties"] = write_list(value, "custom_properties", write_object, PropertyValueResponse)
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
        rest = as_object(data)
        pop = rest.pop
        self = cls.__new__(cls)
        # Not cls(…), by which Python packs so many arguments into a dict and unpacks them again.
        cls.__init__(
            self,
            created_at=None if (v := pop("createdAt", None)) is None else take_time(rest, "createdAt", v),
            custom_properties=[]
            if (v := pop("customProperties", None)) is None
            else take_list(rest, "customProperties", v, PropertyValueResponse.from_dict),
            event_name=v if type(v := pop("eventName", "")) is str else take(rest, "eventName", v, read_str) or "",
            event_organizer=v
            if type(v := pop("eventOrganizer", "")) is str
            else take(rest, "eventOrganizer", v, read_str) or "",
            id=v if type(v := pop("id", "")) is str else take(rest, "id", v, read_str) or "",
            updated_at=None if (v := pop("updatedAt", None)) is None else take_time(rest, "updatedAt", v),
            end_date_time=None if (v := pop("endDateTime", None)) is None else take_time(rest, "endDateTime", v),
            event_cancelled=v
            if type(v := pop("eventCancelled", None)) is bool or v is None
            else take(rest, "eventCancelled", v, read_bool),
            event_completed=v
            if type(v := pop("eventCompleted", None)) is bool or v is None
            else take(rest, "eventCompleted", v, read_bool),
            event_description=v
            if type(v := pop("eventDescription", None)) is str or v is None
            else take(rest, "eventDescription", v, read_str),
            event_type=v
            if type(v := pop("eventType", None)) is str or v is None
            else take(rest, "eventType", v, read_str),
            event_url=v
            if type(v := pop("eventUrl", None)) is str or v is None
            else take(rest, "eventUrl", v, read_str),
            object_id=v
            if type(v := pop("objectId", None)) is str or v is None
            else take(rest, "objectId", v, read_str),
            start_date_time=None if (v := pop("startDateTime", None)) is None else take_time(rest, "startDateTime", v),
            additional_properties=rest,
        )
        return self
