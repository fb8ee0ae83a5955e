"""Time, handed in, so that nobody's tests have to wait."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time and waits. ``hubspot_events.testing.ManualClock`` is one that does not wait."""

    def time(self) -> float:
        """Return Unix seconds."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait in a thread."""
        ...

    async def sleep_async(self, seconds: float) -> None:
        """Wait in a task."""
        ...


class SystemClock:
    """The time of the machine."""

    def time(self) -> float:
        """Return Unix seconds."""
        return time.time()  # looked up each time, as a test puts another one in its place

    def sleep(self, seconds: float) -> None:
        """Wait in a thread; Ctrl-C interrupts it."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Wait in a task of asyncio or trio; cancelling interrupts it."""
        # Imported where it is needed: httpx loads it for an async client only.
        import anyio  # noqa: PLC0415

        await anyio.sleep(seconds)
