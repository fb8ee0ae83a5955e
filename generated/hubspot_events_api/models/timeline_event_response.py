from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..models.extra_data import ExtraData
from ..models.timeline_event_i_frame import TimelineEventIFrame
from ..models.timeline_event_response_tokens import TimelineEventResponseTokens
from ..types import (
    as_object,
    read_any,
    read_str,
    read_time,
    take,
    take_map,
    write_any,
    write_map,
    write_object,
    write_plain,
    write_time,
)


@attrs.define(kw_only=True)
class TimelineEventResponse:
    """A timeline event as HubSpot stores it.

    Attributes:
        event_template_id: The id of the event template, which names the tokens and how they are shown.
        id: The id of the event.
        object_type: The object type of the CRM record, such as `contacts`.
        tokens: The values of the template's tokens, by name, each as text.
        created_at: Not used by HubSpot.
        custom_object_type_id: The object type of the record, when that is a custom object.
        domain: The domain of the event, often paired with `utk`.
        email: The e-mail address of a contact, on events for contacts: finds the contact, creates it, or changes its
            address when `objectId` is given as well.
        extra_data: Further data of the event, any JSON, that the template's Markdown can show.
        object_id: The id of the CRM record. Needed on every object type but contacts, where `email` or `utk` will do.
        timeline_i_frame: A page that HubSpot opens in a window from a link on the event.
        timestamp: When the event happened, which decides its place on the timeline; now, when it is left out.
        utk: The user token from HubSpot's cookie, which finds a contact whose e-mail address is not known.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
    """

    event_template_id: str = ""
    id: str = ""
    object_type: str = ""
    tokens: TimelineEventResponseTokens = attrs.field(factory=dict)
    created_at: datetime.datetime | None = None
    custom_object_type_id: str | None = None
    domain: str | None = None
    email: str | None = None
    extra_data: ExtraData = attrs.field(factory=dict)
    object_id: str | None = None
    timeline_i_frame: TimelineEventIFrame | None = None
    timestamp: datetime.datetime | None = None
    utk: str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        data = write_map(self.additional_properties, "additional_properties", write_any)
        if self.event_template_id:
            data["eventTemplateId"] = write_plain(self.event_template_id, "event_template_id", str)
        if self.id:
            data["id"] = write_plain(self.id, "id", str)
        if self.object_type:
            data["objectType"] = write_plain(self.object_type, "object_type", str)
        if self.tokens:
            data["tokens"] = write_map(self.tokens, "tokens", write_plain, str)
        if self.created_at is not None:
            data["createdAt"] = write_time(self.created_at, "created_at")
        if self.custom_object_type_id is not None:
            data["customObjectTypeId"] = write_plain(self.custom_object_type_id, "custom_object_type_id", str)
        if self.domain is not None:
            data["domain"] = write_plain(self.domain, "domain", str)
        if self.email is not None:
            data["email"] = write_plain(self.email, "email", str)
        if self.extra_data:
            data["extraData"] = write_map(self.extra_data, "extra_data", write_any)
        if self.object_id is not None:
            data["objectId"] = write_plain(self.object_id, "object_id", str)
        if self.timeline_i_frame is not None:
            data["timelineIFrame"] = write_object(self.timeline_i_frame, "timeline_i_frame", TimelineEventIFrame)
        if self.timestamp is not None:
            data["timestamp"] = write_time(self.timestamp, "timestamp")
        if self.utk is not None:
            data["utk"] = write_plain(self.utk, "utk", str)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        rest = as_object(data)
        return cls(
            event_template_id=take(rest, "eventTemplateId", read_str) or "",
            id=take(rest, "id", read_str) or "",
            object_type=take(rest, "objectType", read_str) or "",
            tokens=take_map(rest, "tokens", read_str),
            created_at=take(rest, "createdAt", read_time),
            custom_object_type_id=take(rest, "customObjectTypeId", read_str),
            domain=take(rest, "domain", read_str),
            email=take(rest, "email", read_str),
            extra_data=take_map(rest, "extraData", read_any),
            object_id=take(rest, "objectId", read_str),
            timeline_i_frame=take(rest, "timelineIFrame", TimelineEventIFrame.from_dict),
            timestamp=take(rest, "timestamp", read_time),
            utk=take(rest, "utk", read_str),
            additional_properties=rest,
        )
