"""A run that is told to stop tells what is under way, and ends as if all had been read."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterator

import pytest
from conftest import event
from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, TimelineEvent
from hubspot_events.testing import EmbeddedHubSpot, Hold


@pytest.fixture
def held() -> Iterator[tuple[EmbeddedHubSpot, Hold]]:
    with EmbeddedHubSpot(access_token="token") as embedded:
        hold = Hold(threading.Event(), threading.Event())
        embedded.plan(None, hold)
        yield embedded, hold
        hold.release.set()


def endless() -> Iterator[TimelineEvent]:
    return (event(email=f"owner-{number}@petspot.example") for number in itertools.count())


def test_from_another_thread(held: tuple[EmbeddedHubSpot, Hold]) -> None:
    embedded, hold = held
    with (
        HubSpotEvents("token", base_url=embedded.base_url) as hubspot,
        hubspot.timeline.create_many(endless(), concurrency=1) as outcomes,
    ):

        def stop() -> None:
            hold.reached.wait()
            outcomes.stop()
            hold.release.set()

        stopping = threading.Thread(target=stop)
        stopping.start()
        written = [outcome.index for outcome in outcomes if outcome.written]
        stopping.join()
    assert written == [*range(200)]
    assert len(embedded.writes) == 200
    assert outcomes.unsettled == []


def test_from_another_task(held: tuple[EmbeddedHubSpot, Hold]) -> None:
    embedded, hold = held

    async def main() -> list[int]:
        async with (
            AsyncHubSpotEvents("token", base_url=embedded.base_url) as hubspot,
            hubspot.timeline.create_many(endless(), concurrency=1) as outcomes,
        ):

            async def stop() -> None:
                await asyncio.to_thread(hold.reached.wait)
                outcomes.stop()
                hold.release.set()

            stopping = asyncio.create_task(stop())
            written = [outcome.index async for outcome in outcomes if outcome.written]
            await stopping
            return written

    assert asyncio.run(main()) == [*range(200)]
    assert len(embedded.writes) == 200
