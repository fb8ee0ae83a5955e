"""The end of a try, however slowly the bytes of an answer drip: httpx counts the time anew with each of them.

Tasks are cancelled by anyio. A thread cannot be, so that each of its reads and writes is given the time that is left.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(*arguments, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def connect_tcp(self, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(*arguments, **options))


def keep_deadlines(pool: httpx.Client) -> None:
    """Let the connections of a pool keep the deadline of the thread that uses them, and leave its lock unlocked.

    httpcore's lock is taken by Python code, which an interrupt may end before anybody is there to give the lock back:
    then all threads wait for ever. Python's own is taken and noted in one.

    httpx has no option for either, so that its transports are reached into; one of another kind is left as it is.
    """
    for transport in (pool._transport, *pool._mounts.values()):
        connections = getattr(transport, "_pool", None)
        if isinstance(connections, httpcore.ConnectionPool):
            connections._network_backend = _Backend()
            connections._optional_thread_lock = threading.Lock()  # type: ignore[assignment]
