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
    read_time,
    take,
    take_list,
    take_map,
    write_any,
    write_list,
    write_map,
    write_object,
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
        data = write_map(self.additional_properties, "additional_properties", write_any)
        if self.completed_at is not None:
            data["completedAt"] = write_time(self.completed_at, "completed_at")
        if self.started_at is not None:
            data["startedAt"] = write_time(self.started_at, "started_at")
        if self.status is not None:
            data["status"] = write_plain(self.status, "status", str)
        if self.errors:
            data["errors"] = write_list(self.errors, "errors", write_object, BatchError)
        if self.links:
            data["links"] = write_map(self.links, "links", write_plain, str)
        if self.num_errors is not None:
            data["numErrors"] = write_plain(self.num_errors, "num_errors", int)
        if self.requested_at is not None:
            data["requestedAt"] = write_time(self.requested_at, "requested_at")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        rest = as_object(data)
        return cls(
            completed_at=take(rest, "completedAt", read_time),
            started_at=take(rest, "startedAt", read_time),
            status=take(rest, "status", BatchStatus),
            errors=take_list(rest, "errors", BatchError.from_dict),
            links=take_map(rest, "links", read_str),
            num_errors=take(rest, "numErrors", read_int),
            requested_at=take(rest, "requestedAt", read_time),
            additional_properties=rest,
        )
