"""Measure what `create_many` costs beside `create_batch` in a plain loop, its memory, and its requests with bad rows.

The server is the embedded HubSpot, in a process of its own and without limits; only the CPU time of the client counts.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, RateLimiter, TimelineEvent202603
from hubspot_events.testing import EmbeddedHubSpot
from stand_in import report, stand_in, write

HERE = Path(__file__).parent
ROUNDS, INPUTS = 15, 5000
MILLION = 1_000_000
PAGE = os.sysconf("SC_PAGE_SIZE") / 2**20


def adoptions(count: int, run: str) -> Iterator[TimelineEvent202603]:
    """Yield events, each with an id and the documented properties."""
    for number in range(count):
        yield TimelineEvent202603(
            event_type_name="pe1234567_adoption",
            id=f"{run}-{number}",
            email=f"owner-{number}@petspot.example",
            properties={"petName": f"Pet {number}", "petAge": 3, "petColor": "black"},
        )


def journal() -> str:
    """Return the path of a new journal."""
    return str(Path(tempfile.mkdtemp()) / "bench.journal")


def loop(hubspot: HubSpotEvents) -> None:
    """Send batches one after the other, as one writes it by hand."""
    events = adoptions(INPUTS, uuid.uuid4().hex)
    while batch := list(itertools.islice(events, 100)):
        hubspot.timeline.create_batch_2026_03(batch).raise_for_errors()


def many(hubspot: HubSpotEvents, **options: Any) -> None:
    """Send them as a run."""
    assert all(
        one.written for one in hubspot.timeline.create_many_2026_03(adoptions(INPUTS, uuid.uuid4().hex), **options)
    )


async def loop_async(hubspot: AsyncHubSpotEvents) -> None:
    """As `loop`."""
    events = adoptions(INPUTS, uuid.uuid4().hex)
    while batch := list(itertools.islice(events, 100)):
        (await hubspot.timeline.create_batch_2026_03(batch)).raise_for_errors()


async def many_async(hubspot: AsyncHubSpotEvents, **options: Any) -> None:
    """As `many`."""
    async for one in hubspot.timeline.create_many_2026_03(adoptions(INPUTS, uuid.uuid4().hex), **options):
        assert one.written


def costs(url: str, token: str) -> dict[str, float]:
    """Return the CPU time of a run as a multiple of that of a loop: the median of rounds in which they take turns."""
    options: dict[str, Any] = {"base_url": url, "limiter": RateLimiter(10**9)}
    hubspot = HubSpotEvents(token, **options)
    with asyncio.Runner() as runner:
        hubspot_async = AsyncHubSpotEvents(token, **options)
        cases: dict[str, Callable[[], Any]] = {
            "loop": lambda: loop(hubspot),
            "one at a time": lambda: many(hubspot, concurrency=1),
            "sync": lambda: many(hubspot),
            "sync with a journal": lambda: many(hubspot, journal=journal()),
            "async loop": lambda: runner.run(loop_async(hubspot_async)),
            "async": lambda: runner.run(many_async(hubspot_async)),
            "async with a journal": lambda: runner.run(many_async(hubspot_async, journal=journal())),
        }
        spent: dict[str, list[float]] = {case: [] for case in cases}
        for _ in range(ROUNDS):
            for case, run in cases.items():
                gc.collect()  # or a case pays for what the one before has left
                began = time.process_time()
                run()
                spent[case].append(time.process_time() - began)
    return {
        case: median(
            one / base for one, base in zip(times, spent["async loop" if "async" in case else "loop"], strict=True)
        )
        for case, times in spent.items()
        if "loop" not in case
    }


class Watch:
    """What a million events take: CPU time, as multiples of that of a loop, and memory.

    The run rests twenty times for a loop, so that both have the same machine.
    """

    def __init__(self) -> None:
        self.due = 10_000  # after how many to look
        self.ratios: list[float] = []
        self._first = self._spent = 0.0
        self._began = time.process_time()

    def is_to_rest(self) -> bool:
        """Look at the memory, after ten thousand, and return false; or else whether to rest."""
        if self._first:
            self.due += MILLION // 20
            return True
        self._first = int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
        self.due = MILLION // 20
        return False

    def rest(self) -> None:
        """Stop the clock of the run."""
        self._spent = time.process_time() - self._began

    def begin_loop(self) -> None:
        """Start the clock of a loop."""
        self._began = time.process_time()

    def go_on(self) -> None:
        """Compare both, and start the clock of the run again."""
        now = time.process_time()
        self.ratios.append(self._spent / (MILLION // 20) / ((now - self._began) / INPUTS))
        self._began = now

    @property
    def mebibytes(self) -> float:
        """What memory grew by after the first ten thousand."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - self._first


