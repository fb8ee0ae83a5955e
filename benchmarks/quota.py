"""Measure how much of HubSpot's quota a run uses in a minute, and how many 429s it gets.

Each case has an account of its own at the embedded HubSpot, at 110 requests in ten seconds, and a process of its own;
they run beside each other, so that all take one minute. On two of the accounts somebody else sends 5.5 requests a
second, half of the quota.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, TimelineEvent202603
from stand_in import report, stand_in, write

HERE = Path(__file__).parent
QUOTA, SECONDS = 110, 60
START = 15  # seconds for eight interpreters to come up, and for others to have their share of HubSpot's window
ALONE = [(kind, under_way) for kind in ("sync", "async") for under_way in (1, 4, 16)]
SHARED = [("sync", 8), ("async", 8)]
PER_BATCH = 10  # the quota is of requests


def adoptions(case: str) -> Iterator[TimelineEvent202603]:
    """Yield events until the minute is over, and a little longer."""
    end = time.monotonic() + START + SECONDS + START
    for number in itertools.count():
        if time.monotonic() > end:
            return
        yield TimelineEvent202603(
            event_type_name="pe1234567_adoption",
            id=f"{case}-{number}",
            email=f"owner-{number}@petspot.example",
            properties={"petName": f"Pet {number}"},
        )


def send(url: str, token: str, kind: str, under_way: str) -> None:
    """Send for that long."""
    # Not the token: no result shows it, so that one whose id has it would be that of another event.
    events = adoptions(f"{kind}-{under_way}")
    if kind == "sync":
        with HubSpotEvents(token, base_url=url, max_batch_size=PER_BATCH) as hubspot:
            for one in hubspot.timeline.create_many_2026_03(events, concurrency=int(under_way)):
                assert one.written
        return

    async def main() -> None:
        async with AsyncHubSpotEvents(token, base_url=url, max_batch_size=PER_BATCH) as hubspot:
            async for one in hubspot.timeline.create_many_2026_03(events, concurrency=int(under_way)):
                assert one.written

    asyncio.run(main())


def main() -> None:
    """Measure all, print it beside the goals, and write quota.json."""
    cases = [*ALONE, *SHARED]
    options = ("--no-record", "--accounts", str(len(cases)), "--requests-per-ten-seconds", str(QUOTA))
    with stand_in(*options) as hubspot:
        for account in range(len(ALONE), len(cases)):
            hubspot.post(f"accounts/{account}/share-quota", {"requests_per_second": QUOTA / 20})
        workers = [
            subprocess.Popen(
                [sys.executable, __file__, hubspot.base_url, hubspot.token_of(account), kind, str(under_way)]
            )
            for account, (kind, under_way) in enumerate(cases)
        ]
        time.sleep(START)
        before, began = hubspot.counts(), time.monotonic()
        time.sleep(SECONDS)
        counts, seconds = hubspot.counts(), time.monotonic() - began
        for worker in workers:
            assert worker.wait() == 0
        after = hubspot.counts()
    goals: dict[str, tuple[float, str, float]] = {}
    quota = QUOTA * seconds / 10
    for account, (kind, under_way) in enumerate(cases):
        used = taken(counts[account]) - taken(before[account])
        refused = after[account]["answers"].get("429", 0)
        if account < len(ALONE):
            goals[f"{kind}, {under_way} at once: of the quota"] = (used / quota, ">=", 0.97)
            goals[f"{kind}, {under_way} at once: 429s"] = (refused, "==", 0)
        else:
            rest = quota - (counts[account]["others"] - before[account]["others"])
            goals[f"{kind}, beside somebody else: of the rest"] = (used / rest, ">=", 0.9)
            goals[f"{kind}, beside somebody else: 429s"] = (refused / (used + refused), "<=", 0.02)
    write(HERE / "quota.json", report("A minute at a quota of 110 requests in ten seconds", goals))


def taken(counts: dict[str, Any]) -> int:
    """Return how many requests an account took."""
    return sum(count for status, count in counts["answers"].items() if status in ("200", "201"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        send(*sys.argv[1:])
    else:
        main()
