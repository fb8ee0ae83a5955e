"""Any number of inputs: an outcome for each, whatever happens to the requests, the run and what is given to it."""

from __future__ import annotations

import asyncio
import enum
import gc
import itertools
import json
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import tracemalloc
import weakref
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import anyio
import attrs
import httpx
import pytest
from conftest import Driver, Script, created, event, interrupted
from hubspot_events import (
    FLUSH,
    AsyncHubSpotEvents,
    AuthenticationError,
    Flush,
    HubSpotError,
    HubSpotEvents,
    InputError,
    JournalError,
    MarketingEventUpdate,
    MarketingEventUpsert,
    Outcome,
    RateLimitError,
    ServerError,
    TimelineEvent,
    TimelineEvent202603,
    TimelineEventResponse,
)
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
from hubspot_events_runtime import identities
from hubspot_events_runtime import journal as journal_module
from hubspot_events_runtime import outcomes as outcomes_module
from hubspot_events_runtime.batches import BatchReader
from hubspot_events_runtime.identities import Identities
from hubspot_events_runtime.journal import Journal
from hubspot_events_runtime.journal_file import State, insert
from hubspot_events_runtime.journal_report import JournalReport
from hubspot_events_runtime.outcomes import EarlierError, RefusedInputError
from hubspot_events_runtime.rate_limiter import DailyQuotaError, RateLimiter
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

KINDS = ["sync", "asyncio", "trio"]
DATED = "/integrators/timeline/2026-03/events/batch"


@attrs.define
class Taken:
    """What was taken of a run."""

    outcomes: list[Any] = attrs.field(factory=list)
    error: BaseException | None = None
    unsettled: list[Any] = attrs.field(factory=list)
    progress: Any = None

    @property
    def all(self) -> list[Any]:
        """All outcomes, those that nobody took included, by their places."""
        return sorted([*self.outcomes, *self.unsettled], key=lambda outcome: outcome.index)

    def of(self, status: str) -> list[int]:
        """The places of the inputs with a status."""
        return [outcome.index for outcome in self.all if outcome.status == status]

    def check(self) -> None:
        """What holds of every run that is over."""
        counts = Counter(outcome.index for outcome in self.all)
        assert not counts or max(counts.values()) == 1
        assert self.progress.under_way == 0
        for status in ("written", "failed", "unknown"):
            assert getattr(self.progress, status) == len(self.of(status))
        for outcome in self.all:
            assert outcome.written == (outcome.status == "written") == (outcome.error is None)


@attrs.define
class Runner:
    """Takes the outcomes of a run with the sync client, or with the async one in asyncio or trio."""

    kind: str
    clock: ManualClock = attrs.field(factory=ManualClock)

    def take(
        self,
        begin: Callable[[Any], Any],
        stop_after: int | None = None,
        pool: Callable[[httpx.Request], Any] | None = None,
        **options: Any,
    ) -> Taken:
        """Take the outcomes of what `begin` makes of a client, so many at the most.

        ``options`` are those of the client; with `pool`, a function is in the place of HubSpot.
        """
        taken = Taken()
        options = {"access_token": "token", "clock": self.clock, **options}
        if self.kind == "sync":
            if pool:
                options["http_client"] = httpx.Client(transport=httpx.MockTransport(pool))
            with HubSpotEvents(**options) as client:
                outcomes = begin(client)
                try:
                    with outcomes:
                        taken.outcomes += itertools.islice(outcomes, stop_after)
                except BaseException as error:
                    taken.error = error
            taken.unsettled, taken.progress = outcomes.unsettled, outcomes.progress
            return taken

        async def main() -> None:
            if pool:
                options["http_client"] = httpx.AsyncClient(transport=httpx.MockTransport(pool))
            async with AsyncHubSpotEvents(**options) as client:
                outcomes = begin(client)
                try:
                    async with outcomes:
                        while stop_after is None or len(taken.outcomes) < stop_after:
                            taken.outcomes.append(await anext(outcomes))
                except StopAsyncIteration:
                    pass
                except BaseException as error:
                    taken.error = error
            taken.unsettled, taken.progress = outcomes.unsettled, outcomes.progress

        anyio.run(main, backend=self.kind)
        return taken

    def at(self, embedded: EmbeddedHubSpot, begin: Callable[[Any], Any], stop: int | None = None, **more: Any) -> Taken:
        """Take the outcomes of a run against an embedded HubSpot."""
        return self.take(begin, stop, base_url=embedded.base_url, **more)


@pytest.fixture(params=KINDS)
def runner(request: pytest.FixtureRequest, clock: ManualClock) -> Runner:
    return Runner(request.param, clock)


