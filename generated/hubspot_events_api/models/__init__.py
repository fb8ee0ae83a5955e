"""The models of HubSpot's event endpoints."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Self, TypeAlias, TypeVar

import attrs
from hubspot_events_runtime.answers import NOTHING_CAME, Model, Response
from hubspot_events_runtime.batches import BatchAnswer
from hubspot_events_runtime.errors import InputError
from hubspot_events_runtime.reading import (
    as_object,
    give_list,
    give_object,
    read_any,
    read_bool,
    read_int,
    read_str,
    required,
    take,
    take_list,
    take_map,
    take_time,
    take_whole,
)
from hubspot_events_runtime.words import OpenStrEnum
from hubspot_events_runtime.writing import (
    Scalar,
    needs_one_of,
    write_any,
    write_filled,
    write_list,
    write_map,
    write_more,
    write_name_values,
    write_object,
    write_objects,
    write_plain,
    write_text,
    write_time,
    write_value,
)

__all__ = (
    "AppInfo",
    "Batch",
    "BatchError",
    "BatchStatus",
    "DataSensitivity",
    "Error",
    "ErrorDetail",
    "ExtraData",
    "Links",
    "MarketingEventProperty",
    "MarketingEventUpdate",
    "MarketingEventUpdateBatchResponse",
    "MarketingEventUpdateResponse",
    "MarketingEventUpsert",
    "MarketingEventUpsertBatchResponse",
    "MarketingEventUpsertResponse",
    "MaskedSubstring",
    "MaskedSubstrings",
    "PropertyValue",
    "PropertyValueResponse",
    "TimelineEvent",
    "TimelineEvent202603",
    "TimelineEvent202603BatchResponse",
    "TimelineEvent202603Properties",
    "TimelineEvent202603Response",
    "TimelineEvent202603ResponseProperties",
    "TimelineEventBatchResponse",
    "TimelineEventIFrame",
    "TimelineEventResponse",
    "TimelineEventResponseTokens",
    "TimelineEventTokens",
)

Input = TypeVar("Input")
Result = TypeVar("Result")

_new = object.__new__  # not by __init__, where every field is set all the same


class BatchStatus(OpenStrEnum):
    """How far HubSpot got with a batch. Its documentation also speaks of COMPLETED, and answers exist that carry no
    status at all."""

    CANCELED = "CANCELED"
    COMPLETE = "COMPLETE"
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"

    @classmethod
    def synonyms(cls) -> Mapping[str, str]:
        """Return other words for documented ones, both without case."""
        return {"completed": "complete"}


class DataSensitivity(OpenStrEnum):
    """How sensitive the data in a property is."""

    HIGH = "high"
    NONE = "none"
    STANDARD = "standard"


@attrs.define(kw_only=True, eq=False, repr=False)
class AppInfo(Model):
    """The app that created a marketing event.

    Attributes:
        id: The id of the app.
        name: The name of the app.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
        response: What came with the answer, where this is the whole of it.
    """

    id: str = ""
    name: str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if value := self.id:
            data["id"] = value if type(value) is str else write_plain(value, "id", str)
        if (value := self.name) is not None:
            data["name"] = value if type(value) is str else write_plain(value, "name", str)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("id", "")
        self.id = value if type(value) is str else take(rest, "id", value, read_str) or ""
        if not rest:
            self.name = None
            self.additional_properties = {}
            return self
        value = pop("name", None)
        self.name = value if value is None or type(value) is str else take(rest, "name", value, read_str)
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class BatchError(Model):
    """Why some inputs of a batch were not written.

    Attributes:
        category: The kind of error, e.g. VALIDATION_ERROR or OBJECT_NOT_FOUND.
        message: What went wrong, in a sentence.
        status: The word "error".
        id: What the error is about, where HubSpot says so.
        context: What the error is about: a map of lists of strings, keyed e.g. by `ids` or `missingScopes`. HubSpot
            also sends it as one string, such as "{missingScopes=[a, b]}".
        errors: The single faults, where there is more than one.
        links: Addresses of documentation, by name.
        sub_category: A finer category. A string in some answers, an object in others.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
        response: What came with the answer, where this is the whole of it.
    """

    category: str = ""
    message: str = ""
    status: str = ""
    id: str | None = None
    context: Any = None
    errors: list[ErrorDetail] = attrs.field(factory=list)
    links: Links = attrs.field(factory=dict)
    sub_category: Any = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if value := self.category:
            data["category"] = value if type(value) is str else write_plain(value, "category", str)
        if value := self.message:
            data["message"] = value if type(value) is str else write_plain(value, "message", str)
        if value := self.status:
            data["status"] = value if type(value) is str else write_plain(value, "status", str)
        if (value := self.id) is not None:
            data["id"] = value if type(value) is str else write_plain(value, "id", str)
        if (value := self.context) is not None:
            data["context"] = write_any(value, "context")
        if value := self.errors:
            data["errors"] = write_objects(value, "errors", ErrorDetail)
        if value := self.links:
            data["links"] = write_map(value, "links", write_plain, str)
        if (value := self.sub_category) is not None:
            data["subCategory"] = write_any(value, "sub_category")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("category", "")
        self.category = value if type(value) is str else take(rest, "category", value, read_str) or ""
        value = pop("message", "")
        self.message = value if type(value) is str else take(rest, "message", value, read_str) or ""
        value = pop("status", "")
        self.status = value if type(value) is str else take(rest, "status", value, read_str) or ""
        if not rest:
            self.id = None
            self.context = None
            self.errors = []
            self.links = {}
            self.sub_category = None
            self.additional_properties = {}
            return self
        value = pop("id", None)
        self.id = value if value is None or type(value) is str else take(rest, "id", value, read_str)
        value = pop("context", None)
        self.context = value
        value = pop("errors", None)
        self.errors = [] if value is None else take_list(rest, "errors", value, ErrorDetail.from_dict)
        value = pop("links", None)
        self.links = {} if value is None else take_map(rest, "links", value, read_str)
        value = pop("subCategory", None)
        self.sub_category = value
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class Error(Model):
    """The body of an answer that is no success. Validation errors carry a category; rate limits carry errorType and
    policyName instead.

    Attributes:
        status: The word "error".
        message: What went wrong, in a sentence.
        correlation_id: What HubSpot's support asks for.
        category: The kind of error, e.g. VALIDATION_ERROR, MISSING_SCOPES or RATE_LIMITS.
        sub_category: A finer category. A string in some answers, an object in others.
        errors: The single faults.
        context: What the error is about: a map of lists of strings, keyed e.g. by `ids` or `missingScopes`. HubSpot
            also sends it as one string, such as "{missingScopes=[a, b]}".
        links: Addresses of documentation, by name.
        error_type: RATE_LIMIT on a rate limit, which has no category.
        policy_name: Which limit was reached: TEN_SECONDLY_ROLLING (formerly SECONDLY), or DAILY, which ends at
            midnight in the account's time zone.
        group_name: The group of requests that the limit counts.
        request_id: HubSpot's name for the request.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
        response: What came with the answer, where this is the whole of it.
    """

    status: str = ""
    message: str = ""
    correlation_id: str = ""
    category: str | None = None
    sub_category: Any = None
    errors: list[ErrorDetail] = attrs.field(factory=list)
    context: Any = None
    links: Links = attrs.field(factory=dict)
    error_type: str | None = None
    policy_name: str | None = None
    group_name: str | None = None
    request_id: str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if value := self.status:
            data["status"] = value if type(value) is str else write_plain(value, "status", str)
        if value := self.message:
            data["message"] = value if type(value) is str else write_plain(value, "message", str)
        if value := self.correlation_id:
            data["correlationId"] = value if type(value) is str else write_plain(value, "correlation_id", str)
        if (value := self.category) is not None:
            data["category"] = value if type(value) is str else write_plain(value, "category", str)
        if (value := self.sub_category) is not None:
            data["subCategory"] = write_any(value, "sub_category")
        if value := self.errors:
            data["errors"] = write_objects(value, "errors", ErrorDetail)
        if (value := self.context) is not None:
            data["context"] = write_any(value, "context")
        if value := self.links:
            data["links"] = write_map(value, "links", write_plain, str)
        if (value := self.error_type) is not None:
            data["errorType"] = value if type(value) is str else write_plain(value, "error_type", str)
        if (value := self.policy_name) is not None:
            data["policyName"] = value if type(value) is str else write_plain(value, "policy_name", str)
        if (value := self.group_name) is not None:
            data["groupName"] = value if type(value) is str else write_plain(value, "group_name", str)
        if (value := self.request_id) is not None:
            data["requestId"] = value if type(value) is str else write_plain(value, "request_id", str)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("status", "")
        self.status = value if type(value) is str else take(rest, "status", value, read_str) or ""
        value = pop("message", "")
        self.message = value if type(value) is str else take(rest, "message", value, read_str) or ""
        value = pop("correlationId", "")
        self.correlation_id = value if type(value) is str else take(rest, "correlationId", value, read_str) or ""
        if not rest:
            self.category = None
            self.sub_category = None
            self.errors = []
            self.context = None
            self.links = {}
            self.error_type = None
            self.policy_name = None
            self.group_name = None
            self.request_id = None
            self.additional_properties = {}
            return self
        value = pop("category", None)
        self.category = value if value is None or type(value) is str else take(rest, "category", value, read_str)
        value = pop("subCategory", None)
        self.sub_category = value
        value = pop("errors", None)
        self.errors = [] if value is None else take_list(rest, "errors", value, ErrorDetail.from_dict)
        value = pop("context", None)
        self.context = value
        value = pop("links", None)
        self.links = {} if value is None else take_map(rest, "links", value, read_str)
        if not rest:
            self.error_type = None
            self.policy_name = None
            self.group_name = None
            self.request_id = None
            self.additional_properties = {}
            return self
        value = pop("errorType", None)
        self.error_type = value if value is None or type(value) is str else take(rest, "errorType", value, read_str)
        value = pop("policyName", None)
        self.policy_name = value if value is None or type(value) is str else take(rest, "policyName", value, read_str)
        value = pop("groupName", None)
        self.group_name = value if value is None or type(value) is str else take(rest, "groupName", value, read_str)
        value = pop("requestId", None)
        self.request_id = value if value is None or type(value) is str else take(rest, "requestId", value, read_str)
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class ErrorDetail(Model):
    """One fault within an error.

    Attributes:
        message: What is wrong, in a sentence.
        code: A word for the kind of fault, for programs.
        in_: The name of the field or parameter at fault.
        context: What the error is about: a map of lists of strings, keyed e.g. by `ids` or `missingScopes`. HubSpot
            also sends it as one string, such as "{missingScopes=[a, b]}".
        sub_category: A finer category. A string in some answers, an object in others.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
        response: What came with the answer, where this is the whole of it.
    """

    message: str = ""
    code: str | None = None
    in_: str | None = None
    context: Any = None
    sub_category: Any = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if value := self.message:
            data["message"] = value if type(value) is str else write_plain(value, "message", str)
        if (value := self.code) is not None:
            data["code"] = value if type(value) is str else write_plain(value, "code", str)
        if (value := self.in_) is not None:
            data["in"] = value if type(value) is str else write_plain(value, "in_", str)
        if (value := self.context) is not None:
            data["context"] = write_any(value, "context")
        if (value := self.sub_category) is not None:
            data["subCategory"] = write_any(value, "sub_category")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("message", "")
        self.message = value if type(value) is str else take(rest, "message", value, read_str) or ""
        if not rest:
            self.code = None
            self.in_ = None
            self.context = None
            self.sub_category = None
            self.additional_properties = {}
            return self
        value = pop("code", None)
        self.code = value if value is None or type(value) is str else take(rest, "code", value, read_str)
        value = pop("in", None)
        self.in_ = value if value is None or type(value) is str else take(rest, "in", value, read_str)
        value = pop("context", None)
        self.context = value
        value = pop("subCategory", None)
        self.sub_category = value
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class MarketingEventProperty(Model):
    """The value of one custom property.

    Attributes:
        name: The internal name of the property.
        value: The value as text.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
        response: What came with the answer, where this is the whole of it.
    """

    name: str = ""
    value: str = ""
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if value := self.name:
            data["name"] = value if type(value) is str else write_plain(value, "name", str)
        if value := self.value:
            data["value"] = value if type(value) is str else write_plain(value, "value", str)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("name", "")
        self.name = value if type(value) is str else take(rest, "name", value, read_str) or ""
        value = pop("value", "")
        self.value = value if type(value) is str else take(rest, "value", value, read_str) or ""
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class MarketingEventUpdate(Model):
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
    custom_properties: Mapping[str, Scalar] | Sequence[PropertyValue] | None = None
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
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = (
            write_more(
                more,
                object_id="objectId",
                custom_properties="customProperties",
                end_date_time="endDateTime",
                event_cancelled="eventCancelled",
                event_description="eventDescription",
                event_name="eventName",
                event_organizer="eventOrganizer",
                event_type="eventType",
                event_url="eventUrl",
                start_date_time="startDateTime",
            )
            if type(more) is not dict or more
            else {}
        )
        value = self.object_id
        data["objectId"] = value if type(value) is str and value.strip() else write_filled(value, "object_id")
        if (value := self.custom_properties) is not None:
            data["customProperties"] = write_name_values(value, "custom_properties", PropertyValue)
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
        """Make one from a JSON object; raises InputError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        value = pop("objectId", None)
        self.object_id = value if value is not None else required(value, "object_id", "objectId")
        value = pop("customProperties", None)
        self.custom_properties = give_list(value, "custom_properties", give_object, PropertyValue)
        value = pop("endDateTime", None)
        self.end_date_time = value
        value = pop("eventCancelled", None)
        self.event_cancelled = value
        value = pop("eventDescription", None)
        self.event_description = value
        value = pop("eventName", None)
        self.event_name = value
        value = pop("eventOrganizer", None)
        self.event_organizer = value
        value = pop("eventType", None)
        self.event_type = value
        value = pop("eventUrl", None)
        self.event_url = value
        value = pop("startDateTime", None)
        self.start_date_time = value
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class MarketingEventUpdateResponse(Model):
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
        response: What came with the answer, where this is the whole of it.
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
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if (value := self.created_at) is not None:
            data["createdAt"] = write_time(value, "created_at")
        if value := self.custom_properties:
            data["customProperties"] = write_objects(value, "custom_properties", MarketingEventProperty)
        if value := self.event_name:
            data["eventName"] = value if type(value) is str else write_plain(value, "event_name", str)
        if value := self.object_id:
            data["objectId"] = value if type(value) is str else write_plain(value, "object_id", str)
        if (value := self.updated_at) is not None:
            data["updatedAt"] = write_time(value, "updated_at")
        if (value := self.app_info) is not None:
            data["appInfo"] = write_object(value, "app_info", AppInfo)
        if (value := self.end_date_time) is not None:
            data["endDateTime"] = write_time(value, "end_date_time")
        if (value := self.event_cancelled) is not None:
            data["eventCancelled"] = value if type(value) is bool else write_plain(value, "event_cancelled", bool)
        if (value := self.event_completed) is not None:
            data["eventCompleted"] = value if type(value) is bool else write_plain(value, "event_completed", bool)
        if (value := self.event_description) is not None:
            data["eventDescription"] = value if type(value) is str else write_plain(value, "event_description", str)
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
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("createdAt", None)
        self.created_at = None if value is None else take_time(rest, "createdAt", value)
        value = pop("customProperties", None)
        self.custom_properties = (
            [] if value is None else take_list(rest, "customProperties", value, MarketingEventProperty.from_dict)
        )
        value = pop("eventName", "")
        self.event_name = value if type(value) is str else take(rest, "eventName", value, read_str) or ""
        value = pop("objectId", "")
        self.object_id = value if type(value) is str else take(rest, "objectId", value, read_str) or ""
        value = pop("updatedAt", None)
        self.updated_at = None if value is None else take_time(rest, "updatedAt", value)
        if not rest:
            self.app_info = None
            self.end_date_time = None
            self.event_cancelled = None
            self.event_completed = None
            self.event_description = None
            self.event_organizer = None
            self.event_type = None
            self.event_url = None
            self.start_date_time = None
            self.additional_properties = {}
            return self
        value = pop("appInfo", None)
        self.app_info = value if value is None else take(rest, "appInfo", value, AppInfo.from_dict)
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
        if not rest:
            self.event_organizer = None
            self.event_type = None
            self.event_url = None
            self.start_date_time = None
            self.additional_properties = {}
            return self
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


