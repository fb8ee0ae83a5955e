"""Create a timeline event: POST /integrators/timeline/v3/events

Puts one event on the timeline of a CRM record. An event cannot be changed once it is there. Scope: `timeline`, or the
write scope of the record's object type."""

from ...types import Operation

OPERATION = Operation(
    method="POST",
    path="/integrators/timeline/v3/events",
)
