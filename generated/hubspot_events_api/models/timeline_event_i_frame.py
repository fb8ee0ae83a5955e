from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import (
    as_object,
    read_int,
    read_str,
    required,
    take,
    write_any,
    write_map,
    write_plain,
)


@attrs.define(kw_only=True)
class TimelineEventIFrame:
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
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        data = write_map(self.additional_properties, "additional_properties", write_any)
        data["linkLabel"] = write_plain(self.link_label, "link_label", str)
        data["headerLabel"] = write_plain(self.header_label, "header_label", str)
        data["url"] = write_plain(self.url, "url", str)
        data["width"] = write_plain(self.width, "width", int)
        data["height"] = write_plain(self.height, "height", int)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises FieldError when a required field is missing."""
        rest = as_object(data)
        return cls(
            link_label=required(take(rest, "linkLabel", read_str), "link_label"),
            header_label=required(take(rest, "headerLabel", read_str), "header_label"),
            url=required(take(rest, "url", read_str), "url"),
            width=required(take(rest, "width", read_int), "width"),
            height=required(take(rest, "height", read_int), "height"),
            additional_properties=rest,
        )
