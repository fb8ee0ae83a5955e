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
        data = write_map(self.additional_properties, "additional_properties", write_any)
        if self.id:
            data["id"] = write_plain(self.id, "id", str)
        if self.name is not None:
            data["name"] = write_plain(self.name, "name", str)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        rest = as_object(data)
        return cls(
            id=take(rest, "id", read_str) or "",
            name=take(rest, "name", read_str),
            additional_properties=rest,
        )
