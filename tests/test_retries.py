"""When a request is sent again, and after how long. Time is handed in: nothing here waits."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from conftest import Driver, Script, created, event
from hubspot_events import AsyncHubSpotEvents, HubSpotError, HubSpotEvents, InputError, RateLimitError
from hubspot_events.testing import ManualClock

SHORT = {"status": "error", "message": "limit", "errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}


@pytest.fixture(autouse=True)
def full_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the longest back-off of the range, so that a wait can be named."""
    monkeypatch.setattr(random, "uniform", lambda low, high: float(high))


def waits(
    driver: Driver, clock: ManualClock, *answers: httpx.Response | Exception, **options: Any
) -> list[float] | None:
    """Return the waits of a call that succeeds in the end, or None when it fails."""
    clock.waits.clear()
    script = Script(*answers, created)
    try:
        driver.against(script, lambda client: client.timeline.create(event()), clock=clock, **options)
    except HubSpotError:
        return None
    assert len(script.requests) == len(answers) + 1
    return list(clock.waits)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530])
def test_what_passes_is_tried_again_after_a_pause(driver: Driver, clock: ManualClock, status: int) -> None:
    assert waits(driver, clock, httpx.Response(status)) == [1.0]


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 405, 409, 422, 451, 499, 501, 505, 599])
def test_what_does_not_pass_is_not_tried_again(driver: Driver, clock: ManualClock, status: int) -> None:
    assert waits(driver, clock, httpx.Response(status)) is None
    assert clock.waits == []


@pytest.mark.parametrize(
    "exception",
    [
        httpx.ConnectError(""),
        httpx.ConnectTimeout(""),
        httpx.PoolTimeout(""),
        httpx.WriteError(""),
        httpx.WriteTimeout(""),
        httpx.ReadError(""),
        httpx.ReadTimeout(""),
        httpx.RemoteProtocolError(""),
    ],
    ids=lambda exception: type(exception).__name__,
)
def test_a_lost_connection_is_tried_again(driver: Driver, clock: ManualClock, exception: Exception) -> None:
    assert waits(driver, clock, exception) == [1.0]


def test_the_back_off_doubles_up_to_a_limit(driver: Driver, clock: ManualClock) -> None:
    answers = [httpx.Response(503)] * 7
    assert waits(driver, clock, *answers, max_retries=7, max_wait=1000) == [1, 2, 4, 8, 16, 20, 20]


def test_half_of_the_back_off_is_jitter(driver: Driver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    ranges: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        ranges.append((low, high))
        return high

    monkeypatch.setattr(random, "uniform", uniform)
    assert waits(driver, clock, httpx.Response(503), httpx.Response(503)) == [1, 2]
    assert ranges == [(0.5, 1), (0.5, 1)]


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("luck", [0.5, 1.0])
def test_an_announced_minute_of_faults_is_bridged_by_default(
    driver: Driver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, status: int, luck: float
) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: luck)
    until = clock.now + 60

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status) if clock.now < until else created(request)

    script = Script(answer)
    assert driver.against(script, lambda client: client.timeline.create(event(id="a")), clock=clock).id == "a"


def test_423_waits_two_seconds_at_least(driver: Driver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: low)
    assert waits(driver, clock, httpx.Response(423)) == [2.5]
    assert waits(driver, clock, httpx.Response(423, headers={"Retry-After": "5"})) == [5.5]


@pytest.mark.parametrize(
    ("body", "headers", "wait"),
    [
        (SHORT, {}, 11.0),
        ({**SHORT, "policyName": "SECONDLY"}, {}, 2.0),
        ({**SHORT, "policyName": "ten_secondly_rolling"}, {}, 11.0),
        (SHORT, {"X-HubSpot-RateLimit-Interval-Milliseconds": "4000"}, 5.0),
        (SHORT, {"X-HubSpot-RateLimit-Interval-Milliseconds": "4000", "Retry-After": "2"}, 3.0),
        ({}, {"X-HubSpot-RateLimit-Interval-Milliseconds": "10000", "X-HubSpot-RateLimit-Daily-Remaining": "5"}, 11.0),
        ({}, {}, 11.0),
    ],
)
def test_the_short_rate_limit_waits_for_its_window(
    driver: Driver, clock: ManualClock, body: Any, headers: dict[str, str], wait: float
) -> None:
    assert waits(driver, clock, httpx.Response(429, json=body, headers=headers)) == [wait]


def test_the_daily_limit_is_not_tried_again(driver: Driver, clock: ManualClock) -> None:
    assert waits(driver, clock, httpx.Response(429, json={**SHORT, "policyName": "DAILY"})) is None
    assert clock.waits == []


