"""The promise as a whole: thousands of events through a network and a server that fail at three tries in ten."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import event
from hubspot_events import AsyncHubSpotEvents, HubSpotError, HubSpotEvents, event_id
from hubspot_events.testing import (
    CloseBeforeReading,
    CutAnswer,
    EmbeddedHubSpot,
    Fault,
    Hold,
    LoseAnswer,
    ManualClock,
    Respond,
    ShortenAnswer,
    Transform,
)

#: Thirty percent, over every kind of fault.
RATES: dict[Fault, float] = {
    CloseBeforeReading(): 0.04,
    LoseAnswer(): 0.05,
    CutAnswer(): 0.03,
    Respond(502, "<html>Bad gateway</html>"): 0.02,
    Respond(502, "<html>Bad gateway</html>", processed=True): 0.03,
    Respond(504, processed=True): 0.02,
    Respond(500): 0.01,
    Respond(503, headers={"Retry-After": "1"}): 0.02,
    Respond(423): 0.01,
    Respond(429): 0.03,
    Respond(477, headers={"Retry-After": "5"}): 0.005,
    Respond(524, b""): 0.005,
    Respond(200, "<html>Welcome</html>", processed=True): 0.01,
    ShortenAnswer(10): 0.01,
    Transform(lambda answer: {**answer, "status": "NOVEL", "more": {}, "completedAt": None}): 0.01,
}
CALLS = 150
PER_BATCH = 20


class ImpatientClock(ManualClock):
    """Waits for no time at all, but lets other tasks go on."""

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)


def events_of(number: int) -> list[Any]:
    """The events of one call; every tenth call is for a single event."""
    return [event(id=f"e-{number}-{place}") for place in range(PER_BATCH if number % 10 else 1)]


def call(client: Any, number: int) -> Any:
    events = events_of(number)
    return client.timeline.create_batch(events) if len(events) > 1 else client.timeline.create(events[0])


def told(result: Any) -> str:
    # A word that nobody knows for the status of a batch leaves it open.
    return "written" if getattr(result, "all_written", True) else "unknown"


def told_by(error: HubSpotError) -> str:
    return "unknown" if error.may_have_been_processed else "not written"


def storm(embedded: EmbeddedHubSpot, kind: str, numbers: Iterable[int]) -> dict[int, str]:
    """Make all the calls at once and return what each caller was told."""
    options: dict[str, Any] = {
        "base_url": embedded.base_url,
        "clock": ImpatientClock(),
        "max_wait": 10_000,
        "max_retries": 3,
    }
    if kind == "sync":
        with HubSpotEvents(embedded.access_token, **options) as client, ThreadPoolExecutor(16) as threads:

            def send(number: int) -> tuple[int, str]:
                try:
                    return number, told(call(client, number))
                except HubSpotError as error:
                    return number, told_by(error)

            return dict(threads.map(send, numbers))

    async def main() -> dict[int, str]:
        async with AsyncHubSpotEvents(embedded.access_token, **options) as client:

            async def send(number: int) -> tuple[int, str]:
                try:
                    return number, told(await call(client, number))
                except HubSpotError as error:
                    return number, told_by(error)

            return dict(await asyncio.gather(*map(send, numbers)))

    return asyncio.run(main())


def test_calls_that_are_cancelled_in_a_storm_double_nothing_and_leave_a_client_that_works() -> None:
    chance = random.Random(2)

    async def main(embedded: EmbeddedHubSpot) -> dict[int, str]:
        options: dict[str, Any] = {"base_url": embedded.base_url, "clock": ImpatientClock(), "max_wait": 10_000}
        async with AsyncHubSpotEvents(embedded.access_token, **options) as client:
            told_of: dict[int, str] = {}

            async def send(number: int) -> None:
                try:
                    told_of[number] = told(await call(client, number))
                except HubSpotError as error:
                    told_of[number] = told_by(error)

            tasks = [asyncio.create_task(send(number)) for number in range(CALLS)]
            while pending := [task for task in tasks if not task.done()]:
                for _ in range(chance.randrange(40)):
                    await asyncio.sleep(0)
                if chance.random() < 0.2:
                    chance.choice(pending).cancel()
                await asyncio.sleep(0.001)
            embedded.misbehave(seed=1, rates={})
            assert (await client.timeline.create(event(id="last"))).id == "last"
            return told_of

    with EmbeddedHubSpot() as embedded:
        embedded.misbehave(seed=1, rates=RATES)
        outcomes = asyncio.run(main(embedded))
        assert len(outcomes) < CALLS, "some were cancelled"
        stored = [one["id"] for one in embedded.timeline_events]
    assert len(stored) == len({*stored})
    for number, outcome in outcomes.items():
        written = {one.id in stored for one in events_of(number)}
        assert outcome == "unknown" or written == {outcome == "written"}


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_storm_loses_nothing_writes_nothing_twice_and_tells_everyone_the_truth(kind: str) -> None:
    with EmbeddedHubSpot() as embedded:
        embedded.misbehave(seed=1, rates=RATES)
        outcomes = storm(embedded, kind, range(CALLS))
        stored = {one["id"] for one in embedded.timeline_events}
        assert len(embedded.timeline_events) == len(stored)
        assert len(embedded.writes) > len(stored), "some answers were lost after the write"
        faults = sum(request.status != 201 for request in embedded.requests)
        assert faults > 0.2 * len(embedded.requests)
        for number, outcome in outcomes.items():
            written = {one.id in stored for one in events_of(number)}
            if outcome == "written":
                assert written == {True}
            elif outcome == "not written":
                assert written == {False}
            else:
                assert outcome == "unknown", "no answer of this storm fails in part"
        assert list(outcomes.values()).count("written") > 0.9 * CALLS

        # Who sends again what failed, under the same ids, ends with every event once.
        for _ in range(10):
            failed = [number for number, outcome in outcomes.items() if outcome != "written"]
            outcomes = storm(embedded, kind, failed)
        assert outcomes == {}
        assert sorted(one["id"] for one in embedded.timeline_events) == sorted(
            one.id for number in range(CALLS) for one in events_of(number)
        )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_interrupts_and_forks_in_a_storm_lose_nothing_and_double_nothing(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedHubSpot() as embedded:
        embedded.misbehave(seed=1, rates=RATES)
        monkeypatch.setenv("HUBSPOT_BASE_URL", embedded.base_url)
        monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", embedded.access_token)
        worker = [sys.executable, str(Path(__file__).with_name("storm_worker.py")), kind]
        said = subprocess.run(worker, capture_output=True, text=True, timeout=120, check=False)
        assert said.returncode == 0, said.stderr
        outcomes = {int(number): outcome for number, outcome in map(str.split, said.stdout.splitlines())}
        stored = [one["id"] for one in embedded.timeline_events]
        assert len(stored) == len({*stored})
        for number, outcome in outcomes.items():
            written = {one.id in stored for one in events_of(number)}
            assert outcome == "unknown" or written == {outcome == "written"}

        interrupted = {*range(CALLS)} - outcomes.keys()
        assert interrupted
        assert CALLS - 1 in outcomes, "the last call is not interrupted, and goes out"
        embedded.misbehave(seed=1, rates={})
        again = [number for number in range(CALLS) if outcomes.get(number) != "written"]
        assert {*storm(embedded, kind, again).values()} == {"written"}
        assert sorted(one["id"] for one in embedded.timeline_events) == sorted(
            one.id for number in range(CALLS) for one in events_of(number)
        )


BACK_FILL = """
import sys
from hubspot_events import HubSpotEvents, TimelineEvent, event_id

with HubSpotEvents() as hubspot:
    for order in range(60):
        hubspot.timeline.create(
            TimelineEvent(
                event_template_id="1",
                id=event_id("shop", key=f"order-{order}:paid"),
                email="a@shop.example",
                tokens={"order": order},
            )
        )
"""


def test_a_back_fill_that_is_killed_and_run_again_writes_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedHubSpot() as embedded:
        monkeypatch.setenv("HUBSPOT_BASE_URL", embedded.base_url)
        monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", embedded.access_token)
        half_way = Hold()
        embedded.plan(*[None] * 20, half_way)
        first = subprocess.Popen([sys.executable, "-c", BACK_FILL])
        assert half_way.reached.wait(60)
        # The twenty-first event is written, and its answer on the way.
        first.kill()
        first.wait()
        half_way.release.set()
        assert len(embedded.timeline_events) == 21
        subprocess.run([sys.executable, "-c", BACK_FILL], check=True)
        assert sorted(one["id"] for one in embedded.timeline_events) == sorted(
            event_id("shop", key=f"order-{order}:paid") for order in range(60)
        )
        assert len(embedded.writes) == 21 + 60
