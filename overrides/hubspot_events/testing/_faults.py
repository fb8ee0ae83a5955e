"""What can go wrong between a client and HubSpot, as values: a test says what happens, the server does it."""

import random
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Respond:
    """Answer with this, whatever was asked.

    ``body`` is sent as JSON when it is a dict or a list, as HTML when it is text, and as it stands when it is bytes.
    Without a body, the answer is an error in HubSpot's form; for 429 that of the ten-second limit. ``headers`` are
    added to the answer and may replace its Content-Type.

    With ``processed=True`` the request is processed first, as when a gateway gives up on an API that did its work.
    Otherwise nothing is looked at, not even the access token.
    """

    status: int
    body: dict[str, Any] | list[Any] | str | bytes | None = field(default=None, hash=False)
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    processed: bool = False


@dataclass(frozen=True)
class LoseAnswer:
    """Process the request, then close the connection without a single byte of the answer."""


@dataclass(frozen=True)
class CloseBeforeReading:
    """Close the connection after the request's headers: nothing is read further, nothing is processed."""


@dataclass(frozen=True)
class CutAnswer:
    """Process the request, then close the connection in the middle of the answer.

    The headers arrive, and ``after_bytes`` bytes of the body that they announce, which must be less than all of it.
    """

    after_bytes: int = 1


@dataclass(frozen=True)
class ShortenAnswer:
    """Process the request and answer with the first ``to_bytes`` bytes of the body, as if they were all of it."""

    to_bytes: int = 1


@dataclass(frozen=True)
class Delay:
    """Process the request at once and answer after ``seconds``."""

    seconds: float


@dataclass(frozen=True)
class Hold:
    """Process the request at once and answer when the test says so. For one request.

    ``reached`` is set by the server as soon as the request is processed; ``release`` is for the test to set. Closing
    the embedded HubSpot releases as well, with no answer.
    """

    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Transform:
    """Process the request and send what ``change`` makes of the JSON of the answer: new fields, nulls, other words."""

    change: Callable[[Any], Any]


Fault = Respond | LoseAnswer | CloseBeforeReading | CutAnswer | ShortenAnswer | Delay | Hold | Transform


class Faults:
    """Deals out faults to requests: those planned in order first, then those that come by chance."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str | None, deque[Fault | None]] = {}
        self._rates: dict[Fault, float] = {}
        self._chance = random.Random()  # noqa: S311

    def plan(self, faults: tuple[Fault | None, ...], path: str | None) -> None:
        _check([fault for fault in faults if fault is not None])
        with self._lock:
            self._planned.setdefault(path, deque()).extend(faults)

    def misbehave(self, seed: int, rates: Mapping[Fault, float]) -> None:
        _check(rates)
        if any(rate < 0 for rate in rates.values()) or sum(rates.values()) > 1:
            raise ValueError(f"The rates must be probabilities that add up to at most 1: {dict(rates)}")
        with self._lock:
            self._rates = dict(rates)
            self._chance = random.Random(seed)  # noqa: S311

    def deal(self, path: str, *, token_endpoint: bool) -> Fault | None:
        """Return the fault of one request. The token endpoint meets only the faults that name its path."""
        with self._lock:
            for queue in (self._planned.get(path), None if token_endpoint else self._planned.get(None)):
                if queue:
                    return queue.popleft()
            return None if token_endpoint else self._by_chance()

    def _by_chance(self) -> Fault | None:
        if not self._rates:
            return None
        drawn = self._chance.random()
        for fault, rate in self._rates.items():
            drawn -= rate
            if drawn < 0:
                return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()
            self._rates = {}


def _check(faults: Iterable[Any]) -> None:
    """Refuse what is no fault: a test that plans it would pass without one."""
    for fault in faults:
        if not isinstance(fault, Fault):
            raise TypeError(f"This is no fault: {fault!r}; give one such as LoseAnswer() or Respond(503)")