@pytest.fixture(autouse=True, scope="module")
def _at_once() -> Iterator[None]:
    """Have several batches under way, though what stands for HubSpot here answers sooner than a run waits for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outcomes_module, "_SOON", 0)
        yield


@pytest.fixture
def journal(tmp_path: Path) -> str:
    return str(tmp_path / "a.journal")


def events(count: int, **fields: Any) -> list[TimelineEvent]:
    return [event(id=f"e{number}", tokens={"n": number}, **fields) for number in range(count)]


def dated(count: int, **fields: Any) -> list[TimelineEvent202603]:
    return [
        TimelineEvent202603(
            **{"event_type_name": "x", "id": f"e{n}", "properties": {}, "email": "a@petspot.example", **fields}
        )
        for n in range(count)
    ]


def many(inputs: Any, **options: Any) -> Callable[[Any], Any]:
    return lambda client: client.timeline.create_many(inputs, **options)


def many_dated(inputs: Any, **options: Any) -> Callable[[Any], Any]:
    return lambda client: client.timeline.create_many_2026_03(inputs, **options)


def ids(embedded: EmbeddedHubSpot) -> list[str]:
    return sorted(event["id"] for event in embedded.timeline_events)


def no_threads() -> bool:
    return not [thread for thread in threading.enumerate() if thread.name.startswith("hubspot-events")]


# An outcome for each input


@pytest.mark.parametrize("of", [list, iter, tuple])
def test_each_input_has_one_outcome_with_its_result(
    runner: Runner, embedded: EmbeddedHubSpot, of: Callable[[Any], Any]
) -> None:
    inputs = events(250)
    taken = runner.at(embedded, many(of(inputs)))
    taken.check()
    assert taken.of("written") == [*range(250)]
    for outcome in taken.all:
        assert outcome.input is inputs[outcome.index]
        assert outcome.id == outcome.result.id == f"e{outcome.index}"
        assert not outcome.earlier
    assert attrs.astuple(taken.progress) == (250, 250, 0, 0, 0, 3)
    assert sorted(len(request.json["inputs"]) for request in embedded.requests) == [50, 100, 100]
    assert no_threads()


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_an_async_client_reads_an_async_iterable(kind: str, embedded: EmbeddedHubSpot, clock: ManualClock) -> None:
    async def given() -> AsyncIterator[TimelineEvent]:
        for one in events(250):
            await anyio.lowlevel.checkpoint()
            yield one

    taken = Runner(kind, clock).at(embedded, many(given()))
    assert taken.of("written") == [*range(250)]


def test_an_iterator_need_not_be_an_iterable_itself(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    class Bare:
        """As loops take it."""

        def __init__(self) -> None:
            self.left = events(25)

        def __next__(self) -> TimelineEvent:
            if not self.left:
                raise StopIteration
            return self.left.pop()

    class BareAsync(Bare):
        async def __anext__(self) -> TimelineEvent:
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop()

    class Given:
        def __iter__(self) -> Bare:
            return Bare()

    class GivenAsync:
        def __aiter__(self) -> BareAsync:
            return BareAsync()

    for given in (Given(),) if runner.kind == "sync" else (Given(), GivenAsync()):
        taken = runner.at(embedded, many(given), max_batch_size=10)
        taken.check()
        assert (taken.error, taken.of("written")) == (None, [*range(25)])


def test_a_sync_client_refuses_an_async_iterable(embedded: EmbeddedHubSpot, journal: str) -> None:
    async def given() -> AsyncIterator[TimelineEvent]:
        yield event()

    with HubSpotEvents("token", base_url=embedded.base_url) as client:
        wrong: Any = given()
        with pytest.raises(InputError, match="events: must be an iterable of TimelineEvent, not async_generator"):
            client.timeline.create_many(wrong, journal=journal)
    assert not os.path.exists(journal)


@pytest.mark.parametrize("wrong", [None, 3, "text", b"bytes", {"a": 1}, event()])
def test_what_is_no_iterable_of_inputs_is_refused_at_once(wrong: Any) -> None:
    with HubSpotEvents("token") as client, pytest.raises(InputError, match="events: must be an iterable"):
        client.timeline.create_many(wrong)


@pytest.mark.parametrize(
    ("option", "value"),
    [("concurrency", 0), ("concurrency", 51), ("concurrency", 1.5), ("max_retries", -1), ("timeout", 0)],
)
def test_options_that_cannot_be_kept_are_refused_before_there_is_a_journal(
    option: str, value: Any, journal: str
) -> None:
    options: Any = {option: value}
    with HubSpotEvents("token") as client, pytest.raises(InputError, match=option):
        client.timeline.create_many([], journal=journal, **options)
    assert not os.path.exists(journal)


@pytest.mark.parametrize("wrong", [3, True, ["orders.journal"]])
def test_what_is_no_path_of_a_journal_is_refused(wrong: Any) -> None:
    with HubSpotEvents("token") as client, pytest.raises(InputError, match="journal: must be the path of a file"):
        client.timeline.create_many([], journal=wrong)


@pytest.mark.parametrize("wrong", ["", 4711, "\udcff"])
def test_an_account_that_no_journal_can_name_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError, match="account: must be text, such as the hub id"):
        HubSpotEvents("token", account=wrong)


def test_nothing_is_an_empty_run(runner: Runner, embedded: EmbeddedHubSpot, journal: str) -> None:
    taken = runner.at(embedded, many([], journal=journal))
    assert (taken.outcomes, taken.error, attrs.astuple(taken.progress)) == ([], None, (0, 0, 0, 0, 0, 0))
    assert not embedded.requests


@pytest.mark.parametrize("method", ["upsert_many", "upsert_many_2025_09", "upsert_many_2026_03", "upsert_many_2026_09"])
def test_marketing_events_are_upserted(runner: Runner, embedded: EmbeddedHubSpot, method: str) -> None:
    inputs = [
        MarketingEventUpsert(
            event_name=f"n{number}", event_organizer="o", external_account_id="1", external_event_id=f"x{number}"
        )
        for number in range(150)
    ]
    taken = runner.at(embedded, lambda client: getattr(client.marketing_events, method)(inputs))
    taken.check()
    assert taken.of("written") == [*range(150)]
    assert {outcome.id for outcome in taken.all} == {None}
    assert all(outcome.result.event_name == outcome.input.event_name for outcome in taken.all)


@pytest.mark.parametrize("method", ["update_many", "update_many_2025_09", "update_many_2026_09"])
def test_marketing_events_are_updated_and_one_that_is_not_there_fails_alone(
    runner: Runner, embedded: EmbeddedHubSpot, method: str
) -> None:
    with HubSpotEvents("token", base_url=embedded.base_url) as client:
        made = client.marketing_events.upsert(
            [
                MarketingEventUpsert(
                    event_name="n", event_organizer="o", external_account_id="1", external_event_id=f"x{number}"
                )
                for number in range(20)
            ]
        )
    inputs = [MarketingEventUpdate(object_id=one.object_id or "", event_name="new") for one in made.results]
    inputs[7] = MarketingEventUpdate(object_id="404", event_name="new")
    taken = runner.at(embedded, lambda client: getattr(client.marketing_events, method)(inputs), max_batch_size=6)
    taken.check()
    assert taken.of("failed") == [7]
    assert isinstance(taken.all[7].error, RefusedInputError)
    assert taken.all[7].error.category == "OBJECT_NOT_FOUND"
    assert sum(record["eventName"] == "new" for record in embedded.marketing_events) == 19


@settings(deadline=None)
@for_any(
    st.lists(
        st.none()
        | st.text()
        | st.fixed_dictionaries(
            {},
            optional={
                "id": st.sampled_from(["e0", "e1", "e7", 1, True, None, ["e0"], {"e0": 1}]),
                "tokens": st.sampled_from([{}, {"n": "1"}, {"n": 1}, "n"]),
                "status": st.sampled_from(["error", "COMPLETE", 400]),
                "message": st.just("bad"),
                "success": st.booleans(),
                "timestamp": st.sampled_from(["2026-03-01T10:00:00Z", "soon"]),
            },
        ),
        max_size=4,
    ),
    st.integers(1, 3),
    st.sampled_from([None, "COMPLETE", "PENDING"]),
)
def test_results_say_the_same_be_they_read_at_once_or_when_they_are_asked_for(
    results: list[Any], count: int, status: str | None
) -> None:
    def told() -> list[Any]:
        body = {"status": status, "results": results}
        taken = Runner("sync").take(
            many([event(id=f"e{number}", tokens={"n": str(number)}) for number in range(count)]),
            pool=lambda _: httpx.Response(201, json=body),
        )
        taken.check()
        return [(one.index, one.status, str(one.error), one.result) for one in taken.all]

    left = told()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BatchReader, "leave_results", BatchReader.__call__)
        assert told() == left


def test_a_result_is_read_once_and_shown_compared_and_kept_as_what_it_is(embedded: EmbeddedHubSpot) -> None:
    with HubSpotEvents("token", base_url=embedded.base_url) as client:
        (one,) = client.timeline.create_many([event(id="e0")])
        (same,) = pickle.loads(pickle.dumps([one]))
        assert "result=TimelineEventResponse(" in repr(one)
        assert isinstance(one.result, TimelineEventResponse)
        assert one.result is one.result
        assert same == one
        assert attrs.evolve(one, index=1).result is one.result
        assert attrs.evolve(one, result=None) != one
        (unread,) = client.timeline.create_many([event(id="e0")])
        match unread:
            case Outcome(_, _, "written", result):
                assert isinstance(result, TimelineEventResponse)
        (unread,) = client.timeline.create_many([event(id="e0")])
        assert attrs.asdict(unread)["result"]["id"] == "e0"
        unread.result = None  # as who keeps many may do
        assert unread.result is None


@pytest.mark.parametrize("result", [{"id": "1"}, {"id": "1", "objectId": "1"}, {}])
def test_one_result_again_and_again_is_no_result_of_each(runner: Runner, result: dict[str, Any]) -> None:
    """As `all_written` counts what an answer tells, so does a run: it asks for each, and hears of the bad one."""

    def answer(request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        if len(inputs) == 1 and inputs[0]["externalEventId"] == "x1":
            return httpx.Response(400, json={"status": "error", "category": "VALIDATION_ERROR", "message": "bad"})
        return httpx.Response(200, json={"status": "COMPLETE", "results": [result] * len(inputs)})

    inputs = [
        MarketingEventUpsert(
            event_name=f"n{number}", event_organizer="o", external_account_id="1", external_event_id=f"x{number}"
        )
        for number in range(3)
    ]
    taken = runner.take(lambda client: client.marketing_events.upsert_many(inputs), pool=answer)
    taken.check()
    assert 1 not in taken.of("written")
    assert (taken.of("written") == [0, 2]) is (result != {})


# Reading


@attrs.define
class Endless:
    """Events without an end, which are counted as they are read."""

    read: int = 0
    closed: bool = False

    def __call__(self) -> Iterator[TimelineEvent]:
        try:
            while True:
                self.read += 1
                yield event(id=f"e{self.read - 1}", tokens={"n": self.read - 1})
        finally:
            self.closed = True


@pytest.mark.parametrize("concurrency", [1, 4])
def test_no_more_is_read_than_is_needed_and_a_run_is_left_early(
    runner: Runner, embedded: EmbeddedHubSpot, concurrency: int
) -> None:
    endless = Endless()
    taken = runner.at(embedded, many(endless(), concurrency=concurrency), 5, max_batch_size=10)
    taken.check()
    assert taken.error is None
    assert len(taken.outcomes) == 5
    # What was told and not taken, what is under way and what is about to be.
    assert endless.read <= 10 * (2 * concurrency + 2)
    stored = ids(embedded)
    assert sorted(outcome.id for outcome in taken.all if outcome.written) == stored
    assert no_threads()


def test_who_does_not_take_outcomes_lets_nothing_be_read(embedded: EmbeddedHubSpot) -> None:
    endless = Endless()
    with (
        HubSpotEvents("token", base_url=embedded.base_url, max_batch_size=10) as client,
        client.timeline.create_many(endless(), concurrency=2) as outcomes,
    ):
        assert endless.read == 0
        next(outcomes)
        read = endless.read
        for _ in range(4):
            next(outcomes)
        assert endless.read == read


@pytest.mark.parametrize("client", [HubSpotEvents, AsyncHubSpotEvents])
def test_who_takes_no_outcome_at_all_is_told_that_nothing_is_sent(client: Any) -> None:
    with pytest.warns(RuntimeWarning, match="nothing was sent, as nobody took the outcomes") as caught:
        client("token").timeline.create_many(events(1))
    told = [one for one in caught if one.category is RuntimeWarning]  # beside that of v3, once for the process
    assert [one.filename for one in told] == [__file__]


@pytest.mark.parametrize("client", [HubSpotEvents, AsyncHubSpotEvents])
def test_who_stops_a_run_before_it_begins_is_told_nothing(client: Any, recwarn: pytest.WarningsRecorder) -> None:
    client("token").timeline.create_many(events(1)).stop()
    with suppress(InputError):
        client("token").timeline.create_many(events(1), concurrency=0)
    assert not [one for one in recwarn.list if one.category is RuntimeWarning]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_who_is_cancelled_before_a_run_begins_is_told_nothing(backend: str, recwarn: pytest.WarningsRecorder) -> None:
    async def main() -> None:
        with anyio.CancelScope() as scope:
            scope.cancel()
            async for _ in AsyncHubSpotEvents("token").timeline.create_many(events(1)):
                pass

    anyio.run(main, backend=backend)
    gc.collect()
    assert not [one for one in recwarn.list if one.category is RuntimeWarning]


def test_where_a_warning_is_an_error_who_keeps_that_keeps_no_journal(
    embedded: EmbeddedHubSpot, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: kept.append(told.exc_value))
    with HubSpotEvents("token", base_url=embedded.base_url) as client:
        client.timeline.create_many(events(1), journal=journal)
        assert [type(one) for one in kept] == [RuntimeWarning]
        assert [outcome.written for outcome in client.timeline.create_many(events(1), journal=journal)] == [True]


def test_a_flush_sends_what_was_read(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    def arriving() -> Iterator[TimelineEvent | Flush]:
        yield FLUSH  # of nothing
        for number in range(25):
            yield event(id=f"e{number}")
            if number in (3, 9, 24):
                yield FLUSH
                yield FLUSH

    taken = runner.at(embedded, lambda client: client.timeline.create_many(arriving()), max_batch_size=10)
    assert taken.error is None
    assert len(taken.outcomes) == 25
    assert all(outcome.written for outcome in taken.outcomes)
    assert sorted(len(request.json["inputs"]) for request in embedded.requests) == [4, 5, 6, 10]


def test_a_queue_hears_what_became_of_its_messages_before_it_gives_more(embedded: EmbeddedHubSpot) -> None:
    unacknowledged: set[int] = set()

    def consumer() -> Iterator[TimelineEvent | Flush]:
        for number in range(12):
            while len(unacknowledged) == 4:  # as many as the queue lets out
                yield FLUSH
            unacknowledged.add(number)
            yield event(id=f"e{number}")

    with HubSpotEvents("token", base_url=embedded.base_url) as client:
        for outcome in client.timeline.create_many(consumer()):
            unacknowledged.remove(outcome.index)
    assert len(embedded.timeline_events) == 12


def test_outcomes_are_told_while_what_is_given_is_slow(embedded: EmbeddedHubSpot) -> None:
    told = threading.Event()

    def slow() -> Iterator[TimelineEvent]:
        for number in range(40):
            if number == 30:
                assert told.wait(10)
            while len(embedded.requests) < number // 10 - 1:
                told.wait(0.01)
            if number == 29:
                told.wait(0.5)  # the answer is not far
            yield event(id=f"e{number}")

    with (
        HubSpotEvents("token", base_url=embedded.base_url, max_batch_size=10) as client,
        client.timeline.create_many(slow(), concurrency=8) as outcomes,
    ):
        for outcome in outcomes:
            if outcome.index < 20:
                told.set()
        assert outcomes.progress.written == 40


def test_who_answers_soon_is_sent_one_batch_after_the_other(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes_module, "_SOON", 60)
    lock = threading.Lock()
    under_way = most = 0

    def pool(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        answer = created(request)
        with lock:
            under_way -= 1
        return answer

    taken = runner.take(many(events(40)), pool=pool, max_batch_size=1)
    assert len(taken.of("written")) == 40
    assert most == 1


@pytest.mark.parametrize("concurrency", [1, 3, 8])
def test_so_many_requests_are_sent_at_once_and_no_more(runner: Runner, concurrency: int) -> None:
    under_way, most = 0, 0
    everybody = threading.Barrier(concurrency)

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        everybody.wait(10)
        under_way -= 1
        return created(request)

    async def answer_async(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        while most < concurrency:
            await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        under_way -= 1
        return created(request)

    pool: Any = answer if runner.kind == "sync" else answer_async
    taken = runner.take(many(events(concurrency * 4), concurrency=concurrency), pool=pool, max_batch_size=1)
    assert len(taken.of("written")) == concurrency * 4
    assert most == concurrency


def test_an_input_is_sent_as_it_was_when_it_was_read(embedded: EmbeddedHubSpot, runner: Runner) -> None:
    inputs = events(30)

    def changed() -> Iterator[TimelineEvent]:
        for number, one in enumerate(inputs):
            if number % 7 == 0:
                for other in inputs[:number]:
                    other.id = other.email = "changed"
                    other.tokens.clear()  # type: ignore[attr-defined]
            yield one

    taken = runner.at(embedded, many(changed()), max_batch_size=7)
    assert taken.of("written") == [*range(30)]
    assert {one["id"]: one["tokens"]["n"] for one in embedded.timeline_events} == {f"e{n}": str(n) for n in range(30)}


# One bad input does not fail its neighbours


def test_what_cannot_be_sent_fails_and_names_its_field(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    class Shade(enum.Enum):
        NONE = float("nan")

    inputs: list[Any] = events(250)
    inputs[3] = None
    inputs[40] = {"eventTemplateId": "1"}
    inputs[41] = event(id="")
    inputs[99] = event(timestamp="never")
    inputs[120] = event(tokens={"x": float("inf")})
    inputs[130] = event(tokens={"x": "\ud800"})
    inputs[140] = event(tokens={"x": Shade.NONE})
    inputs[249] = event(tokens={"x": object()})
    taken = runner.at(embedded, many(inputs))
    taken.check()
    bad = [3, 40, 41, 99, 120, 130, 140, 249]
    assert taken.of("failed") == bad
    assert taken.of("written") == [index for index in range(250) if index not in bad]
    for index in bad:
        error = taken.all[index].error
        assert isinstance(error, InputError)
        assert error.index == index
    assert taken.all[99].error.field == "inputs[99].timestamp"
    assert taken.all[120].error.field == "inputs[120].tokens['x']"
    assert taken.all[40].error.field == "inputs[40]"
    assert len(embedded.requests) == 3


def test_a_model_that_fails_when_it_is_read_is_named_too(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    class Broken(TimelineEvent):
        def to_dict(self) -> dict[str, Any]:
            raise KeyError("x")

    inputs = events(10)
    inputs[4] = Broken(event_template_id="1", email="a@petspot.example", tokens={})
    taken = runner.at(embedded, many(inputs))
    assert taken.of("failed") == [4]
    assert taken.all[4].error.field == "inputs[4]"
    assert taken.all[4].error.reason == "cannot be read: KeyError"


def test_what_hubspot_refuses_and_names_fails_alone(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    embedded.reject(lambda data: data["id"].endswith("7"), message="No sevens.")
    taken = runner.at(embedded, many(events(300)))
    taken.check()
    assert taken.of("failed") == [index for index in range(300) if index % 10 == 7]
    assert {outcome.error.message for outcome in taken.all if not outcome.written} == {"No sevens."}
    assert {outcome.error.status_code for outcome in taken.all if not outcome.written} == {207}
    assert len(embedded.requests) == 3


def test_of_a_batch_that_is_refused_as_a_whole_the_good_inputs_are_written(
    runner: Runner, embedded: EmbeddedHubSpot
) -> None:
    embedded.reject(lambda data: data["id"].endswith("7"))
    taken = runner.at(embedded, many_dated(dated(1000)))
    taken.check()
    assert taken.of("failed") == [index for index in range(1000) if index % 10 == 7]
    assert len(ids(embedded)) == 900
    assert len(embedded.requests) <= 3 * 10  # of those that a run without a bad input sends


def nameless(status: int, bad: Callable[[dict[str, Any]], bool]) -> Callable[[httpx.Request], httpx.Response]:
    """A HubSpot that refuses a batch with something bad in it, and does not say what."""

    def answer(request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        if any(map(bad, inputs)):
            return httpx.Response(status, json={"status": "error", "message": "m", "category": "VALIDATION_ERROR"})
        return created(request)

    return answer


@pytest.mark.parametrize("status", [400, 409, 422, 423])
def test_what_hubspot_does_not_name_is_found_by_halves(runner: Runner, status: int) -> None:
    script = Script(nameless(status, lambda data: data["id"] == "e123"))
    taken = runner.take(many(events(300)), pool=script, max_retries=0)
    taken.check()
    assert taken.of("failed") == [123]
    assert taken.of("written") == [index for index in range(300) if index != 123]
    assert taken.all[123].error.status_code == status
    assert len(script.requests) <= 3 + 14


def test_a_batch_that_is_too_large_is_sent_in_smaller_ones_and_so_are_those_after_it(runner: Runner) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(413) if len(json.loads(request.content)["inputs"]) > 20 else created(request)

    script = Script(answer)
    taken = runner.take(many(events(2000), concurrency=1), pool=script)
    taken.check()
    assert taken.of("written") == [*range(2000)]
    sizes = [len(body["inputs"]) for body in script.bodies]
    assert max(sizes[-50:]) <= 20
    assert sum(size > 20 for size in sizes) < 20


def test_an_input_that_is_too_large_by_itself_fails(runner: Runner) -> None:
    taken = runner.take(many(events(30)), pool=nameless(413, lambda data: data["id"] == "e3"))
    taken.check()
    assert taken.of("failed") == [3]


def test_requests_to_find_what_is_bad_are_bounded_and_what_is_given_up_is_for_another_run(
    runner: Runner, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubspot_events_runtime.runs._MORE_REQUESTS", 100)
    script = Script(nameless(400, lambda data: True))
    taken = runner.take(many(events(500), journal=journal), pool=script)
    taken.check()
    assert taken.of("failed") == [*range(500)]
    assert len(script.requests) <= 5 + 100 + 2 * 5
    states = JournalReport(journal).counts
    assert states[State.FAILED] + states[State.POSTPONED] == 500
    # Of these nobody knows whether they are bad.
    assert states[State.POSTPONED] > 300
    assert sum(outcome.error.retry_safe for outcome in taken.all) == states[State.POSTPONED]
    again = runner.take(many(events(500), journal=journal), pool=created)
    again.check()
    assert len(again.of("failed")) == states[State.FAILED]


def unnamed(answer: Any) -> Any:
    return {**answer, "errors": [{**error, "context": {}} for error in answer["errors"]]}


@pytest.mark.parametrize("messages", ["one", "several"])
def test_errors_that_name_nobody_are_told_of_whom_they_are_about(
    runner: Runner, embedded: EmbeddedHubSpot, messages: str
) -> None:
    embedded.reject(lambda data: data["id"] in ("e3", "e8"), message="first")
    embedded.reject(lambda data: data["id"] == "e5", message="first" if messages == "one" else "second")
    embedded.plan(*[Transform(lambda answer: unnamed(answer) if "errors" in answer else answer)] * 20)
    taken = runner.at(embedded, many(events(10)))
    taken.check()
    assert taken.of("failed") == [3, 5, 8]
    assert taken.all[5].error.message == ("first" if messages == "one" else "second")
    assert len(embedded.requests) == 1 if messages == "one" else len(embedded.requests) <= 7
    assert len(embedded.writes) == 7


@pytest.mark.parametrize("messages", ["one", "several"])
def test_an_id_that_was_used_by_others_fails_though_the_error_names_nobody(
    runner: Runner, clock: ManualClock, messages: str
) -> None:
    with EmbeddedHubSpot(access_token="token", on_used_id="reject", now=clock.time) as embedded:
        with HubSpotEvents("token", base_url=embedded.base_url) as client:
            client.timeline.create(event(id="e3"))
        if messages == "several":
            embedded.reject(lambda data: data["id"] == "e5", message="second")
        embedded.plan(*[Transform(lambda answer: unnamed(answer) if "errors" in answer else answer)] * 20)
        taken = runner.at(embedded, many(events(10)))
    taken.check()
    assert taken.of("failed") == ([3] if messages == "one" else [3, 5])
    assert taken.all[3].error.error.message == "Event ID already in use"
    assert [outcome.index for outcome in taken.all if outcome.known] == [3]


@pytest.mark.parametrize("others", [0, 1])
def test_what_an_earlier_run_has_written_is_written_though_the_error_names_nobody(
    runner: Runner, clock: ManualClock, journal: str, others: int
) -> None:
    with EmbeddedHubSpot(access_token="token", on_used_id="reject", now=clock.time) as embedded:
        embedded.plan(LoseAnswer())
        first = runner.at(embedded, many(events(10), journal=journal), max_retries=0)
        assert first.of("unknown") == [*range(10)]
        with HubSpotEvents("token", base_url=embedded.base_url) as client:
            for number in range(others):
                client.timeline.create(event(id=f"e{10 + number}"))
        embedded.plan(*[Transform(lambda answer: unnamed(answer) if "errors" in answer else answer)] * 20)
        taken = runner.at(embedded, many(events(12), journal=journal))
    taken.check()
    assert taken.of("failed") == [*range(10, 10 + others)]
    assert taken.of("written") == [*range(10), *range(10 + others, 12)]


def test_what_a_lost_try_of_a_batch_has_written_is_written_though_the_errors_name_nobody(
    runner: Runner, clock: ManualClock
) -> None:
    with EmbeddedHubSpot(access_token="token", on_used_id="reject", now=clock.time) as embedded:
        embedded.reject(lambda data: data["id"] == "e5")
        embedded.plan(LoseAnswer(), *[Transform(lambda answer: unnamed(answer) if "errors" in answer else answer)] * 20)
        taken = runner.at(embedded, many(events(10)))
    taken.check()
    assert taken.of("written") == [number for number in range(10) if number != 5]


@pytest.mark.parametrize("word", ["PENDING", "PROCESSING", "CANCELED", "NOVEL"])
def test_with_another_word_than_complete_what_has_a_result_is_written(
    runner: Runner, word: str, clock: ManualClock
) -> None:
    with EmbeddedHubSpot(access_token="token", status_word=word, now=clock.time) as embedded:
        taken = runner.at(embedded, many(events(10)))
    assert taken.of("written") == [*range(10)]


def test_what_answers_tell_nothing_of_is_unknown(runner: Runner) -> None:
    script = Script(httpx.Response(201, json={"status": "PENDING", "results": []}))
    taken = runner.take(many(events(10)), pool=script)
    taken.check()
    assert taken.of("unknown") == [*range(10)]
    assert {outcome.id for outcome in taken.all} == {f"e{number}" for number in range(10)}
    assert len(script.requests) < 20


def test_an_answer_about_others_tells_nothing(runner: Runner) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        return httpx.Response(201, json={"status": "COMPLETE", "results": [{**one, "id": "other"} for one in inputs]})

    taken = runner.take(many(events(10)), pool=answer)
    taken.check()
    assert taken.of("unknown") == [*range(10)]


@pytest.mark.parametrize("body", [b"", b'{"status": "COMPLETE"}', b"<html>Welcome</html>"])
def test_a_success_that_tells_no_results(runner: Runner, body: bytes) -> None:
    taken = runner.take(many_dated(dated(10)), pool=Script(httpx.Response(200, content=body)))
    taken.check()
    assert taken.of("unknown" if body else "written") == [*range(10)]


def test_a_batch_may_have_one_input(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    embedded.reject(lambda data: data["id"] == "e3")
    taken = runner.at(embedded, many_dated(dated(10)), max_batch_size=1)
    assert taken.of("failed") == [3]
    assert len(embedded.requests) == 10


# What HubSpot writes, and does not say so


def test_an_answer_that_is_lost_for_good_leaves_its_inputs_unknown_with_their_ids(
    runner: Runner, embedded: EmbeddedHubSpot
) -> None:
    embedded.plan(None, LoseAnswer())
    inputs = [event(tokens={"n": number}) for number in range(30)]
    taken = runner.at(embedded, many(inputs, concurrency=1), max_batch_size=10, max_retries=0)
    taken.check()
    assert taken.error is None
    assert len(taken.of("written")) == 20
    lost = [outcome for outcome in taken.all if outcome.status == "unknown"]
    assert len(lost) == 10
    for outcome in lost:
        assert outcome.error.may_have_been_processed
    assert {outcome.id for outcome in taken.all} == {*ids(embedded)}
    # Sent again under these ids, they are not written twice.
    again = [attrs.evolve(outcome.input, id=outcome.id) for outcome in lost]
    assert len(runner.at(embedded, many(again)).of("written")) == 10
    assert len(ids(embedded)) == 30


def test_what_an_own_lost_try_has_written_is_written(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    embedded.plan(LoseAnswer(), Respond(502, processed=True))
    taken = runner.at(embedded, many_dated(dated(30)), max_batch_size=10)
    taken.check()
    assert taken.of("written") == [*range(30)]
    assert len(embedded.writes) == 30


def test_an_id_that_somebody_else_has_used_fails_its_input_alone(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    with HubSpotEvents("token", base_url=embedded.base_url) as client:
        client.timeline.create_batch_2026_03(dated(3))
    taken = runner.at(embedded, many_dated(dated(20)), max_batch_size=10)
    taken.check()
    assert taken.of("failed") == [0, 1, 2]
    assert [outcome.index for outcome in taken.all if outcome.known] == [0, 1, 2]
    # Each is told of itself, whatever HubSpot's answer has of the others.
    assert [outcome.error.message for outcome in taken.all[:3]] == [f"Event ID already in use: e{n}" for n in range(3)]
    assert taken.all[0].error.error.message == "Event ID already in use: e0, e1, e2"
    assert taken.all[0].error.status_code == 200  # of the answer that took the others
    assert len(embedded.writes) == 20


@pytest.mark.parametrize("status", [400, 207])
def test_an_input_that_is_refused_beside_one_that_is_known_is_not_known_itself(runner: Runner, status: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        words = {"e0": "Event ID already in use: e0", "e1": "Property x does not exist"}
        given = [one["id"] for one in json.loads(request.content)["inputs"]]
        said = [{"message": words[name], "context": {"id": [name]}} for name in given if name in words]
        if not said:
            return httpx.Response(201, json={"status": "COMPLETE", "results": [{"id": name} for name in given]})
        error = {"message": said[0]["message"], "context": {"id": given}, "errors": said}
        return httpx.Response(status, json=error if status == 400 else {"results": [], "errors": [error]})

    taken = runner.take(many(events(2)), pool=answer)
    taken.check()
    assert taken.of("failed") == [0, 1]
    assert [outcome.known for outcome in taken.all] == [True, False]
    assert taken.all[1].error.message == "Property x does not exist"


def of_several(request: httpx.Request) -> httpx.Response:
    """Answer with an error that says of some that they are known, and with one beside it that refuses one of these."""
    given = [one["id"] for one in json.loads(request.content)["inputs"]]
    said = [{"message": "bad" if one == "e4" else "ID already in use", "context": {"id": [one]}} for one in given]
    errors = [{"message": "several", "errors": said}, {"message": "odd", "context": {"id": ["e3"]}}]
    return httpx.Response(207, json={"results": [], "errors": errors})


def test_of_an_error_of_several_what_an_own_lost_try_has_written_is_written(runner: Runner) -> None:
    taken = runner.take(many(events(5)), pool=Script(httpx.ReadError("lost"), of_several))
    taken.check()
    assert (taken.of("written"), taken.of("failed")) == ([0, 1, 2], [3, 4])


def test_so_it_is_in_the_answer_to_a_batch(driver: Driver) -> None:
    script = Script(httpx.ReadError("lost"), of_several)
    batch = driver.against(script, lambda client: client.timeline.create_batch(events(5)))
    assert batch.known == [0, 1, 2]
    assert [failure.indexes for failure in batch.failures] == [[3, 4], [3]]
    assert not batch.all_written


def test_of_a_refusal_of_several_what_an_own_lost_try_has_written_is_written(runner: Runner, journal: str) -> None:
    """The error as a whole says nothing of an id: its details do, of some."""

    def answer(request: httpx.Request) -> httpx.Response:
        said = [
            {"message": "is bad" if one["id"] == "e3" else "Event ID already in use", "context": {"id": [one["id"]]}}
            for one in json.loads(request.content)["inputs"]
        ]
        return httpx.Response(400, json={"message": "10 inputs are bad", "errors": said})

    script = Script(httpx.ReadError("lost"), answer)
    taken = runner.take(many_dated(dated(10), journal=journal), pool=script, max_retries=0)
    assert taken.of("unknown") == [*range(10)]
    taken = runner.take(many_dated(dated(12), journal=journal), pool=script, max_batch_size=12)
    taken.check()
    assert taken.of("failed") == [3, 10, 11]
    assert [outcome.index for outcome in taken.all if outcome.known] == [10, 11]


def test_a_conflict_of_what_has_no_id_says_not_that_it_is_there(runner: Runner, journal: str) -> None:
    def begin(client: Any) -> Any:
        return client.marketing_events.update_many(
            [MarketingEventUpdate(object_id="1", event_name="n")], journal=journal
        )

    script = Script(httpx.ReadError("lost"), httpx.Response(409, json={"category": "CONFLICT", "message": "busy"}))
    assert runner.take(begin, pool=script, max_retries=0).of("unknown") == [0]
    taken = runner.take(begin, pool=script)
    taken.check()
    assert taken.of("failed") == [0]
    assert not taken.all[0].known


def test_a_conflict_that_says_something_else_of_an_input_does_not_make_that_known(runner: Runner) -> None:
    words = {"known": "exists", "bad": "is odd"}

    def answer(request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        said = [{"message": words[i], "context": {"id": [i]}} for one in inputs if (i := one["id"]) in words]
        error = {"category": "CONFLICT", "message": "m", "errors": said}
        return httpx.Response(409, json=error) if said else created(request)

    def begin(client: Any) -> Any:
        return client.timeline.create_many([event(id=name) for name in ("good", "known", "bad")])

    taken = runner.take(begin, pool=Script(httpx.ReadError("lost"), answer))
    taken.check()
    assert (taken.of("written"), taken.of("unknown")) == ([0], [1, 2])
    taken = runner.take(begin, pool=Script(answer))
    assert (taken.of("written"), taken.of("failed")) == ([0], [1, 2])
    assert not any(outcome.known for outcome in taken.all)


@pytest.mark.parametrize("where", ["context", "in"])
def test_of_a_refusal_of_several_each_is_told_what_is_said_of_it(runner: Runner, where: str) -> None:
    bad = {"e3": "email: is none", "e8": "email: is too long"}

    def answer(request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        said = [
            {
                "message": bad[one["id"]],
                **({"context": {"ids": [one["id"]]}} if where == "context" else {"in": f"inputs[{place}].email"}),
            }
            for place, one in enumerate(inputs)
            if one["id"] in bad
        ]
        body = {"status": "error", "category": "VALIDATION_ERROR", "message": "2 inputs are bad", "errors": said}
        return httpx.Response(400, json=body) if said else created(request)

    taken = runner.take(many_dated(dated(10)), pool=answer)
    taken.check()
    assert {outcome.id: str(outcome.error) for outcome in taken.all if not outcome.written} == bad
    assert taken.all[3].error.status_code == 400
    assert taken.all[3].error.error.message == "2 inputs are bad"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (409, {"category": "CONFLICT", "message": "the record exists"}),
        (400, {"category": "VALIDATION_ERROR", "message": "Event ID already in use"}),
        (400, {"category": "VALIDATION_ERROR", "message": "bad", "errors": [{"message": "Event ID already in use"}]}),
        (409, {"message": "no category"}),
        (400, {"category": "VALIDATION_ERROR", "message": "bad"}),
    ],
)
@pytest.mark.parametrize("size", [1, 2])
def test_an_outcome_says_whether_hubspot_has_the_event_already_also_in_another_run(
    runner: Runner, journal: str, status: int, body: dict[str, Any], size: int
) -> None:
    refusal = httpx.Response(status, json={"status": "error", **body})
    for earlier in (False, True):
        taken = runner.take(many_dated(dated(size), journal=journal), pool=Script(refusal))
        taken.check()
        assert taken.of("failed") == [*range(size)]
        assert {outcome.known for outcome in taken.all} == {body["message"] != "bad" or "errors" in body}
        assert {outcome.earlier for outcome in taken.all} == {earlier}


def test_after_a_lost_answer_a_batch_that_is_refused_is_told_in_parts(
    runner: Runner, embedded: EmbeddedHubSpot
) -> None:
    # The first try is lost, the second refused for what it does not name.
    embedded.reject(lambda data: data["id"] == "e3")
    embedded.plan(LoseAnswer(), Respond(400))
    taken = runner.at(embedded, many_dated(dated(10)))
    taken.check()
    assert taken.of("written") == [index for index in range(10) if index != 3]
    assert taken.of("unknown") == [3]  # the refusal says nothing of the try before it
    assert taken.all[3].error.status_code == 400
    assert len(embedded.writes) == 9


def test_a_page_in_the_place_of_an_answer_does_not_end_a_run(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    embedded.plan(None, ShortenAnswer(10))
    taken = runner.at(embedded, many(events(40), concurrency=1), max_batch_size=10)
    taken.check()
    assert taken.error is None
    assert taken.of("unknown") == [*range(10, 20)]


# The same identity twice


def test_the_same_identity_twice_in_whatever_batches_fails_the_second(
    runner: Runner, embedded: EmbeddedHubSpot
) -> None:
    inputs = [*events(25), event(id="e3"), event(id="e3", event_template_id="2"), *events(2)]
    taken = runner.at(embedded, many(inputs), max_batch_size=10)
    taken.check()
    assert taken.of("failed") == [25, 27, 28]
    assert str(taken.all[25].error) == "inputs[25].id: is that of inputs[3] too"
    assert len(embedded.writes) == 26


class Number(str, enum.Enum):  # noqa: UP042 - of which str() is its name
    ONE = "e1"


class Kind(enum.Enum):
    ONE = "e1"


@pytest.mark.parametrize("one", [Number.ONE, Kind.ONE])
def test_an_identity_is_what_is_sent_and_not_how_it_is_given(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str, one: Any
) -> None:
    for earlier in (False, True):
        inputs = [event(id=one), event(id="e2"), event(id=one, email="b@petspot.example"), event(id="e1")]
        taken = runner.at(embedded, many(inputs, journal=journal), max_batch_size=1)
        taken.check()
        assert taken.of("failed") == [2, 3]
        assert [outcome.earlier for outcome in taken.all] == [earlier, earlier, False, False]
    assert ids(embedded) == ["e1", "e2"]
    assert len(embedded.writes) == 2


@pytest.mark.parametrize("fill_ids", [True, False])
@pytest.mark.parametrize("placeholder", ["order-{{uuid}}", "order-<<uuid>>", None])
def test_placeholders_are_no_identity(
    runner: Runner, embedded: EmbeddedHubSpot, placeholder: str | None, fill_ids: bool
) -> None:
    taken = runner.at(embedded, many([event(id=placeholder)] * 30), max_batch_size=10, fill_ids=fill_ids)
    taken.check()
    assert taken.of("written") == [*range(30)]
    assert len({*ids(embedded)}) == 30


@for_any(
    st.lists(st.lists(st.none() | st.integers(0, 30) | st.integers(), min_size=1, max_size=12), max_size=12),
    st.integers(0, 40),
    st.integers(0, 64),
)
def test_identities_are_found_again_be_they_few_or_many(batches: list[list[int | None]], few: int, many: int) -> None:
    kept: dict[int, int] = {}
    index = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identities, "_FEW", few)
        patch.setattr(identities, "_MANY", many)
        patch.setattr(identities, "_BITS", 7)  # in a table as full as it may be
        patch.setattr(identities, "_IN_A_STATEMENT", 3)
        found = Identities()
        for batch in batches:
            indexes = range(index, index + len(batch))
            index += len(batch)
            named = [(at, one) for at, one in zip(indexes, batch, strict=True) if one is not None]
            twice = {at: kept[one] for at, one in named if kept.setdefault(one, at) != at}
            assert found.add(indexes, [None if one is None else (str(one),) for one in batch]) == twice
        found.close()


def test_a_large_batch_keeps_to_the_variables_that_old_releases_of_sqlite_take(
    embedded: EmbeddedHubSpot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        database = sqlite3.Connection(*arguments, **options)
        database.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
        return database

    monkeypatch.setattr(sqlite3, "connect", connect)
    monkeypatch.setattr(identities, "_FEW", 0)
    monkeypatch.setattr(identities, "_MANY", 0)
    with HubSpotEvents("token", base_url=embedded.base_url, max_batch_size=1200) as client:
        outcomes = list(client.timeline.create_many([*events(1200), *events(1000)]))
    assert Counter(outcome.status for outcome in outcomes) == {"written": 1200, "failed": 1000}


# Times


def test_an_event_without_a_time_is_given_that_at_which_it_was_read(
    runner: Runner, embedded: EmbeddedHubSpot, clock: ManualClock
) -> None:
    began = clock.now

    def given() -> Iterator[TimelineEvent]:
        for number in range(20):
            clock.now = began + number
            yield event(id=f"e{number:02}", timestamp="2020-01-01T00:00:00Z" if number == 7 else None)
        clock.now = began + 1000

    embedded.plan(Respond(503), Respond(503, processed=True), Respond(429))
    taken = runner.at(embedded, many(given()))
    assert taken.of("written") == [*range(20)]
    times = {one["id"]: one["timestamp"] for one in embedded.timeline_events}
    assert times["e07"].startswith("2020-01-01T00:00:00")
    del times["e07"]
    assert sorted(times, key=times.__getitem__) == sorted(times)
    assert len({*times.values()}) == 19
    for request in embedded.requests:
        assert {one["id"]: one["timestamp"] for one in request.json["inputs"] if one["id"] != "e07"} == times


# Leaving


def test_closing_tells_what_became_of_what_was_under_way(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    embedded.plan(*[None, LoseAnswer()] * 10)
    taken = runner.at(embedded, many(Endless()(), concurrency=3), 3, max_batch_size=10, max_retries=0)
    taken.check()
    assert taken.error is None
    assert {outcome.id for outcome in taken.all} == {*ids(embedded)}
    assert no_threads()


@pytest.mark.parametrize("came", [httpx.ReadError("lost"), httpx.Response(503)])
def test_a_run_that_is_stopped_between_two_tries_ends_without_an_error(runner: Runner, came: Any) -> None:
    outcomes: list[Any] = []

    class Stopping(ManualClock):
        def sleep(self, seconds: float) -> None:
            outcomes[0].stop()
            super().sleep(seconds)

    def begin(client: Any) -> Any:
        outcomes.append(client.timeline.create_many(events(10)))
        return outcomes[0]

    taken = runner.take(begin, pool=Script(came), clock=Stopping())
    taken.check()
    assert taken.error is None
    assert {outcome.error.message for outcome in taken.all} == {
        "It was sent, and nothing that came back says whether it is written"
    }
    assert [outcome.index for outcome in taken.outcomes] == taken.of("unknown") == [*range(10)]
    assert all(outcome.error.retry_safe for outcome in taken.all)


@pytest.mark.parametrize("fill_ids", [True, False])
def test_what_nobody_knows_is_safe_to_send_again_under_an_id_of_the_clients(runner: Runner, fill_ids: bool) -> None:
    class OfTheCallerError(Exception):
        pass

    def raising(_: httpx.Request) -> httpx.Response:
        raise OfTheCallerError

    taken = runner.take(many([event(id=None)] * 3), pool=raising, fill_ids=fill_ids)
    taken.check()
    assert isinstance(taken.error, OfTheCallerError)
    assert [(outcome.status, outcome.error.retry_safe) for outcome in taken.all] == [("unknown", fill_ids)] * 3


def test_closing_twice_or_unbegun_is_no_error(embedded: EmbeddedHubSpot, journal: str) -> None:
    with HubSpotEvents("token", base_url=embedded.base_url) as client:
        outcomes = client.timeline.create_many(events(3), journal=journal)
        outcomes.close()
        outcomes.close()
        assert [*outcomes] == outcomes.unsettled == []
        assert len([*client.timeline.create_many(events(3), journal=journal)]) == 3


def test_outcomes_that_nobody_has_any_more_let_go_of_threads_and_journal(
    embedded: EmbeddedHubSpot, journal: str
) -> None:
    gc.disable()  # so that nothing is left to it
    try:
        with HubSpotEvents("token", base_url=embedded.base_url, max_batch_size=10) as client:
            with pytest.warns(RuntimeWarning, match="nobody took the outcomes"):
                client.timeline.create_many(Endless()(), journal=journal)
            for _ in client.timeline.create_many(Endless()(), journal=journal):
                break
            assert no_threads()
            with suppress(BrokenError):
                for _ in client.timeline.create_many(Endless()(), journal=journal):
                    raise BrokenError
            assert no_threads()
            with client.timeline.create_many(Endless()(), journal=journal) as outcomes:
                next(outcomes)
    finally:
        gc.enable()


def test_who_collects_garbage_does_not_wait_for_a_run_that_is_in_it(journal: str) -> None:
    came: list[httpx.Request] = []
    may_answer = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        came.append(request)
        if request is came[0]:
            while len(came) < 3:
                time.sleep(0.001)
        else:
            assert may_answer.wait(10), "who collects garbage, and may have a lock that this needs, waits for it"
        return created(request)

    with HubSpotEvents(
        "token", http_client=httpx.Client(transport=httpx.MockTransport(answer)), max_batch_size=10
    ) as client:
        garbage: list[Any] = [client.timeline.create_many(events(50), journal=journal, concurrency=3)]
        garbage.append(garbage)
        next(garbage[0])
        del garbage
        gc.collect()
        may_answer.set()
        report = JournalReport(journal)
        while report.is_running:
            time.sleep(0.01)
        assert report.ended_at
        assert report.counts[State.WRITTEN] == 10 * len(came)
        assert no_threads()


@pytest.mark.parametrize("kind", ["sync", "asyncio"])  # trio warns of what is in the garbage
def test_a_run_in_the_garbage_closes_its_journal_itself(
    kind: str, embedded: EmbeddedHubSpot, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closes: list[threading.Thread] = []
    collectors: list[threading.Thread] = []
    close = Journal.close

    def seen(self: Journal) -> None:
        closes.append(threading.current_thread())
        close(self)

    def collect() -> None:
        collectors.append(threading.current_thread())
        gc.collect()

    async def main() -> None:
        async with AsyncHubSpotEvents("token", base_url=embedded.base_url, max_batch_size=10) as client:
            garbage: list[Any] = [client.timeline.create_many(events(50), journal=journal)]
            garbage.append(garbage)
            await anext(garbage[0])
            await anyio.sleep(0.1)
            del garbage
            await anyio.to_thread.run_sync(collect)
            while JournalReport(journal).is_running:
                await anyio.lowlevel.checkpoint()

    monkeypatch.setattr(Journal, "close", seen)
    if kind == "sync":
        with HubSpotEvents("token", base_url=embedded.base_url, max_batch_size=10) as client:
            garbage: list[Any] = [client.timeline.create_many(events(50), journal=journal)]
            garbage.append(garbage)
            next(garbage[0])
            time.sleep(0.1)
            del garbage
            collect()
            while JournalReport(journal).is_running:
                time.sleep(0.01)
    else:
        anyio.run(main, backend=kind)
    assert closes
    assert not {*closes} & {*collectors}
    assert JournalReport(journal).ended_at
    assert JournalReport(journal).counts[State.WRITTEN] == len(ids(embedded))


class BrokenError(Exception):
    """Raised by the caller's world."""