def million(url: str, token: str, options: Any) -> Watch:
    """Send a million events, in threads."""
    watch = Watch()
    with HubSpotEvents(token, base_url=url, limiter=RateLimiter(10**9)) as hubspot:
        outcomes = hubspot.timeline.create_many_2026_03(adoptions(MILLION, uuid.uuid4().hex), **options)
        for count, one in enumerate(outcomes, 1):
            assert one.written
            if count == watch.due and watch.is_to_rest():
                time.sleep(1)  # until what is under way is done
                watch.rest()
                loop(hubspot)  # the first one after a rest takes twice as long
                watch.begin_loop()
                loop(hubspot)
                watch.go_on()
    return watch


async def million_async(url: str, token: str, options: Any) -> Watch:
    """As `million`, in tasks."""
    watch = Watch()
    async with AsyncHubSpotEvents(token, base_url=url, limiter=RateLimiter(10**9)) as hubspot:
        outcomes = hubspot.timeline.create_many_2026_03(adoptions(MILLION, uuid.uuid4().hex), **options)
        count = 0
        async for one in outcomes:
            assert one.written
            count += 1
            if count == watch.due and watch.is_to_rest():
                await asyncio.sleep(1)
                watch.rest()
                await loop_async(hubspot)
                watch.begin_loop()
                await loop_async(hubspot)
                watch.go_on()
    return watch


def print_million(url: str, token: str, face: str, with_journal: str) -> None:
    """Send a million events, and print the median of the CPU times, and the memory."""
    options = {"journal": journal()} if with_journal == "yes" else {}
    watch = asyncio.run(million_async(url, token, options)) if face == "async" else million(url, token, options)
    print(median(watch.ratios), watch.mebibytes)


def requests_with_bad_rows() -> float:
    """Return the requests of a run with ten percent of bad rows, as a multiple of those of a clean one."""
    inputs = 20_000
    with EmbeddedHubSpot() as embedded, HubSpotEvents(embedded.access_token, base_url=embedded.base_url) as hubspot:
        embedded.reject(lambda event: event["id"].endswith("7"))
        events = adoptions(inputs, "bad")
        outcomes = list(hubspot.timeline.create_many_2026_03(events))
        for one in outcomes:
            assert one.written is not (one.id or "").endswith("7"), one
        assert len(outcomes) == inputs
        assert len(embedded.timeline_events) == inputs * 9 // 10
        return len(embedded.requests) / (inputs / 100)


def main() -> None:
    """Measure all, print it beside the goals, and write many.json."""
    with stand_in("--no-record") as hubspot:
        ratios = costs(hubspot.base_url, hubspot.access_token)
        memory = {}
        for face, with_journal in itertools.product(("sync", "async"), ("no", "yes")):
            case = f"a million events, {face}{' with a journal' if with_journal == 'yes' else ''}"
            command = [sys.executable, __file__, hubspot.base_url, hubspot.access_token, face, with_journal]
            ratios[case], memory[case] = map(float, subprocess.check_output(command, text=True).split())
            hubspot.post("reset", {})
    figures = report(
        "create_many beside create_batch in a loop: CPU time, memory, requests",
        {
            **{f"CPU, {case}": (ratio, "<=", 2.0 if "journal" in case else 1.3) for case, ratio in ratios.items()},
            **{f"MiB more after ten thousand, {case}": (most, "<=", 32) for case, most in memory.items()},
            "requests with ten percent bad rows": (requests_with_bad_rows(), "<=", 3),
        },
    )
    write(HERE / "many.json", figures)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print_million(*sys.argv[1:])
    else:
        main()
