"""The two clients are one library: the same methods, the same words, any event loop."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import hubspot_events
import pytest
import trio
from conftest import event
from hubspot_events import AsyncHubSpotEvents, HubSpotEvents
from hubspot_events._client import AsyncMarketingEvents, AsyncTimeline, MarketingEvents, Timeline
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer

ROOT = Path(__file__).parent.parent


def public(kind: type) -> dict[str, Any]:
    return {name: value for name, value in vars(kind).items() if not name.startswith("_")}


@pytest.mark.parametrize(("sync", "other"), [(Timeline, AsyncTimeline), (MarketingEvents, AsyncMarketingEvents)])
def test_the_async_methods_say_and_take_what_the_sync_ones_do(sync: type, other: type) -> None:
    assert sync.__doc__ == other.__doc__
    assert public(sync).keys() == public(other).keys()
    for name, method in public(sync).items():
        twin = getattr(other, name)
        assert inspect.iscoroutinefunction(twin)
        assert inspect.signature(method) == inspect.signature(twin)
        assert method.__doc__ == twin.__doc__


def test_the_clients_take_the_same_options() -> None:
    assert inspect.signature(HubSpotEvents) == inspect.signature(AsyncHubSpotEvents)
    names = public(HubSpotEvents).keys() - {"close"}
    assert names == public(AsyncHubSpotEvents).keys() - {"aclose"}


def test_every_public_name_is_documented() -> None:
    for name in hubspot_events.__all__:
        value = getattr(hubspot_events, name)
        assert isinstance(value, str) or inspect.getdoc(value), name
    assert hubspot_events.__all__ == sorted(hubspot_events.__all__)


def test_the_async_client_runs_on_trio(embedded: EmbeddedHubSpot, clock: Any) -> None:
    async def main() -> None:
        async with AsyncHubSpotEvents("token", base_url=embedded.base_url, max_wait=3, clock=clock) as client:
            assert (await client.timeline.create(event(id="a"))).id == "a"

    embedded.plan(LoseAnswer())
    trio.run(main)
    assert len(embedded.writes) == 2
    assert len(embedded.timeline_events) == 1


def test_the_demo_shows_what_goes_out_and_what_comes_back() -> None:
    done = subprocess.run([sys.executable, "demo.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for path in ("/v3/events", "/batch/create", "/events/upsert", "/2026-03/batch/update"):
        assert done.stdout.count(f"{path}\n") == 2, "sync and async"
    assert done.stdout.count("← 201") == 4
    assert done.stdout.count("← 200") == 4
    assert done.stdout.endswith("HubSpot has 6 timeline events and 1 marketing event now.\n")