def test_what_the_iterable_raises_is_raised_when_what_was_read_is_sent(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str
) -> None:
    def given() -> Iterator[TimelineEvent]:
        yield from events(25)
        raise BrokenError

    async def given_async() -> AsyncIterator[TimelineEvent]:
        for one in events(25):
            yield one
        raise BrokenError

    iterables: list[Any] = [given()] if runner.kind == "sync" else [given(), given_async()]
    for iterable in iterables:
        taken = runner.at(embedded, many(iterable, journal=journal), max_batch_size=10)
        taken.check()
        assert isinstance(taken.error, BrokenError)
        assert taken.of("written") == [*range(25)]
    assert no_threads()
    assert len(embedded.writes) == 25
    assert len(runner.at(embedded, many(events(30), journal=journal)).of("written")) == 30
    assert len(embedded.writes) == 30


class Text(str):
    __slots__ = ()


class Word(enum.StrEnum):
    PET_NAME = "petName"


class OldWord(str, enum.Enum):  # noqa: UP042 - formatted as its name, which StrEnum is not
    PET_NAME = "petName"


@pytest.mark.parametrize("key", [Text("petName"), Word.PET_NAME, OldWord.PET_NAME])
@pytest.mark.parametrize("field", ["properties", "extra_data", "additional_properties"])
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: {"deeper": [value]}])
def test_a_key_is_to_a_journal_the_text_that_it_is(
    runner: Runner, journal: str, key: str, field: str, wrap: Callable[[Any], Any]
) -> None:
    def given(name: str) -> list[TimelineEvent202603]:
        values: Any = {name: "Art3mis"}
        return dated(1, **{field: values if field == "properties" else wrap(values)})

    script = Script(created)
    taken = runner.take(many_dated(given(key), journal=journal), pool=script)
    assert (taken.error, taken.of("written")) == (None, [0])
    again = runner.take(many_dated(given("petName"), journal=journal), pool=script)
    assert (again.error, again.of("written"), len(script.requests)) == (None, [0], 1)


