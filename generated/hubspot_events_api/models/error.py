from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..models.error_detail import ErrorDetail
from ..models.links import Links
from ..types import (
    as_object,
    read_any,
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
        data = write_map(self.additional_properties, "additional_properties", write_any)
        if self.status:
            data["status"] = write_plain(self.status, "status", str)
        if self.message:
            data["message"] = write_plain(self.message, "message", str)
        if self.correlation_id:
            data["correlationId"] = write_plain(self.correlation_id, "correlation_id", str)
        if self.category is not None:
            data["category"] = write_plain(self.category, "category", str)
        if self.sub_category is not None:
            data["subCategory"] = write_any(self.sub_category, "sub_category")
        if self.errors:
            data["errors"] = write_list(self.errors, "errors", write_object, ErrorDetail)
        if self.context is not None:
            data["context"] = write_any(self.context, "context")
        if self.links:
            data["links"] = write_map(self.links, "links", write_plain, str)
        if self.error_type is not None:
            data["errorType"] = write_plain(self.error_type, "error_type", str)
        if self.policy_name is not None:
            data["policyName"] = write_plain(self.policy_name, "policy_name", str)
        if self.group_name is not None:
            data["groupName"] = write_plain(self.group_name, "group_name", str)
        if self.request_id is not None:
            data["requestId"] = write_plain(self.request_id, "request_id", str)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        rest = as_object(data)
        return cls(
            status=take(rest, "status", read_str) or "",
            message=take(rest, "message", read_str) or "",
            correlation_id=take(rest, "correlationId", read_str) or "",
            category=take(rest, "category", read_str),
            sub_category=take(rest, "subCategory", read_any),
            errors=take_list(rest, "errors", ErrorDetail.from_dict),
            context=take(rest, "context", read_any),
            links=take_map(rest, "links", read_str),
            error_type=take(rest, "errorType", read_str),
            policy_name=take(rest, "policyName", read_str),
            group_name=take(rest, "groupName", read_str),
            request_id=take(rest, "requestId", read_str),
            additional_properties=rest,
        )
