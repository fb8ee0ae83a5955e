"""The tokens of an account that several processes serve: one refreshes, and the others take what it got."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import anyio
import attrs
import httpx
import pytest
import redis
import redis.asyncio
from conftest import Driver, Script, created, event
from hubspot_events import (
    AsyncHubSpotEvents,
    AuthenticationError,
    FileTokenStore,
    HubSpotError,
    HubSpotEvents,
    InputError,
    OAuthRefresh,
    RateLimitError,
    RedisTokenStore,
    RequestTimeoutError,
    ServerError,
    TokenEntry,
    TokenSet,
    TokenStore,
    _token_stores,
)
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer, ManualClock, Respond
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry
from token_stores import ACCOUNT, KINDS, make_accounts, make_store

TOKEN_PATH = "/oauth/2026-03/token"
TESTS = Path(__file__).parent


@attrs.frozen
class Place:
    """Where a store keeps the tokens."""

    kind: str
    place: str

    def store(self, lock_seconds: float = 1.0) -> TokenStore:
        """Return the store as another process has it."""
        return make_store(self.kind, self.place, lock_seconds=lock_seconds)

    def read(self) -> TokenSet | None:
        with self.store().lock(ACCOUNT) as entry:
            return entry.read()

    def write(self, tokens: TokenSet) -> None:
        with self.store().lock(ACCOUNT) as entry:
            entry.write(tokens)


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "file":
        return Place("file", str(tmp_path / "tokens"))
    if request.param == "redis":
        request.getfixturevalue("redis_client")
        return Place("redis", request.getfixturevalue("redis_url"))
    is_sqlite = request.param == "sqlite"
    address = f"sqlite:///{tmp_path}/accounts.db" if is_sqlite else request.getfixturevalue("postgresql_url")
    make_accounts(address)
    return Place("sqlalchemy", address)


@pytest.fixture
def hubspot(clock: ManualClock) -> Iterator[EmbeddedHubSpot]:
    """A HubSpot that gives out another refresh token each time, and ends the one before."""
    with EmbeddedHubSpot(now=clock.time, rotate_refresh_token=True) as embedded:
        yield embedded


def worker(store: Any, hubspot: EmbeddedHubSpot, clock: ManualClock, **options: Any) -> OAuthRefresh:
    """Return what one of several processes authenticates with."""
    known = {"client_id": hubspot.client_id, "client_secret": hubspot.client_secret, "clock": clock}
    return OAuthRefresh(
        **{**known, "refresh_token": "embedded-refresh-token", "store": store, "account": ACCOUNT, **options}
    )


def send(driver: Driver, auth: OAuthRefresh, hubspot: EmbeddedHubSpot, clock: ManualClock, **options: Any) -> Any:
    return driver.run(
        lambda client: client.timeline.create(event()),
        **{"auth": auth, "base_url": hubspot.base_url, "clock": clock, **options},
    )


# Two processes


def test_of_several_workers_one_refreshes_and_the_others_take_what_it_got(
    driver: Driver, place: Place, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    workers = [worker(place.store(), hubspot, clock) for _ in range(3)]
    for turn in range(1, 4):
        for auth in workers:
            assert send(driver, auth, hubspot, clock).id
        assert hubspot.refreshes == turn
        clock.now += 1800
    assert {request.status for request in hubspot.requests} == {200, 201}


def test_workers_who_find_the_token_expired_at_the_same_time_refresh_once(
    place: Place, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    barrier = threading.Barrier(8)
    ids: list[str] = []

    def work() -> None:
        auth = worker(place.store(10), hubspot, clock)
        with HubSpotEvents(auth=auth, base_url=hubspot.base_url, clock=clock) as client:
            barrier.wait()
            ids.append(client.timeline.create(event()).id)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 8
    assert hubspot.refreshes == 1


def test_a_worker_with_a_token_that_another_has_ended_takes_the_new_one(
    driver: Driver, place: Place, clock: ManualClock
) -> None:
    place.write(TokenSet("new", "refresh-2", clock.now + 1800))
    script = Script(httpx.Response(401), created)
    auth = oauth(place.store(), clock, access_token="old", expires_at=clock.now + 1000)
    assert driver.against(script, lambda c: c.timeline.create(event()), auth=auth, clock=clock).id
    assert script.tokens == ["old", "new"]


@pytest.mark.parametrize("stored", ["the same", "an expired one"])
def test_a_worker_whose_token_is_refused_refreshes_when_the_store_has_no_better_one(
    driver: Driver, place: Place, hubspot: EmbeddedHubSpot, clock: ManualClock, stored: str
) -> None:
    expires_at = clock.now + (1800 if stored == "the same" else 30)
    access_token = "revoked" if stored == "the same" else "expired"
    # As a database may round it.
    place.write(TokenSet(access_token, "embedded-refresh-token", expires_at + 0.4))
    auth = worker(place.store(), hubspot, clock, access_token="revoked", expires_at=clock.now + 1800)
    assert send(driver, auth, hubspot, clock).id
    assert hubspot.refreshes == 1
    tokens = place.read()
    assert tokens
    assert tokens.refresh_token == hubspot.refresh_token
    assert tokens.expires_at == clock.now + 1800


def test_a_worker_that_starts_takes_the_token_that_is_there(
    driver: Driver, place: Place, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    assert send(driver, worker(place.store(), hubspot, clock), hubspot, clock).id
    heard: list[TokenSet] = []
    late = worker(place.store(), hubspot, clock, on_refresh=heard.append)
    assert send(driver, late, hubspot, clock).id
    assert hubspot.refreshes == 1
    assert heard == [], "it has not refreshed"


def test_a_short_life_is_known_to_who_takes_the_token(driver: Driver, tmp_path: Path, clock: ManualClock) -> None:
    with EmbeddedHubSpot(now=clock.time, access_token_lifetime=20, rotate_refresh_token=True) as hubspot:
        workers = [worker(FileTokenStore(tmp_path), hubspot, clock) for _ in range(2)]
        for seconds, refreshes in ((0, 1), (17.9, 1), (0.1, 2)):
            clock.now += seconds
            for auth in workers:
                assert send(driver, auth, hubspot, clock).id
            assert hubspot.refreshes == refreshes


def test_on_refresh_hears_of_tokens_that_the_store_has(
    driver: Driver, place: Place, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    heard: list[tuple[TokenSet, TokenSet | None]] = []
    auth = worker(place.store(), hubspot, clock, on_refresh=lambda tokens: heard.append((tokens, place.read())))
    send(driver, auth, hubspot, clock)
    ((tokens, stored),) = heard
    assert stored
    assert (stored.access_token, stored.refresh_token) == (tokens.access_token, tokens.refresh_token)


# What the token endpoint refuses, and what it cannot answer now


def oauth(store: Any, clock: ManualClock, **options: Any) -> OAuthRefresh:
    known = {"client_id": "client-1", "client_secret": "client-secret-1", "refresh_token": "given-1"}
    return OAuthRefresh(**{**known, "store": store, "account": ACCOUNT, "clock": clock, **options})


def refusing(*refused: str) -> tuple[list[str], Callable[[httpx.Request], httpx.Response]]:
    """Return the refresh tokens that come, and what refuses these of them."""
    sent: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path != TOKEN_PATH:
            return created(request)
        sent.append(httpx.QueryParams(request.content.decode())["refresh_token"])
        if sent[-1] in refused:
            return httpx.Response(400, json={"status": "BAD_REFRESH_TOKEN", "message": f"{sent[-1]} is no good"})
        return httpx.Response(200, json={"access_token": "access-1", "expires_in": 1800})

    return sent, handler


def test_the_stored_refresh_token_goes_first_and_the_given_one_when_it_is_refused(
    driver: Driver, tmp_path: Path, clock: ManualClock
) -> None:
    place = Place("file", str(tmp_path))
    place.write(TokenSet("", "stored-1", 0))
    for refused, tokens in (((), ["stored-1"]), (("stored-1",), ["stored-1", "given-1"])):
        sent, handler = refusing(*refused)
        auth = oauth(place.store(), clock)
        assert driver.against(handler, lambda c: c.timeline.create(event()), auth=auth, clock=clock).id
        assert sent == tokens
        clock.now += 1800
    kept = place.read()
    assert kept
    assert kept.refresh_token == "given-1"


def test_a_revoked_grant_is_told_by_hubspots_word_and_shows_no_secret(
    driver: Driver, tmp_path: Path, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = Place("file", str(tmp_path))
    place.write(TokenSet("access-0", "stored-1", 0))
    sent, handler = refusing("stored-1", "given-1")
    with pytest.raises(AuthenticationError) as caught:
        driver.against(handler, lambda c: c.timeline.create(event()), auth=oauth(place.store(), clock), clock=clock)
    assert sent == ["stored-1", "given-1"]
    assert caught.value.category == "BAD_REFRESH_TOKEN"
    assert caught.value.tries == 1
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value)) + caplog.text
    shown += pickle.dumps(caught.value).decode("latin-1")
    assert "[secret] is no good" in shown
    assert not [secret for secret in ("access-0", "stored-1", "given-1", "client-secret-1") if secret in shown]


def test_an_answer_that_repeats_a_token_of_the_store_is_kept_without_it(
    driver: Driver, tmp_path: Path, clock: ManualClock
) -> None:
    place = Place("file", str(tmp_path))
    place.write(TokenSet("access-0", "stored-1", clock.now + 1800))
    text = "access-0 stored-1 given-1 client-secret-1"
    script = Script(httpx.Response(400, json={"message": text}))
    with pytest.raises(HubSpotError) as caught:
        driver.against(script, lambda c: c.timeline.create(event()), auth=oauth(place.store(), clock), clock=clock)
    assert script.tokens == ["access-0"]
    assert caught.value.message == " ".join(["[secret]"] * 4)


def test_what_another_wrote_while_a_refresh_token_was_refused_is_taken(
    driver: Driver, tmp_path: Path, clock: ManualClock
) -> None:
    """As with a lock that ends by itself, and a holder that was slow."""
    (tmp_path / "other").mkdir()
    store = FileTokenStore(tmp_path)

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path != TOKEN_PATH:
            return created(request)
        _token_stores._FileEntry(tmp_path / f"{ACCOUNT}.json").write(TokenSet("late", "refresh-2", clock.now + 1800))
        return httpx.Response(400, json={"status": "BAD_REFRESH_TOKEN", "message": "m"})

    auth = oauth(store, clock)
    assert driver.against(handler, lambda c: c.timeline.create(event()), auth=auth, clock=clock).id
    assert auth._kept.tokens.access_token == "late"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(503), ServerError),
        (httpx.Response(429), RateLimitError),
        (httpx.ReadTimeout("late"), RequestTimeoutError),
    ],
)
@pytest.mark.parametrize("refused", [(), ("stored-1",)])
def test_a_refresh_that_fails_in_passing_is_tried_again_and_is_no_authentication_error(
    driver: Driver, tmp_path: Path, clock: ManualClock, answer: Any, kind: type[HubSpotError], refused: tuple[str, ...]
) -> None:
    place = Place("file", str(tmp_path))
    place.write(TokenSet("", "stored-1", 0))

    def failing(times: int) -> Callable[[httpx.Request], httpx.Response]:
        _, handler = refusing(*refused)
        failures = iter(range(times))

        def fail(request: httpx.Request) -> httpx.Response:
            token = httpx.QueryParams(request.content.decode()).get("refresh_token")
            if not token or token in refused or next(failures, None) is None:
                return handler(request)
            if isinstance(answer, Exception):
                raise answer
            return httpx.Response(answer.status_code)

        return fail

    def call(times: int, **options: Any) -> Any:
        auth = oauth(place.store(), clock)
        return driver.against(failing(times), lambda c: c.timeline.create(event()), auth=auth, clock=clock, **options)

    with pytest.raises(kind) as caught:
        call(1, max_retries=0)
    assert type(caught.value) is kind
    assert not caught.value.may_have_been_processed
    assert call(1).id


def test_a_store_without_tokens_needs_a_refresh_token(driver: Driver, tmp_path: Path, clock: ManualClock) -> None:
    auth = oauth(FileTokenStore(tmp_path), clock, refresh_token=None)
    with pytest.raises(InputError, match=f"refresh_token: give one, .*{ACCOUNT}"):
        driver.against(created, lambda c: c.timeline.create(event()), auth=auth, clock=clock)


# What a store does


class Faulty:
    """A store in memory whose methods can fail."""

    def __init__(self) -> None:
        self.tokens: TokenSet | None = None
        self.failures: dict[str, Exception] = {}

    def _may_fail(self, name: str) -> None:
        if failure := self.failures.pop(name, None):
            raise failure

    @contextmanager
    def lock(self, account: str) -> Iterator[TokenEntry]:
        self._may_fail("lock")
        yield self
        self._may_fail("unlock")

    def read(self) -> TokenSet | None:
        self._may_fail("read")
        return self.tokens

    def write(self, tokens: TokenSet) -> None:
        self._may_fail("write")
        self.tokens = tokens


@pytest.mark.parametrize("error", [OSError("disk full"), httpx.ConnectError("no vault"), StopIteration()])
@pytest.mark.parametrize("method", ["lock", "read", "write", "unlock"])
def test_what_a_store_raises_is_raised_and_the_tokens_are_not_lost(
    driver: Driver, hubspot: EmbeddedHubSpot, clock: ManualClock, method: str, error: Exception
) -> None:
    store, heard = Faulty(), list[TokenSet]()
    store.failures[method] = error
    auth = worker(store, hubspot, clock, on_refresh=heard.append)
    with pytest.raises((type(error), RuntimeError)):  # a generator cannot raise StopIteration as it is
        send(driver, auth, hubspot, clock)
    assert not hubspot.writes
    assert heard == []
    assert send(driver, auth, hubspot, clock).id
    assert hubspot.refreshes == 1
    assert store.tokens
    assert [tokens.refresh_token for tokens in heard] == [store.tokens.refresh_token] == [hubspot.refresh_token]


def test_tokens_that_could_not_be_written_do_not_replace_newer_ones(
    driver: Driver, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    store = Faulty()
    store.failures["write"] = OSError("disk full")
    auth = worker(store, hubspot, clock)
    with pytest.raises(OSError, match="disk full"):
        send(driver, auth, hubspot, clock)
    store.tokens = newer = TokenSet("of another", "refresh-3", clock.now + 1801)
    assert send(driver, auth, hubspot, clock).id
    assert store.tokens is newer


@pytest.mark.parametrize(
    "found",
    [
        "tokens",
        TokenSet("a", "r", "soon"),  # type: ignore[arg-type]
        TokenSet("a", None, 1.0),  # type: ignore[arg-type]
        TokenSet("a", "r", math.nan),
        TokenSet("a", "r", 10**400),
        TokenSet("a", "\ud800", 1.0),
    ],
)
def test_a_store_that_returns_no_tokens_is_told_what_to_return(driver: Driver, clock: ManualClock, found: Any) -> None:
    store = Faulty()
    store.tokens = found
    with pytest.raises(InputError, match="store: its read"):
        driver.against(created, lambda c: c.timeline.create(event()), auth=oauth(store, clock), clock=clock)


class AsyncStore:
    """A store with async methods."""

    def __init__(self) -> None:
        self.tokens: TokenSet | None = None
        self.entered = self.left = 0

    @asynccontextmanager
    async def lock(self, account: str) -> AsyncIterator[Any]:
        self.entered += 1
        try:
            yield self
        finally:
            self.left += 1

    async def read(self) -> TokenSet | None:
        await anyio.lowlevel.checkpoint()
        return self.tokens

    async def write(self, tokens: TokenSet) -> None:
        await anyio.lowlevel.checkpoint()
        self.tokens = tokens


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_store_can_be_async(backend: str, hubspot: EmbeddedHubSpot, clock: ManualClock) -> None:
    store = AsyncStore()

    async def main() -> None:
        for _ in range(2):
            auth = worker(store, hubspot, clock)
            async with AsyncHubSpotEvents(auth=auth, base_url=hubspot.base_url, clock=clock) as client:
                assert (await client.timeline.create(event())).id

    anyio.run(main, backend=backend)
    assert hubspot.refreshes == 1
    assert store.tokens
    assert store.entered == store.left == 2


def test_an_async_store_is_refused_by_a_sync_client(hubspot: EmbeddedHubSpot, clock: ManualClock) -> None:
    with pytest.raises(InputError, match=r"store: .*AsyncHubSpotEvents"):
        send(Driver("sync"), worker(AsyncStore(), hubspot, clock), hubspot, clock)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_event_loop_goes_on_while_a_task_waits_for_a_lock(
    backend: str, place: Place, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    async def main() -> None:
        async with AsyncHubSpotEvents(
            auth=worker(place.store(), hubspot, clock), base_url=hubspot.base_url, clock=clock
        ) as client:
            held, release = threading.Event(), threading.Event()

            def hold() -> None:
                with place.store().lock(ACCOUNT):
                    held.set()
                    release.wait(10)

            thread = threading.Thread(target=hold)
            thread.start()
            assert held.wait(10)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(client.timeline.create, event())
                for _ in range(10):
                    await anyio.sleep(0.01)
                assert hubspot.requests == []
                release.set()
            thread.join()

    anyio.run(main, backend=backend)
    assert len(hubspot.writes) == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 40), max_size=3))
def test_after_cancellations_at_any_points_the_newest_token_is_stored(backend: str, points: list[int]) -> None:
    clock, store = ManualClock(), Faulty()
    sent: list[str] = []

    async def handler(request: httpx.Request) -> httpx.Response:
        for _ in range(2):
            await anyio.lowlevel.checkpoint()
        if request.url.path != TOKEN_PATH:
            return created(request)
        sent.append(httpx.QueryParams(request.content.decode())["refresh_token"])
        return httpx.Response(200, json={"access_token": "a", "refresh_token": f"refresh-{len(sent)}"})

    async def main() -> None:
        pool = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        auth = oauth(store, clock, refresh_token="refresh-0")
        async with AsyncHubSpotEvents(auth=auth, clock=clock, http_client=pool) as client:
            for point in points:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(client.timeline.create, event())
                    for _ in range(point):
                        await anyio.lowlevel.checkpoint()
                    tasks.cancel_scope.cancel()
                clock.now += 1800
            assert (await client.timeline.create(event())).id

    anyio.run(main, backend=backend)
    assert sent == [f"refresh-{number}" for number in range(len(sent))]
    assert store.tokens
    assert store.tokens.refresh_token == f"refresh-{len(sent)}"


def test_an_event_loop_that_ends_in_a_refresh_lets_go_of_the_lock(tmp_path: Path, clock: ManualClock) -> None:
    auth = oauth(FileTokenStore(tmp_path), clock)

    async def ends(client: AsyncHubSpotEvents, is_refreshing: asyncio.Event) -> None:
        task = asyncio.create_task(client.timeline.create(event()))  # kept by what ends before it
        await is_refreshing.wait()
        task.cancel()

    async def main(*, has_end: bool) -> None:
        is_refreshing = asyncio.Event()

        async def handler(request: httpx.Request) -> httpx.Response:
            if request.url.path != TOKEN_PATH:
                return created(request)
            is_refreshing.set()
            if not has_end:
                await asyncio.sleep(3600)
            return httpx.Response(200, json={"access_token": "a"})

        pool = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        client = AsyncHubSpotEvents(auth=auth, http_client=pool, clock=clock)
        if not has_end:
            await ends(client, is_refreshing)
        else:
            assert (await client.timeline.create(event())).id

    asyncio.run(main(has_end=False))
    with FileTokenStore(tmp_path).lock(ACCOUNT) as entry:
        assert entry.read() is None
    asyncio.run(main(has_end=True))


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"store": "tokens"}, "store"),
        ({"account": None}, "account"),
        ({"account": ""}, "account"),
        ({"account": "\ud800"}, "account"),
        ({"store": None}, "account"),
        ({"refresh_token": ""}, "refresh_token"),
    ],
)
def test_bad_arguments_are_refused_by_name(
    tmp_path: Path, clock: ManualClock, options: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        oauth(**{"store": FileTokenStore(tmp_path), "clock": clock, **options})
    assert caught.value.field == field


def test_an_account_can_be_a_number(tmp_path: Path, hubspot: EmbeddedHubSpot, clock: ManualClock) -> None:
    auth = worker(FileTokenStore(tmp_path), hubspot, clock, account=62515)
    assert send(Driver("sync"), auth, hubspot, clock).id
    assert (tmp_path / "62515.json").exists()


# The ready ones


def test_a_store_gives_back_what_was_written(place: Place) -> None:
    written = TokenSet("access-1", "refresh-1", 1_800_000_000.123)
    place.write(written)
    assert place.read() == written


COUNT = """
import sys
from hubspot_events import TokenSet
from token_stores import ACCOUNT, make_store

