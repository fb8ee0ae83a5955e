"""The end of a try, however slowly the bytes of an answer drip: httpx counts the time anew with each of them.

Tasks are cancelled by anyio. A thread cannot be, so that each of its reads and writes is given the time that is left.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
import httpx

_here = threading.local()


def seconds_of_a_try(request: httpx.Request) -> float | None:
    """Return how many seconds a try may take, twice what its longest part may; None for no end."""
    timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
    parts = [timeouts.get(name) for name in ("connect", "write", "read")]
    known = [part for part in parts if part is not None]
    return 2 * max(known) if len(known) == len(parts) else None


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Let what is read and written in this thread end after so many seconds, with httpx's time-outs."""
    before = getattr(_here, "until", None)
    _here.until = None if seconds is None else time.monotonic() + seconds
    try:
        yield
    finally:
        _here.until = before


def is_over() -> bool:
    """Whether this thread's try has taken all its time."""
    until: float | None = getattr(_here, "until", None)
    return until is not None and time.monotonic() >= until


def left(timeout: float | None) -> float | None:
    """Return the seconds that the next part of this thread's try may take; raises httpcore.ReadTimeout for none."""
    until: float | None = getattr(_here, "until", None)
    if until is None:
        return timeout
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("the answer did not end in time")
    return seconds if timeout is None else min(timeout, seconds)
