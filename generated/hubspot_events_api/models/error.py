from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..models.error_detail import ErrorDetail
from ..models.links import Links
from ..types import (
    as_object,
    read_str,
    take,
    take_list,
    take_map,
    write_any,
    write_map,
    write_objects,
    write_plain,
)


@attrs.define(kw_only=True)
class Error:
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

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
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
        # Past __init__, as every field is set below. A subclass may have fields of its own.
        self = cls.__new__(cls) if cls is Error else cls()
        value = pop("status", "")
        self.status = value if type(value) is str else take(rest, "status", value, read_str) or ""
        value = pop("message", "")
        self.message = value if type(value) is str else take(rest, "message", value, read_str) or ""
        value = pop("correlationId", "")
        self.correlation_id = value if type(value) is str else take(rest, "correlationId", value, read_str) or ""
        if not rest:  # most often, where most fields are optional
            self.category = None
            self.sub_category = None
            self.errors = []
            self.context = None
            self.links = {}
            self.error_type = None
            self.policy_name = None
            self.group_name = None
            self.request_id = None
            self.additional_properties = rest
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
