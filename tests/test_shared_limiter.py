"""The limiter of several processes: the same rules in each store, and what happens when a holder or the store dies."""

from __future__ import annotations

import gc
import json
import logging
import os
import pickle
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import anyio
import pytest
import redis
from conftest import event
from guide import on_sqlalchemy
from hubspot_events import (
    AsyncHubSpotEvents,
    DailyQuotaError,
    HubSpotEvents,
    InputError,
    QuotaEntry,
    QuotaStoreError,
    RateLimiter,
    RateLimitError,
    RedisQuota,
    SharedRateLimiter,
    SQLiteQuota,
)
from hubspot_events.testing import EmbeddedHubSpot, Hold, ManualClock, Respond
from hubspot_events_runtime.quota import GRACE, LONGEST_TRY, Asking, Ended, LockedQuota, State
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.cluster import RedisCluster
from redis_server import redis_server
from shared_quota_worker import GUIDE, LIMIT, keep_sending, make_quotas, send_one, set_limit
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from test_rate_limiter import START, Account, World, left_alone, used_up

Make = Callable[[Callable[[], float]], Any]


class DictQuota:
    """A store as somebody may write it for a database of their own."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.texts: dict[str, str] = {}
        self.now = now
        self.turn = threading.Lock()
        self.fails: Exception | None = None

    @contextmanager
    def lock(self, account: str) -> Iterator[QuotaEntry]:
        if self.fails:
            raise self.fails
        with self.turn:
            yield DictEntry(self, account)


class DictEntry:
    def __init__(self, quota: DictQuota, account: str) -> None:
        self.quota, self.account = quota, account

    def read(self) -> str | None:
        return self.quota.texts.get(self.account)

    def write(self, text: str) -> None:
        self.quota.texts[self.account] = text

    def time(self) -> float:
        return self.quota.now()


class InOrder(RedisQuota):
    """One that reads the time of a test and asks with nobody in between, as Redis does with its own time."""

    turn = threading.Lock()

    def _run(self, script: Any, account: str, *arguments: Any) -> Any:
        with self.turn:
            return super()._run(script, account, *arguments)


@pytest.fixture(autouse=True)
def _no_sockets_left() -> Iterator[None]:
    """Collect what redis-py leaves of a server that has gone, before another test is blamed for it."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(params=["dict", "sqlite", "redis"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Make stores that have the same content, with a clock."""
    if request.param == "redis":
        request.getfixturevalue("redis_client")
        return lambda now: InOrder(request.getfixturevalue("redis_url"), now=now)
    if request.param == "sqlite":
        return lambda now: SQLiteQuota(tmp_path / "quota.db", now=now)
    store = DictQuota()

    def make(now: Callable[[], float]) -> DictQuota:
        store.now = now
        return store

    return make


class Several:
    """Limiters of several processes, any of which does the next thing, with the face of one."""

    def __init__(self, limiters: list[SharedRateLimiter], seed: int = 0) -> None:
        self.limiters = limiters
        self.chance = random.Random(seed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.chance.choice(self.limiters), name)

    def leave(self, turn: Any, now: float) -> None:
        one = self.chance.choice(self.limiters)
        one.leave(turn, now)
        one.tell(now)

    def hold_back(self, seconds: float | None, now: float) -> None:
        for one in self.limiters:
            one.hold_back(seconds, now)


def several(make_store: Make, clock: ManualClock | World, processes: int = 4, **options: Any) -> Several:
    now = clock.time if isinstance(clock, ManualClock) else lambda: clock.now
    return Several([SharedRateLimiter(make_store(now), "4711", **options) for _ in range(processes)])


def world_of(make_store: Make, account: Account, seed: int = 0) -> World:
    world = World(RateLimiter(), account, seed)
    world.limiter = several(make_store, world)  # type: ignore[assignment]  # it has the same face
    return world


# The rules


@pytest.mark.parametrize("under_way", [1, 16])
@pytest.mark.parametrize("limit", [100, 250])
def test_processes_alone_on_an_account_use_up_the_quota_and_no_request_is_refused(
    make_store: Make, under_way: int, limit: int
) -> None:
    world = world_of(make_store, Account(limit))
    for _ in range(under_way):
        world.keep_sending((0.002, 0.02))
    world.run(60)
    assert world.account.answers[429] == 0
    assert world.account.answers[201] >= 0.97 * limit * 6


