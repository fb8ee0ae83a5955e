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
class BatchError:
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

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        data = write_map(self.additional_properties, "additional_properties", write_any)
        if self.category:
            data["category"] = write_plain(self.category, "category", str)
        if self.message:
            data["message"] = write_plain(self.message, "message", str)
        if self.status:
            data["status"] = write_plain(self.status, "status", str)
        if self.id is not None:
            data["id"] = write_plain(self.id, "id", str)
        if self.context is not None:
            data["context"] = write_any(self.context, "context")
        if self.errors:
            data["errors"] = write_list(self.errors, "errors", write_object, ErrorDetail)
        if self.links:
            data["links"] = write_map(self.links, "links", write_plain, str)
        if self.sub_category is not None:
            data["subCategory"] = write_any(self.sub_category, "sub_category")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        rest = as_object(data)
        return cls(
            category=take(rest, "category", read_str) or "",
            message=take(rest, "message", read_str) or "",
            status=take(rest, "status", read_str) or "",
            id=take(rest, "id", read_str),
            context=take(rest, "context", read_any),
            errors=take_list(rest, "errors", ErrorDetail.from_dict),
            links=take_map(rest, "links", read_str),
            sub_category=take(rest, "subCategory", read_any),
            additional_properties=rest,
        )