def test_an_iterable_that_takes_outcomes_of_its_own_run_is_told_so(embedded: EmbeddedHubSpot) -> None:
    def given() -> Iterator[TimelineEvent]:
        yield event(id="e0")
        next(outcomes)
        next(outcomes)
        yield event(id="e1")

    with HubSpotEvents("token", base_url=embedded.base_url, max_batch_size=1) as client:
        outcomes = client.timeline.create_many(given())
        with pytest.raises(RuntimeError, match="takes the outcomes of that same run"):
            list(outcomes)
    assert ids(embedded) == ["e0"]


def test_a_signal_handler_may_close_the_run_that_it_interrupts() -> None:
    def pool(request: httpx.Request) -> httpx.Response:
        os.kill(os.getpid(), signal.SIGTERM)
        while not closed.wait(0.001):
            pass
        return created(request)

    def close(*_: Any) -> None:
        outcomes.close()
        closed.set()

    closed = threading.Event()
    before = signal.signal(signal.SIGTERM, close)
    try:
        with HubSpotEvents("token", http_client=httpx.Client(transport=httpx.MockTransport(pool))) as client:
            outcomes = client.timeline.create_many(events(1000), concurrency=1)
            taken = [outcome.written for outcome in outcomes]
            outcomes.close()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert taken == [True] * 100
    assert no_threads()


