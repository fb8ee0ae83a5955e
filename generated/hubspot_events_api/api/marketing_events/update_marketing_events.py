"""Update marketing events: POST /marketing/marketing-events/2026-03/batch/update

Updates each marketing event of a batch, found by its object id. Fields that are left out stay as they are."""

from ...types import Operation

OPERATION = Operation(
    method="POST",
    path="/marketing/marketing-events/2026-03/batch/update",
)