def test_477_waits_as_long_as_it_says_when_that_is_short(driver: Driver, clock: ManualClock) -> None:
    assert waits(driver, clock, httpx.Response(477, headers={"Retry-After": "30"})) == [31.0]
    assert waits(driver, clock, httpx.Response(477, headers={"Retry-After": "121"})) is None
    assert waits(driver, clock, httpx.Response(477, headers={"Retry-After": "61"}), max_wait=61) == [61.0]
    assert waits(driver, clock, httpx.Response(477)) is None
    assert waits(driver, clock, httpx.Response(477, headers={"Retry-After": "0"})) == [1.0]


def test_retry_after_is_obeyed_in_both_its_forms(driver: Driver, clock: ManualClock) -> None:
    assert waits(driver, clock, httpx.Response(503, headers={"Retry-After": "7"})) == [8.0]
    date = format_datetime(datetime.fromtimestamp(clock.now, UTC) + timedelta(seconds=9), usegmt=True)
    assert waits(driver, clock, httpx.Response(503, headers={"Retry-After": date})) == [10.0]
    ahead = {"Retry-After": "Thu, 01 Jan 2099 00:00:09 GMT", "Date": "Thu, 01 Jan 2099 00:00:05 GMT"}
    assert waits(driver, clock, httpx.Response(503, headers=ahead)) == [5.0], "by the clock of who sent it"
    past = format_datetime(datetime.fromtimestamp(clock.now, UTC) - timedelta(days=1), usegmt=True)
    assert waits(driver, clock, httpx.Response(503, headers={"Retry-After": past})) == [1.0]
    assert waits(driver, clock, httpx.Response(503, headers={"Retry-After": "in a while"})) == [1.0]
    twice = httpx.Response(503, headers=[("Retry-After", "2"), ("Retry-After", "6")])
    assert waits(driver, clock, twice) == [7.0]
    assert waits(driver, clock, httpx.Response(503, headers={"Retry-After": "2, 6"})) == [7.0]
    assert waits(driver, clock, httpx.Response(503, headers={"Retry-After": "9" * 40})) is None


def test_a_wait_that_is_longer_than_the_patience_left_ends_the_call_at_once(driver: Driver, clock: ManualClock) -> None:
    with pytest.raises(HubSpotError, match="not tried again: 121 seconds of waiting are more than max_wait leaves"):
        driver.against(
            Script(httpx.Response(503, headers={"Retry-After": "121"})),
            lambda client: client.timeline.create(event()),
            clock=clock,
        )
    assert clock.waits == []


def test_waiting_is_bounded_all_together(driver: Driver, clock: ManualClock) -> None:
    answer = httpx.Response(503, headers={"Retry-After": "4"})
    with pytest.raises(HubSpotError) as caught:
        driver.against(Script(answer), lambda c: c.timeline.create(event()), clock=clock, max_wait=10, max_retries=99)
    assert clock.waits == [5, 5]
    assert caught.value.tries == 3


def test_a_server_that_never_answers_ends_a_call_too(driver: Driver, clock: ManualClock) -> None:
    def time_out(request: httpx.Request) -> httpx.Response:
        clock.now += 30
        raise httpx.ReadTimeout("")

    with pytest.raises(HubSpotError) as caught:
        driver.against(time_out, lambda client: client.timeline.create(event()), clock=clock)
    assert caught.value.tries == 4
    assert sum(clock.waits) + 4 * 30 <= 120 + 30


@pytest.mark.parametrize("max_retries", [0, 1, 3])
def test_tries_are_bounded(driver: Driver, clock: ManualClock, max_retries: int) -> None:
    script = Script(httpx.Response(503))
    with pytest.raises(HubSpotError) as caught:
        driver.against(script, lambda client: client.timeline.create(event()), clock=clock, max_retries=max_retries)
    assert len(script.requests) == max_retries + 1 == caught.value.tries


def test_a_call_can_be_more_or_less_patient_than_its_client(driver: Driver, clock: ManualClock) -> None:
    script = Script(httpx.Response(503))
    with pytest.raises(HubSpotError):
        driver.against(script, lambda client: client.timeline.create(event(), max_retries=0), clock=clock)
    assert len(script.requests) == 1
    with pytest.raises(HubSpotError):
        driver.against(
            script, lambda client: client.timeline.create(event(), max_retries=2), clock=clock, max_retries=0
        )
    assert len(script.requests) == 4
    with pytest.raises(HubSpotError):
        driver.against(script, lambda client: client.timeline.create(event(), max_wait=0.5), clock=clock)
    assert len(script.requests) == 5


