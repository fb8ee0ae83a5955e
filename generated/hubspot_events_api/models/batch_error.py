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
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
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
        # Past __init__, as every field is set below. A subclass may have fields of its own.
        self = cls.__new__(cls) if cls is BatchError else cls()
        value = pop("category", "")
        self.category = value if type(value) is str else take(rest, "category", value, read_str) or ""
        value = pop("message", "")
        self.message = value if type(value) is str else take(rest, "message", value, read_str) or ""
        value = pop("status", "")
        self.status = value if type(value) is str else take(rest, "status", value, read_str) or ""
        if not rest:  # most often, where most fields are optional
            self.id = None
            self.context = None
            self.errors = []
            self.links = {}
            self.sub_category = None
            self.additional_properties = rest
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