@pytest.mark.parametrize(("under_way", "latency"), [(1, (0.002, 0.02)), (16, (0.05, 0.3))])
def test_with_somebody_else_at_half_of_the_quota_processes_use_the_rest(
    make_store: Make, under_way: int, latency: tuple[float, float]
) -> None:
    world = world_of(make_store, Account())
    others: Counter[int] = Counter()

    def somebody() -> None:
        others[world.account.ask(world.now)[0]] += 1
        world.after(world.chance.uniform(0.8, 1.2) / 5.5, somebody)

    somebody()
    for _ in range(under_way):
        world.keep_sending(latency)
    world.run(60)
    assert world.answers[201] >= 0.9 * (660 - others[201])
    assert world.answers[429] < 0.02 * world.answers.total()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    limit=st.integers(1, 130),
    window=st.sampled_from([1.0, 10.0]),
    latencies=st.lists(st.floats(0, 3), min_size=1, max_size=20),
)
def test_hubspot_never_counts_more_than_the_limit_whatever_the_latency(
    seed: int, limit: int, window: float, latencies: list[float]
) -> None:
    store = DictQuota()
    account = Account(limit, window)
    world = World(RateLimiter(), account, seed)
    store.now = lambda: world.now
    world.limiter = Several([SharedRateLimiter(store, "4711") for _ in range(3)])  # type: ignore[assignment]
    world.send((0, 0), is_bulk=False)  # whose answer says what the limit is
    world.run(0.1)
    for latency in latencies:
        world.keep_sending((0, latency), is_bulk=world.chance.random() < 0.5)
    world.run(3 * window)
    assert account.answers[429] == 0


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    limit=st.integers(1, 130),
    latencies=st.lists(st.floats(0, 0.2), min_size=1, max_size=12),
    is_bulk=st.booleans(),
)
def test_alone_it_lets_out_what_the_limiter_of_one_process_lets_out(
    seed: int, limit: int, latencies: list[float], is_bulk: bool
) -> None:
    went_out = []
    for is_shared in (False, True):
        world = World(RateLimiter(), Account(limit), seed)
        if is_shared:
            store = DictQuota(partial(lambda world: world.now, world))
            world.limiter = Several([SharedRateLimiter(store, "4711")])  # type: ignore[assignment]
        world.send((0, 0), is_bulk=False)
        world.run(0.1)
        for latency in latencies:
            world.keep_sending((0, latency), is_bulk=is_bulk)
        world.run(21)
        went_out.append(world.account.answers[201])
    # Of two that may go out at once either goes first, and from then on the latencies are those of others.
    assert went_out[1] == pytest.approx(went_out[0], rel=0.05, abs=3)


