"""What the tests share: one action run by the sync client and by the async one, a clock that does not wait, answers."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Callable, Iterator
from linecache import getline
from typing import Any

import attrs
import httpx
import pytest
from browser import browser  # noqa: F401 - a fixture
from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, TimelineEvent
from hubspot_events.testing import EmbeddedHubSpot, ManualClock
from hypothesis import settings
from postgresql_server import postgresql_url  # noqa: F401 - a fixture
from redis_server import redis_client, redis_cluster, redis_url  # noqa: F401 - fixtures

# How long an example takes says nothing here: others use the machine, too.
settings.register_profile("hubspot-events", deadline=None)
settings.load_profile("hubspot-events")

Handler = Callable[[httpx.Request], httpx.Response]


@attrs.define
class Driver:
    """Runs the same action with the sync or the async client."""

    kind: str

    def run(self, action: Callable[[Any], Any], **options: Any) -> Any:
        """Return what a method of the client returns; ``options`` are those of the client."""
        options = {"access_token": None if "auth" in options else "token", **options}
        if self.kind == "sync":
            with HubSpotEvents(**options) as client:
                return action(client)

        async def main() -> Any:
            async with AsyncHubSpotEvents(**options) as client:
                return await action(client)

        return asyncio.run(main())

    def against(self, handler: Handler, action: Callable[[Any], Any], **options: Any) -> Any:
        """Run an action against a function in place of a server."""
        transport = httpx.MockTransport(handler)
        pool = httpx.Client(transport=transport) if self.kind == "sync" else httpx.AsyncClient(transport=transport)
        return self.run(action, http_client=pool, **{"clock": ManualClock(), **options})


@pytest.fixture(autouse=True, scope="session")
def _a_limit_that_no_test_reaches() -> Iterator[None]:
    """Let hundreds of calls go out at once at servers that say nothing of a limit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hubspot_events_runtime.rate_limiter.PUBLIC_APP", 1_000_000)
        yield


@pytest.fixture(params=["sync", "async"])
def driver(request: pytest.FixtureRequest) -> Driver:
    return Driver(request.param)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def embedded(clock: ManualClock) -> Iterator[EmbeddedHubSpot]:
    """An embedded HubSpot whose time is that of the fixture `clock`."""
    with EmbeddedHubSpot(access_token="token", now=clock.time) as embedded:
        yield embedded


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests from the developer's account."""
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN", raising=False)
    monkeypatch.delenv("HUBSPOT_BASE_URL", raising=False)


def event(**fields: Any) -> TimelineEvent:
    return TimelineEvent(**{"event_template_id": "1001298", "email": "a@petspot.example", "tokens": {}, **fields})


def created(request: httpx.Request) -> httpx.Response:
    """Answer as HubSpot does when all went well, for single events and for batches."""
    body = json.loads(request.content)
    if "inputs" in body:
        return httpx.Response(201, json={"status": "COMPLETE", "results": body["inputs"]})
    return httpx.Response(201, json=body)


def interrupted(action: Callable[[], object], line: int) -> bool:
    """Raise KeyboardInterrupt in this thread at a line of an action, counted over the package and httpx's client.

    But not at a `with`, which is a line once more when its block is left, before the lock is given back: there Python
    handles no signal. Returns whether there were so many lines.
    """

    def trace(frame: Any, what: str, _: object) -> Any:
        nonlocal line
        if not frame.f_globals.get("__name__", "").startswith(("hubspot_events", "httpx._client")):
            return None
        if what == "line":
            line -= 1
            if line < 0 and not getline(frame.f_code.co_filename, frame.f_lineno).lstrip().startswith("with "):
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    gc.disable()  # or the `__del__` of what another test has left may be in the middle
    sys.settrace(trace)
    try:
        action()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
        gc.enable()
    return False


class Script:
    """Answers requests one after the other, the last one for good; an exception is raised in place of an answer."""

    def __init__(self, *answers: httpx.Response | Exception | Handler) -> None:
        self.answers: Iterator[httpx.Response | Exception | Handler] = iter(answers)
        self.requests: list[httpx.Request] = []
        self.tokens: list[str] = []  # as a try sends them; the request is the same one for each
        self.last: httpx.Response | Exception | Handler = created

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        self.last = next(self.answers, self.last)
        if isinstance(self.last, Exception):
            raise self.last
        if isinstance(self.last, httpx.Response):
            # A new one each time, as a response belongs to one request.
            return httpx.Response(self.last.status_code, headers=self.last.headers, content=self.last.content)
        return self.last(request)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests]