@attrs.define(kw_only=True, eq=False, repr=False)
class MarketingEventUpsert(Model):
    """A marketing event to create, or to update when there is one with the same external ids.

    Attributes:
        event_name: The name of the event.
        event_organizer: Who holds the event.
        external_account_id: The id of the account in the caller's system. With `external_event_id` it identifies the
            event.
        external_event_id: The id of the event in the caller's system.
        custom_properties: Values of custom properties, each of which must exist on the account. Those left out keep
            their values.
        end_date_time: When the event ends.
        event_cancelled: Whether the event was cancelled.
        event_completed: Whether the event is over.
        event_description: What the event is about.
        event_type: The kind of event, in the caller's words, such as WEBINAR.
        event_url: The page of the event.
        start_date_time: When the event starts.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    event_name: str
    event_organizer: str
    external_account_id: str
    external_event_id: str
    custom_properties: Mapping[str, Scalar] | Sequence[PropertyValue] | None = None
    end_date_time: datetime.datetime | str | None = None
    event_cancelled: bool | None = None
    event_completed: bool | None = None
    event_description: str | None = None
    event_type: str | None = None
    event_url: str | None = None
    start_date_time: datetime.datetime | str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = (
            write_more(
                more,
                event_name="eventName",
                event_organizer="eventOrganizer",
                external_account_id="externalAccountId",
                external_event_id="externalEventId",
                custom_properties="customProperties",
                end_date_time="endDateTime",
                event_cancelled="eventCancelled",
                event_completed="eventCompleted",
                event_description="eventDescription",
                event_type="eventType",
                event_url="eventUrl",
                start_date_time="startDateTime",
            )
            if type(more) is not dict or more
            else {}
        )
        value = self.event_name
        data["eventName"] = value if type(value) is str else write_plain(value, "event_name", str)
        value = self.event_organizer
        data["eventOrganizer"] = value if type(value) is str else write_plain(value, "event_organizer", str)
        value = self.external_account_id
        data["externalAccountId"] = (
            value if type(value) is str and value.strip() else write_filled(value, "external_account_id")
        )
        value = self.external_event_id
        data["externalEventId"] = (
            value if type(value) is str and value.strip() else write_filled(value, "external_event_id")
        )
        if (value := self.custom_properties) is not None:
            data["customProperties"] = write_name_values(value, "custom_properties", PropertyValue)
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
        if (value := self.start_date_time) is not None:
            data["startDateTime"] = write_time(value, "start_date_time")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises InputError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        value = pop("eventName", None)
        self.event_name = value if value is not None else required(value, "event_name", "eventName")
        value = pop("eventOrganizer", None)
        self.event_organizer = value if value is not None else required(value, "event_organizer", "eventOrganizer")
        value = pop("externalAccountId", None)
        self.external_account_id = (
            value if value is not None else required(value, "external_account_id", "externalAccountId")
        )
        value = pop("externalEventId", None)
        self.external_event_id = value if value is not None else required(value, "external_event_id", "externalEventId")
        value = pop("customProperties", None)
        self.custom_properties = give_list(value, "custom_properties", give_object, PropertyValue)
        value = pop("endDateTime", None)
        self.end_date_time = value
        value = pop("eventCancelled", None)
        self.event_cancelled = value
        value = pop("eventCompleted", None)
        self.event_completed = value
        value = pop("eventDescription", None)
        self.event_description = value
        value = pop("eventType", None)
        self.event_type = value
        value = pop("eventUrl", None)
        self.event_url = value
        value = pop("startDateTime", None)
        self.start_date_time = value
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class MarketingEventUpsertResponse(Model):
    """A marketing event as HubSpot stores it. The external ids that were sent are not part of it.

    Attributes:
        created_at: When HubSpot created the record.
        custom_properties: The values of its custom properties.
        event_name: The name of the event.
        event_organizer: Who holds the event.
        id: The id of the record; the same as `object_id`.
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
        response: What came with the answer, where this is the whole of it.
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
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
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
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("createdAt", None)
        self.created_at = None if value is None else take_time(rest, "createdAt", value)
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
        self.updated_at = None if value is None else take_time(rest, "updatedAt", value)
        if not rest:
            self.end_date_time = None
            self.event_cancelled = None
            self.event_completed = None
            self.event_description = None
            self.event_type = None
            self.event_url = None
            self.object_id = None
            self.start_date_time = None
            self.additional_properties = {}
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
        if not rest:
            self.event_url = None
            self.object_id = None
            self.start_date_time = None
            self.additional_properties = {}
            return self
        value = pop("eventUrl", None)
        self.event_url = value if value is None or type(value) is str else take(rest, "eventUrl", value, read_str)
        value = pop("objectId", None)
        self.object_id = value if value is None or type(value) is str else take(rest, "objectId", value, read_str)
        value = pop("startDateTime", None)
        self.start_date_time = value if value is None else take_time(rest, "startDateTime", value)
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class MaskedSubstring(Model):
    """A part of a property's value that HubSpot shows masked.

    Attributes:
        start: Where the part starts, in characters from 0.
        end: Where the part ends.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    start: int
    end: int
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_more(more) if type(more) is not dict or more else {}
        value = self.start
        data["start"] = value if type(value) is int else write_plain(value, "start", int)
        value = self.end
        data["end"] = value if type(value) is int else write_plain(value, "end", int)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises InputError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        value = pop("start", None)
        self.start = value if value is not None else required(value, "start")
        value = pop("end", None)
        self.end = value if value is not None else required(value, "end")
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class MaskedSubstrings(Model):
    """The parts of a property's value that HubSpot shows masked.

    Attributes:
        substrings: The parts, each a stretch of the value.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    substrings: Collection[MaskedSubstring]
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_more(more) if type(more) is not dict or more else {}
        value = self.substrings
        data["substrings"] = write_objects(value, "substrings", MaskedSubstring)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises InputError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        value = pop("substrings", None)
        self.substrings = required(give_list(value, "substrings", give_object, MaskedSubstring), "substrings")
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class PropertyValue(Model):
    """The value of one custom property. `name` and `value` are what a caller has; the rest is HubSpot's own bookkeeping,
    which it keeps itself when a field is left out.

    Attributes:
        name: The internal name of a property that exists on the account. HubSpot drops a value without a word when
            there is no such property.
        value: The value as text; a date or time as Unix milliseconds.
        data_sensitivity: How sensitive the data in a property is.
        is_encrypted: Whether HubSpot stores the value encrypted.
        is_large_value: Whether the value is above the size that HubSpot stores inline.
        masked_substrings: The parts of a property's value that HubSpot shows masked.
        persistence_timestamp: When HubSpot stored the value, in Unix milliseconds.
        request_id: HubSpot's name for the request that set the value.
        selected_by_user: Whether a person chose the value.
        selected_by_user_timestamp: When a person chose the value, in Unix milliseconds.
        source: What set the value, one of over a hundred words, such as ACADEMY, API or INTEGRATION. HubSpot adds to
            them often, so any word is accepted.
        source_id: Which one of its kind the source was.
        source_label: The name of the source for people.
        source_metadata: Further data on the source, encoded by HubSpot.
        source_upstream_deployable: The service of HubSpot's that set the value.
        source_vid: The ids of contacts that were merged to give the value.
        timestamp: From when the value holds, in Unix milliseconds; now, when it is left out.
        unit: The unit of the value, such as a currency.
        updated_by_user_id: The id of the HubSpot user who set the value.
        use_timestamp_as_persistence_timestamp: Whether `timestamp` also stands for the time of storing.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    name: str
    value: Scalar
    data_sensitivity: DataSensitivity | str | None = None
    is_encrypted: bool | None = None
    is_large_value: bool | None = None
    masked_substrings: MaskedSubstrings | None = None
    persistence_timestamp: int | None = None
    request_id: str | None = None
    selected_by_user: bool | None = None
    selected_by_user_timestamp: int | None = None
    source: str | None = None
    source_id: str | None = None
    source_label: str | None = None
    source_metadata: str | None = None
    source_upstream_deployable: str | None = None
    source_vid: Collection[int] | None = None
    timestamp: int | None = None
    unit: str | None = None
    updated_by_user_id: int | None = None
    use_timestamp_as_persistence_timestamp: bool | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = (
            write_more(
                more,
                data_sensitivity="dataSensitivity",
                is_encrypted="isEncrypted",
                is_large_value="isLargeValue",
                masked_substrings="maskedSubstrings",
                persistence_timestamp="persistenceTimestamp",
                request_id="requestId",
                selected_by_user="selectedByUser",
                selected_by_user_timestamp="selectedByUserTimestamp",
                source_id="sourceId",
                source_label="sourceLabel",
                source_metadata="sourceMetadata",
                source_upstream_deployable="sourceUpstreamDeployable",
                source_vid="sourceVid",
                updated_by_user_id="updatedByUserId",
                use_timestamp_as_persistence_timestamp="useTimestampAsPersistenceTimestamp",
            )
            if type(more) is not dict or more
            else {}
        )
        value = self.name
        data["name"] = value if type(value) is str else write_plain(value, "name", str)
        value = self.value
        data["value"] = value if type(value) is str else write_text(value, "value")
        if (value := self.data_sensitivity) is not None:
            data["dataSensitivity"] = write_plain(value, "data_sensitivity", str)
        if (value := self.is_encrypted) is not None:
            data["isEncrypted"] = value if type(value) is bool else write_plain(value, "is_encrypted", bool)
        if (value := self.is_large_value) is not None:
            data["isLargeValue"] = value if type(value) is bool else write_plain(value, "is_large_value", bool)
        if (value := self.masked_substrings) is not None:
            data["maskedSubstrings"] = write_object(value, "masked_substrings", MaskedSubstrings)
        if (value := self.persistence_timestamp) is not None:
            data["persistenceTimestamp"] = (
                value if type(value) is int else write_plain(value, "persistence_timestamp", int)
            )
        if (value := self.request_id) is not None:
            data["requestId"] = value if type(value) is str else write_plain(value, "request_id", str)
        if (value := self.selected_by_user) is not None:
            data["selectedByUser"] = value if type(value) is bool else write_plain(value, "selected_by_user", bool)
        if (value := self.selected_by_user_timestamp) is not None:
            data["selectedByUserTimestamp"] = (
                value if type(value) is int else write_plain(value, "selected_by_user_timestamp", int)
            )
        if (value := self.source) is not None:
            data["source"] = value if type(value) is str else write_plain(value, "source", str)
        if (value := self.source_id) is not None:
            data["sourceId"] = value if type(value) is str else write_plain(value, "source_id", str)
        if (value := self.source_label) is not None:
            data["sourceLabel"] = value if type(value) is str else write_plain(value, "source_label", str)
        if (value := self.source_metadata) is not None:
            data["sourceMetadata"] = value if type(value) is str else write_plain(value, "source_metadata", str)
        if (value := self.source_upstream_deployable) is not None:
            data["sourceUpstreamDeployable"] = (
                value if type(value) is str else write_plain(value, "source_upstream_deployable", str)
            )
        if (value := self.source_vid) is not None:
            data["sourceVid"] = write_list(value, "source_vid", write_plain, int)
        if (value := self.timestamp) is not None:
            data["timestamp"] = value if type(value) is int else write_plain(value, "timestamp", int)
        if (value := self.unit) is not None:
            data["unit"] = value if type(value) is str else write_plain(value, "unit", str)
        if (value := self.updated_by_user_id) is not None:
            data["updatedByUserId"] = value if type(value) is int else write_plain(value, "updated_by_user_id", int)
        if (value := self.use_timestamp_as_persistence_timestamp) is not None:
            data["useTimestampAsPersistenceTimestamp"] = (
                value if type(value) is bool else write_plain(value, "use_timestamp_as_persistence_timestamp", bool)
            )
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises InputError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        value = pop("name", None)
        self.name = value if value is not None else required(value, "name")
        value = pop("value", None)
        self.value = value if value is not None else required(value, "value")
        value = pop("dataSensitivity", None)
        self.data_sensitivity = value
        value = pop("isEncrypted", None)
        self.is_encrypted = value
        value = pop("isLargeValue", None)
        self.is_large_value = value
        value = pop("maskedSubstrings", None)
        self.masked_substrings = give_object(value, "masked_substrings", MaskedSubstrings)
        value = pop("persistenceTimestamp", None)
        self.persistence_timestamp = value
        value = pop("requestId", None)
        self.request_id = value
        value = pop("selectedByUser", None)
        self.selected_by_user = value
        value = pop("selectedByUserTimestamp", None)
        self.selected_by_user_timestamp = value
        value = pop("source", None)
        self.source = value
        value = pop("sourceId", None)
        self.source_id = value
        value = pop("sourceLabel", None)
        self.source_label = value
        value = pop("sourceMetadata", None)
        self.source_metadata = value
        value = pop("sourceUpstreamDeployable", None)
        self.source_upstream_deployable = value
        value = pop("sourceVid", None)
        self.source_vid = value
        value = pop("timestamp", None)
        self.timestamp = value
        value = pop("unit", None)
        self.unit = value
        value = pop("updatedByUserId", None)
        self.updated_by_user_id = value
        value = pop("useTimestampAsPersistenceTimestamp", None)
        self.use_timestamp_as_persistence_timestamp = value
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class PropertyValueResponse(Model):
    """The value of one custom property as HubSpot stores it.

    Attributes:
        name: The internal name of a property that exists on the account. HubSpot drops a value without a word when
            there is no such property.
        value: The value as text; a date or time as Unix milliseconds.
        data_sensitivity: How sensitive the data in a property is.
        is_encrypted: Whether HubSpot stores the value encrypted.
        is_large_value: Whether the value is above the size that HubSpot stores inline.
        masked_substrings: The parts of a property's value that HubSpot shows masked.
        persistence_timestamp: When HubSpot stored the value, in Unix milliseconds.
        request_id: HubSpot's name for the request that set the value.
        selected_by_user: Whether a person chose the value.
        selected_by_user_timestamp: When a person chose the value, in Unix milliseconds.
        source: What set the value, one of over a hundred words, such as ACADEMY, API or INTEGRATION. HubSpot adds to
            them often, so any word is accepted.
        source_id: Which one of its kind the source was.
        source_label: The name of the source for people.
        source_metadata: Further data on the source, encoded by HubSpot.
        source_upstream_deployable: The service of HubSpot's that set the value.
        source_vid: The ids of contacts that were merged to give the value.
        timestamp: From when the value holds, in Unix milliseconds; now, when it is left out.
        unit: The unit of the value, such as a currency.
        updated_by_user_id: The id of the HubSpot user who set the value.
        use_timestamp_as_persistence_timestamp: Whether `timestamp` also stands for the time of storing.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
        response: What came with the answer, where this is the whole of it.
    """

    name: str = ""
    value: str = ""
    data_sensitivity: DataSensitivity | None = None
    is_encrypted: bool | None = None
    is_large_value: bool | None = None
    masked_substrings: MaskedSubstrings | None = None
    persistence_timestamp: int | None = None
    request_id: str | None = None
    selected_by_user: bool | None = None
    selected_by_user_timestamp: int | None = None
    source: str | None = None
    source_id: str | None = None
    source_label: str | None = None
    source_metadata: str | None = None
    source_upstream_deployable: str | None = None
    source_vid: list[int] = attrs.field(factory=list)
    timestamp: int | None = None
    unit: str | None = None
    updated_by_user_id: int | None = None
    use_timestamp_as_persistence_timestamp: bool | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if value := self.name:
            data["name"] = value if type(value) is str else write_plain(value, "name", str)
        if value := self.value:
            data["value"] = value if type(value) is str else write_plain(value, "value", str)
        if (value := self.data_sensitivity) is not None:
            data["dataSensitivity"] = write_plain(value, "data_sensitivity", str)
        if (value := self.is_encrypted) is not None:
            data["isEncrypted"] = value if type(value) is bool else write_plain(value, "is_encrypted", bool)
        if (value := self.is_large_value) is not None:
            data["isLargeValue"] = value if type(value) is bool else write_plain(value, "is_large_value", bool)
        if (value := self.masked_substrings) is not None:
            data["maskedSubstrings"] = write_object(value, "masked_substrings", MaskedSubstrings)
        if (value := self.persistence_timestamp) is not None:
            data["persistenceTimestamp"] = (
                value if type(value) is int else write_plain(value, "persistence_timestamp", int)
            )
        if (value := self.request_id) is not None:
            data["requestId"] = value if type(value) is str else write_plain(value, "request_id", str)
        if (value := self.selected_by_user) is not None:
            data["selectedByUser"] = value if type(value) is bool else write_plain(value, "selected_by_user", bool)
        if (value := self.selected_by_user_timestamp) is not None:
            data["selectedByUserTimestamp"] = (
                value if type(value) is int else write_plain(value, "selected_by_user_timestamp", int)
            )
        if (value := self.source) is not None:
            data["source"] = value if type(value) is str else write_plain(value, "source", str)
        if (value := self.source_id) is not None:
            data["sourceId"] = value if type(value) is str else write_plain(value, "source_id", str)
        if (value := self.source_label) is not None:
            data["sourceLabel"] = value if type(value) is str else write_plain(value, "source_label", str)
        if (value := self.source_metadata) is not None:
            data["sourceMetadata"] = value if type(value) is str else write_plain(value, "source_metadata", str)
        if (value := self.source_upstream_deployable) is not None:
            data["sourceUpstreamDeployable"] = (
                value if type(value) is str else write_plain(value, "source_upstream_deployable", str)
            )
        if value := self.source_vid:
            data["sourceVid"] = write_list(value, "source_vid", write_plain, int)
        if (value := self.timestamp) is not None:
            data["timestamp"] = value if type(value) is int else write_plain(value, "timestamp", int)
        if (value := self.unit) is not None:
            data["unit"] = value if type(value) is str else write_plain(value, "unit", str)
        if (value := self.updated_by_user_id) is not None:
            data["updatedByUserId"] = value if type(value) is int else write_plain(value, "updated_by_user_id", int)
        if (value := self.use_timestamp_as_persistence_timestamp) is not None:
            data["useTimestampAsPersistenceTimestamp"] = (
                value if type(value) is bool else write_plain(value, "use_timestamp_as_persistence_timestamp", bool)
            )
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("name", "")
        self.name = value if type(value) is str else take(rest, "name", value, read_str) or ""
        value = pop("value", "")
        self.value = value if type(value) is str else take(rest, "value", value, read_str) or ""
        if not rest:
            self.data_sensitivity = None
            self.is_encrypted = None
            self.is_large_value = None
            self.masked_substrings = None
            self.persistence_timestamp = None
            self.request_id = None
            self.selected_by_user = None
            self.selected_by_user_timestamp = None
            self.source = None
            self.source_id = None
            self.source_label = None
            self.source_metadata = None
            self.source_upstream_deployable = None
            self.source_vid = []
            self.timestamp = None
            self.unit = None
            self.updated_by_user_id = None
            self.use_timestamp_as_persistence_timestamp = None
            self.additional_properties = {}
            return self
        value = pop("dataSensitivity", None)
        self.data_sensitivity = value if value is None else take(rest, "dataSensitivity", value, DataSensitivity)
        value = pop("isEncrypted", None)
        self.is_encrypted = (
            value if value is None or type(value) is bool else take(rest, "isEncrypted", value, read_bool)
        )
        value = pop("isLargeValue", None)
        self.is_large_value = (
            value if value is None or type(value) is bool else take(rest, "isLargeValue", value, read_bool)
        )
        value = pop("maskedSubstrings", None)
        self.masked_substrings = (
            value if value is None else take_whole(rest, "maskedSubstrings", value, MaskedSubstrings)
        )
        value = pop("persistenceTimestamp", None)
        self.persistence_timestamp = (
            value if value is None or type(value) is int else take(rest, "persistenceTimestamp", value, read_int)
        )
        if not rest:
            self.request_id = None
            self.selected_by_user = None
            self.selected_by_user_timestamp = None
            self.source = None
            self.source_id = None
            self.source_label = None
            self.source_metadata = None
            self.source_upstream_deployable = None
            self.source_vid = []
            self.timestamp = None
            self.unit = None
            self.updated_by_user_id = None
            self.use_timestamp_as_persistence_timestamp = None
            self.additional_properties = {}
            return self
        value = pop("requestId", None)
        self.request_id = value if value is None or type(value) is str else take(rest, "requestId", value, read_str)
        value = pop("selectedByUser", None)
        self.selected_by_user = (
            value if value is None or type(value) is bool else take(rest, "selectedByUser", value, read_bool)
        )
        value = pop("selectedByUserTimestamp", None)
        self.selected_by_user_timestamp = (
            value if value is None or type(value) is int else take(rest, "selectedByUserTimestamp", value, read_int)
        )
        value = pop("source", None)
        self.source = value if value is None or type(value) is str else take(rest, "source", value, read_str)
        value = pop("sourceId", None)
        self.source_id = value if value is None or type(value) is str else take(rest, "sourceId", value, read_str)
        if not rest:
            self.source_label = None
            self.source_metadata = None
            self.source_upstream_deployable = None
            self.source_vid = []
            self.timestamp = None
            self.unit = None
            self.updated_by_user_id = None
            self.use_timestamp_as_persistence_timestamp = None
            self.additional_properties = {}
            return self
        value = pop("sourceLabel", None)
        self.source_label = value if value is None or type(value) is str else take(rest, "sourceLabel", value, read_str)
        value = pop("sourceMetadata", None)
        self.source_metadata = (
            value if value is None or type(value) is str else take(rest, "sourceMetadata", value, read_str)
        )
        value = pop("sourceUpstreamDeployable", None)
        self.source_upstream_deployable = (
            value if value is None or type(value) is str else take(rest, "sourceUpstreamDeployable", value, read_str)
        )
        value = pop("sourceVid", None)
        self.source_vid = [] if value is None else take_list(rest, "sourceVid", value, read_int)
        value = pop("timestamp", None)
        self.timestamp = value if value is None or type(value) is int else take(rest, "timestamp", value, read_int)
        if not rest:
            self.unit = None
            self.updated_by_user_id = None
            self.use_timestamp_as_persistence_timestamp = None
            self.additional_properties = {}
            return self
        value = pop("unit", None)
        self.unit = value if value is None or type(value) is str else take(rest, "unit", value, read_str)
        value = pop("updatedByUserId", None)
        self.updated_by_user_id = (
            value if value is None or type(value) is int else take(rest, "updatedByUserId", value, read_int)
        )
        value = pop("useTimestampAsPersistenceTimestamp", None)
        self.use_timestamp_as_persistence_timestamp = (
            value
            if value is None or type(value) is bool
            else take(rest, "useTimestampAsPersistenceTimestamp", value, read_bool)
        )
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class TimelineEvent(Model):
    """One event for the timeline of a CRM record. Beside the two required fields HubSpot needs to know the record:
    `object_id`, or on contacts `email` or `utk`.

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
            address when `object_id` is given as well.
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
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = (
            write_more(
                more,
                event_template_id="eventTemplateId",
                custom_object_type_id="customObjectTypeId",
                extra_data="extraData",
                object_id="objectId",
                timeline_i_frame="timelineIFrame",
            )
            if type(more) is not dict or more
            else {}
        )
        value = self.event_template_id
        data["eventTemplateId"] = (
            value if type(value) is str and value.strip() else write_filled(value, "event_template_id")
        )
        value = self.tokens
        data["tokens"] = write_map(value, "tokens", write_value)
        if (value := self.id) is not None:
            data["id"] = value if type(value) is str and value.strip() else write_filled(value, "id")
        if (value := self.custom_object_type_id) is not None:
            data["customObjectTypeId"] = (
                value if type(value) is str else write_plain(value, "custom_object_type_id", str)
            )
        if (value := self.domain) is not None:
            data["domain"] = value if type(value) is str else write_plain(value, "domain", str)
        if (value := self.email) is not None:
            data["email"] = value if type(value) is str and value.strip() else write_filled(value, "email")
        if (value := self.extra_data) is not None:
            data["extraData"] = write_map(value, "extra_data", write_any)
        if (value := self.object_id) is not None:
            data["objectId"] = value if type(value) is str and value.strip() else write_filled(value, "object_id")
        if (value := self.timeline_i_frame) is not None:
            data["timelineIFrame"] = write_object(value, "timeline_i_frame", TimelineEventIFrame)
        if (value := self.timestamp) is not None:
            data["timestamp"] = write_time(value, "timestamp")
        if (value := self.utk) is not None:
            data["utk"] = value if type(value) is str and value.strip() else write_filled(value, "utk")
        if not ("email" in data or "utk" in data or "objectId" in data):
            raise needs_one_of("email", "utk", "object_id")
        if "customObjectTypeId" in data and "objectId" not in data:
            raise InputError("object_id", "is needed with custom_object_type_id")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises InputError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        value = pop("eventTemplateId", None)
        self.event_template_id = value if value is not None else required(value, "event_template_id", "eventTemplateId")
        value = pop("tokens", None)
        self.tokens = value if value is not None else required(value, "tokens")
        value = pop("id", None)
        self.id = value
        value = pop("customObjectTypeId", None)
        self.custom_object_type_id = value
        value = pop("domain", None)
        self.domain = value
        value = pop("email", None)
        self.email = value
        value = pop("extraData", None)
        self.extra_data = value
        value = pop("objectId", None)
        self.object_id = value
        value = pop("timelineIFrame", None)
        self.timeline_i_frame = give_object(value, "timeline_i_frame", TimelineEventIFrame)
        value = pop("timestamp", None)
        self.timestamp = value
        value = pop("utk", None)
        self.utk = value
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class TimelineEvent202603(Model):
    """One event for the timeline of a CRM record. Beside its type and its properties HubSpot needs to know the record:
    `object_id`, or on contacts `email` or `utk`.

    Attributes:
        event_type_name: The fully qualified name of the type of event, which names the properties.
        id: The id of the event, by which HubSpot knows it for good: a second event with this id is refused.
        properties: The values of the event type's properties, by name, as text; dates as Unix milliseconds.
        domain: The domain of the event, often paired with `utk`.
        email: The e-mail address of a contact, on events for contacts: finds the contact, creates it, or changes its
            address when `object_id` is given as well.
        extra_data: Further data of the event, any JSON, that the template's Markdown can show.
        object_id: The id of the CRM record. Needed on every object type but contacts, where `email` or `utk` will do.
        object_type_fully_qualified_name: The fully qualified name of the record's object type, when that is a custom
            object.
        timeline_i_frame: A page that HubSpot opens in a window from a link on the event.
        timestamp: When the event happened, which decides its place on the timeline; now, when it is left out.
        utk: The user token from HubSpot's cookie, which finds a contact whose e-mail address is not known.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    event_type_name: str
    id: str | None = None
    properties: TimelineEvent202603Properties
    domain: str | None = None
    email: str | None = None
    extra_data: ExtraData | None = None
    object_id: str | None = None
    object_type_fully_qualified_name: str | None = None
    timeline_i_frame: TimelineEventIFrame | None = None
    timestamp: datetime.datetime | str | None = None
    utk: str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = (
            write_more(
                more,
                event_type_name="eventTypeName",
                extra_data="extraData",
                object_id="objectId",
                object_type_fully_qualified_name="objectTypeFullyQualifiedName",
                timeline_i_frame="timelineIFrame",
            )
            if type(more) is not dict or more
            else {}
        )
        value = self.event_type_name
        data["eventTypeName"] = (
            value if type(value) is str and value.strip() else write_filled(value, "event_type_name")
        )
        if (value := self.id) is not None:
            data["id"] = value if type(value) is str and value.strip() else write_filled(value, "id")
        value = self.properties
        data["properties"] = write_map(value, "properties", write_text)
        if (value := self.domain) is not None:
            data["domain"] = value if type(value) is str else write_plain(value, "domain", str)
        if (value := self.email) is not None:
            data["email"] = value if type(value) is str and value.strip() else write_filled(value, "email")
        if (value := self.extra_data) is not None:
            data["extraData"] = write_map(value, "extra_data", write_any)
        if (value := self.object_id) is not None:
            data["objectId"] = value if type(value) is str and value.strip() else write_filled(value, "object_id")
        if (value := self.object_type_fully_qualified_name) is not None:
            data["objectTypeFullyQualifiedName"] = (
                value if type(value) is str else write_plain(value, "object_type_fully_qualified_name", str)
            )
        if (value := self.timeline_i_frame) is not None:
            data["timelineIFrame"] = write_object(value, "timeline_i_frame", TimelineEventIFrame)
        if (value := self.timestamp) is not None:
            data["timestamp"] = write_time(value, "timestamp")
        if (value := self.utk) is not None:
            data["utk"] = value if type(value) is str and value.strip() else write_filled(value, "utk")
        if not ("email" in data or "utk" in data or "objectId" in data):
            raise needs_one_of("email", "utk", "object_id")
        if "objectTypeFullyQualifiedName" in data and "objectId" not in data:
            raise InputError("object_id", "is needed with object_type_fully_qualified_name")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises InputError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        value = pop("eventTypeName", None)
        self.event_type_name = value if value is not None else required(value, "event_type_name", "eventTypeName")
        value = pop("id", None)
        self.id = value
        value = pop("properties", None)
        self.properties = value if value is not None else required(value, "properties")
        value = pop("domain", None)
        self.domain = value
        value = pop("email", None)
        self.email = value
        value = pop("extraData", None)
        self.extra_data = value
        value = pop("objectId", None)
        self.object_id = value
        value = pop("objectTypeFullyQualifiedName", None)
        self.object_type_fully_qualified_name = value
        value = pop("timelineIFrame", None)
        self.timeline_i_frame = give_object(value, "timeline_i_frame", TimelineEventIFrame)
        value = pop("timestamp", None)
        self.timestamp = value
        value = pop("utk", None)
        self.utk = value
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class TimelineEvent202603Response(Model):
    """A timeline event as HubSpot took it.

    Attributes:
        event_type_name: The fully qualified name of the type of event, which names the properties.
        id: The id of the event.
        properties: The values of the event type's properties, by name, each as text.
        email: The e-mail address of a contact, on events for contacts: finds the contact, creates it, or changes its
            address when `object_id` is given as well.
        object_id: The id of the CRM record. Needed on every object type but contacts, where `email` or `utk` will do.
        timestamp: When the event happened, which decides its place on the timeline.
        extra_data: Further data of the event, any JSON, that the template's Markdown can show.
        timeline_i_frame: A page that HubSpot opens in a window from a link on the event.
        created_at: When HubSpot created the event.
        domain: The domain of the event, often paired with `utk`.
        object_type_fully_qualified_name: The fully qualified name of the record's object type, when that is a custom
            object.
        utk: The user token from HubSpot's cookie, which finds a contact whose e-mail address is not known.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
        response: What came with the answer, where this is the whole of it.
    """

    event_type_name: str = ""
    id: str = ""
    properties: TimelineEvent202603ResponseProperties = attrs.field(factory=dict)
    email: str | None = None
    object_id: str | None = None
    timestamp: datetime.datetime | None = None
    extra_data: ExtraData = attrs.field(factory=dict)
    timeline_i_frame: TimelineEventIFrame | None = None
    created_at: datetime.datetime | None = None
    domain: str | None = None
    object_type_fully_qualified_name: str | None = None
    utk: str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if value := self.event_type_name:
            data["eventTypeName"] = value if type(value) is str else write_plain(value, "event_type_name", str)
        if value := self.id:
            data["id"] = value if type(value) is str else write_plain(value, "id", str)
        if value := self.properties:
            data["properties"] = write_map(value, "properties", write_plain, str)
        if (value := self.email) is not None:
            data["email"] = value if type(value) is str else write_plain(value, "email", str)
        if (value := self.object_id) is not None:
            data["objectId"] = value if type(value) is str else write_plain(value, "object_id", str)
        if (value := self.timestamp) is not None:
            data["timestamp"] = write_time(value, "timestamp")
        if value := self.extra_data:
            data["extraData"] = write_map(value, "extra_data", write_any)
        if (value := self.timeline_i_frame) is not None:
            data["timelineIFrame"] = write_object(value, "timeline_i_frame", TimelineEventIFrame)
        if (value := self.created_at) is not None:
            data["createdAt"] = write_time(value, "created_at")
        if (value := self.domain) is not None:
            data["domain"] = value if type(value) is str else write_plain(value, "domain", str)
        if (value := self.object_type_fully_qualified_name) is not None:
            data["objectTypeFullyQualifiedName"] = (
                value if type(value) is str else write_plain(value, "object_type_fully_qualified_name", str)
            )
        if (value := self.utk) is not None:
            data["utk"] = value if type(value) is str else write_plain(value, "utk", str)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("eventTypeName", "")
        self.event_type_name = value if type(value) is str else take(rest, "eventTypeName", value, read_str) or ""
        value = pop("id", "")
        self.id = value if type(value) is str else take(rest, "id", value, read_str) or ""
        value = pop("properties", None)
        self.properties = {} if value is None else take_map(rest, "properties", value, read_str)
        if not rest:
            self.email = None
            self.object_id = None
            self.timestamp = None
            self.extra_data = {}
            self.timeline_i_frame = None
            self.created_at = None
            self.domain = None
            self.object_type_fully_qualified_name = None
            self.utk = None
            self.additional_properties = {}
            return self
        value = pop("email", None)
        self.email = value if value is None or type(value) is str else take(rest, "email", value, read_str)
        value = pop("objectId", None)
        self.object_id = value if value is None or type(value) is str else take(rest, "objectId", value, read_str)
        value = pop("timestamp", None)
        self.timestamp = value if value is None else take_time(rest, "timestamp", value)
        value = pop("extraData", None)
        self.extra_data = (
            value if type(value) is dict else {} if value is None else take_map(rest, "extraData", value, read_any)
        )
        value = pop("timelineIFrame", None)
        self.timeline_i_frame = (
            value if value is None else take_whole(rest, "timelineIFrame", value, TimelineEventIFrame)
        )
        if not rest:
            self.created_at = None
            self.domain = None
            self.object_type_fully_qualified_name = None
            self.utk = None
            self.additional_properties = {}
            return self
        value = pop("createdAt", None)
        self.created_at = value if value is None else take_time(rest, "createdAt", value)
        value = pop("domain", None)
        self.domain = value if value is None or type(value) is str else take(rest, "domain", value, read_str)
        value = pop("objectTypeFullyQualifiedName", None)
        self.object_type_fully_qualified_name = (
            value
            if value is None or type(value) is str
            else take(rest, "objectTypeFullyQualifiedName", value, read_str)
        )
        value = pop("utk", None)
        self.utk = value if value is None or type(value) is str else take(rest, "utk", value, read_str)
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class TimelineEventIFrame(Model):
    """A page that HubSpot opens in a window from a link on the event.

    Attributes:
        link_label: The text of the link that opens the window.
        header_label: The title of the window.
        url: The address of the page.
        width: The width of the window in pixels.
        height: The height of the window in pixels.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    link_label: str
    header_label: str
    url: str
    width: int
    height: int
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = (
            write_more(more, link_label="linkLabel", header_label="headerLabel")
            if type(more) is not dict or more
            else {}
        )
        value = self.link_label
        data["linkLabel"] = value if type(value) is str else write_plain(value, "link_label", str)
        value = self.header_label
        data["headerLabel"] = value if type(value) is str else write_plain(value, "header_label", str)
        value = self.url
        data["url"] = value if type(value) is str else write_plain(value, "url", str)
        value = self.width
        data["width"] = value if type(value) is int else write_plain(value, "width", int)
        value = self.height
        data["height"] = value if type(value) is int else write_plain(value, "height", int)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises InputError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        value = pop("linkLabel", None)
        self.link_label = value if value is not None else required(value, "link_label", "linkLabel")
        value = pop("headerLabel", None)
        self.header_label = value if value is not None else required(value, "header_label", "headerLabel")
        value = pop("url", None)
        self.url = value if value is not None else required(value, "url")
        value = pop("width", None)
        self.width = value if value is not None else required(value, "width")
        value = pop("height", None)
        self.height = value if value is not None else required(value, "height")
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False)
class TimelineEventResponse(Model):
    """A timeline event as HubSpot stores it.

    Attributes:
        event_template_id: The id of the event template, which names the tokens and how they are shown.
        id: The id of the event.
        object_type: The object type of the CRM record, such as `contacts`.
        tokens: The values of the template's tokens, by name, each as text.
        email: The e-mail address of a contact, on events for contacts: finds the contact, creates it, or changes its
            address when `object_id` is given as well.
        object_id: The id of the CRM record. Needed on every object type but contacts, where `email` or `utk` will do.
        timestamp: When the event happened, which decides its place on the timeline.
        extra_data: Further data of the event, any JSON, that the template's Markdown can show.
        timeline_i_frame: A page that HubSpot opens in a window from a link on the event.
        created_at: Not used by HubSpot.
        custom_object_type_id: The object type of the record, when that is a custom object.
        domain: The domain of the event, often paired with `utk`.
        utk: The user token from HubSpot's cookie, which finds a contact whose e-mail address is not known.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
        response: What came with the answer, where this is the whole of it.
    """

    event_template_id: str = ""
    id: str = ""
    object_type: str = ""
    tokens: TimelineEventResponseTokens = attrs.field(factory=dict)
    email: str | None = None
    object_id: str | None = None
    timestamp: datetime.datetime | None = None
    extra_data: ExtraData = attrs.field(factory=dict)
    timeline_i_frame: TimelineEventIFrame | None = None
    created_at: datetime.datetime | None = None
    custom_object_type_id: str | None = None
    domain: str | None = None
    utk: str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if value := self.event_template_id:
            data["eventTemplateId"] = value if type(value) is str else write_plain(value, "event_template_id", str)
        if value := self.id:
            data["id"] = value if type(value) is str else write_plain(value, "id", str)
        if value := self.object_type:
            data["objectType"] = value if type(value) is str else write_plain(value, "object_type", str)
        if value := self.tokens:
            data["tokens"] = write_map(value, "tokens", write_plain, str)
        if (value := self.email) is not None:
            data["email"] = value if type(value) is str else write_plain(value, "email", str)
        if (value := self.object_id) is not None:
            data["objectId"] = value if type(value) is str else write_plain(value, "object_id", str)
        if (value := self.timestamp) is not None:
            data["timestamp"] = write_time(value, "timestamp")
        if value := self.extra_data:
            data["extraData"] = write_map(value, "extra_data", write_any)
        if (value := self.timeline_i_frame) is not None:
            data["timelineIFrame"] = write_object(value, "timeline_i_frame", TimelineEventIFrame)
        if (value := self.created_at) is not None:
            data["createdAt"] = write_time(value, "created_at")
        if (value := self.custom_object_type_id) is not None:
            data["customObjectTypeId"] = (
                value if type(value) is str else write_plain(value, "custom_object_type_id", str)
            )
        if (value := self.domain) is not None:
            data["domain"] = value if type(value) is str else write_plain(value, "domain", str)
        if (value := self.utk) is not None:
            data["utk"] = value if type(value) is str else write_plain(value, "utk", str)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.response = NOTHING_CAME
        value = pop("eventTemplateId", "")
        self.event_template_id = value if type(value) is str else take(rest, "eventTemplateId", value, read_str) or ""
        value = pop("id", "")
        self.id = value if type(value) is str else take(rest, "id", value, read_str) or ""
        value = pop("objectType", "")
        self.object_type = value if type(value) is str else take(rest, "objectType", value, read_str) or ""
        value = pop("tokens", None)
        self.tokens = {} if value is None else take_map(rest, "tokens", value, read_str)
        if not rest:
            self.email = None
            self.object_id = None
            self.timestamp = None
            self.extra_data = {}
            self.timeline_i_frame = None
            self.created_at = None
            self.custom_object_type_id = None
            self.domain = None
            self.utk = None
            self.additional_properties = {}
            return self
        value = pop("email", None)
        self.email = value if value is None or type(value) is str else take(rest, "email", value, read_str)
        value = pop("objectId", None)
        self.object_id = value if value is None or type(value) is str else take(rest, "objectId", value, read_str)
        value = pop("timestamp", None)
        self.timestamp = value if value is None else take_time(rest, "timestamp", value)
        value = pop("extraData", None)
        self.extra_data = (
            value if type(value) is dict else {} if value is None else take_map(rest, "extraData", value, read_any)
        )
        value = pop("timelineIFrame", None)
        self.timeline_i_frame = (
            value if value is None else take_whole(rest, "timelineIFrame", value, TimelineEventIFrame)
        )
        if not rest:
            self.created_at = None
            self.custom_object_type_id = None
            self.domain = None
            self.utk = None
            self.additional_properties = {}
            return self
        value = pop("createdAt", None)
        self.created_at = value if value is None else take_time(rest, "createdAt", value)
        value = pop("customObjectTypeId", None)
        self.custom_object_type_id = (
            value if value is None or type(value) is str else take(rest, "customObjectTypeId", value, read_str)
        )
        value = pop("domain", None)
        self.domain = value if value is None or type(value) is str else take(rest, "domain", value, read_str)
        value = pop("utk", None)
        self.utk = value if value is None or type(value) is str else take(rest, "utk", value, read_str)
        self.additional_properties = rest or {}
        return self


