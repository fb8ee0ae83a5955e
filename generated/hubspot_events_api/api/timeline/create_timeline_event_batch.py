"""Create many timeline events: POST /integrators/timeline/v3/events/batch/create

Puts each event of a batch on the timeline of a CRM record. Scope: `timeline`, or the write scope of the records'
object type. The size of a batch is not documented here; 100 is the limit of its predecessor and of most batches at
HubSpot."""

from ...types import Operation

OPERATION = Operation(
    method="POST",
    path="/integrators/timeline/v3/events/batch/create",
)
