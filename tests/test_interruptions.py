"""Whatever ends a call early, a refresh that has begun is finished, and nothing stays locked."""

from __future__ import annotations

import _thread
import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

import anyio
import httpcore
import httpx
import pytest
from conftest import Driver, Script, created, event, interrupted
from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, OAuthRefresh, TokenSet, _auth
from hubspot_events.testing import EmbeddedHubSpot, Hold, ManualClock, Respond
from hubspot_events_runtime.connections import MAX_CONCURRENCY, AsyncConnections, SyncConnections
from hypothesis import given, settings
from hypothesis import strategies as st

TOKEN_PATH = "/oauth/2026-03/token"


class RotatingServer:
    """Takes nothing but the newest refresh token and the newest access token, and gives out others at each refresh."""

    def __init__(self) -> None:
        self.count = 0
        self.on_rotation: Callable[[], None] = lambda: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != TOKEN_PATH:
            good = request.headers["Authorization"] == f"Bearer access-{self.count}"
            return created(request) if good else httpx.Response(401)
        if parse_qs(request.content.decode())["refresh_token"] != [f"refresh-{self.count}"]:
            return httpx.Response(400, json={"status": "BAD_REFRESH_TOKEN", "message": "m"})
        self.count += 1
        self.on_rotation()
        tokens = {"access_token": f"access-{self.count}", "refresh_token": f"refresh-{self.count}"}
        return httpx.Response(200, json=tokens)

    async def slowly(self, request: httpx.Request) -> httpx.Response:
        for _ in range(2):
            await anyio.lowlevel.checkpoint()
        response = self(request)
        for _ in range(2):
            await anyio.lowlevel.checkpoint()
        return response


class App:
    """An app with one account, which keeps what it was last told to store."""

    def __init__(self) -> None:
        self.server = RotatingServer()
        self.clock = ManualClock()
        self.stored = "refresh-0"
        self.auth = OAuthRefresh(
            client_id="c", client_secret="s", refresh_token="refresh-0", on_refresh=self.store, clock=self.clock
        )

    def store(self, tokens: TokenSet) -> None:
        self.stored = tokens.refresh_token

    @property
    def options(self) -> dict[str, Any]:
        return {"auth": self.auth, "clock": self.clock, "max_retries": 0}

    def client(self) -> HubSpotEvents:
        return HubSpotEvents(http_client=httpx.Client(transport=httpx.MockTransport(self.server)), **self.options)

    def async_client(self) -> AsyncHubSpotEvents:
        transport = httpx.MockTransport(self.server.slowly)
        return AsyncHubSpotEvents(http_client=httpx.AsyncClient(transport=transport), **self.options)

    def check(self) -> None:
        """What holds when a call has succeeded, and those before it have come to their end."""
        assert self.auth._lock.acquire(timeout=10)
        self.auth._lock.release()
        assert self.stored == f"refresh-{self.server.count}"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 600), max_size=4))
def test_after_interrupts_at_any_lines_the_newest_token_is_used_and_stored(lines: list[int]) -> None:
    app = App()
    client = app.client()
    for line in lines:
        interrupted(lambda: client.timeline.create(event()), line)
        app.clock.now += 1800
    assert client.timeline.create(event()).id
    app.check()


def test_after_an_interrupt_at_each_line_of_a_call_the_next_one_goes_out() -> None:
    line = -1
    is_interrupted = True
    while is_interrupted:
        app = App()
        client = app.client()
        line += 1
        is_interrupted = interrupted(lambda client=client: client.timeline.create(event()), line)  # type: ignore[misc]
        app.clock.now += 1800
        assert client.timeline.create(event()).id
        app.check()
    assert line > 100


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 30), max_size=4))
def test_after_cancellations_at_any_points_the_newest_token_is_used_and_stored(backend: str, points: list[int]) -> None:
    app = App()

    async def main() -> None:
        async with app.async_client() as client:
            for point in points:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(client.timeline.create, event())
                    for _ in range(point):
                        await anyio.lowlevel.checkpoint()
                    tasks.cancel_scope.cancel()
                app.clock.now += 1800
            assert (await client.timeline.create(event())).id

    anyio.run(main, backend=backend)
    app.check()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 30), max_size=4))