commands = st.lists(
    st.tuples(
        st.sampled_from(["ask", "end"]),
        st.integers(0, 12),  # which request
        st.booleans(),
        st.sampled_from([0, 0.001, 0.09, 1, 9.9, 61, -0.5, -4000, 86_400]),  # seconds since the one before
        st.sampled_from(
            [(0, -1, 0.0, 0.0), (110, 3, 10.0, 0.0), (5, 5, 1.0, -1.0), (20, 19, 10.0, 0.5), (7, -1, 0.0, 0)]
        ),
        st.sampled_from([(0, 0), (3, 0), (0, 4)]),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commands=commands)
def test_redis_says_what_the_rules_say(redis_url: str, commands: list[Any]) -> None:
    clock = ManualClock()
    stores = [LockedQuota(DictQuota(clock.time)), RedisQuota(redis_url, now=clock.time)]
    account = os.urandom(8).hex()
    numbers: Counter[str] = Counter()
    was_out: set[str] = set()
    for what, request, is_bulk, seconds, said, limits in commands:
        clock.now += seconds
        id_ = f"request-{request}"
        if what == "ask":
            asking = Asking(id_, numbers[id_], is_bulk, *limits)
            by_rules, by_redis = (store.ask(account, asking) for store in stores)  # type: ignore[attr-defined]
            assert (*by_redis,) == pytest.approx((*by_rules,), abs=1e-6)
            numbers[id_] = by_rules.number
            was_out |= {id_} if by_rules.wait == 0 else set()
        else:
            for store in stores:
                store.end(account, Ended(id_, id_ in was_out, 0.25, *said))  # type: ignore[attr-defined]
            numbers.pop(id_, None)
            was_out.discard(id_)


def test_the_database_of_the_guide_is_a_store(tmp_path: Path) -> None:
    names = on_sqlalchemy(GUIDE)
    address = f"sqlite+pysqlite:///{tmp_path / 'quotas.db'}"
    make_quotas(address)
    engine = create_engine(address, poolclass=NullPool)
    world = World(RateLimiter(), Account(50))
    names["time"] = SimpleNamespace(time=lambda: world.now)
    world.limiter = several(lambda _: names["DatabaseQuota"](engine), world)  # type: ignore[assignment]
    for _ in range(4):
        world.keep_sending((0.002, 0.02))
    world.run(20)
    assert world.account.answers[429] == 0
    assert world.account.answers[201] >= 0.97 * 100


def test_a_single_call_of_another_process_goes_before_a_back_fill(make_store: Make) -> None:
    world = world_of(make_store, Account())
    for _ in range(16):
        world.keep_sending((0.01, 0.05))

    def visitor() -> None:
        world.send((0.01, 0.05), is_bulk=False)
        world.after(1.7, visitor)

    world.after(15.0, visitor)
    world.run(45)
    assert len(world.waits["single"]) > 15
    assert max(world.waits["single"]) < 0.5
    assert world.account.answers[429] == 0


@pytest.mark.parametrize("is_bulk", [False, True])
def test_what_others_used_once_is_not_waited_for_again_and_again(make_store: Make, is_bulk: bool) -> None:
    world = World(RateLimiter(), Account())
    world.limiter = several(make_store, world, 1)  # type: ignore[assignment]
    used_up(world, is_bulk=is_bulk)


@pytest.mark.parametrize("is_bulk", [False, True])
def test_who_is_behind_those_that_leave_goes_on_without_them(make_store: Make, is_bulk: bool) -> None:
    world = World(RateLimiter(), Account())
    world.limiter = several(make_store, world, requests_per_ten_seconds=10)  # type: ignore[assignment]
    left_alone(world, is_bulk=is_bulk)


def test_a_429_of_one_process_holds_back_the_others(make_store: Make) -> None:
    clock = ManualClock()
    one, other = several(make_store, clock, 2).limiters
    turn = one.line_up()
    assert one.wait_of(turn, clock.now) == 0
    one.hold_back(None, clock.now)
    one.leave(turn, clock.now)
    one.tell(clock.now)
    waiting = other.line_up()
    assert other.wait_of(waiting, clock.now) == pytest.approx(10)
    clock.now += 10.001
    assert other.wait_of(waiting, clock.now) == 0


def test_what_one_process_learns_the_others_know(make_store: Make) -> None:
    clock = ManualClock()
    one, other = several(make_store, clock, 2).limiters
    turn = one.line_up()
    one.wait_of(turn, clock.now)
    one.learn(turn, {"x-hubspot-ratelimit-max": "190", "x-hubspot-ratelimit-remaining": "100"}, clock.now)
    one.leave(turn, clock.now)
    one.tell(clock.now)
    out = sum(other.wait_of(other.line_up(), clock.now) == 0 for _ in range(200))
    assert 90 <= out <= 99, "90 of the 190 are somebody else's, or one less and what they may do meanwhile"
    assert other.requests_per_ten_seconds == 190


def test_the_requests_of_a_day_are_counted_over_all_processes(make_store: Make) -> None:
    clock = ManualClock()
    limiters = several(make_store, clock, 3, max_requests_today=5)
    for _ in range(5):
        turn = limiters.line_up()
        assert limiters.wait_of(turn, clock.now) == 0
        limiters.leave(turn, clock.now)
    for limiter in limiters.limiters:
        with pytest.raises(DailyQuotaError, match="max_requests_today"):
            limiter.wait_of(limiter.line_up(), clock.now)
    clock.now += 86_400
    assert limiters.wait_of(limiters.line_up(), clock.now) == 0


def test_accounts_have_a_quota_each(make_store: Make) -> None:
    clock = ManualClock()
    one, other = (SharedRateLimiter(make_store(clock.time), account, 1) for account in ("4711", "62515"))
    assert one.wait_of(one.line_up(), clock.now) == 0
    assert one.wait_of(one.line_up(), clock.now) > 0
    assert other.wait_of(other.line_up(), clock.now) == 0


def test_a_limit_of_ones_own_counts_for_all_processes_together(make_store: Make) -> None:
    clock = ManualClock()
    limiters = several(make_store, clock, 3, requests_per_ten_seconds=7)
    assert sum(limiters.wait_of(limiters.line_up(), clock.now) == 0 for _ in range(20)) == 7


def test_the_place_of_a_request_whose_process_died_comes_free_when_no_answer_can_come(make_store: Make) -> None:
    clock = ManualClock()
    one, other = several(make_store, clock, 2, requests_per_ten_seconds=1).limiters
    assert one.wait_of(one.line_up(), clock.now) == 0
    turn = other.line_up()
    clock.now += LONGEST_TRY + 9
    assert other.wait_of(turn, clock.now) > 0
    clock.now += 1.001
    assert other.wait_of(turn, clock.now) == 0


def test_who_died_in_the_line_holds_nobody_up(make_store: Make) -> None:
    clock = ManualClock()
    one, other = several(make_store, clock, 2, requests_per_ten_seconds=2).limiters
    for limiter in (one, other):
        turn = limiter.line_up()
        assert limiter.wait_of(turn, clock.now) == 0
        limiter.leave(turn, clock.now)
        limiter.tell(clock.now)
    wait = one.wait_of(one.line_up(), clock.now)
    turn, behind = other.line_up(), other.line_up()
    other.wait_of(turn, clock.now)
    other.wait_of(behind, clock.now)
    clock.now += wait + 0.001
    assert other.wait_of(turn, clock.now) == 0
    assert other.wait_of(behind, clock.now) > 0, "the one who died is next in the line"
    clock.now += GRACE
    assert other.wait_of(behind, clock.now) == 0


def test_a_clock_of_the_store_that_is_set_back_holds_nobody_up(make_store: Make) -> None:
    clock = ManualClock()
    (limiter,) = several(make_store, clock, 1, requests_per_ten_seconds=1).limiters
    turn = limiter.line_up()
    limiter.wait_of(turn, clock.now)
    limiter.leave(turn, clock.now)
    limiter.tell(clock.now)
    turn = limiter.line_up()
    assert limiter.wait_of(turn, clock.now) == pytest.approx(10)
    clock.now -= 3600
    assert limiter.wait_of(turn, clock.now) == pytest.approx(10)
    clock.now += 10.001
    assert limiter.wait_of(turn, clock.now) == 0


def test_a_database_may_tell_the_time_of_whichever_machine_asks_though_it_be_some_seconds_wrong() -> None:
    world = World(RateLimiter(), Account())
    stores = [DictQuota(partial(lambda skew: world.now + skew, skew)) for skew in (-2.0, 0.0, 2.0)]
    for store in stores:
        store.texts = stores[0].texts
    world.limiter = Several([SharedRateLimiter(store, "4711") for store in stores])  # type: ignore[assignment]
    for _ in range(16):
        world.keep_sending((0.002, 0.02))
    world.run(60)
    assert world.account.answers[429] == 0
    assert world.account.answers[201] >= 0.9 * 660


KEY = "hubspot-events:quota:4711"


@pytest.mark.parametrize(
    "other",
    [
        ["something", "else"],
        {"another": 1},
        {"untils": "soon"},
        {"untils": [{}]},
        {"out": ["an id"]},
        {"line": [["an id", 1, True]]},
        {"line": None},
        {"number": "one"},
        {"line": [["an id", "1", False, START + 1]]},
        {"held": 1e300},
        {"limit": -3},
        {"limit": 0.5},
        {"window": 0},
    ],
)
def test_what_is_in_the_store_and_none_of_ours_is_written_over(make_store: Make, tmp_path: Path, other: Any) -> None:
    store = make_store(ManualClock().time)
    limiter = SharedRateLimiter(store, "4711", when_away="stop")
    limiter.wait_of(limiter.line_up(), START)
    text = json.dumps(other if isinstance(other, list) or "another" in other else {**State().__dict__, **other})
    if isinstance(store, DictQuota):
        store.texts["4711"] = text
    elif isinstance(store, SQLiteQuota):
        with sqlite3.connect(tmp_path / "quota.db") as database:
            database.execute("UPDATE quota SET state = ?", (text,))
        database.close()
    else:
        client = store._ask.registered_client
        client.eval("redis.call('SET', KEYS[1], cmsgpack.pack(cjson.decode(ARGV[1])))", 1, KEY, text)
    waits = [limiter.wait_of(limiter.line_up(), START) for _ in range(111)]
    assert waits[:110] == [0] * 110
    assert waits[110] > 0


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", '{"held": NaN}', '{"held": Infinity}', "\0", pytest.param("[" * 100_000, id="deep")]
)
def test_what_is_no_json_in_a_database_is_written_over(text: str) -> None:
    store = DictQuota()
    store.texts["4711"] = text
    limiter = SharedRateLimiter(store, "4711", when_away="stop")
    assert limiter.wait_of(limiter.line_up(), START) == 0
    assert json.loads(store.texts["4711"])["today"] == 1


def test_bytes_in_redis_that_are_none_of_ours_are_written_over(redis_client: redis.Redis, redis_url: str) -> None:
    limiter = SharedRateLimiter(RedisQuota(redis_url), "4711", when_away="stop")
    redis_client.set(KEY, b"\xc1\xff")
    assert limiter.wait_of(limiter.line_up(), START) == 0
    redis_client.delete(KEY)
    redis_client.lpush(KEY, "a list")
    assert limiter.wait_of(limiter.line_up(), START) == 0


@pytest.mark.parametrize("is_bulk", [False, True])
def test_who_is_in_the_line_of_a_store_that_forgets_is_not_left_behind_for_good(
    make_store: Make, tmp_path: Path, is_bulk: bool
) -> None:
    world = world_of(make_store, Account(10))
    for _ in range(8):
        world.keep_sending((0.002, 0.02), is_bulk=is_bulk)
    world.run(300)
    world.waits.clear()
    world.waits.update(single=[], bulk=[])
    store = world.limiter.limiters[0]._store  # type: ignore[attr-defined]
    if isinstance(store, DictQuota):
        store.texts.clear()
    elif isinstance(store, SQLiteQuota):
        for path in tmp_path.iterdir():
            path.unlink()
    else:
        store._ask.registered_client.flushall()
    world.run(400)
    assert max(world.waits["bulk" if is_bulk else "single"]) < 60


def test_a_file_that_is_removed_is_not_one_quota_for_some_and_another_for_others(tmp_path: Path) -> None:
    limiters = [SharedRateLimiter(SQLiteQuota(tmp_path / "quota.db"), "4711", 10) for _ in range(2)]
    for limiter in limiters:
        limiter.wait_of(limiter.line_up(), START)
    for path in tmp_path.iterdir():
        path.unlink()
    limiters.append(SharedRateLimiter(SQLiteQuota(tmp_path / "quota.db"), "4711", 10))
    out = sum(limiter.wait_of(limiter.line_up(), START) == 0 for _ in range(10) for limiter in limiters)
    assert out == 10


def test_who_opens_a_new_file_at_the_same_moment_as_others_has_the_quota(tmp_path: Path, logged: list[str]) -> None:
    for one in range(50):
        together = threading.Barrier(4)

        def ask(path: Path = tmp_path / f"{one}.db", together: threading.Barrier = together) -> float:
            limiter = SharedRateLimiter(SQLiteQuota(path), "4711", 3)
            together.wait(timeout=10)
            return limiter.wait_of(limiter.line_up(), START)

        with ThreadPoolExecutor(4) as threads:
            waits = [wait.result() for wait in [threads.submit(ask) for _ in range(4)]]
        assert sorted(wait > 0 for wait in waits) == [False, False, False, True]
    assert not logged


def test_redis_forgets_an_account_that_nobody_asks_for(redis_client: redis.Redis, redis_url: str) -> None:
    limiter = SharedRateLimiter(RedisQuota(redis_url), "4711")
    limiter.wait_of(limiter.line_up(), time.time())
    assert 86_400 < redis_client.ttl("hubspot-events:quota:4711") <= 2 * 86_400


# What is given


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("store", "redis://localhost"),
        ("account", ""),
        ("account", 4711),
        ("account", "\ud800"),
        ("requests_per_ten_seconds", 0),
        ("max_requests_today", True),
        ("when_away", "go"),
    ],
)
def test_what_is_of_no_use_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=name):
        SharedRateLimiter(**{"store": DictQuota(), "account": "4711", name: value})


