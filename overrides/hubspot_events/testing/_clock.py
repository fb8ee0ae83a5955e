"""A clock for tests of what waits."""

import anyio
import anyio.lowlevel


class ManualClock:
    """A clock that goes on only when somebody waits, and then at once.

    Hand it to a client as ``clock=`` and its ``time`` to the embedded HubSpot as ``now=``: retries, rate limits and the
    expiry of tokens then take no time. All times are in seconds.

    Attributes:
        now: The time, in Unix seconds; a test may set it.
        waits: How long each wait was.

    """

    now: float
    waits: list[float]

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self.waits = []

    def time(self) -> float:
        """Return the time, in Unix seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time go on."""
        self.waits.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        """Let the time go on, and other tasks."""
        self.sleep(seconds)
        await anyio.lowlevel.checkpoint()