def test_after_tasks_are_cancelled_at_any_points_the_next_event_loop_can_go_on(points: list[int]) -> None:
    app = App()

    async def cancelled(point: int) -> None:
        async with app.async_client() as client:
            task = asyncio.create_task(client.timeline.create(event()))
            for _ in range(point):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait({task})

    async def main() -> None:
        async with app.async_client() as client:
            assert (await client.timeline.create(event())).id

    for point in points:
        asyncio.run(cancelled(point))
        app.clock.now += 1800
    asyncio.run(main())
    app.check()


async def have_calls_cancelled(client: AsyncHubSpotEvents, embedded: EmbeddedHubSpot) -> None:
    """Have 25 calls cancelled, after which a client takes other connections, and closes those that it had."""
    for number in range(25):
        hold = Hold()
        embedded.plan(hold, path="/integrators/timeline/v3/events")
        task = asyncio.create_task(client.timeline.create(event(id=f"cancelled-{number}")))
        await asyncio.to_thread(hold.reached.wait)
        task.cancel()
        await asyncio.wait({task})
        hold.release.set()


def test_a_call_that_waits_while_others_are_cancelled_refreshes_its_token_over_the_connections_of_then() -> None:
    path = "/integrators/timeline/v3/events"

    class Meanwhile(ManualClock):
        async def sleep_async(self, seconds: float) -> None:
            await super().sleep_async(seconds)
            await have_calls_cancelled(client, embedded)
            embedded.plan(Respond(401), path=path)

    async def main() -> Any:
        async with client:
            await client.timeline.create(event(id="before"))
            embedded.plan(Respond(503), path=path)
            return await client.timeline.create(event(id="waits"))

    clock = Meanwhile()
    with EmbeddedHubSpot(now=clock.time) as embedded:
        auth = OAuthRefresh(
            client_id=embedded.client_id,
            client_secret=embedded.client_secret,
            refresh_token=embedded.refresh_token,
            clock=clock,
        )
        client = AsyncHubSpotEvents(auth=auth, base_url=embedded.base_url, clock=clock)
        assert asyncio.run(main()).id == "waits"
        assert embedded.accounts[0].counts.refreshes == 2


def test_a_refresh_under_way_outlasts_the_connections_that_a_client_lets_go_of() -> None:
    """Else the refresh token of its answer would be lost, as nobody is left who reads that."""
    hold = Hold()
    heard: list[TokenSet] = []

    async def main() -> None:
        async with client:
            await client.timeline.create(event(id="before"))
            embedded.plan(Respond(401), path="/integrators/timeline/v3/events")
            embedded.plan(hold, path="/oauth/2026-03/token")
            waits = asyncio.create_task(client.timeline.create(event(id="waits")))
            await asyncio.to_thread(hold.reached.wait)
            await have_calls_cancelled(client, embedded)
            hold.release.set()
            await waits

    clock = ManualClock()
    with EmbeddedHubSpot(now=clock.time) as embedded:
        auth = OAuthRefresh(
            client_id=embedded.client_id,
            client_secret=embedded.client_secret,
            refresh_token=embedded.refresh_token,
            on_refresh=heard.append,
            clock=clock,
        )
        client = AsyncHubSpotEvents(auth=auth, base_url=embedded.base_url, clock=clock)
        asyncio.run(main())
        assert len(heard) == 2


@pytest.mark.parametrize("is_used", [False, True])
@pytest.mark.parametrize("line", range(8))
def test_event_loops_of_two_threads_never_get_the_same_connections(line: int, is_used: bool) -> None:
    connections = AsyncHubSpotEvents("token")._connections
    got: list[httpx.AsyncClient] = []

    async def get() -> None:
        got.append(connections.pool)

    def trace(frame: Any, what: str, _: object) -> Any:
        nonlocal line
        if frame.f_code.co_qualname != "Connections.pool":
            return trace if what == "call" else None
        if what in ("line", "return"):
            line -= 1
            if line < 0:
                sys.settrace(None)
                thread = threading.Thread(target=asyncio.run, args=(get(),))
                thread.start()
                thread.join()
        return trace

    if is_used:
        asyncio.run(get())
        got.clear()
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        asyncio.run(get())
    finally:
        sys.settrace(before)
    assert len({*map(id, got)}) == len(got)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Let SIGINT interrupt as it does at a terminal; a shell has what it runs in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_in_a_refresh_ends_the_call_and_the_client_is_closed_after_the_refresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, is_closing = App(), threading.Event()

    def on_rotation() -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        assert is_closing.wait(10)

    def finish(auth: OAuthRefresh, pool: httpx.Client) -> None:
        is_closing.set()
        as_it_is(auth, pool)

    as_it_is = OAuthRefresh._finish
    monkeypatch.setattr(OAuthRefresh, "_finish", finish)
    app.server.on_rotation = on_rotation
    with pytest.raises(KeyboardInterrupt), app.client() as client:
        client.timeline.create(event())
    assert app.stored == "refresh-1"
    app.check()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_async_client_is_closed_after_the_refresh(backend: str) -> None:
    app = App()

    async def main() -> None:
        with anyio.CancelScope() as scope:
            app.server.on_rotation = scope.cancel
            async with app.async_client() as client:
                await client.timeline.create(event())
        assert scope.cancelled_caught

    anyio.run(main, backend=backend)
    assert app.stored == "refresh-1"
    app.check()


