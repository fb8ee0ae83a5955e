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
    write_map,
    write_objects,
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
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
        value = self.inputs
        data["inputs"] = write_objects(value, "inputs", TimelineEvent)
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
            inputs=required(
                take(rest, "inputs", pop("inputs", None), lambda value: read_list(value, TimelineEvent.from_dict)),
                "inputs",
            ),
        )
        self.additional_properties = rest or {}
        return self