store = make_store(*sys.argv[1:], lock_seconds=10)
for _ in range(25):
    with store.lock(ACCOUNT) as entry:
        count = int((entry.read() or TokenSet("0", "r", 0)).access_token or 0)
        entry.write(TokenSet(str(count + 1), "r", 0))
"""

HOLD = """
import os, sys, time
from hubspot_events import TokenSet
from token_stores import ACCOUNT, make_store

with make_store(*sys.argv[1:]).lock(ACCOUNT) as entry:
    if "FORK" in os.environ and os.fork() == 0:
        time.sleep(60)
    entry.write(TokenSet("half", "way", 0))
    print("locked", flush=True)
    time.sleep(60)
"""


def python(code: str, place: Place, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, place.kind, place.place, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(TESTS), **options}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_the_lock_is_one_of_all_processes(place: Place) -> None:
    processes = [python(COUNT, place) for _ in range(4)]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    tokens = place.read()
    assert tokens
    assert tokens.access_token == "100"


@pytest.mark.parametrize("forks", [False, True])
def test_the_lock_of_a_killed_process_is_free_again(place: Place, forks: bool) -> None:
    if forks and place.kind == "sqlalchemy":
        pytest.skip("a connection of a database is not for two processes")
    place.write(TokenSet("before", "r", 0))
    with python(HOLD, place, **({"FORK": "1"} if forks else {})) as process:
        assert process.stdout
        assert process.stdout.readline() == "locked\n"
        began = time.monotonic()
        process.kill()
        try:
            tokens = place.read()
            assert time.monotonic() - began < 5
            assert tokens
            assert tokens.access_token == ("before" if place.kind == "sqlalchemy" else "half")
        finally:
            os.killpg(process.pid, signal.SIGKILL)


WRITE = """
import sys
from hubspot_events import FileTokenStore, TokenSet