def test_a_call_that_on_refresh_makes_goes_out_with_the_new_token(driver: Driver) -> None:
    app = App()
    ids: list[str] = []

    def store(tokens: TokenSet) -> None:
        app.store(tokens)
        ids.append(app.client().timeline.create(event(id="inner")).id)

    async def store_async(tokens: TokenSet) -> None:
        app.store(tokens)
        async with app.async_client() as client:
            ids.append((await client.timeline.create(event(id="inner"))).id)

    app.auth._on_refresh = store if driver.kind == "sync" else store_async
    result = driver.against(app.server, lambda client: client.timeline.create(event(id="outer")), **app.options)
    assert [*ids, result.id] == ["inner", "outer"]
    assert app.server.count == 1
    app.check()


def test_on_refresh_may_close_the_client(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_auth, "_LONGEST_REFRESH", 1)
    app = App()
    clients: list[Any] = []

    def store(tokens: TokenSet) -> None:
        app.store(tokens)
        clients[0].close()

    async def store_async(tokens: TokenSet) -> None:
        app.store(tokens)
        await clients[0].aclose()

    def create(client: Any) -> Any:
        clients.append(client)
        return client.timeline.create(event(id="a"))

    app.auth._on_refresh = store if driver.kind == "sync" else store_async
    assert driver.against(app.server, create, **app.options).id == "a"
    app.check()


FORK = """
import os, sys, threading
import httpcore
import httpx
from hubspot_events import HubSpotEvents, OAuthRefresh, TimelineEvent

is_refreshing, is_forked = threading.Event(), threading.Event()


def handler(request):
    if "oauth" in request.url.path:
        is_refreshing.set()
        is_forked.wait()
        return httpx.Response(200, json={"access_token": "a", "expires_in": 1800})
    return httpx.Response(201, json={"id": "x"})


auth = OAuthRefresh(client_id="i", client_secret="s", refresh_token="r")


def send():
    pool = httpx.Client(transport=httpx.MockTransport(handler))
    with HubSpotEvents(auth=auth, http_client=pool) as client:
        event = TimelineEvent(event_template_id="1", email="a@petspot.example", tokens={})
        assert client.timeline.create(event).id == "x"


thread = threading.Thread(target=send)
thread.start()
is_refreshing.wait()
child = os.fork()
is_forked.set()
if not child:
    send()
    os._exit(0)
thread.join()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_fork_while_another_thread_refreshes_leaves_nothing_locked_in_the_child() -> None:
    subprocess.run([sys.executable, "-c", FORK], check=True, timeout=60)


END = """
import atexit, os, signal, threading
import httpcore
import httpx
from hubspot_events import HubSpotEvents, OAuthRefresh, TimelineEvent


def handler(request):
    os.kill(os.getpid(), signal.SIGINT)
    is_ending.wait()
    return httpx.Response(200, json={"access_token": "a", "refresh_token": "changed"})


is_ending = threading.Event()
atexit.register(is_ending.set)