@attrs.define(kw_only=True, eq=False, repr=False, slots=False)
class Batch(BatchAnswer[Input, Result, BatchError]):
    """What every answer to a batch says, beside its results.

    Attributes:
        completed_at: When HubSpot was done.
        started_at: When HubSpot began.
        status: How far HubSpot got with a batch. Its documentation also speaks of COMPLETED, and answers exist that
            carry no status at all.
        errors: What was not written, and why.
        links: Addresses of documentation, by name.
        num_errors: How many errors there were.
        requested_at: When HubSpot received the request.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
        response: What came with the answer, where this is the whole of it.
    """

    fault = BatchError

    results: list[Result] = attrs.field(factory=list)
    completed_at: datetime.datetime | None = None
    started_at: datetime.datetime | None = None
    status: BatchStatus | None = None
    errors: list[BatchError] = attrs.field(factory=list)
    links: Links = attrs.field(factory=dict)
    num_errors: int | None = None
    requested_at: datetime.datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises InputError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if type(more) is not dict or more else {}
        if (value := self.completed_at) is not None:
            data["completedAt"] = write_time(value, "completed_at")
        if (value := self.started_at) is not None:
            data["startedAt"] = write_time(value, "started_at")
        if (value := self.status) is not None:
            data["status"] = write_plain(value, "status", str)
        if value := self.errors:
            data["errors"] = write_objects(value, "errors", BatchError)
        if value := self.links:
            data["links"] = write_map(value, "links", write_plain, str)
        if (value := self.num_errors) is not None:
            data["numErrors"] = value if type(value) is int else write_plain(value, "num_errors", int)
        if (value := self.requested_at) is not None:
            data["requestedAt"] = write_time(value, "requested_at")
        if value := self.results:
            data["results"] = write_objects(value, "results", object)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], read: Callable[[Any], Result]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        self = _new(cls)
        self.__init__()  # type: ignore[misc]
        value = pop("results", None)
        self.results = [] if value is None else take_list(rest, "results", value, read)
        value = pop("completedAt", None)
        self.completed_at = None if value is None else take_time(rest, "completedAt", value)
        value = pop("startedAt", None)
        self.started_at = None if value is None else take_time(rest, "startedAt", value)
        if not rest:
            self.status = None
            self.errors = []
            self.links = {}
            self.num_errors = None
            self.requested_at = None
            self.additional_properties = {}
            return self
        value = pop("status", None)
        self.status = value if value is None else take(rest, "status", value, BatchStatus)
        value = pop("errors", None)
        self.errors = [] if value is None else take_list(rest, "errors", value, BatchError.from_dict)
        value = pop("links", None)
        self.links = {} if value is None else take_map(rest, "links", value, read_str)
        value = pop("numErrors", None)
        self.num_errors = value if value is None or type(value) is int else take(rest, "numErrors", value, read_int)
        value = pop("requestedAt", None)
        self.requested_at = value if value is None else take_time(rest, "requestedAt", value)
        self.additional_properties = rest or {}
        return self


