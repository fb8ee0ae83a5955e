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
    take,
    take_map,
    take_time,
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
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
        if value := self.event_template_id:
            data["eventTemplateId"] = value if type(value) is str else write_plain(value, "event_template_id", str)
        if value := self.id:
            data["id"] = value if type(value) is str else write_plain(value, "id", str)
        if value := self.object_type:
            data["objectType"] = value if type(value) is str else write_plain(value, "object_type", str)
        if value := self.tokens:
            data["tokens"] = write_map(value, "tokens", write_plain, str)
        if (value := self.created_at) is not None:
            data["createdAt"] = write_time(value, "created_at")
        if (value := self.custom_object_type_id) is not None:
            data["customObjectTypeId"] = (
                value if type(value) is str else write_plain(value, "custom_object_type_id", str)
            )
        if (value := self.domain) is not None:
            data["domain"] = value if type(value) is str else write_plain(value, "domain", str)
        if (value := self.email) is not None:
            data["email"] = value if type(value) is str else write_plain(value, "email", str)
        if value := self.extra_data:
            data["extraData"] = write_map(value, "extra_data", write_any)
        if (value := self.object_id) is not None:
            data["objectId"] = value if type(value) is str else write_plain(value, "object_id", str)
        if (value := self.timeline_i_frame) is not None:
            data["timelineIFrame"] = write_object(value, "timeline_i_frame", TimelineEventIFrame)
        if (value := self.timestamp) is not None:
            data["timestamp"] = write_time(value, "timestamp")
        if (value := self.utk) is not None:
            data["utk"] = value if type(value) is str else write_plain(value, "utk", str)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        # Past __init__, as every field is set below. A subclass may have fields of its own.
        self = cls.__new__(cls) if cls is TimelineEventResponse else cls()
        value = pop("eventTemplateId", "")
        self.event_template_id = value if type(value) is str else take(rest, "eventTemplateId", value, read_str) or ""
        value = pop("id", "")
        self.id = value if type(value) is str else take(rest, "id", value, read_str) or ""
        value = pop("objectType", "")
        self.object_type = value if type(value) is str else take(rest, "objectType", value, read_str) or ""
        value = pop("tokens", None)
        self.tokens = {} if value is None else take_map(rest, "tokens", value, read_str)
        if not rest:  # most often, where most fields are optional
            self.created_at = None
            self.custom_object_type_id = None
            self.domain = None
            self.email = None
            self.extra_data = {}
            self.object_id = None
            self.timeline_i_frame = None
            self.timestamp = None
            self.utk = None
            self.additional_properties = rest
            return self
        value = pop("createdAt", None)
        self.created_at = value if value is None else take_time(rest, "createdAt", value)
        value = pop("customObjectTypeId", None)
        self.custom_object_type_id = (
            value if value is None or type(value) is str else take(rest, "customObjectTypeId", value, read_str)
        )
        value = pop("domain", None)
        self.domain = value if value is None or type(value) is str else take(rest, "domain", value, read_str)
        value = pop("email", None)
        self.email = value if value is None or type(value) is str else take(rest, "email", value, read_str)
        value = pop("extraData", None)
        self.extra_data = (
            value if type(value) is dict else {} if value is None else take_map(rest, "extraData", value, read_any)
        )
        value = pop("objectId", None)
        self.object_id = value if value is None or type(value) is str else take(rest, "objectId", value, read_str)
        value = pop("timelineIFrame", None)
        self.timeline_i_frame = (
            value if value is None else take(rest, "timelineIFrame", value, TimelineEventIFrame.from_dict)
        )
        value = pop("timestamp", None)
        self.timestamp = value if value is None else take_time(rest, "timestamp", value)
        value = pop("utk", None)
        self.utk = value if value is None or type(value) is str else take(rest, "utk", value, read_str)
        self.additional_properties = rest or {}
        return self
