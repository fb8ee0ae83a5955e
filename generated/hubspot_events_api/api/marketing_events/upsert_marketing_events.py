"""Create or update marketing events: POST /marketing/v3/marketing-events/events/upsert

Creates each marketing event of a batch, or updates the one with the same external account id and external event id.
The success answer may itself list errors."""

from ...types import Operation

OPERATION = Operation(
    method="POST",
    path="/marketing/v3/marketing-events/events/upsert",
)
