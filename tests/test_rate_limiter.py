"""The limiter: a window that HubSpot never counts higher than we do, others on the same account, and who goes first."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest
from conftest import Driver, created, event
from hubspot_events import AsyncHubSpotEvents, DailyQuotaError, HubSpotEvents, InputError, RateLimiter, RateLimitError
from hubspot_events.testing import EmbeddedHubSpot, ManualClock, Respond
from hypothesis import given, settings
from hypothesis import strategies as st

START = 1_800_000_000.0


@pytest.fixture(autouse=True, scope="module")
def _the_limit_of_a_public_app() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hubspot_events_runtime.rate_limiter.PUBLIC_APP", 110)
        yield


class Account:
    """A quota of HubSpot's, counted when a request arrives, which is some time between its sending and its answer."""

    def __init__(self, limit: int = 110, window: float = 10.0) -> None:
        self.limit, self.window = limit, window
        self.counted: deque[float] = deque()
        self.answers: Counter[int] = Counter()

    def ask(self, now: float) -> tuple[int, dict[str, str]]:
        while self.counted and self.counted[0] <= now - self.window:
            self.counted.popleft()
        status = 429 if len(self.counted) >= self.limit else 201
        if status == 201:
            self.counted.append(now)
        self.answers[status] += 1
        return status, {
            "x-hubspot-ratelimit-max": str(self.limit),
            "x-hubspot-ratelimit-remaining": str(self.limit - len(self.counted)),
            "x-hubspot-ratelimit-interval-milliseconds": str(int(self.window * 1000)),
        }


class World:
    """Requests on their way, in the order of what happens to them; no real time goes by."""

    def __init__(self, limiter: RateLimiter, account: Account, seed: int = 0) -> None:
        self.limiter, self.account = limiter, account
        self.chance = random.Random(seed)
        self.now = START
        self.answers: Counter[int] = Counter()
        self.waits: dict[str, list[float]] = {"single": [], "bulk": []}
        self._todo: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._todo, (self.now + seconds, next(self._numbers), do))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self._todo and self._todo[0][0] < end:
            self.now, _, do = heapq.heappop(self._todo)
            do()
        self.now = end

    def send(self, latency: tuple[float, float], *, is_bulk: bool, then: Callable[[], None] = lambda: None) -> None:
        turn = self.limiter.line_up(is_bulk=is_bulk)
        asked = self.now

        def ask() -> None:
            if wait := self.limiter.wait_of(turn, self.now):
                self.after(wait + self.chance.expovariate(1000), ask)  # a timer is late, and never early
                return
            self.waits["bulk" if is_bulk else "single"].append(self.now - asked)
            whole = self.chance.uniform(*latency)
            there = whole * self.chance.random()
            self.after(there, lambda: arrive(whole - there))

        def arrive(back: float) -> None:
            status, headers = self.account.ask(self.now)
            self.after(back, lambda: answered(status, headers))

        def answered(status: int, headers: dict[str, str]) -> None:
            self.answers[status] += 1
            self.limiter.learn(turn, headers, self.now)
            if status == 429:
                self.limiter.hold_back(None, self.now)
            self.limiter.leave(turn, self.now)
            then()

        ask()

    def keep_sending(self, latency: tuple[float, float], *, is_bulk: bool = True) -> None:
        self.send(latency, is_bulk=is_bulk, then=lambda: self.keep_sending(latency, is_bulk=is_bulk))


@pytest.mark.parametrize("under_way", [1, 4, 16])
@pytest.mark.parametrize("limit", [100, 110, 190, 250])
@pytest.mark.parametrize("is_bulk", [False, True])
def test_alone_on_an_account_the_quota_is_used_up_and_no_request_refused(
    under_way: int, limit: int, is_bulk: bool
) -> None:
    world = World(RateLimiter(), Account(limit))
    for _ in range(under_way):
        world.keep_sending((0.002, 0.02), is_bulk=is_bulk)
    world.run(60)
    assert world.account.answers[429] == 0
    assert world.account.answers[201] >= 0.97 * limit * 6


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("under_way", "latency"), [(1, (0.002, 0.02)), (16, (0.02, 0.1)), (16, (0.05, 0.3))])
def test_with_somebody_else_at_half_of_the_quota_the_rest_is_used(
    under_way: int, latency: tuple[float, float], seed: int
) -> None:
    world = World(RateLimiter(), Account(), seed)
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
    limiter = RateLimiter()
    account = Account(limit, window)
    world = World(limiter, account, seed)
    world.send((0, 0), is_bulk=False)  # whose answer says what the limit is
    world.run(0.1)
    for latency in latencies:
        world.keep_sending((0, latency), is_bulk=world.chance.random() < 0.5)
    world.run(3 * window)
    assert account.answers[429] == 0


