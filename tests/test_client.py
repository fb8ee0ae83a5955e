"""The two clients are one library: the same methods, the same words, any event loop."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import hubspot_events
import pytest
import trio
from conftest import event
from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, SystemClock
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer
from hubspot_events_api.api.marketing_events import AsyncMarketingEvents, MarketingEvents
from hubspot_events_api.api.timeline import AsyncTimeline, Timeline

ROOT = Path(__file__).parent.parent


def public(kind: type) -> dict[str, Any]:
    return {name: value for name, value in vars(kind).items() if not name.startswith("_")}


def taken(method: Any) -> dict[str, str]:
    """The arguments of a method, and their types; an async one takes asynchronous iterables, too."""
    parameters = inspect.signature(method).parameters.values()
    return {
        parameter.name: str(parameter).replace("'", "").partition(" | AsyncIterable[")[0] for parameter in parameters
    }


@pytest.mark.parametrize(("sync", "other"), [(Timeline, AsyncTimeline), (MarketingEvents, AsyncMarketingEvents)])
def test_the_async_methods_say_and_take_what_the_sync_ones_do(sync: Any, other: Any) -> None:
    assert sync.__doc__ == other.__doc__
    assert public(sync).keys() == public(other).keys()
    for name, method in public(sync).items():
        twin = getattr(other, name)
        assert inspect.iscoroutinefunction(twin) is (name not in sync._many)  # those return an asynchronous iterator
        assert taken(method) == taken(twin)
        assert method.__doc__ == twin.__doc__


def test_the_clients_take_the_same_options() -> None:
    assert inspect.signature(HubSpotEvents) == inspect.signature(AsyncHubSpotEvents)
    names = public(HubSpotEvents).keys() - {"close"}
    assert names == public(AsyncHubSpotEvents).keys() - {"aclose"}


def test_every_public_name_is_documented() -> None:
    for name in hubspot_events.__all__:
        value = getattr(hubspot_events, name)
        assert isinstance(value, str) or inspect.getdoc(typing.get_origin(value) or value), name
    assert len({*hubspot_events.__all__}) == len(hubspot_events.__all__)


def test_frameworks_can_ask_every_public_class_and_method_for_its_types() -> None:
    public_types = [value for name in hubspot_events.__all__ if inspect.isclass(value := getattr(hubspot_events, name))]
    for kind in (*public_types, Timeline, AsyncTimeline, MarketingEvents, AsyncMarketingEvents):
        typing.get_type_hints(kind)
        for _, method in inspect.getmembers(kind, inspect.isfunction):
            typing.get_type_hints(method)


def test_the_async_client_runs_on_trio(embedded: EmbeddedHubSpot, clock: Any) -> None:
    async def main() -> None:
        async with AsyncHubSpotEvents("token", base_url=embedded.base_url, max_wait=3, clock=clock) as client:
            assert (await client.timeline.create(event(id="a"))).id == "a"

    embedded.plan(LoseAnswer())
    trio.run(main)
    assert len(embedded.writes) == 2
    assert len(embedded.timeline_events) == 1


def demo(*arguments: str, **environment: str) -> list[str]:
    """Run the demo, and return the lines that it prints."""
    done = subprocess.run(
        [sys.executable, "demo.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


METHODS = ("timeline.create", "timeline.create_batch", "marketing_events.upsert", "marketing_events.update")


def test_the_demo_says_where_it_is_and_what_becomes_of_faults_in_fifty_lines() -> None:
    lines = demo()
    assert "not HubSpot" in lines[0]
    assert len(lines) <= 50
    for method in METHODS:
        assert sum(line.startswith(f"  {method} ") for line in lines) == 2, "sync and async"
    text = "\n".join(lines)
    assert "sent 2 times under this id, it is 1 event\n" in text
    assert re.search(r"429, .* waited 1\d seconds", text)
    assert "1 of 2 is written; all written: False\n" in text
    assert "\nIt has 9 timeline events and 1 webinar now.\n" in text
    assert "\n  It has 10,000 events in 100 requests, 0 of which met the limit." in text


def test_the_time_of_the_machine_is_what_a_test_says_it_is_and_can_be_built_upon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Late(SystemClock):
        def time(self) -> float:
            return SystemClock.time(self) - 60

    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)  # as freezegun does it, too
    assert (SystemClock().time(), Late().time()) == (1_800_000_000, 1_799_999_940)


def test_the_demo_shows_every_request_and_answer_when_it_is_asked_to() -> None:
    lines = demo("--verbose")
    for path in ("/v3/events", "/batch/create", "/events/upsert", "/2026-03/batch/update"):
        assert sum(f"{path} " in line and "HTTP Request: POST" in line for line in lines) >= 2
    assert sum(line.startswith("    → {") for line in lines) == sum(line.startswith("    ← 20") for line in lines) == 11
    assert not [line for line in lines if "access-token" in line]


def test_the_demo_goes_to_hubspot_when_it_is_told_to_and_breaks_nothing_there(embedded: EmbeddedHubSpot) -> None:
    lines = demo("--hubspot", HUBSPOT_ACCESS_TOKEN=embedded.access_token, HUBSPOT_BASE_URL=embedded.base_url)
    assert lines[0].startswith("This goes to http://")
    assert [request.status for request in embedded.requests if request.status not in (200, 201)] == []
    assert len(embedded.requests) == 2 * len(METHODS)
    assert len(embedded.timeline_events) == 6


def test_the_demo_goes_nowhere_only_because_there_is_a_token(embedded: EmbeddedHubSpot) -> None:
    """A token in the environment, as most who work with HubSpot have one, is no wish to write into its account."""
    lines = demo(HUBSPOT_ACCESS_TOKEN=embedded.access_token, HUBSPOT_BASE_URL=embedded.base_url)
    assert "not HubSpot" in lines[0]
    assert embedded.requests == []


def test_the_demo_needs_a_token_to_go_to_hubspot() -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        demo("--hubspot", HUBSPOT_ACCESS_TOKEN="")
    assert refused.value.returncode == 2
    assert "HUBSPOT_ACCESS_TOKEN" in refused.value.stderr