def test_the_timeout_is_that_of_the_client_or_of_the_call(driver: Driver) -> None:
    script = Script(created)
    driver.against(script, lambda client: client.timeline.create(event()), timeout=7)
    driver.against(script, lambda client: client.timeline.create(event(), timeout=3), timeout=7)
    driver.against(script, lambda client: client.timeline.create(event(), timeout=None))
    driver.against(script, lambda client: client.timeline.create(event()))
    assert [request.extensions["timeout"]["read"] for request in script.requests] == [7, 3, None, 30]


def test_an_earlier_lost_try_is_not_forgotten(driver: Driver) -> None:
    script = Script(httpx.ReadTimeout("lost"), httpx.Response(403))
    with pytest.raises(HubSpotError, match="may have been processed; 2 tries") as caught:
        driver.against(script, lambda client: client.timeline.create(event()))
    assert caught.value.may_have_been_processed


def test_what_a_token_function_raises_at_a_retry_says_that_an_earlier_try_was_lost(driver: Driver) -> None:
    tokens = iter(["good", ""])
    script = Script(httpx.Response(504))
    with pytest.raises(InputError) as refused:
        driver.against(script, lambda c: c.timeline.create(event(id="a")), access_token=lambda: next(tokens))
    assert refused.value.may_have_been_processed
    assert refused.value.sent_ids == ["a"]

    tokens = iter(["good"])
    # Python turns a StopIteration that leaves a coroutine into a RuntimeError.
    with pytest.raises((StopIteration, RuntimeError)) as raised:
        driver.against(script, lambda c: c.timeline.create(event(id="a")), access_token=lambda: next(tokens))
    stop = raised.value if driver.kind == "sync" else raised.value.__cause__
    assert isinstance(stop, StopIteration)
    assert "its ids are ['a']" in "".join(stop.__notes__)


def test_a_retry_is_logged_without_bodies_and_tokens(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "hubspot_events")
    script = Script(
        httpx.Response(503, json={"message": "private", "category": "DOWN"}), httpx.ReadTimeout("lost"), created
    )
    driver.against(
        script, lambda client: client.timeline.create(event(tokens={"a": "private"})), access_token="tok-secret"
    )
    place = "POST /integrators/timeline/v3/events"
    assert [record.getMessage() for record in caplog.records if record.name == "hubspot_events"] == [
        f"{place}: retry 1 of 10 in 1.0 seconds after ServerError 503 DOWN",
        f"{place}: retry 2 of 10 in 2.0 seconds after RequestTimeoutError",
    ]
    assert "private" not in caplog.text
    assert "tok-secret" not in caplog.text


def test_event_hooks_see_every_try(driver: Driver, clock: ManualClock) -> None:
    seen: list[Any] = []

    async def record_async(item: Any) -> None:
        seen.append(item)

    hooks: dict[str, Any] = (
        {"request": [seen.append], "response": [seen.append]}
        if driver.kind == "sync"
        else {"request": [record_async], "response": [record_async]}
    )
    transport = httpx.MockTransport(Script(httpx.Response(503), created))
    pool = (
        httpx.Client(transport=transport, event_hooks=hooks)
        if driver.kind == "sync"
        else httpx.AsyncClient(transport=transport, event_hooks=hooks)
    )
    driver.run(lambda client: client.timeline.create(event()), http_client=pool, clock=clock)
    assert [getattr(item, "status_code", "request") for item in seen] == ["request", 503, "request", 201]


def test_a_cancelled_task_stops_waiting() -> None:
    script = Script(httpx.Response(503, headers={"Retry-After": "50"}))
    waiting = asyncio.Event()

    class Clock(ManualClock):
        async def sleep_async(self, seconds: float) -> None:
            waiting.set()
            await asyncio.sleep(seconds)

    async def main() -> None:
        pool = httpx.AsyncClient(transport=httpx.MockTransport(script))
        async with AsyncHubSpotEvents("token", http_client=pool, clock=Clock()) as client:
            task = asyncio.create_task(client.timeline.create(event()))
            await waiting.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())
    assert len(script.requests) == 1


def test_ctrl_c_stops_waiting() -> None:
    class Clock(ManualClock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    script = Script(httpx.Response(503))
    pool = httpx.Client(transport=httpx.MockTransport(script))
    client = HubSpotEvents("token", http_client=pool, clock=Clock())
    with pytest.raises(KeyboardInterrupt):
        client.timeline.create(event())
    assert len(script.requests) == 1


def test_threads_do_not_share_patience(clock: ManualClock) -> None:
    """Each call counts its own tries, whoever else uses the client."""
    script = Script(httpx.Response(429, json=SHORT))
    client = HubSpotEvents("t", http_client=httpx.Client(transport=httpx.MockTransport(script)), clock=clock)
    tries: list[int] = []

    def work() -> None:
        try:
            client.timeline.create(event(), max_retries=2)
        except RateLimitError as error:
            tries.append(error.tries)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tries == [3] * 8
