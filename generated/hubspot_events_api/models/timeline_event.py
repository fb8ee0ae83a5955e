from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..models.extra_data import ExtraData
from ..models.timeline_event_i_frame import TimelineEventIFrame
from ..models.timeline_event_tokens import TimelineEventTokens
from ..types import (
    as_object,
    read_any,
    read_bool,
    read_float,
    read_map,
    read_str,
    read_time,
    read_union,
    required,
    take,
    write_any,
    write_map,
    write_object,
    write_plain,
    write_time,
)


@attrs.define(kw_only=True)
class TimelineEvent:
    """One event for the timeline of a CRM record. Beside the two required fields HubSpot needs to know the record:
    `objectId`, or on contacts `email` or `utk`.

    Attributes:
        event_template_id: The id of the event template, which names the tokens and how they are shown.
        tokens: The values of the template's tokens, by name: text, numbers, true or false; dates as Unix
            milliseconds.
        id: The id of the event, unique for the app and the event template. HubSpot makes one when it is left out, and
            replaces `{{uuid}}` anywhere in it with a unique string. When two CRM records are given the same id, the one
            processed last wins and the first loses its event.
        custom_object_type_id: The object type of the record, when that is a custom object.
        domain: The domain of the event, often paired with `utk`.
        email: The e-mail address of a contact, on events for contacts: finds the contact, creates it, or changes its
            address when `objectId` is given as well.
        extra_data: Further data of the event, any JSON, that the template's Markdown can show.
        object_id: The id of the CRM record. Needed on every object type but contacts, where `email` or `utk` will do.
        timeline_i_frame: A page that HubSpot opens in a window from a link on the event.
        timestamp: When the event happened, which decides its place on the timeline; now, when it is left out.
        utk: The user token from HubSpot's cookie, which finds a contact whose e-mail address is not known.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    event_template_id: str
    tokens: TimelineEventTokens
    id: str | None = None
    custom_object_type_id: str | None = None
    domain: str | None = None
    email: str | None = None
    extra_data: ExtraData | None = None
    object_id: str | None = None
    timeline_i_frame: TimelineEventIFrame | None = None
    timestamp: datetime.datetime | str | None = None
    utk: str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        data = write_map(self.additional_properties, "additional_properties", write_any)
        data["eventTemplateId"] = write_plain(self.event_template_id, "event_template_id", str)
        data["tokens"] = write_map(self.tokens, "tokens", write_plain, str, float, int, bool)
        if self.id is not None:
            data["id"] = write_plain(self.id, "id", str)
        if self.custom_object_type_id is not None:
            data["customObjectTypeId"] = write_plain(self.custom_object_type_id, "custom_object_type_id", str)
        if self.domain is not None:
            data["domain"] = write_plain(self.domain, "domain", str)
        if self.email is not None:
            data["email"] = write_plain(self.email, "email", str)
        if self.extra_data is not None:
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
        """Make one from a JSON object; raises FieldError when a required field is missing."""
        rest = as_object(data)
        return cls(
            event_template_id=required(take(rest, "eventTemplateId", read_str), "event_template_id"),
            tokens=required(take(rest, "tokens", read_map, read_union, read_float, read_bool, read_str), "tokens"),
            id=take(rest, "id", read_str),
            custom_object_type_id=take(rest, "customObjectTypeId", read_str),
            domain=take(rest, "domain", read_str),
            email=take(rest, "email", read_str),
            extra_data=take(rest, "extraData", read_map, read_any),
            object_id=take(rest, "objectId", read_str),
            timeline_i_frame=take(rest, "timelineIFrame", TimelineEventIFrame.from_dict),
            timestamp=take(rest, "timestamp", read_time),
            utk=take(rest, "utk", read_str),
            additional_properties=rest,
        )
