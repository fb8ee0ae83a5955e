from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..models.app_info import AppInfo
from ..models.marketing_event_property import MarketingEventProperty
from ..types import (
    as_object,
    read_bool,
    read_str,
    read_time,
    take,
    take_list,
    write_any,
    write_list,
    write_map,
    write_object,
    write_plain,
    write_time,
)


@attrs.define(kw_only=True)
class MarketingEventUpdateResponse:
    """A marketing event as HubSpot stores it.

    Attributes:
        created_at: When HubSpot created the record.
        custom_properties: The values of its custom properties.
        event_name: The name of the event.
        object_id: The CRM id of the record.
        updated_at: When the record last changed.
        app_info: The app that created a marketing event.
        end_date_time: When the event ends.
        event_cancelled: Whether the event was cancelled.
        event_completed: Whether the event is over.
        event_description: What the event is about.
        event_organizer: Who holds the event.
        event_type: The kind of event, in the caller's words, such as WEBINAR.
        event_url: The page of the event.
        start_date_time: When the event starts.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
    """

    created_at: datetime.datetime | None = None
    custom_properties: list[MarketingEventProperty] = attrs.field(factory=list)
    event_name: str = ""
    object_id: str = ""
    updated_at: datetime.datetime | None = None
    app_info: AppInfo | None = None
    end_date_time: datetime.datetime | None = None
    event_cancelled: bool | None = None
    event_completed: bool | None = None
    event_description: str | None = None
    event_organizer: str | None = None
    event_type: str | None = None
    event_url: str | None = None
    start_date_time: datetime.datetime | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        data = write_map(self.additional_properties, "additional_properties", write_any)
        if self.created_at is not None:
            data["createdAt"] = write_time(self.created_at, "created_at")
        if self.custom_properties:
            data["customProperties"] = write_list(
                self.custom_properties, "custom_properties", write_object, MarketingEventProperty
            )
        if self.event_name:
            data["eventName"] = write_plain(self.event_name, "event_name", str)
        if self.object_id:
            data["objectId"] = write_plain(self.object_id, "object_id", str)
        if self.updated_at is not None:
            data["updatedAt"] = write_time(self.updated_at, "updated_at")
        if self.app_info is not None:
            data["appInfo"] = write_object(self.app_info, "app_info", AppInfo)
        if self.end_date_time is not None:
            data["endDateTime"] = write_time(self.end_date_time, "end_date_time")
        if self.event_cancelled is not None:
            data["eventCancelled"] = write_plain(self.event_cancelled, "event_cancelled", bool)
        if self.event_completed is not None:
            data["eventCompleted"] = write_plain(self.event_completed, "event_completed", bool)
        if self.event_description is not None:
            data["eventDescription"] = write_plain(self.event_description, "event_description", str)
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
        """Make one from a JSON object, whatever is in it."""
        rest = as_object(data)
        return cls(
            created_at=take(rest, "createdAt", read_time),
            custom_properties=take_list(rest, "customProperties", MarketingEventProperty.from_dict),
            event_name=take(rest, "eventName", read_str) or "",
            object_id=take(rest, "objectId", read_str) or "",
            updated_at=take(rest, "updatedAt", read_time),
            app_info=take(rest, "appInfo", AppInfo.from_dict),
            end_date_time=take(rest, "endDateTime", read_time),
            event_cancelled=take(rest, "eventCancelled", read_bool),
            event_completed=take(rest, "eventCompleted", read_bool),
            event_description=take(rest, "eventDescription", read_str),
            event_organizer=take(rest, "eventOrganizer", read_str),
            event_type=take(rest, "eventType", read_str),
            event_url=take(rest, "eventUrl", read_str),
            start_date_time=take(rest, "startDateTime", read_time),
            additional_properties=rest,
        )