def test_an_iterable_that_cannot_be_begun_leaves_no_journal(journal: str) -> None:
    class Given:
        def __iter__(self) -> Iterator[TimelineEvent]:
            raise BrokenError

    with HubSpotEvents("token") as client, pytest.raises(BrokenError):
        client.timeline.create_many(Given(), journal=journal)
    assert not os.path.exists(journal)


def test_what_a_token_function_raises_ends_the_run_and_nothing_is_unknown(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str
) -> None:
    asked = 0

    def token() -> str:
        nonlocal asked
        asked += 1
        if asked > 3:
            raise BrokenError
        return "token"

    taken = runner.at(embedded, many(events(200), journal=journal), max_batch_size=10, access_token=token)
    taken.check()
    assert isinstance(taken.error, BrokenError)
    assert len(taken.of("written")) == len(ids(embedded)) == 30
    assert taken.of("unknown") == []
    assert no_threads()
    taken = runner.at(embedded, many(events(200), journal=journal), max_batch_size=10)
    assert taken.of("written") == [*range(200)]
    assert len(embedded.writes) == 200


def test_what_was_lost_before_a_token_function_raises_is_unknown(runner: Runner, embedded: EmbeddedHubSpot) -> None:
    tokens = iter(["token"])
    embedded.plan(LoseAnswer())
    taken = runner.at(embedded, many(events(10)), access_token=lambda: next(tokens))
    taken.check()
    assert taken.of("unknown") == [*range(10)]


@pytest.mark.parametrize("where", ["loop", "iterable", "waiting", "with"])
def test_ctrl_c_ends_a_run_in_good_order(tmp_path: Path, where: str) -> None:
    """In a process of its own, which is sent a SIGINT."""
    with EmbeddedHubSpot(access_token="token") as embedded:
        path = tmp_path / "a.journal"
        program = tmp_path / "program.py"
        program.write_text(
            f"""
import os, signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)
import _thread
from hubspot_events import HubSpotEvents, TimelineEvent
where = {where!r}

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

def given():
    for number in range(100000):
        if number == 500 and where == "iterable":
            interrupt()
        yield TimelineEvent(event_template_id="1", id=f"e{{number}}", email="a@petspot.example", tokens={{}})

client = HubSpotEvents("token", base_url={embedded.base_url!r}, max_batch_size=10)
outcomes = client.timeline.create_many(given(), journal={str(path)!r}, concurrency=3)
taken = []
if where == "waiting":
    threading.Timer(0.3, interrupt).start()
try:
    if where == "with":
        with outcomes:
            for outcome in outcomes:
                taken.append(outcome)
                if len(taken) == 100:
                    interrupt()
    for outcome in outcomes:
        taken.append(outcome)
        if len(taken) == 100 and where == "loop":
            interrupt()
except KeyboardInterrupt:
    outcomes.close()
    every = [*taken, *outcomes.unsettled]
    assert len(every) == len({{outcome.index for outcome in every}})
    assert not [t for t in threading.enumerate() if t.name.startswith("hubspot")]
    print(sum(outcome.written for outcome in every), sum(o.status == "unknown" for o in every))
"""
        )
        done = subprocess.run(
            [sys.executable, "-W", "ignore", program],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONWARNINGS": ""},
        )
        assert done.stderr == ""
        written, unknown = map(int, done.stdout.split())
        assert 0 < written <= len(embedded.writes) <= written + unknown
        assert JournalReport(path).counts[State.WRITTEN] == written
        assert unknown <= 10


