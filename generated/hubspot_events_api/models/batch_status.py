from ..types import OpenStrEnum


class BatchStatus(OpenStrEnum):
    """How far HubSpot got with a batch. Its documentation also speaks of COMPLETED, and answers exist that carry no
    status at all."""

    CANCELED = "CANCELED"
    COMPLETE = "COMPLETE"
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
