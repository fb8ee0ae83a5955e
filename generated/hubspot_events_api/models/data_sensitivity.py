from ..types import OpenStrEnum


class DataSensitivity(OpenStrEnum):
    """How sensitive the data in a property is."""

    HIGH = "high"
    NONE = "none"
    STANDARD = "standard"