def test_an_interrupt_while_outcomes_are_made_leaves_the_counts_right(monkeypatch: pytest.MonkeyPatch) -> None:
    made = itertools.count()

    def make(*arguments: Any, **more: Any) -> Any:
        if next(made) == 2:
            raise KeyboardInterrupt
        return Outcome(*arguments, **more)

    monkeypatch.setattr("hubspot_events_runtime.runs.Outcome", make)
    taken = Runner("sync").take(many(events(4)), pool=created)
    assert isinstance(taken.error, KeyboardInterrupt)
    taken.check()
    assert taken.of("unknown") == [*range(4)]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_second_interrupt_leaves_nothing_untold(
    kind: str, embedded: EmbeddedHubSpot, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: Any = None
    hold = Hold()

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    def given() -> Iterator[Any]:
        yield from events(3)
        yield FLUSH
        assert hold.reached.wait(10)
        monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor.shutdown", interrupt)
        raise KeyboardInterrupt

    async def main() -> None:
        nonlocal outcomes
        async with AsyncHubSpotEvents("token", base_url=embedded.base_url) as client:
            outcomes = client.timeline.create_many(events(3), journal=journal)
            task = asyncio.ensure_future(anext(outcomes))
            await asyncio.to_thread(hold.reached.wait, 10)
            for _ in range(2):
                task.cancel()
                await asyncio.sleep(0)
            with suppress(asyncio.CancelledError):
                await task

    embedded.plan(hold)
    if kind == "sync":
        with HubSpotEvents("token", base_url=embedded.base_url) as client:
            outcomes = client.timeline.create_many(given(), journal=journal)
            with pytest.raises(KeyboardInterrupt):
                next(outcomes)
            hold.release.set()
            while not no_threads():
                threading.Event().wait(0.001)
    else:
        asyncio.run(main())
        hold.release.set()
    assert [outcome.status for outcome in outcomes.unsettled] == ["unknown"] * 3
    assert outcomes.progress.under_way == 0
    assert JournalReport(journal).counts[State.UNKNOWN] == 3


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_other_tasks_go_on_while_a_run_waits_for_the_disk_and_may_stop_it(
    kind: str, embedded: EmbeddedHubSpot, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, is_over = threading.Event(), threading.Event()
    kept = Journal.admit

    def admit(self: Journal, entries: Any) -> Any:
        waits.set()
        assert is_over.wait(10), "nobody else could do anything"
        return kept(self, entries)

    monkeypatch.setattr(Journal, "admit", admit)

    async def main() -> None:
        async with (
            AsyncHubSpotEvents("token", base_url=embedded.base_url) as client,
            client.timeline.create_many(events(500), journal=journal) as outcomes,
            anyio.create_task_group() as tasks,
        ):

            async def stop() -> None:
                await anyio.to_thread.run_sync(waits.wait)
                outcomes.stop()
                is_over.set()

            tasks.start_soon(stop)
            assert not [outcome async for outcome in outcomes]
            assert outcomes.progress.read == 100

    anyio.run(main, backend=kind)
    assert not embedded.requests
    assert JournalReport(journal).counts[State.WAITING] == 100


def test_a_cancellation_that_comes_with_an_answer_leaves_it_told(
    embedded: EmbeddedHubSpot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cancelled(outcomes_module._Tasks):
        async def settle(self) -> None:
            if self._run.is_stopping:
                if not self.done:
                    self._is_done = self._event()
                    await self._is_done.wait()
                raise asyncio.CancelledError
            await super().settle()

    async def main() -> list[Any]:
        async with AsyncHubSpotEvents("token", base_url=embedded.base_url, max_batch_size=1) as client:
            outcomes = client.timeline.create_many(events(2), concurrency=2)
            await anext(outcomes)
            with suppress(asyncio.CancelledError):
                await outcomes.aclose()
            return outcomes.unsettled

    monkeypatch.setattr(outcomes_module, "_Tasks", Cancelled)
    assert [outcome.status for outcome in asyncio.run(main())] == ["written"]


@pytest.mark.parametrize("journalled", [True, False])
def test_the_interpreter_ends_with_outcomes_that_were_never_closed(tmp_path: Path, journalled: bool) -> None:
    path = str(tmp_path / "a.journal") if journalled else None
    with EmbeddedHubSpot(access_token="token") as embedded:
        program = f"""
import sys
from hubspot_events import HubSpotEvents, TimelineEvent
def given():
    number = 0
    while True:
        yield TimelineEvent(event_template_id="1", id=f"e{{number}}", email="a@petspot.example", tokens={{}})
        number += 1
client = HubSpotEvents("token", base_url={embedded.base_url!r}, max_batch_size=10)
outcomes = client.timeline.create_many(given(), journal={path!r})
kept = [next(outcomes) for _ in range(25)]
"""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program], check=False, capture_output=True, text=True, timeout=60
        )
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize(
    ("begun", "started"),
    [
        ("", "atexit.register(send)"),
        ("list(client.timeline.create_many(given('earlier')))", "atexit.register(send)"),
        ("", "threading.Thread(target=send).start()"),
    ],
)
def test_a_run_goes_on_while_the_interpreter_ends(begun: str, started: str) -> None:
    with EmbeddedHubSpot(access_token="token") as embedded:
        program = f"""
import atexit, threading
from hubspot_events import HubSpotEvents, TimelineEvent
def given(name):
    for number in range(50):
        if number == 25 and threading.current_thread() is not threading.main_thread():
            threading.main_thread().join()
        yield TimelineEvent(event_template_id="1", id=f"{{name}}{{number}}", email="a@petspot.example", tokens={{}})
def send():
    outcomes = client.timeline.create_many(given("last"))
    print(sum(outcome.written for outcome in outcomes))
client = HubSpotEvents("token", base_url={embedded.base_url!r}, max_batch_size=10)
{begun}
{started}
"""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program], check=False, capture_output=True, text=True, timeout=60
        )
        assert (done.stdout, done.stderr) == ("50\n", "")
        assert len(embedded.writes) == len({one["id"] for one in embedded.timeline_events})