@pytest.mark.parametrize("server", ["localhost:6379", "http://:secret@localhost", "redis://:secret/x@h", None, 3])
def test_a_server_that_is_none_is_refused_without_its_password(server: Any) -> None:
    with pytest.raises(InputError, match="server") as caught:
        RedisQuota(server)
    assert "secret" not in str(caught.value)


def test_what_is_no_path_is_no_file_of_a_quota() -> None:
    path: Any = None
    with pytest.raises(InputError, match="path: must be the path of a file, not None"):
        SQLiteQuota(path)


def test_no_repr_has_the_password_of_redis() -> None:
    store = RedisQuota("redis://:secret@localhost:6379/0")
    assert "secret" not in repr(store) + repr(SharedRateLimiter(store, "4711"))


def test_a_client_of_redis_can_be_handed_in(redis_client: redis.Redis) -> None:
    limiter = SharedRateLimiter(RedisQuota(redis_client), "4711", 1)
    assert [limiter.wait_of(limiter.line_up(), time.time()) == 0 for _ in range(2)] == [True, False]


def test_a_cluster_of_redis_keeps_each_account_on_one_of_its_nodes(redis_cluster: RedisCluster) -> None:
    redis_cluster.flushall()
    store = RedisQuota(redis_cluster)
    for account in map(str, range(20)):
        limiter = SharedRateLimiter(store, account, 1)
        assert [limiter.wait_of(limiter.line_up(), time.time()) == 0 for _ in range(2)] == [True, False]
    kept = [redis_cluster.dbsize(target_nodes=node) for node in redis_cluster.get_primaries()]  # type: ignore[no-untyped-call]
    assert sum(kept) == 20
    assert all(kept)


