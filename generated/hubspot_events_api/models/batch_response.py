from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..models.batch_error import BatchError
from ..models.batch_status import BatchStatus
from ..models.links import Links
from ..types import (
    as_object,
    read_int,
    read_str,
    take,
    take_list,
    take_map,
    take_time,
    write_any,
    write_map,
    write_objects,
    write_plain,
    write_time,
)


@attrs.define(kw_only=True)
class BatchResponse:
    """What every answer to a batch says, beside its results.

    Attributes:
        completed_at: When HubSpot was done.
        started_at: When HubSpot began.
        status: How far HubSpot got with a batch. Its documentation also speaks of COMPLETED, and answers exist that
            carry no status at all.
        errors: What was not written, and why.
        links: Addresses of documentation, by name.
        num_errors: How many errors there were.
        requested_at: When HubSpot received the request.
        additional_properties: Fields that are not among these, by their JSON name; values that are not of the
            documented type stand here too.
    """

    completed_at: datetime.datetime | None = None
    started_at: datetime.datetime | None = None
    status: BatchStatus | None = None
    errors: list[BatchError] = attrs.field(factory=list)
    links: Links = attrs.field(factory=dict)
    num_errors: int | None = None
    requested_at: datetime.datetime | None = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a dict; raises FieldError, which names the field, for a value that cannot be sent."""
        value: Any
        more = self.additional_properties
        data = write_map(more, "additional_properties", write_any) if more != {} else {}
        if (value := self.completed_at) is not None:
            data["completedAt"] = write_time(value, "completed_at")
        if (value := self.started_at) is not None:
            data["startedAt"] = write_time(value, "started_at")
        if (value := self.status) is not None:
            data["status"] = write_plain(value, "status", str)
        if value := self.errors:
            data["errors"] = write_objects(value, "errors", BatchError)
        if value := self.links:
            data["links"] = write_map(value, "links", write_plain, str)
        if (value := self.num_errors) is not None:
            data["numErrors"] = value if type(value) is int else write_plain(value, "num_errors", int)
        if (value := self.requested_at) is not None:
            data["requestedAt"] = write_time(value, "requested_at")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        value: Any
        rest = data.copy() if type(data) is dict else as_object(data)
        pop = rest.pop
        # Past __init__, as every field is set below. A subclass may have fields of its own.
        self = cls.__new__(cls) if cls is BatchResponse else cls()
        value = pop("completedAt", None)
        self.completed_at = value if value is None else take_time(rest, "completedAt", value)
        value = pop("startedAt", None)
        self.started_at = value if value is None else take_time(rest, "startedAt", value)
        if not rest:  # most often, where most fields are optional
            self.status = None
            self.errors = []
            self.links = {}
            self.num_errors = None
            self.requested_at = None
            self.additional_properties = rest
            return self
        value = pop("status", None)
        self.status = value if value is None else take(rest, "status", value, BatchStatus)
        value = pop("errors", None)
        self.errors = [] if value is None else take_list(rest, "errors", value, BatchError.from_dict)
        value = pop("links", None)
        self.links = {} if value is None else take_map(rest, "links", value, read_str)
        value = pop("numErrors", None)
        self.num_errors = value if value is None or type(value) is int else take(rest, "numErrors", value, read_int)
        value = pop("requestedAt", None)
        self.requested_at = value if value is None else take_time(rest, "requestedAt", value)
        self.additional_properties = rest or {}
        return self