def test_a_single_call_goes_before_those_of_a_back_fill() -> None:
    world = World(RateLimiter(), Account())
    for _ in range(16):
        world.keep_sending((0.01, 0.05))

    def visitor() -> None:
        world.send((0.01, 0.05), is_bulk=False)
        world.after(1.7, visitor)

    world.after(15.0, visitor)  # when the window has been full for long
    world.run(60)
    assert len(world.waits["single"]) > 20
    assert max(world.waits["single"]) < 0.5
    assert world.account.answers[429] == 0


def test_what_waits_is_let_out_in_its_order() -> None:
    limiter = RateLimiter(2)
    now = START
    for _ in range(2):
        assert limiter.wait_of(limiter.line_up(), now) == 0
    first, second = limiter.line_up(), limiter.line_up()
    assert 0 < limiter.wait_of(first, now) <= limiter.wait_of(second, now)


def test_who_leaves_the_line_holds_nobody_up() -> None:
    limiter = RateLimiter(1)
    turn = limiter.line_up()
    assert limiter.wait_of(turn, START) == 0
    gone, waiting = limiter.line_up(), limiter.line_up()
    limiter.leave(turn, START)
    assert limiter.wait_of(waiting, START + 10.001) > 0, "the other goes first"
    limiter.leave(gone, START)
    assert limiter.wait_of(waiting, START + 10.001) == 0


def used_up(world: World, *, is_bulk: bool) -> None:
    """Let somebody else use up the quota once, while many requests wait, and check that they go out soon after."""
    for _ in range(world.account.limit - 5):
        world.account.ask(world.now)
    for _ in range(50):
        world.send((0.002, 0.02), is_bulk=is_bulk)
    world.run(60)
    waits = world.waits["bulk" if is_bulk else "single"]
    assert len(waits) == 50
    assert max(waits) < 25


def left_alone(world: World, *, is_bulk: bool) -> None:
    """Let many leave the line, and check that who is behind them does not go on waiting for their sake."""
    limiter: Any = world.limiter
    turns = [limiter.line_up(is_bulk=is_bulk) for _ in range(200)]
    waiting = [turn for turn in turns if limiter.wait_of(turn, world.now)]
    world.send((0, 0), is_bulk=is_bulk)
    world.run(1)
    for turn in waiting:
        limiter.leave(turn, world.now)
    for turn in {*turns} - {*waiting}:
        limiter.leave(turn, world.now)
    world.run(60)
    assert world.waits["bulk" if is_bulk else "single"][0] < 25


@pytest.mark.parametrize("is_bulk", [False, True])
def test_what_others_used_once_is_not_waited_for_again_and_again(is_bulk: bool) -> None:
    used_up(World(RateLimiter(), Account()), is_bulk=is_bulk)


@pytest.mark.parametrize("is_bulk", [False, True])
def test_who_is_behind_those_that_leave_goes_on_without_them(is_bulk: bool) -> None:
    left_alone(World(RateLimiter(10), Account()), is_bulk=is_bulk)


def test_after_a_429_nothing_goes_out_until_the_window_is_over() -> None:
    limiter = RateLimiter()
    limiter.hold_back(None, START)
    turn = limiter.line_up()
    assert limiter.wait_of(turn, START + 1) == pytest.approx(9)
    assert limiter.wait_of(turn, START + 10) == 0
    limiter.hold_back(86_400, START)
    assert limiter.wait_of(limiter.line_up(), START + 60) == 0, "an hour is for each caller to decide on"