def test_a_client_is_told_what_it_cannot_use() -> None:
    with pytest.raises(InputError, match="SharedRateLimiter"):
        HubSpotEvents("token", limiter=DictQuota())  # type: ignore[arg-type]


# Through the clients


async def in_tasks(work: Callable[[int], Any], number: int) -> None:
    async with anyio.create_task_group() as tasks:
        for one in range(number):
            tasks.start_soon(work, one)


class FastClock:
    """A clock that is fast, so that waits overlap as they do in the world."""

    SPEED = 20

    def __init__(self) -> None:
        self.began = time.monotonic()

    def time(self) -> float:
        return START + (time.monotonic() - self.began) * self.SPEED

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.SPEED)

    async def sleep_async(self, seconds: float) -> None:
        await anyio.sleep(seconds / self.SPEED)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_clients_of_several_processes_spread_a_burst_over_the_windows(make_store: Make, backend: str) -> None:
    clock = FastClock()
    with EmbeddedHubSpot(requests_per_ten_seconds=20, now=clock.time) as embedded:

        async def main() -> None:
            async with AsyncExitStack() as stack:
                clients = [
                    await stack.enter_async_context(
                        AsyncHubSpotEvents(
                            embedded.access_token,
                            base_url=embedded.base_url,
                            clock=clock,
                            limiter=SharedRateLimiter(make_store(clock.time), "4711", 20),
                        )
                    )
                    for _ in range(2)
                ]
                await in_tasks(lambda one: clients[one % 2].timeline.create(event(id=f"e{one}")), 50)

        anyio.run(main, backend=backend)
        assert len(embedded.timeline_events) == 50
        assert {request.status for request in embedded.requests} == {201}
    assert clock.time() >= START + 20


def test_sync_clients_of_several_processes_share_the_quota(make_store: Make) -> None:
    clock = ManualClock()
    limiters = several(make_store, clock, 2, requests_per_ten_seconds=3).limiters
    with EmbeddedHubSpot(requests_per_ten_seconds=3, now=clock.time) as embedded:
        options: dict[str, Any] = {"base_url": embedded.base_url, "clock": clock}
        clients = [HubSpotEvents(embedded.access_token, limiter=limiter, **options) for limiter in limiters]
        for number in range(8):
            clients[number % 2].timeline.create(event(id=f"e{number}"))
        for client in clients:
            client.close()
        assert {request.status for request in embedded.requests} == {201}
    assert clock.now >= START + 20


def test_a_429_is_waited_for_and_told_to_the_store(make_store: Make) -> None:
    clock = ManualClock()
    one, other = several(make_store, clock, 2).limiters
    with EmbeddedHubSpot(now=clock.time) as embedded:
        embedded.plan(Respond(429), Respond(429))
        with HubSpotEvents(embedded.access_token, base_url=embedded.base_url, clock=clock, limiter=one) as hubspot:
            hubspot.timeline.create(event(id="a"))
            assert [request.status for request in embedded.requests] == [429, 429, 201]
            assert clock.now >= START + 20
            embedded.plan(Respond(429))
            with pytest.raises(RateLimitError):
                hubspot.timeline.create(event(id="b"), max_retries=0)
    assert other.wait_of(other.line_up(), clock.now) == pytest.approx(10, abs=0.01)


def test_runs_in_two_processes_keep_an_even_pace_together(make_store: Make) -> None:
    clock = FastClock()
    with EmbeddedHubSpot(requests_per_ten_seconds=10, now=clock.time) as embedded, ExitStack() as stack:
        runs = []
        for name in "ab":
            hubspot = HubSpotEvents(
                embedded.access_token,
                base_url=embedded.base_url,
                clock=clock,
                limiter=SharedRateLimiter(make_store(clock.time), "4711", 10),
                max_batch_size=1,
            )
            stack.enter_context(hubspot)
            events = (event(id=f"{name}{number}") for number in range(15))
            runs.append(stack.enter_context(hubspot.timeline.create_many(events, concurrency=2)))
        in_the_first_second = 0
        for outcomes in zip(*runs, strict=True):
            assert all(outcome.written for outcome in outcomes)
            in_the_first_second += clock.time() < START + 1
        assert in_the_first_second < 3
        assert {request.status for request in embedded.requests} == {201}
    assert clock.time() >= START + 28


def test_a_call_that_is_cancelled_gives_its_place_back_with_the_next_one(make_store: Make) -> None:
    clock = ManualClock()
    (limiter,) = several(make_store, clock, 1, requests_per_ten_seconds=1).limiters
    with EmbeddedHubSpot() as embedded:
        embedded.plan(Hold())

        async def main() -> None:
            async with AsyncHubSpotEvents(
                embedded.access_token, base_url=embedded.base_url, clock=clock, limiter=limiter
            ) as hubspot:
                with anyio.move_on_after(0.5):
                    await hubspot.timeline.create(event(id="a"))

        anyio.run(main)
        clock.now += 1
        turn = limiter.line_up()
        assert limiter.wait_of(turn, clock.now) == pytest.approx(9), "it may have been counted until it was cancelled"
        clock.now += 10.001
        assert limiter.wait_of(turn, clock.now) == 0


