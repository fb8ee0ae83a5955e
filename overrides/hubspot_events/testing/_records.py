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
    account: int | None = None
    """The number of the account that its token names, expired or not; None when it names none, or was not read."""


@dataclass(frozen=True)
class Write:
    """One input that was written: an event or a marketing event, by whatever request."""

    path: str
    """The path of the endpoint that wrote it."""
    id: str
    """The id of the timeline event, or the object id of the marketing event."""
    input: Mapping[str, Any]
    """The JSON of the input as it was sent."""
    account: int = 0
    """The number of the account that it was written in."""


@dataclass(frozen=True)
class Counts:
    """What arrived at one account, in numbers, which are kept without ``recording`` too."""

    answers: Mapping[int | None, int]
    """How many requests were answered with each status code; None stands for those that had no answer."""
    most_in_ten_seconds: int
    """The most requests that arrived within ten seconds; those answered with 429 count, those of somebody else do not.

    Requests whose token is not good, refreshes of tokens and planned answers are not in it: no limit is held against
    them.
    """
    others: int
    """How many requests of somebody else were taken, so that they are gone from the quota."""
    writes: int
    """How many inputs were written, those that were replaced later included."""
    timeline_events: int
    """How many timeline events there are."""
    marketing_events: int
    """How many marketing events there are."""
    refreshes: int
    """How many times the OAuth endpoint gave new tokens."""