def test_a_clock_that_is_set_back_holds_nobody_up() -> None:
    limiter = RateLimiter(1)
    turn = limiter.line_up()
    assert limiter.wait_of(turn, START) == 0
    limiter.leave(turn, START)
    turn = limiter.line_up()
    assert limiter.wait_of(turn, START) == pytest.approx(10)
    assert limiter.wait_of(turn, START - 3600) == pytest.approx(10)
    assert limiter.wait_of(turn, START - 3590) == 0


@pytest.mark.parametrize("number", [0, -1, 1.5, "110", True])
@pytest.mark.parametrize("name", ["requests_per_ten_seconds", "max_requests_today"])
def test_numbers_that_are_none_are_refused(name: str, number: Any) -> None:
    with pytest.raises(InputError, match=name):
        RateLimiter(**{name: number})


def test_a_limit_of_ones_own_is_kept_where_hubspot_allows_more_and_not_where_it_allows_less() -> None:
    for own, hubspots, expected in ((50, 190, 50), (200, 190, 190), (None, 190, 190), (None, 100, 100)):
        limiter = RateLimiter(own)
        turn = limiter.line_up()
        limiter.wait_of(turn, START)
        limiter.learn(turn, {"x-hubspot-ratelimit-max": str(hubspots)}, START)
        assert limiter.requests_per_ten_seconds == expected


def test_what_others_use_of_the_rest_takes_nothing_from_a_limit_of_ones_own() -> None:
    limiter = RateLimiter(50)
    turn = limiter.line_up()
    limiter.wait_of(turn, START)
    limiter.learn(turn, {"x-hubspot-ratelimit-max": "110", "x-hubspot-ratelimit-remaining": "60"}, START)
    limiter.leave(turn, START)
    out = [limiter.wait_of(limiter.line_up(), START) == 0 for _ in range(60)]
    assert sum(out) == 49, "50 of ours and 49 of theirs are less than 110"


@pytest.mark.parametrize("value", ["", "-1", "1e3", "²", "9" * 5000, "0", "nan"])
def test_headers_that_make_no_sense_change_nothing(value: str) -> None:
    limiter = RateLimiter()
    turn = limiter.line_up()
    limiter.wait_of(turn, START)
    for name in ("max", "remaining", "interval-milliseconds"):
        limiter.learn(turn, {"x-hubspot-ratelimit-max": "110", f"x-hubspot-ratelimit-{name}": value}, START)
    assert limiter.requests_per_ten_seconds == 110


# Through the clients


@pytest.mark.parametrize("limit", [20, 50])
def test_a_burst_of_calls_is_spread_over_the_windows(limit: int) -> None:
    clock = ManualClock()
    with EmbeddedHubSpot(requests_per_ten_seconds=limit, now=clock.time) as embedded:

        async def main() -> None:
            limiter = RateLimiter(limit)
            async with (
                AsyncHubSpotEvents(
                    embedded.access_token, base_url=embedded.base_url, clock=clock, limiter=limiter
                ) as hubspot,
                anyio.create_task_group() as tasks,
            ):
                for number in range(120):
                    tasks.start_soon(hubspot.timeline.create, event(id=f"e{number}"))

        anyio.run(main)
        assert len(embedded.timeline_events) == 120
        assert {request.status for request in embedded.requests} == {201}


@pytest.mark.parametrize("limit", [11, 50, 110])
def test_a_burst_before_the_first_answer_meets_no_limit(limit: int) -> None:
    with EmbeddedHubSpot(requests_per_ten_seconds=limit) as embedded:

        async def main() -> None:
            async with AsyncHubSpotEvents(embedded.access_token, base_url=embedded.base_url) as hubspot:

                async def send(number: int) -> None:
                    await hubspot.timeline.create(event(id=f"e{number}"))
                    if len(embedded.timeline_events) == limit:
                        tasks.cancel_scope.cancel()  # the others would wait for ten seconds

                async with anyio.create_task_group() as tasks:
                    for number in range(limit + 100):
                        tasks.start_soon(send, number)

        anyio.run(main)
        assert {request.status for request in embedded.requests} == {201}
        assert len(embedded.timeline_events) == limit


