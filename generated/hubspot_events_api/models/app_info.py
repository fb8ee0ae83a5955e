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
class AppInfo:
    """The app that created a marketing event.

    Attributes:
        id: The id of the app.
        name: The name of the app.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
    """

    id: str = ""
    name: str | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
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
        # Past __init__, as every field is set below. A subclass may have fields of its own.
        self = cls.__new__(cls) if cls is AppInfo else cls()
        value = pop("id", "")
        self.id = value if type(value) is str else take(rest, "id", value, read_str) or ""
        if not rest:  # most often, where most fields are optional
            self.name = None
            self.additional_properties = rest
            return self
        value = pop("name", None)
        self.name = value if value is None or type(value) is str else take(rest, "name", value, read_str)
        self.additional_properties = rest or {}
        return self