# The store is away


class Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.levelname} {record.getMessage()}")


@pytest.fixture
def logged() -> Iterator[list[str]]:
    handler = Warnings()
    logger = logging.getLogger("hubspot_events")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler.texts
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_without_the_store_requests_go_on_slowly_with_one_warning(logged: list[str]) -> None:
    clock = ManualClock()
    store = DictQuota(clock.time)
    store.fails = OSError("gone")
    with EmbeddedHubSpot(now=clock.time) as embedded:
        limiter = SharedRateLimiter(store, "4711")
        with HubSpotEvents(embedded.access_token, base_url=embedded.base_url, clock=clock, limiter=limiter) as hubspot:
            for number in range(33):
                hubspot.timeline.create(event(id=f"e{number}"))
            assert clock.now >= START + 20, "11 in ten seconds"
            warnings = [text for text in logged if text.startswith("WARNING")]
            assert len(warnings) == 1
            assert "4711" in warnings[0]
            assert "OSError: gone" in warnings[0]
            store.fails = None
            clock.now += 3
            began = clock.now
            for number in range(50):
                hubspot.timeline.create(event(id=f"f{number}"))
            assert clock.now == began, "it is back"
            assert sum(text.startswith("INFO The quota") for text in logged) == 1
            assert len(json.loads(store.texts["4711"])["untils"]) >= 50 + 11, "it knows of those that went out without"
            store.fails = OSError("gone")
            hubspot.timeline.create(event(id="g"))
            assert len([text for text in logged if text.startswith("WARNING")]) == 2


@pytest.mark.parametrize(("limit", "tenth"), [(100, 10), (190, 19), (5, 1)])
def test_without_the_store_it_is_a_tenth_of_what_the_store_said_last(limit: int, tenth: int) -> None:
    clock = ManualClock()
    store = DictQuota(clock.time)
    one, other = several(lambda _: store, clock, 2).limiters
    turn = one.line_up()
    one.wait_of(turn, clock.now)
    one.learn(turn, {"x-hubspot-ratelimit-max": str(limit)}, clock.now)
    one.leave(turn, clock.now)
    one.tell(clock.now)
    other.wait_of(other.line_up(), clock.now)
    store.fails = OSError("gone")
    out = 0
    for _ in range(tenth + 10):  # ten at once, and the others when nobody has been answered for a second
        out += other.wait_of(other.line_up(), clock.now + (out >= 10)) == 0
    assert out == tenth


def test_a_call_waits_once_for_a_store_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(DictQuota):
        asked = 0

        def lock(self, account: str) -> Any:
            self.asked += 1
            clock.now += 2
            raise TimeoutError(account)

    clock = ManualClock()
    monkeypatch.setattr("hubspot_events_runtime.shared_rate_limiter.monotonic", clock.time)
    store = Hanging(clock.time)
    with EmbeddedHubSpot(now=clock.time) as embedded:
        limiter = SharedRateLimiter(store, "4711")
        with HubSpotEvents(embedded.access_token, base_url=embedded.base_url, clock=clock, limiter=limiter) as hubspot:
            for number in range(3):
                hubspot.timeline.create(event(id=f"e{number}"))
    assert (store.asked, clock.now) == (1, START + 2)


def test_a_store_that_hides_what_goes_wrong_in_its_lock_is_away() -> None:
    class Hiding(DictQuota):
        @contextmanager
        def lock(self, account: str) -> Iterator[Any]:
            with suppress(OSError):
                yield SimpleNamespace(read=self.read)

        def read(self) -> None:
            raise OSError("gone")

    limiter = SharedRateLimiter(Hiding(time.time), "4711", when_away="stop")
    with pytest.raises(QuotaStoreError) as caught:
        limiter.wait_of(limiter.line_up(), START)
    assert "lock" in str(caught.value.__cause__)


def test_without_the_store_requests_stop_where_they_are_to() -> None:
    clock = ManualClock()
    store = DictQuota(clock.time)
    with EmbeddedHubSpot(now=clock.time) as embedded:
        limiter = SharedRateLimiter(store, "4711", when_away="stop")
        with HubSpotEvents(embedded.access_token, base_url=embedded.base_url, clock=clock, limiter=limiter) as hubspot:
            hubspot.timeline.create(event(id="a"))
            store.fails = OSError("gone")
            for _ in range(3):
                with pytest.raises(QuotaStoreError, match="4711 is away: OSError: gone") as caught:
                    hubspot.timeline.create(event(id="b"))
                assert (caught.value.may_have_been_processed, caught.value.retry_safe) == (False, True)
                assert caught.value.__cause__ is store.fails
            assert len(embedded.requests) == 1
            store.fails = None
            clock.now += 3
            hubspot.timeline.create(event(id="b"))