ExtraData: TypeAlias = Mapping[str, Any]
"""Further data of the event, any JSON, that the template's Markdown can show."""


Links: TypeAlias = Mapping[str, str]
"""Addresses of documentation, by name."""


TimelineEvent202603Properties: TypeAlias = Mapping[str, Scalar]
"""The values of the event type's properties, by name, as text; dates as Unix milliseconds."""


TimelineEvent202603ResponseProperties: TypeAlias = Mapping[str, str]
"""The values of the event type's properties, by name, each as text."""


TimelineEventResponseTokens: TypeAlias = Mapping[str, str]
"""The values of the template's tokens, by name, each as text."""


TimelineEventTokens: TypeAlias = Mapping[str, Scalar]
"""The values of the template's tokens, by name: text, numbers, true or false; dates as Unix milliseconds."""

MarketingEventUpdateBatchResponse: TypeAlias = Batch[MarketingEventUpdate, MarketingEventUpdateResponse]
MarketingEventUpsertBatchResponse: TypeAlias = Batch[MarketingEventUpsert, MarketingEventUpsertResponse]
TimelineEvent202603BatchResponse: TypeAlias = Batch[TimelineEvent202603, TimelineEvent202603Response]
TimelineEventBatchResponse: TypeAlias = Batch[TimelineEvent, TimelineEventResponse]

# attrs lets a constructor know the names that the module had by then; who asks it for its types needs those that came.
for _name in __all__:
    if isinstance(_model := globals()[_name], type) and attrs.has(_model):
        vars(_model)["__init__"].__globals__.update(globals())
