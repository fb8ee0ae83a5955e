from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import (
    as_object,
    read_any,
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
        data = write_map(self.additional_properties, "additional_properties", write_any)
        if self.message:
            data["message"] = write_plain(self.message, "message", str)
        if self.code is not None:
            data["code"] = write_plain(self.code, "code", str)
        if self.in_ is not None:
            data["in"] = write_plain(self.in_, "in_", str)
        if self.context is not None:
            data["context"] = write_any(self.context, "context")
        if self.sub_category is not None:
            data["subCategory"] = write_any(self.sub_category, "sub_category")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        rest = as_object(data)
        return cls(
            message=take(rest, "message", read_str) or "",
            code=take(rest, "code", read_str),
            in_=take(rest, "in", read_str),
            context=take(rest, "context", read_any),
            sub_category=take(rest, "subCategory", read_any),
            additional_properties=rest,
        )