auth = OAuthRefresh(
    client_id="i", client_secret="s", refresh_token="r", on_refresh=lambda tokens: print(tokens.refresh_token)
)
hubspot = HubSpotEvents(auth=auth, http_client=httpx.Client(transport=httpx.MockTransport(handler)))
hubspot.timeline.create(TimelineEvent(event_template_id="1", email="a@petspot.example", tokens={}))
"""


@pytest.mark.usefixtures("ctrl_c")
def test_a_program_that_ends_lets_a_refresh_come_to_its_end() -> None:
    done = subprocess.run([sys.executable, "-c", END], check=False, capture_output=True, text=True, timeout=60)
    assert "KeyboardInterrupt" in done.stderr
    assert done.stdout == "changed\n"


def test_where_no_thread_can_be_started_the_call_refreshes_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    app = App()
    monkeypatch.setattr(_thread, "start_new_thread", start)
    assert app.client().timeline.create(event()).id
    app.check()


class SoftTimeLimitExceeded(Exception):  # noqa: N818 - as it is called in Celery
    """What a job queue's signal handler raises, at any place."""


def test_an_exception_of_the_callers_world_comes_out_as_it_is(driver: Driver) -> None:
    raised = SoftTimeLimitExceeded()
    raised.__cause__ = reason = LookupError()
    with pytest.raises(SoftTimeLimitExceeded) as caught:
        driver.against(Script(raised), lambda client: client.timeline.create(event(id="e-1")))
    assert caught.value.__cause__ is reason
    assert caught.value.__notes__ == ["The call may have been processed; its ids are ['e-1']."]


def test_a_time_limit_in_a_request_comes_out_as_it_is() -> None:
    def stop(*_: object) -> None:
        raise SoftTimeLimitExceeded

    def handler(request: httpx.Request) -> httpx.Response:
        signal.raise_signal(signal.SIGUSR1)
        return created(request)

    before = signal.signal(signal.SIGUSR1, stop)
    try:
        with pytest.raises(SoftTimeLimitExceeded):
            Driver("sync").against(handler, lambda client: client.timeline.create(event()))
    finally:
        signal.signal(signal.SIGUSR1, before)


class TimeLimit(Exception):  # noqa: N818 - as job queues name theirs
    pass


@pytest.mark.parametrize("raised", [KeyboardInterrupt, TimeLimit])
def test_an_interrupt_that_leaves_a_connection_locked_holds_up_no_later_call(
    raised: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(connection: Any, _: httpcore.Request) -> None:
        monkeypatch.undo()
        connection._state_lock.__enter__()
        raise raised

    with EmbeddedHubSpot() as embedded:
        client = HubSpotEvents(embedded.access_token, base_url=embedded.base_url)
        client.timeline.create(event(id="first"))
        monkeypatch.setattr(httpcore.HTTP11Connection, "handle_request", locked)
        with pytest.raises(raised):
            client.timeline.create(event(id="interrupted"))
        last = threading.Thread(target=client.timeline.create, args=[event(id="last")], daemon=True)
        last.start()
        last.join(10)
        assert [one["id"] for one in embedded.timeline_events] == ["first", "last"]
        client.close()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_who_waits_while_all_who_are_under_way_are_cancelled_gets_connections_that_are_open(backend: str) -> None:
    closed: list[bool] = []

    async def hold(connections: AsyncConnections) -> None:
        async with connections.one():
            await anyio.sleep_forever()

    async def look(connections: AsyncConnections) -> None:
        async with connections.one() as pool:
            closed.append(pool.is_closed)

    async def main() -> None:
        connections = AsyncConnections(None)
        async with anyio.create_task_group() as waiting, anyio.create_task_group() as under_way:
            for _ in range(MAX_CONCURRENCY):
                under_way.start_soon(hold, connections)
            await anyio.wait_all_tasks_blocked()
            for _ in range(2):
                waiting.start_soon(look, connections)
            await anyio.wait_all_tasks_blocked()
            under_way.cancel_scope.cancel()
        await connections.pool.aclose()

    anyio.run(main, backend=backend)
    assert closed == [False, False]


def test_no_interrupt_keeps_a_place_in_a_pool_of_the_callers() -> None:
    def interrupt(*_: object) -> None:
        raise TimeLimit

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with httpx.Client() as pool:
            connections = SyncConnections(pool)
            for _ in range(1000):
                with suppress(TimeLimit):
                    signal.setitimer(signal.ITIMER_REAL, 0.0001)
                    while True:
                        with connections.one():
                            pass
            assert connections._places(pool).qsize() == MAX_CONCURRENCY
    finally:
        signal.signal(signal.SIGALRM, before)
