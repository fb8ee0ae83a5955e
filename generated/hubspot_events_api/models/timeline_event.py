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
    read_union,
    required,
    take,
    take_time,
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
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
        value = self.event_template_id
        data["eventTemplateId"] = value if type(value) is str else write_plain(value, "event_template_id", str)
        value = self.tokens
        data["tokens"] = write_map(value, "tokens", write_plain, str, float, int, bool)
        if (value := self.id) is not None:
            data["id"] = value if type(value) is str else write_plain(value, "id", str)
        if (value := self.custom_object_type_id) is not None:
            data["customObjectTypeId"] = (
                value if type(value) is str else write_plain(value, "custom_object_type_id", str)
            )
        if (value := self.domain) is not None:
            data["domain"] = value if type(value) is str else write_plain(value, "domain", str)
        if (value := self.email) is not None:
            data["email"] = value if type(value) is str else write_plain(value, "email", str)
        if (value := self.extra_data) is not None:
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
        """Make one from a JSON object; raises FieldError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        # Not cls(…), by which Python packs the arguments into a dict and unpacks them again.
        self = cls.__new__(cls)
        cls.__init__(
            self,
            event_template_id=(
                value
                if type(value := pop("eventTemplateId", None)) is str
                else required(take(rest, "eventTemplateId", value, read_str), "event_template_id")
            ),
            tokens=required(
                take(
                    rest,
                    "tokens",
                    pop("tokens", None),
                    lambda value: read_map(value, lambda value: read_union(value, read_float, read_bool, read_str)),
                ),
                "tokens",
            ),
        )
        value = pop("id", None)
        self.id = value if value is None or type(value) is str else take(rest, "id", value, read_str)
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
            value
            if value is None or type(value) is dict
            else take(rest, "extraData", value, lambda value: read_map(value, read_any))
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