def test_a_run_ends_in_good_order_where_it_is_to_stop_without_the_store(tmp_path: Path) -> None:
    clock = ManualClock()
    store = DictQuota(clock.time)
    with EmbeddedHubSpot(now=clock.time) as embedded:
        limiter = SharedRateLimiter(store, "4711", when_away="stop")
        with HubSpotEvents(
            embedded.access_token, base_url=embedded.base_url, clock=clock, limiter=limiter, max_batch_size=1
        ) as hubspot:

            def run(after: int) -> list[bool]:
                journal = tmp_path / "events.journal"
                events = (event(id=f"e{number}") for number in range(20))
                written = []
                try:
                    for outcome in hubspot.timeline.create_many(events, journal=journal, concurrency=1):
                        written.append(outcome.written)
                        if len(written) == after:
                            store.fails = OSError("gone")
                except QuotaStoreError:
                    store.fails = None
                    assert written
                    assert all(written)
                return written

            assert 5 <= len(run(after=5)) < 20
            clock.now += 3
            assert len(run(after=100)) == 20
        assert len(embedded.timeline_events) == 20
        assert len(embedded.writes) == 20


def test_without_the_store_the_requests_of_the_day_are_still_counted() -> None:
    clock = ManualClock()
    store = DictQuota(clock.time)
    limiter = SharedRateLimiter(store, "4711", max_requests_today=3)
    for _ in range(2):
        assert limiter.wait_of(limiter.line_up(), clock.now) == 0
    store.fails = OSError("gone")
    assert limiter.wait_of(limiter.line_up(), clock.now) == 0
    with pytest.raises(DailyQuotaError):
        limiter.wait_of(limiter.line_up(), clock.now)
    clock.now += 86_400
    assert limiter.wait_of(limiter.line_up(), clock.now) == 0


def test_who_waits_when_the_store_goes_waits_on_without_it_and_is_back_when_it_is() -> None:
    clock = ManualClock()
    store = DictQuota(clock.time)
    limiter = SharedRateLimiter(store, "4711", 1)
    assert limiter.wait_of(limiter.line_up(), clock.now) == 0
    turn = limiter.line_up()
    assert limiter.wait_of(turn, clock.now) > 0
    store.fails = OSError("gone")
    assert limiter.wait_of(turn, clock.now) == 0, "slowly, not at all for others"
    other = limiter.line_up()
    assert limiter.wait_of(other, clock.now) > 0
    store.fails = None
    clock.now += 71
    assert limiter.wait_of(other, clock.now) == 0
    assert turn.slow is not None
    assert other.slow is None


@pytest.mark.usefixtures("redis_url")  # skipped where there is none
def test_a_redis_that_goes_and_comes_back(tmp_path: Path, logged: list[str]) -> None:
    clock = ManualClock()
    with redis_server(tmp_path) as url:
        limiter = SharedRateLimiter(RedisQuota(url), "4711")
        turn = limiter.line_up()
        assert limiter.wait_of(turn, clock.now) == 0
    limiter.leave(turn, clock.now)
    limiter.tell(clock.now)
    assert [text for text in logged if "ConnectionError" in text], "the answer could not be told"
    # The first ten at once, and more when nobody has been answered for a second.
    assert sum(limiter.wait_of(limiter.line_up(), clock.now + (place >= 10)) == 0 for place in range(30)) == 11
    with redis_server(tmp_path, urlsplit(url).port or 0):
        clock.now += 3
        assert sum(limiter.wait_of(limiter.line_up(), clock.now) == 0 for _ in range(30)) == 30
    assert len(logged) == 2


@pytest.mark.usefixtures("redis_url")
def test_a_redis_that_does_not_answer_holds_up_one_call_and_not_the_others(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        with redis.Redis.from_url(url) as client:
            process: int = client.info()["process_id"]
        limiter = SharedRateLimiter(RedisQuota(f"{url}?socket_timeout=0.2"), "4711")
        assert limiter.wait_of(limiter.line_up(), START) == 0
        os.kill(process, signal.SIGSTOP)
        try:
            began = time.monotonic()
            assert limiter.wait_of(limiter.line_up(), START) == 0
            assert time.monotonic() - began > 0.1
            began = time.monotonic()
            for _ in range(30):
                limiter.wait_of(limiter.line_up(), START)
            assert time.monotonic() - began < 3, "each waits, which is six seconds"
        finally:
            os.kill(process, signal.SIGCONT)
        assert limiter.wait_of(limiter.line_up(), START + 3) == 0


def test_a_file_that_somebody_has_locked_is_a_store_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: list[str]
) -> None:
    monkeypatch.setattr("hubspot_events_runtime.sqlite_quota._TIMEOUT", 0.05)
    limiter = SharedRateLimiter(SQLiteQuota(tmp_path / "quota.db"), "4711")
    assert limiter.wait_of(limiter.line_up(), START) == 0
    with sqlite3.connect(tmp_path / "quota.db", isolation_level=None) as database:
        database.execute("BEGIN IMMEDIATE")
        assert limiter.wait_of(limiter.line_up(), START) == 0
        assert "locked" in logged[0]
        database.execute("COMMIT")
    database.close()
    assert limiter.wait_of(limiter.line_up(), START + 3) == 0
    assert len(logged) == 2


def test_threads_do_not_wait_for_a_locked_file_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: list[str]
) -> None:
    store = SQLiteQuota(tmp_path / "quota.db")
    limiter = SharedRateLimiter(store, "4711")
    monkeypatch.setattr("hubspot_events_runtime.sqlite_quota._TIMEOUT", 0.05)
    with store._lock:  # as a thread has that waits for another process
        assert limiter.wait_of(limiter.line_up(), START) == 0
    assert "TimeoutError: another thread" in logged[0]
    assert limiter.wait_of(limiter.line_up(), START + 3) == 0
    assert len(logged) == 2


def test_threads_that_leave_at_once_after_a_429_all_leave() -> None:
    class TakenByAnother(deque[float]):
        def __bool__(self) -> bool:
            was_there = len(self) > 0
            self.clear()
            return was_there

    limiter = SharedRateLimiter(DictQuota(), "4711")
    limiter._holds = TakenByAnother()
    turn = limiter.line_up()
    limiter.wait_of(turn, START)
    limiter.hold_back(None, START)
    limiter.leave(turn, START)
    assert limiter._untold