def test_a_run_goes_on_where_no_more_threads_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    start, script = threading.Thread.start, Script(created)

    def refuse(thread: threading.Thread) -> None:
        if not no_threads():
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    taken = Runner("sync").take(many(events(500)), pool=script, max_batch_size=10)
    taken.check()
    assert (taken.error, taken.of("written")) == (None, [*range(500)])
    assert len(script.requests) == 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_fork_leaves_the_run_to_its_parent(tmp_path: Path) -> None:
    with EmbeddedHubSpot(access_token="token") as embedded:
        program = f"""
import os, sys
from hubspot_events import HubSpotEvents, TimelineEvent, HubSpotError
given = [
    TimelineEvent(event_template_id="1", id=f"e{{number}}", email="a@petspot.example", tokens={{}})
    for number in range(500)
]
client = HubSpotEvents("token", base_url={embedded.base_url!r}, max_batch_size=10)
outcomes = client.timeline.create_many(given, journal={str(tmp_path / "a.journal")!r})
taken = [next(outcomes)]
child = os.fork()
if not child:
    try:
        taken += outcomes
    except HubSpotError as error:
        assert str(os.getppid()) in str(error)
        outcomes.close()
        sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
taken += outcomes
assert len(taken) == 500 and all(outcome.written for outcome in taken), len(taken)
"""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program], check=False, capture_output=True, text=True, timeout=60
        )
        assert (done.stderr, done.returncode) == ("", 0)
        assert len(embedded.writes) == 500


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("client", ["HubSpotEvents", "AsyncHubSpotEvents"])
def test_a_fork_is_told_nothing_of_a_run_that_its_parent_takes(client: str) -> None:
    program = f"""
import os, sys
from hubspot_events import {client}
def main():
    outcomes = {client}("token").timeline.create_many_2026_03([])
    child = os.fork()
    if not child:
        sys.exit(0)
    os.waitpid(child, 0)
    outcomes.stop()
main()
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert (done.stderr, done.returncode) == ("", 0)


def test_several_threads_may_take_outcomes_and_another_one_close(embedded: EmbeddedHubSpot) -> None:
    with HubSpotEvents("token", base_url=embedded.base_url, max_batch_size=10) as client:
        outcomes = client.timeline.create_many(Endless()())
        taken: list[Any] = []
        enough = threading.Event()

        def take() -> None:
            for outcome in outcomes:
                taken.append(outcome)
                if len(taken) > 200:
                    enough.set()

        threads = [threading.Thread(target=take) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert enough.wait(10)
        outcomes.close()
        for thread in threads:
            thread.join(10)
    every = [*taken, *outcomes.unsettled]
    assert len(every) == len({outcome.index for outcome in every}) == len(ids(embedded))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("where", ["waiting", "loop", "iterable"])
@pytest.mark.parametrize("journalled", [True, False])
def test_a_cancelled_run_says_what_nobody_knows(
    backend: str, where: str, journalled: bool, embedded: EmbeddedHubSpot, journal: str
) -> None:
    inputs = [event(id=f"e{number}") for number in range(200)]
    every: list[Any] = []
    tasks_left = answers = 0

    async def given() -> AsyncGenerator[TimelineEvent, None]:
        for number, one in enumerate(inputs):
            if number == 55 and where == "iterable":
                await anyio.sleep_forever()
            yield one

    async def main() -> None:
        nonlocal tasks_left

        async def answer(request: httpx.Request) -> httpx.Response:
            nonlocal answers
            answers += 1
            if answers > 3:
                await anyio.sleep_forever()
            return created(request)

        pool = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with AsyncHubSpotEvents("token", http_client=pool, max_batch_size=10) as client:
            inputs_given = given()
            outcomes = client.timeline.create_many(inputs_given, concurrency=5, journal=journal if journalled else None)

            async def consume() -> None:
                async with aclosing(inputs_given), outcomes:
                    async for outcome in outcomes:
                        every.append(outcome)
                        if where == "loop" and len(every) == 10:
                            await anyio.sleep_forever()

            with anyio.fail_after(30):  # a request that is not cancelled takes a minute
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(consume)
                    while len(every) < 10:
                        await anyio.lowlevel.checkpoint()
                    for _ in range(50):
                        await anyio.sleep(0.001)
                    tasks.cancel_scope.cancel()
            every.extend(outcomes.unsettled)
        if backend == "asyncio":
            await asyncio.sleep(0)
            tasks_left = len(asyncio.all_tasks()) - 1

    anyio.run(main, backend=backend)
    assert len(every) == len({outcome.index for outcome in every})
    assert sum(outcome.written for outcome in every) == 10 * min(answers, 3)
    if where != "iterable":
        assert sum(outcome.status == "unknown" for outcome in every) == 10 * max(0, answers - 3)
    assert tasks_left == 0
    if journalled:
        assert JournalReport(journal).counts[State.WRITTEN] == 10 * min(answers, 3)


def test_a_task_that_is_cancelled_natively_while_it_admits(embedded: EmbeddedHubSpot, journal: str) -> None:
    async def main() -> None:
        async with AsyncHubSpotEvents("token", base_url=embedded.base_url, max_batch_size=10) as client:
            for turns in range(0, 60, 3):
                outcomes = client.timeline.create_many(events(150), journal=f"{journal}{turns}")

                async def consume(outcomes: Any = outcomes) -> None:
                    async with outcomes:
                        async for _ in outcomes:
                            pass

                task = asyncio.create_task(consume())
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                outcomes.stop()  # one that was cancelled before it began

    asyncio.run(main())
    for turns in range(0, 60, 3):
        with HubSpotEvents("token", base_url=embedded.base_url) as client:
            taken = [*client.timeline.create_many(events(150), journal=f"{journal}{turns}")]
            assert all(outcome.written for outcome in taken)


def test_a_task_that_is_cancelled_natively_while_it_keeps_has_the_others_in_the_journal(
    journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_kept, answered = threading.Event(), 0

    def slow(database: sqlite3.Connection, entries: Any) -> None:
        insert(database, entries)
        if entries[0].index == 30:
            is_kept.set()
            time.sleep(0.2)

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal answered
        answered += 1
        if answered > 2:
            await anyio.sleep_forever()
        return created(request)

    async def main() -> list[Any]:
        pool = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with AsyncHubSpotEvents("token", http_client=pool, max_batch_size=10) as client:
            outcomes = client.timeline.create_many(events(100), journal=journal)

            async def consume() -> None:
                async with outcomes:
                    async for _ in outcomes:
                        pass

            task = asyncio.create_task(consume())
            await asyncio.to_thread(is_kept.wait)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            return outcomes.unsettled

    monkeypatch.setattr(journal_module, "insert", slow)
    assert [outcome.status for outcome in asyncio.run(main())] == ["unknown"] * 10
    counts = JournalReport(journal).counts
    assert [counts[state] for state in (State.WRITTEN, State.UNKNOWN, State.WAITING)] == [20, 10, 10]
    assert JournalReport(journal).ended_at


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_several_tasks_may_take_outcomes_and_another_one_close(kind: str, embedded: EmbeddedHubSpot) -> None:
    taken: list[int] = []

    async def main() -> Any:
        async with AsyncHubSpotEvents("token", base_url=embedded.base_url, max_batch_size=5) as client:
            outcomes = client.timeline.create_many(itertools.cycle([event(id=None)]), concurrency=2)

            async def take() -> None:
                async for outcome in outcomes:
                    taken.append(outcome.index)
                    if len(taken) == 50:
                        tasks.start_soon(outcomes.aclose)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(take)
                tasks.start_soon(take)
            return outcomes

    outcomes = anyio.run(main, backend=kind)
    told = [*taken, *(outcome.index for outcome in outcomes.unsettled)]
    assert len({*told}) == len(told) == outcomes.progress.written == len(ids(embedded)) >= 50


# A run that cannot go on


@pytest.mark.parametrize(
    ("status", "kind"), [(401, AuthenticationError), (403, HubSpotError), (404, HubSpotError), (477, HubSpotError)]
)
def test_an_error_of_the_account_comes_after_the_outcomes_and_another_run_goes_on(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str, status: int, kind: type[HubSpotError]
) -> None:
    embedded.plan(None, None, *[Respond(status)] * 50)
    taken = runner.at(embedded, many(events(200), journal=journal), max_batch_size=10)
    taken.check()
    assert isinstance(taken.error, kind)
    assert taken.error.status_code == status
    assert len(taken.of("written")) == 20
    assert taken.of("unknown") == []
    assert len(embedded.requests) <= 2 + 8 * 2
    embedded.plan(*[None] * 0)
    embedded._faults.clear()
    taken = runner.at(embedded, many(events(200), journal=journal), max_batch_size=10)
    taken.check()
    assert taken.of("written") == [*range(200)]
    assert sum(outcome.earlier for outcome in taken.all) == 20
    assert len(embedded.writes) == 200


def test_the_end_of_the_day_comes_after_the_outcomes(runner: Runner, clock: ManualClock, journal: str) -> None:
    with EmbeddedHubSpot(access_token="token", requests_per_day=5, now=clock.time) as embedded:
        taken = runner.at(embedded, many(events(200), journal=journal), max_batch_size=10)
        taken.check()
        assert isinstance(taken.error, RateLimitError)
        assert taken.error.daily
        assert len(taken.of("written")) == 50
        assert len(embedded.requests) <= 5 + 8
        for _ in range(4):
            clock.now += 86_400
            taken = runner.at(embedded, many(events(200), journal=journal), max_batch_size=10)
        assert taken.of("written") == [*range(200)]
        assert len(embedded.writes) == 200


def test_max_requests_today_ends_a_run_after_the_outcomes(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str
) -> None:
    limiter = RateLimiter(max_requests_today=5)
    taken = runner.at(embedded, many(events(200), journal=journal), max_batch_size=10, limiter=limiter)
    taken.check()
    assert isinstance(taken.error, DailyQuotaError)
    assert len(embedded.requests) == 5
    assert taken.of("written") == sorted(int(one["id"][1:]) for one in embedded.timeline_events)
    assert len(taken.all) == 50  # the others were read, and not sent
    runner.clock.now += 86_400
    taken = runner.at(embedded, many(events(200), journal=journal), max_batch_size=10)
    assert taken.of("written") == [*range(200)]
    assert len(embedded.writes) == 200


def test_an_outage_without_end_ends_a_run(runner: Runner, embedded: EmbeddedHubSpot, journal: str) -> None:
    embedded.plan(None, None)
    embedded.misbehave(seed=1, rates={Respond(503): 1})
    taken = runner.at(embedded, many(Endless()(), journal=journal, concurrency=2), max_batch_size=10, max_retries=2)
    taken.check()
    assert isinstance(taken.error, ServerError)
    assert len(taken.of("written")) == 20
    assert taken.of("failed") == []
    assert len(embedded.requests) < 30
    embedded.misbehave(seed=1, rates={})
    taken = runner.at(embedded, many(events(200), journal=journal), max_batch_size=10)
    assert taken.of("written") == [*range(200)]
    assert len(embedded.writes) == 200


def test_an_account_that_stays_locked_ends_a_run(runner: Runner, journal: str) -> None:
    script = Script(httpx.Response(423))
    taken = runner.take(many(Endless()(), journal=journal), pool=script, max_batch_size=10, max_retries=0)
    assert isinstance(taken.error, HubSpotError)
    assert taken.error.status_code == 423
    assert JournalReport(journal).counts[State.FAILED] == 0
    assert len(script.requests) < 1000


def test_a_run_that_ends_says_what_it_was_about_to_ask_again(runner: Runner) -> None:
    """After a lost answer and a refusal of all, HubSpot may have what is waiting to be sent in halves."""

    def answer(request: httpx.Request) -> httpx.Response:
        number = len(script.requests)
        if number == 1:
            raise httpx.ReadError("lost")
        return httpx.Response(400 if number == 2 else 401)

    script = Script(answer)
    taken = runner.take(many(events(100), concurrency=1), pool=script)
    taken.check()
    assert isinstance(taken.error, AuthenticationError)
    assert taken.of("unknown") == [*range(100)]


# The journal


def test_a_journal_tells_what_is_done_and_sends_it_no_more(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str
) -> None:
    embedded.reject(lambda data: data["id"] == "e3", message="No threes.")
    inputs: list[Any] = events(30)
    inputs[4] = None
    runner.at(embedded, many(inputs, journal=journal), max_batch_size=10)
    requests = len(embedded.requests)
    taken = runner.at(embedded, many(inputs, journal=journal), max_batch_size=10)
    taken.check()
    assert len(embedded.requests) == requests
    assert taken.of("failed") == [3, 4]
    for outcome in taken.all:
        assert outcome.earlier == (outcome.index != 4)
        assert outcome.result is None
        assert outcome.input is inputs[outcome.index]
        assert outcome.id == (None if outcome.index == 4 else f"e{outcome.index}")
    assert isinstance(taken.all[3].error, EarlierError)
    assert taken.all[3].error.message == "No threes."
    assert taken.all[3].error.category == "VALIDATION_ERROR"
    assert isinstance(taken.all[4].error, InputError)


@pytest.mark.parametrize("dated_version", [False, True])
def test_random_ids_and_times_are_the_same_in_another_run(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str, dated_version: bool
) -> None:
    def begin(client: Any) -> Any:
        if dated_version:
            return client.timeline.create_many_2026_03(dated(60, id=None), journal=journal)
        return client.timeline.create_many([event(tokens={"n": n}) for n in range(60)], journal=journal)

    embedded.plan(LoseAnswer(), None, LoseAnswer())
    first = runner.at(embedded, begin, max_batch_size=10, max_retries=0)
    first.check()
    lost = first.of("unknown")
    assert len(lost) == 20
    stored = {one["id"]: one["timestamp"] for one in embedded.timeline_events}
    runner.clock.now += 3600
    second = runner.at(embedded, begin, max_batch_size=7)
    second.check()
    assert second.of("written") == [*range(60)]
    assert [outcome.index for outcome in second.all if not outcome.earlier] == lost
    assert {outcome.index: outcome.id for outcome in first.all} == {outcome.index: outcome.id for outcome in second.all}
    assert {one["id"]: one["timestamp"] for one in embedded.timeline_events} == stored
    if dated_version:
        assert len(embedded.writes) == 60


@pytest.mark.parametrize("time", [1700000000000, 1.5, True, [1], {"a": 1}, None])
def test_a_time_in_a_form_that_is_not_known_does_not_damage_a_journal(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str, time: Any
) -> None:
    embedded.plan(LoseAnswer())
    inputs = [event(additional_properties={"timestamp": time})]
    first = runner.at(embedded, many(inputs, journal=journal), max_retries=0)
    second = runner.at(embedded, many(inputs, journal=journal))
    assert (first.error, len(first.all), second.error, len(second.all)) == (None, 1, None, 1)
    assert [request.json["inputs"][0]["timestamp"] for request in embedded.requests] == [time, time]


def test_what_hubspot_made_an_id_for_is_not_sent_by_another_run(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str
) -> None:
    embedded.plan(LoseAnswer(), Respond(429))
    inputs = [event(tokens={"n": n}, id="mine" if n == 5 else None) for n in range(30)]
    options: Any = {"max_batch_size": 10, "fill_ids": False, "max_retries": 0}
    first = runner.at(embedded, many(inputs, journal=journal, concurrency=1), **options)
    first.check()
    assert first.of("unknown") == [*range(10)]
    assert first.of("failed") == [*range(10, 20)]
    for fill_ids in (False, True):
        again = runner.at(embedded, many(inputs, journal=journal), **{**options, "fill_ids": fill_ids})
        again.check()
        assert {*again.of("unknown")} == {*range(10)} - {5}
        assert all(outcome.error.may_have_been_processed for outcome in again.all if not outcome.written)
    stored = Counter(one["tokens"]["n"] for one in embedded.timeline_events)
    assert max(stored.values()) == 1


@pytest.mark.parametrize("stop", [1, 15, 35, 60])
def test_a_run_that_was_left_is_gone_on_with(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str, stop: int
) -> None:
    inputs = [event(tokens={"n": n}) for n in range(100)]
    for _ in range(3):
        runner.at(embedded, many(iter(inputs), journal=journal), stop, max_batch_size=10)
    taken = runner.at(embedded, many(iter(inputs), journal=journal), max_batch_size=10)
    taken.check()
    assert taken.of("written") == [*range(100)]
    assert sorted(int(one["tokens"]["n"]) for one in embedded.timeline_events) == [*range(100)]
    assert len(embedded.writes) == 100


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"account": "2"}, "its account is '1', and not '2'"),
        ({"begin": "create_many_2026_03"}, "its operation is 'POST /integrators/timeline/v3/events/batch/create'"),
        ({"inputs": "another"}, "has another input at place 3"),
    ],
)
def test_a_journal_of_something_else_is_refused_by_name(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str, other: dict[str, str], named: str
) -> None:
    runner.at(embedded, many(events(10), journal=journal), account="1")
    inputs: list[Any] = events(10)
    if "inputs" in other:
        inputs[3] = event(id="another")
    method = other.get("begin", "create_many")
    try:
        error = runner.at(
            embedded,
            lambda client: getattr(client.timeline, method)(inputs, journal=journal),
            account=other.get("account", "1"),
        ).error
    except JournalError as raised:  # before anything is read
        error = raised
    assert isinstance(error, JournalError)
    assert named in str(error)
    assert len(embedded.requests) == 1


def test_a_second_run_over_a_journal_in_use_is_told(runner: Runner, embedded: EmbeddedHubSpot, journal: str) -> None:
    with (
        HubSpotEvents("token", base_url=embedded.base_url) as client,
        client.timeline.create_many(events(300), journal=journal, concurrency=1) as outcomes,
    ):
        next(outcomes)
        with pytest.raises(JournalError, match=f"is in use by process {os.getpid()}"):
            runner.at(embedded, many(events(300), journal=journal))
        assert len([*outcomes]) == 299


def fill_disk(outcomes: Any, pages: int) -> None:
    connection = outcomes._run._journal._connection
    (now,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {now + pages}")


def test_a_full_disk_ends_a_run_with_what_is_known_told(
    runner: Runner, embedded: EmbeddedHubSpot, journal: str
) -> None:
    def begin(client: Any) -> Any:
        outcomes = client.timeline.create_many(events(3000), journal=journal)
        fill_disk(outcomes, 6)
        return outcomes

    taken = runner.at(embedded, begin)
    taken.check()
    assert isinstance(taken.error, JournalError)
    assert "full" in str(taken.error)
    assert 0 < len(taken.of("written")) < 3000
    assert sorted(outcome.id for outcome in taken.all) == ids(embedded)
    taken = runner.at(embedded, many(events(3000), journal=journal))
    taken.check()
    assert taken.of("written") == [*range(3000)]
    assert len(ids(embedded)) == 3000


def test_requests_are_counted_in_the_journal(runner: Runner, embedded: EmbeddedHubSpot, journal: str) -> None:
    embedded.plan(Respond(503), LoseAnswer())
    runner.at(embedded, many(events(30), journal=journal), max_batch_size=10)
    counted: Counter[str] = Counter()
    for _, answer, count in JournalReport(journal).requests():
        counted[answer] += count
    assert counted == {"503": 1, "201": 3, "TransportError": 1}


KILLED = """
import sys
from hubspot_events import HubSpotEvents, TimelineEvent
base_url, journal, count = sys.argv[1:]
def given():
    for number in range(int(count)):
        yield TimelineEvent(event_template_id="1", email="a@petspot.example", tokens={"n": number})
