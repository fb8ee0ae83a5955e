from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import (
    as_object,
    read_str,
    take,
    write_any,
    write_map,
    write_plain,
)


@attrs.define(kw_only=True)
class ErrorDetail:
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
    """

    message: str = ""
    code: str | None = None
    in_: str | None = None
    context: Any = None
    sub_category: Any = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
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
        # Past __init__, as every field is set below. A subclass may have fields of its own.
        self = cls.__new__(cls) if cls is ErrorDetail else cls()
        value = pop("message", "")
        self.message = value if type(value) is str else take(rest, "message", value, read_str) or ""
        if not rest:  # most often, where most fields are optional
            self.code = None
            self.in_ = None
            self.context = None
            self.sub_category = None
            self.additional_properties = rest
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
