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
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
        value = self.link_label
        data["linkLabel"] = value if type(value) is str else write_plain(value, "link_label", str)
        value = self.header_label
        data["headerLabel"] = value if type(value) is str else write_plain(value, "header_label", str)
        value = self.url
        data["url"] = value if type(value) is str else write_plain(value, "url", str)
        value = self.width
        data["width"] = value if type(value) is int else write_plain(value, "width", int)
        value = self.height
        data["height"] = value if type(value) is int else write_plain(value, "height", int)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises FieldError when a required field is missing."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        # Not cls(…), by which Python packs the arguments into a dict and unpacks them again.
        self = cls.__new__(cls)
        cls.__init__(
            self,
            link_label=(
                value
                if type(value := pop("linkLabel", None)) is str
                else required(take(rest, "linkLabel", value, read_str), "link_label")
            ),
            header_label=(
                value
                if type(value := pop("headerLabel", None)) is str
                else required(take(rest, "headerLabel", value, read_str), "header_label")
            ),
            url=(
                value if type(value := pop("url", None)) is str else required(take(rest, "url", value, read_str), "url")
            ),
            width=(
                value
                if type(value := pop("width", None)) is int
                else required(take(rest, "width", value, read_int), "width")
            ),
            height=(
                value
                if type(value := pop("height", None)) is int
                else required(take(rest, "height", value, read_int), "height")
            ),
        )
        self.additional_properties = rest or {}
        return self