client = HubSpotEvents("token", base_url=base_url, max_batch_size=10)
with client.timeline.create_many(given(), journal=journal) as outcomes:
    for outcome in outcomes:
        assert outcome.written, outcome
"""


def test_a_run_that_is_killed_at_any_moment_loses_nothing_and_doubles_nothing(journal: str) -> None:
    count = 2000
    answers = [1, 1, 3, 20, 60, 90]  # of a run, after which it is killed
    with EmbeddedHubSpot(access_token="token") as embedded:
        program = [sys.executable, "-W", "ignore", "-c", KILLED, embedded.base_url, journal, str(count)]
        for more in answers:
            before = len(embedded.requests)
            process = subprocess.Popen(program)
            while process.poll() is None and len(embedded.requests) < before + more:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.002)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert subprocess.run(program, check=False).returncode == 0
        assert sorted(int(one["tokens"]["n"]) for one in embedded.timeline_events) == [*range(count)]
    assert JournalReport(journal).counts[State.WRITTEN] == count


# Beside a run


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
def test_single_calls_beside_a_run_are_not_held_up(kind: str) -> None:
    clock = ManualClock()
    waited: list[float] = []

    async def main() -> None:
        pool = httpx.AsyncClient(transport=httpx.MockTransport(created))
        async with (
            AsyncHubSpotEvents(
                "token", http_client=pool, clock=clock, limiter=RateLimiter(110), max_batch_size=1
            ) as client,
            client.timeline.create_many(events(600)) as outcomes,
        ):
            async for outcome in outcomes:
                if outcome.index % 50 == 49:
                    before = clock.now
                    await client.timeline.create(event())
                    waited.append(clock.now - before)

    anyio.run(main, backend=kind)
    assert clock.now - 1_800_000_000 > 30  # the run waits for its quota
    assert len(waited) == 12
    assert max(waited) < 1


# What is kept


def test_memory_does_not_grow_with_the_inputs() -> None:
    sizes = []
    pool = httpx.Client(transport=httpx.MockTransport(created))
    with HubSpotEvents("token", http_client=pool, clock=ManualClock()) as client:
        tracemalloc.start()
        try:
            outcomes = client.timeline.create_many(event(id=f"e{n}") for n in range(60_000))
            for outcome in outcomes:
                # Later than the table of what names the inputs is made, which has its size from the beginning.
                if outcome.index % 10_000 == 9_999 and outcome.index > 20_000:
                    sizes += [tracemalloc.get_traced_memory()[0]]
            outcomes.close()
            left = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
    assert len(sizes) == 4
    assert left < sizes[0] - 10_000_000, "nor of a run that is over and kept"
    assert max(sizes) - sizes[0] < 4_000_000, "as much as is under way, and not the tens of megabytes of all"


@pytest.mark.parametrize("answer", [httpx.Response(400, json={"message": "m"}), httpx.ReadError("lost")])
def test_an_outcome_that_is_kept_keeps_nothing_of_its_batch(runner: Runner, answer: Any) -> None:
    inputs = [event(id=f"e{number}") for number in range(100)]
    others = [weakref.ref(one) for one in inputs[1:]]

    def given() -> Iterator[TimelineEvent]:
        while inputs:
            yield inputs.pop(0)

    taken = runner.take(many(given()), pool=Script(answer), max_retries=0)
    kept = taken.all[0]
    assert kept.error
    del taken
    gc.collect()
    assert not [other for other in others if other() is not None]


# All of it together

FAULTS: list[Fault] = [
    CloseBeforeReading(),
    LoseAnswer(),
    CutAnswer(),
    ShortenAnswer(10),
    Respond(502, processed=True),
    Respond(503),
    Respond(429),
    Respond(423),
    Respond(401),
    Respond(200, "<html>Welcome</html>", processed=True),
    Transform(lambda answer: unnamed(answer) if answer and "errors" in answer else answer),
]


@attrs.define
class Once:
    """One of several runs over a journal."""

    kind: str
    stop: int | None
    size: int
    concurrency: int
    retries: int
    faults: tuple[tuple[int, ...], int]

    def misbehave(self, embedded: EmbeddedHubSpot) -> None:
        chosen, seed = self.faults
        embedded.misbehave(seed=seed, rates={FAULTS[number]: 0.5 / len(chosen) for number in {*chosen}})


ONCE = st.builds(
    Once,
    st.sampled_from(["sync", "asyncio"]),
    st.none() | st.integers(0, 50),
    st.integers(1, 12),
    st.integers(1, 4),
    st.integers(0, 3),
    st.tuples(st.lists(st.integers(0, len(FAULTS) - 1), min_size=1, max_size=4).map(tuple), st.integers(0, 1000)),
)


@settings(deadline=None, max_examples=50)
@for_any(
    st.lists(st.sampled_from(["good", "good", "random", "unsendable", "refused", "twice"]), max_size=50),
    st.lists(ONCE, max_size=4),
    st.sampled_from(["replace", "reject", "dated"]),
)
def test_over_all_runs_each_input_has_one_true_outcome(
    tmp_path_factory: pytest.TempPathFactory, sorts: list[str], runs: list[Once], mode: Any
) -> None:
    path = str(tmp_path_factory.mktemp("run") / "a.journal")

    def made(number: int, sort: str) -> Any:
        sent: Any = {"n": number, "bad": sort == "refused"}
        names = {"random": None, "twice": f"e{number // 2}"}
        one: Any = {"id": names.get(sort, f"e{number}"), "email": "" if sort == "unsendable" else "a@petspot.example"}
        if sort == "unsendable":
            sent["x"] = object()
        if mode == "dated":
            texts = {name: value if name == "x" else str(value) for name, value in sent.items()}
            return TimelineEvent202603(event_type_name="x", properties=texts, **one)
        return TimelineEvent(event_template_id="1", tokens=sent, **one)

    inputs = [made(number, sort) for number, sort in enumerate(sorts)]
    values = "properties" if mode == "dated" else "tokens"
    clock = ManualClock()
    last = Once("sync", None, 7, 2, 10, ((), 0))
    taken, stored = Taken(), Counter[int]()
    with EmbeddedHubSpot(
        access_token="token", on_used_id="replace" if mode == "dated" else mode, now=clock.time
    ) as embedded:
        embedded.reject(lambda data: str(data[values]["bad"]).lower() == "true")
        for once in [*runs, last]:
            once.misbehave(embedded)
            taken = Runner(once.kind, clock).at(
                embedded,
                (many_dated if mode == "dated" else many)(
                    iter(inputs), journal=path, concurrency=once.concurrency, max_retries=once.retries
                ),
                once.stop,
                max_batch_size=once.size,
            )
            taken.check()
            assert taken.error is None or isinstance(taken.error, HubSpotError)
            stored = Counter(int(one[values]["n"]) for one in embedded.timeline_events)
            assert not stored or max(stored.values()) == 1
            assert {*taken.of("written")} <= {*stored}
            assert not {*taken.of("failed")} & {*stored}
            assert all(outcome.input is inputs[outcome.index] for outcome in taken.all)
        assert taken.error is None
        assert [outcome.index for outcome in taken.all] == [*range(len(inputs))]
        assert taken.of("unknown") == []
        assert taken.of("written") == sorted(stored)
        first_of = {one.id: number for number, one in reversed([*enumerate(inputs)]) if sorts[number] != "unsendable"}
        for number, (sort, one) in enumerate(zip(sorts, inputs, strict=True)):
            is_good = sort not in ("unsendable", "refused") and (one.id is None or first_of[one.id] == number)
            assert (number in stored) == is_good


@settings(deadline=None, max_examples=60)
@for_any(st.integers(0, 6000), st.booleans(), st.sampled_from([0, 60]))
def test_an_interrupt_at_any_line_leaves_nothing_untold(
    tmp_path_factory: pytest.TempPathFactory, line: int, lossy: bool, soon: int
) -> None:
    path = str(tmp_path_factory.mktemp("run") / "a.journal")
    inputs = [event(id=f"e{number}") for number in range(40)]
    taken: list[Any] = []
    clock = ManualClock()
    with EmbeddedHubSpot(access_token="token", now=clock.time) as embedded:
        embedded.plan(*([None, LoseAnswer(), Respond(503)] if lossy else []))
        with HubSpotEvents("token", base_url=embedded.base_url, max_batch_size=4, clock=clock, max_retries=1) as client:
            outcomes = client.timeline.create_many(inputs, journal=path, concurrency=3)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(outcomes_module, "_SOON", soon)
                interrupted(lambda: taken.extend(outcomes), line)
            outcomes.close()
            every = [*taken, *outcomes.unsettled]
            told = Counter(outcome.id for outcome in every)
            assert not told or max(told.values()) == 1
            stored = {*ids(embedded)}
            assert {outcome.id for outcome in every if outcome.written} <= stored
            assert no_threads()
            assert len(stored - {*told}) <= 1  # the one that was about to be handed over
        with HubSpotEvents("token", base_url=embedded.base_url, clock=clock) as client:
            assert all(outcome.written for outcome in client.timeline.create_many(inputs, journal=path))
        assert ids(embedded) == sorted(f"e{number}" for number in range(40))