def test_who_is_never_answered_holds_back_others_for_a_second_only() -> None:
    limiter = RateLimiter()
    for _ in range(10):
        assert limiter.wait_of(limiter.line_up(), START) == 0
    turn = limiter.line_up()
    assert 0 < limiter.wait_of(turn, START + 0.5) < 0.5
    assert limiter.wait_of(turn, START + 1) == 0


def test_clients_that_are_handed_one_limiter_share_the_quota() -> None:
    clock = ManualClock()
    limiter = RateLimiter(3)
    with EmbeddedHubSpot(requests_per_ten_seconds=3, now=clock.time) as embedded:
        options: dict[str, Any] = {"base_url": embedded.base_url, "clock": clock, "limiter": limiter}
        with (
            HubSpotEvents(embedded.access_token, **options) as one,
            HubSpotEvents(embedded.access_token, **options) as two,
        ):
            for number in range(8):
                (one, two)[number % 2].timeline.create(event(id=f"e{number}"))
        assert {request.status for request in embedded.requests} == {201}
    assert clock.now >= START + 20


def test_who_keeps_the_exceptions_that_end_calls_keeps_no_places_with_them(driver: Driver) -> None:
    class TimeIsUp(BaseException):
        pass

    kept: list[BaseException] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if len(kept) < 3:
            raise TimeIsUp
        return created(request)

    clock, limiter = ManualClock(), RateLimiter(1)
    for number in range(4):
        try:
            driver.against(handler, lambda c: c.timeline.create(event()), clock=clock, limiter=limiter)
        except TimeIsUp as error:
            kept.append(error)
        # Each takes the place of a request that may be under way, for as long as HubSpot counts it.
        assert clock.now <= START + 11 * number
    assert len(kept) == 3


def test_a_429_holds_back_the_other_calls_of_the_account() -> None:
    clock = ManualClock()
    with EmbeddedHubSpot(now=clock.time) as embedded:
        embedded.plan(Respond(429))
        with HubSpotEvents(embedded.access_token, base_url=embedded.base_url, clock=clock) as hubspot:
            with pytest.raises(RateLimitError):
                hubspot.timeline.create(event(id="a"), max_retries=0)
            hubspot.timeline.create(event(id="b"))
            assert clock.now >= START + 10
            other = hubspot.with_options(access_token=embedded.access_token)
            assert other.limiter is not hubspot.limiter, "it may be another account"
            assert hubspot.with_options(timeout=1).limiter is hubspot.limiter


def test_the_requests_of_a_day_end_with_an_error_and_come_back_the_next_day() -> None:
    clock = ManualClock()
    with EmbeddedHubSpot(now=clock.time) as embedded:
        limiter = RateLimiter(max_requests_today=2)
        with HubSpotEvents(embedded.access_token, base_url=embedded.base_url, clock=clock, limiter=limiter) as hubspot:
            hubspot.timeline.create(event(id="a"))
            hubspot.timeline.create(event(id="b"))
            with pytest.raises(DailyQuotaError, match="max_requests_today") as caught:
                hubspot.timeline.create(event(id="c"))
            error = caught.value
            assert (error.may_have_been_processed, error.retry_safe, error.tries) == (False, True, 0)
            assert len(embedded.requests) == 2
            clock.now += 86_400
            hubspot.timeline.create(event(id="c"))


def test_a_retry_that_today_has_no_request_for_may_have_been_processed() -> None:
    clock = ManualClock()
    with EmbeddedHubSpot(now=clock.time) as embedded:
        embedded.plan(Respond(502, processed=True), Respond(502))
        limiter = RateLimiter(max_requests_today=2)
        with (
            HubSpotEvents(embedded.access_token, base_url=embedded.base_url, clock=clock, limiter=limiter) as hubspot,
            pytest.raises(DailyQuotaError) as caught,
        ):
            hubspot.timeline.create(event(id="a"))
        assert caught.value.may_have_been_processed
        assert caught.value.sent_ids == ["a"]
        assert (caught.value.retry_safe, caught.value.tries) == (True, 2)