# Processes


@pytest.fixture(params=["sqlite", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store is, for another process."""
    if request.param == "sqlite":
        return str(tmp_path / "quota.db")
    if request.param == "postgresql":
        address: str = request.getfixturevalue("postgresql_url")
        make_quotas(address)
        return address
    request.getfixturevalue("redis_client")
    url: str = request.getfixturevalue("redis_url")
    return url


@pytest.mark.parametrize("place", ["sqlite", "redis", "postgresql"], indirect=True)
def test_processes_are_within_the_limit_of_any_second_though_one_is_killed_and_their_clocks_differ(
    place: str, tmp_path: Path
) -> None:
    set_limit(place)
    context = get_context("spawn")
    is_over = tmp_path / "over"  # no Event, whose lock a process may hold when it is killed
    (tmp_path / "logs").mkdir()

    def start(number: int) -> Any:
        log = str(tmp_path / f"logs/{number}")
        process = context.Process(target=keep_sending, args=(place, log, 2.0 * number, str(is_over)), daemon=True)
        process.start()
        return process

    workers = [start(number) for number in range(4)]

    def wait_for(number: int) -> None:
        while len(list((tmp_path / "logs").iterdir())) < number:
            time.sleep(0.01)

    wait_for(4)
    time.sleep(0.5)
    os.kill(workers[0].pid, signal.SIGKILL)
    workers.append(start(4))
    wait_for(5)
    began = time.time()
    time.sleep(2)
    is_over.touch()
    for worker in workers:
        worker.join()
        worker.close()
    logs = [[float(line) for line in log.read_text().splitlines()] for log in (tmp_path / "logs").iterdir()]
    assert all(logs)
    out = sorted(time for log in logs for time in log)
    most = max(sum(at <= later < at + 1.0 for later in out) for at in out)
    assert most <= LIMIT
    assert sum(any(at > began for at in log) for log in logs) == 4, "all go on, but for the one that was killed"


def test_it_can_be_pickled(place: str) -> None:
    store = RedisQuota(place) if place.startswith("redis:") else SQLiteQuota(place)
    limiter = SharedRateLimiter(store, "4711", 2, max_requests_today=10, when_away="stop")
    assert send_one(limiter)
    with get_context("spawn").Pool(1) as pool:
        assert pool.map(send_one, [limiter, limiter]) == [True, False]
    pool.join()
    again = pickle.loads(pickle.dumps(limiter))
    assert repr(again) == repr(limiter)
    assert not send_one(again)


FORK = """
import os, sys, threading, time
from shared_quota_worker import make_store, send_one
from hubspot_events import SharedRateLimiter
from hubspot_events_runtime import sqlite_quota

store = make_store(sys.argv[1])
limiter = SharedRateLimiter(store, "4711", 20)
said = [send_one(limiter)]
{hold}
for _ in range(3):
    child = os.fork()
    if not child:
        os._exit(0 if [send_one(limiter) for _ in range(5)] == [True] * 5 else 1)
    said.append(os.waitpid(child, 0)[1] == 0)
{release}
said += [send_one(limiter) for _ in range(4)]
said.append(not send_one(limiter))
print(said)
"""


@pytest.mark.parametrize("is_held", [False, True])
def test_it_goes_along_with_a_fork(place: str, is_held: bool) -> None:
    if is_held and place.startswith("redis:"):
        pytest.skip("the client of Redis has its own way")
    code = FORK.format(
        # As another thread may have, for longer than is waited for.
        hold="sqlite_quota._TIMEOUT = 0.05; store._lock.acquire()" if is_held else "",
        release="store._lock.release()" if is_held else "",
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, place],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.strip() == str([True] * 9), done.stderr


BUSY_FORK = """
import os, subprocess, sys, threading
from shared_quota_worker import send_one
from hubspot_events import SharedRateLimiter, SQLiteQuota

def hold():
    with store.lock("4711") as entry:
        entry.write(entry.read())
        is_held.set()
        threading.Event().wait(0.2)

store = SQLiteQuota(sys.argv[1])
limiter = SharedRateLimiter(store, "4711", 20, when_away="stop")
if len(sys.argv) > 2:
    print(sum(send_one(limiter) for _ in range(10)), flush=True)
    sys.exit()
assert send_one(limiter)
is_held = threading.Event()
threading.Thread(target=hold).start()
is_held.wait()
begun, others = os.pipe(), os.pipe()
if not os.fork():
    assert send_one(limiter)
    os.write(begun[1], b"x")
    os.read(others[0], 1)
    print(sum(send_one(limiter) for _ in range(20)), flush=True)
    os._exit(0)
os.read(begun[0], 1)
store.close()
subprocess.run([sys.executable, *sys.argv, "another"], check=True)
os.write(others[1], b"x")
os.wait()
"""


def test_a_fork_beside_threads_that_ask_keeps_the_quota_whoever_ends_first(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(BUSY_FORK)
    done = subprocess.run(
        [sys.executable, program, tmp_path / "quota.db"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert (done.stderr, done.stdout.split()) == ("", ["10", "8"])


def test_threads_share_one_store(place: str) -> None:
    store = RedisQuota(place) if place.startswith("redis:") else SQLiteQuota(place)
    limiter = SharedRateLimiter(store, "4711", 50)
    out: list[bool] = []
    threads = [threading.Thread(target=lambda: out.extend(send_one(limiter) for _ in range(10))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(out) == 50
