from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Self

import attrs

from ..models.timeline_event import TimelineEvent
from ..types import (
    as_object,
    read_list,
    required,
    take,
    write_any,
    write_list,
    write_map,
    write_object,
)


@attrs.define(kw_only=True)
class TimelineEventBatch:
    """The timeline events to create.

    Attributes:
        inputs: The events.
        additional_properties: Fields that are not among these, by their JSON name.
    """

    inputs: Collection[TimelineEvent]
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        data = write_map(self.additional_properties, "additional_properties", write_any)
        data["inputs"] = write_list(self.inputs, "inputs", write_object, TimelineEvent)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object; raises FieldError when a required field is missing."""
        rest = as_object(data)
        return cls(
            inputs=required(take(rest, "inputs", read_list, TimelineEvent.from_dict), "inputs"),
            additional_properties=rest,
        )