with FileTokenStore(sys.argv[2]).lock("62515") as entry:
    for number in range(1_000_000):
        entry.write(TokenSet(str(number) * 300, "refresh", float(number)))
        if not number:
            print("begun", flush=True)
"""


DIE = """
import os, signal, sys
from hubspot_events import FileTokenStore, HubSpotEvents, OAuthRefresh, TimelineEvent, _token_stores

_token_stores._FileEntry.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
_, _, folder, base_url, client_id, client_secret, refresh_token = sys.argv
store = FileTokenStore(folder)
auth = OAuthRefresh(
    client_id=client_id, client_secret=client_secret, refresh_token=refresh_token, store=store, account="62515"
)
event = TimelineEvent(event_template_id="1", email="a@b.example", tokens={})
HubSpotEvents(auth=auth, base_url=base_url).timeline.create(event)
"""


@pytest.mark.parametrize("rotates", [False, "on use", True])
@pytest.mark.parametrize("lost", ["with the process that had it", "on its way"])
def test_what_becomes_of_tokens_that_hubspot_gave_out_and_nobody_stored(
    tmp_path: Path, clock: ManualClock, rotates: bool | Literal["on use"], lost: str
) -> None:
    driver, store = Driver("sync"), FileTokenStore(tmp_path)
    with EmbeddedHubSpot(now=clock.time, rotate_refresh_token=rotates) as hubspot:
        if lost == "on its way":
            hubspot.plan(LoseAnswer(), path=TOKEN_PATH)
        else:
            given = hubspot.base_url, hubspot.client_id, hubspot.client_secret, hubspot.refresh_token
            with python(DIE, Place("file", str(tmp_path)), *given) as process:
                assert process.wait(timeout=60) == -signal.SIGKILL
            assert hubspot.refreshes == 1
        if rotates is True:
            with pytest.raises(AuthenticationError) as caught:
                send(driver, worker(store, hubspot, clock), hubspot, clock)
            assert caught.value.category == "BAD_REFRESH_TOKEN"
            # As when the app is installed again.
            renewed = worker(store, hubspot, clock, refresh_token=hubspot.refresh_token)
        else:
            renewed = worker(store, hubspot, clock)
        assert send(driver, renewed, hubspot, clock).id
        assert hubspot.refreshes == 2
        assert len(hubspot.timeline_events) == 1


def test_a_file_is_whole_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    place = Place("file", str(tmp_path))
    for _ in range(5):
        with python(WRITE, place) as process:
            assert process.stdout
            assert process.stdout.readline() == "begun\n"
            process.kill()
        tokens = place.read()
        assert tokens
        assert tokens.access_token == f"{tokens.expires_at:.0f}" * 300
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".lock", ".new"}


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        place = Place("file", str(tmp_path / "a" / "tokens"))
        place.write(TokenSet("a", "r", 0))
    finally:
        os.umask(before)
    folder = Path(place.place)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    folder = tmp_path / "tokens"
    folder.mkdir()
    (folder / "1.new").symlink_to(target)
    with pytest.raises(OSError, match="symbolic link"), FileTokenStore(folder).lock("1") as entry:
        entry.write(TokenSet("a", "r", 0))
    assert target.read_text() == "precious"


def test_what_is_no_path_is_no_folder() -> None:
    folder: Any = None
    with pytest.raises(InputError, match="folder: must be the path of a folder, not None"):
        FileTokenStore(folder)


def test_a_folder_stays_where_it_was_named_wherever_the_process_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = TokenSet("access", "refresh", 1.0)
    monkeypatch.chdir(tmp_path)
    store = FileTokenStore("tokens")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with store.lock("1") as entry:
        entry.write(tokens)
    with FileTokenStore(tmp_path / "tokens").lock("1") as entry:
        assert entry.read() == tokens


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4, unique=True))
def test_an_account_of_any_name_has_a_file_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, accounts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    store = FileTokenStore(folder / "tokens")
    for place, account in enumerate(accounts):
        if len(account.encode()) > 60:
            return
        with store.lock(account) as entry:
            assert entry.read() is None
            entry.write(TokenSet(str(place), "r", 0))
    for place, account in enumerate(accounts):
        with store.lock(account) as entry:
            tokens = entry.read()
            assert tokens
            assert tokens.access_token == str(place)
    assert list(folder.iterdir()) == [folder / "tokens"]


def test_an_account_that_makes_no_name_for_a_file_is_refused(tmp_path: Path) -> None:
    for account in ("", "x" * 201, "\ud800"):
        with pytest.raises(InputError, match="account"), FileTokenStore(tmp_path).lock(account):
            pass


WHOLE = '{"access_token": "access-1", "refresh_token": "r", "expires_at": 1.0, "expires_in": 1.0}'


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", '{"access_token": "access-1"}', '{"access_token": 1}'),
        WHOLE.replace('"expires_at": 1.0', '"expires_at": NaN'),
        WHOLE.replace('"expires_in": 1.0', f'"expires_in": 1{"0" * 400}'),
        WHOLE.replace('"r"', r'"\ud800"'),
    ],
    ids=lambda text: text[-50:],
)
def test_what_is_no_tokens_is_named_and_not_shown(place: Place, redis_url: str, text: str) -> None:
    if place.kind == "sqlalchemy":
        pytest.skip("its columns have their types")
    place.write(TokenSet("a", "r", 0))
    where = f"hubspot-events:tokens:{ACCOUNT}"
    if place.kind == "file":
        where = f"{place.place}/{ACCOUNT}.json"
        Path(where).write_text(text)
    else:
        with redis.Redis.from_url(redis_url) as client:
            client.set(where, text or " ")
    with pytest.raises(InputError) as caught:
        place.read()
    assert where in str(caught.value)
    assert "access-1" not in str(caught.value)


def test_who_waits_too_long_for_a_lock_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    if place.kind == "sqlalchemy":
        pytest.skip("the database decides")
    monkeypatch.setattr(_token_stores, "_LONGEST_WAIT", 0.1)
    with place.store(0.1).lock(ACCOUNT), pytest.raises(RequestTimeoutError, match="another process") as caught:
        Driver("sync").against(
            created, lambda c: c.timeline.create(event()), auth=oauth(place.store(0.1), clock), clock=clock
        )
    assert caught.value.retry_safe


def test_where_there_are_no_locks_of_unix_the_file_store_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubspot_events._token_stores.os.name", "nt")
    with pytest.raises(InputError, match="RedisTokenStore"):
        FileTokenStore("tokens")


@pytest.fixture
def redis_store(redis_client: redis.Redis) -> RedisTokenStore:
    return RedisTokenStore(redis_client, lock_seconds=3)


LOCK_KEY = f"hubspot-events:tokens:{ACCOUNT}:lock"


def test_a_holder_that_lives_keeps_its_lock(redis_client: redis.Redis, redis_store: RedisTokenStore) -> None:
    with redis_store.lock(ACCOUNT):
        token = redis_client.get(LOCK_KEY)
        left, times_prolonged = redis_client.pttl(LOCK_KEY), 0
        while times_prolonged < 2:
            assert redis_client.get(LOCK_KEY) == token
            time.sleep(0.05)
            before, left = left, redis_client.pttl(LOCK_KEY)
            times_prolonged += left > before
    assert redis_client.get(LOCK_KEY) is None


def test_a_holder_that_was_away_for_too_long_does_not_overwrite_what_another_wrote(
    redis_client: redis.Redis, redis_store: RedisTokenStore
) -> None:
    with redis_store.lock(ACCOUNT) as late:
        assert late.read() is None
        redis_client.delete(LOCK_KEY)
        with redis_store.lock(ACCOUNT) as entry:
            assert entry.read() is None
            entry.write(TokenSet("in time", "r", 0))
        late.write(TokenSet("late", "r", 0))
    with redis_store.lock(ACCOUNT) as entry:
        assert entry.read() == TokenSet("in time", "r", 0)


def test_a_holder_that_was_away_for_too_long_writes_what_nobody_else_has(
    redis_client: redis.Redis, redis_store: RedisTokenStore
) -> None:
    with redis_store.lock(ACCOUNT) as late:
        assert late.read() is None
        redis_client.delete(LOCK_KEY)
        with redis_store.lock(ACCOUNT):
            late.write(TokenSet("late", "r", 0))
    with redis_store.lock(ACCOUNT) as entry:
        assert entry.read() == TokenSet("late", "r", 0)


def test_keys_of_redis_are_the_account_and_end_with_nothing_of_a_token(
    redis_client: redis.Redis, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    store = RedisTokenStore(redis_client, prefix="app-1:")
    send(Driver("sync"), worker(store, hubspot, clock), hubspot, clock)
    assert redis_client.keys() == [f"app-1:{ACCOUNT}".encode()]


def test_a_cluster_of_redis_keeps_the_tokens_of_accounts(
    redis_cluster: RedisCluster, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    redis_cluster.flushall()
    store = RedisTokenStore(redis_cluster)
    for _ in range(3):
        send(Driver("sync"), worker(store, hubspot, clock), hubspot, clock)
    assert hubspot.refreshes == 1
    for number in range(20):
        with store.lock(str(number)) as entry:
            assert entry.read() is None
            entry.write(TokenSet("a", f"r-{number}", 0))
        with store.lock(str(number)) as entry:
            assert entry.read() == TokenSet("a", f"r-{number}", 0)
    assert all(redis_cluster.dbsize(target_nodes=node) for node in redis_cluster.get_primaries())  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("account", ["", "\ud800"])
def test_an_account_that_makes_no_key_of_redis_is_refused(redis_store: RedisTokenStore, account: str) -> None:
    with pytest.raises(InputError, match="account"), redis_store.lock(account):
        pass


def test_a_client_of_redis_that_decodes_its_answers_will_do(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        client.flushall()
        store = RedisTokenStore(client)
        for number in range(2):
            with store.lock(ACCOUNT) as entry:
                entry.read()
                entry.write(TokenSet(str(number), "r", 0))
        with store.lock(ACCOUNT) as entry:
            assert entry.read() == TokenSet("1", "r", 0)


@pytest.mark.parametrize(
    ("client", "options", "field"),
    [
        ("redis://", {}, "client"),
        (redis.asyncio.Redis(), {}, "client"),
        (redis.Redis(), {"lock_seconds": 0}, "lock_seconds"),
        (redis.Redis(), {"lock_seconds": "long"}, "lock_seconds"),
    ],
)
def test_bad_arguments_of_the_redis_store_are_refused_by_name(client: Any, options: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        RedisTokenStore(client, **options)
    assert caught.value.field == field


def test_a_redis_that_is_away_is_no_error_of_hubspots(
    driver: Driver, clock: ManualClock, hubspot: EmbeddedHubSpot
) -> None:
    with redis.Redis(port=9, retry=Retry(NoBackoff(), 0)) as client:
        auth = worker(RedisTokenStore(client), hubspot, clock)
        with pytest.raises(redis.ConnectionError):
            send(driver, auth, hubspot, clock)
    assert hubspot.requests == []


def test_no_store_shows_a_secret(tmp_path: Path) -> None:
    client = redis.Redis(password="secret-1")
    for store in (FileTokenStore(tmp_path), RedisTokenStore(client)):
        assert "secret-1" not in repr(store)


def test_a_store_of_any_kind_is_what_the_types_say(tmp_path: Path) -> None:
    stores: list[TokenStore] = [FileTokenStore(tmp_path), RedisTokenStore(redis.Redis()), Faulty()]
    locks: list[AbstractContextManager[TokenEntry]] = [store.lock(ACCOUNT) for store in stores]
    assert len(locks) == 3


def test_the_embedded_hubspot_that_cannot_refresh_now_disables_nobody(
    driver: Driver, place: Place, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    hubspot.plan(*[Respond(503)] * 3, path=TOKEN_PATH)
    assert send(driver, worker(place.store(), hubspot, clock), hubspot, clock).id
    assert hubspot.refreshes == 1


@pytest.mark.parametrize("kind", ["sync", "thread", "async"])
def test_a_store_that_hides_what_goes_wrong_in_its_lock_is_told_so(
    kind: str, hubspot: EmbeddedHubSpot, clock: ManualClock
) -> None:
    class Entry:
        def read(self) -> TokenSet | None:
            raise OSError("gone")

    class Hiding:
        @contextmanager
        def lock(self, _: str) -> Iterator[Any]:
            with suppress(OSError):
                yield Entry()

    class HidingAsync:
        @asynccontextmanager
        async def lock(self, _: str) -> AsyncIterator[Any]:
            with suppress(OSError):
                yield Entry()

    auth = worker(HidingAsync() if kind == "async" else Hiding(), hubspot, clock)
    with pytest.raises(InputError, match="lock") as caught:
        send(Driver("sync" if kind == "sync" else "async"), auth, hubspot, clock)
    assert (caught.value.field, hubspot.requests) == ("store", [])
