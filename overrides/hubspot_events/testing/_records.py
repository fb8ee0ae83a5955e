"""What the embedded HubSpot remembers of the requests, for a test to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RecordedRequest:
    """One request as it arrived, and what became of it."""

    method: str
    path: str
    headers: Mapping[str, str]
    """By lower-case name; the value of ``authorization`` is ``"***"``."""
    json: Any
    """The body as JSON; of a token request the form, its secrets ``"***"``. None when it was neither, or not read."""
    status: int | None
    """The status code of the answer, or None when not even that was sent."""
    processed: bool
    """Whether HubSpot accepted and carried out the request, if perhaps not every input of its batch."""


@dataclass(frozen=True)
class Write:
    """One input that was written: an event or a marketing event, by whatever request."""

    path: str
    """The path of the endpoint that wrote it."""
    id: str
    """The id of the timeline event, or the object id of the marketing event."""
    input: Mapping[str, Any]
    """The JSON of the input as it was sent."""
