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
    write_list,
    write_map,
    write_object,
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
        data = {**self.additional_properties}
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
            data["errors"] = write_list(value, "errors", write_object, ErrorDetail)
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
        rest = as_object(data)
        pop = rest.pop
        self = cls.__new__(cls)
        # Not cls(…), by which Python packs so many arguments into a dict and unpacks them again.
        cls.__init__(
            self,
            status=v if type(v := pop("status", "")) is str else take(rest, "status", v, read_str) or "",
            message=v if type(v := pop("message", "")) is str else take(rest, "message", v, read_str) or "",
            correlation_id=v
            if type(v := pop("correlationId", "")) is str
            else take(rest, "correlationId", v, read_str) or "",
            category=v if type(v := pop("category", None)) is str or v is None else take(rest, "category", v, read_str),
            sub_category=pop("subCategory", None),
            errors=[] if (v := pop("errors", None)) is None else take_list(rest, "errors", v, ErrorDetail.from_dict),
            context=pop("context", None),
            links={} if (v := pop("links", None)) is None else take_map(rest, "links", v, read_str),
            error_type=v
            if type(v := pop("errorType", None)) is str or v is None
            else take(rest, "errorType", v, read_str),
            policy_name=v
            if type(v := pop("policyName", None)) is str or v is None
            else take(rest, "policyName", v, read_str),
            group_name=v
            if type(v := pop("groupName", None)) is str or v is None
            else take(rest, "groupName", v, read_str),
            request_id=v
            if type(v := pop("requestId", None)) is str or v is None
            else take(rest, "requestId", v, read_str),
            additional_properties=rest,
        )
        return self
