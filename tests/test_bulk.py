"""One partition of one account's rows: sent once, however often it is run, and however a run ends."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import traceback
from pathlib import Path
from typing import Any

import attrs
import pyarrow.parquet
import pytest
from conftest import event
from hubspot_events import (
    AuthenticationError,
    FileTokenStore,
    HubSpotEvents,
    InputError,
    JournalError,
    RateLimiter,
    SharedRateLimiter,
    TimelineEvent,
    TimelineEvent202603,
    TokenSet,
)
from hubspot_events.bulk import Access, PartitionSummary, send_partition
from hubspot_events.testing import Delay, EmbeddedHubSpot, Hold, LoseAnswer, ManualClock, Respond

V3 = "timeline.create_many"
DATED = "timeline.create_many_2026_03"


def row(number: int) -> dict[str, Any]:
    """Return a row of HubSpot's JSON."""
    return {"eventTemplateId": "1001298", "id": f"order-{number}", "email": "a@petspot.example", "tokens": {}}


def dated(number: int) -> TimelineEvent202603:
    return TimelineEvent202603(event_type_name="pe1_order", id=f"order-{number}", email="a@b.example", properties={})


@attrs.define
class Job:
    """A partition, and where it is sent."""

    embedded: EmbeddedHubSpot
    folder: Path
    max_batch_size: int = 100

    def connect(self, account: str) -> HubSpotEvents:
        return HubSpotEvents(
            "token",
            base_url=self.embedded.base_url,
            account=account,
            clock=ManualClock(),
            max_batch_size=self.max_batch_size,
        )

    def send(self, rows: Any, operation: str = V3, **arguments: Any) -> PartitionSummary:
        given = {"account": "4711", "partition": "part-0", "connect": self.connect, "outcomes": self.folder}
        return send_partition(operation, rows, **{**given, **arguments})

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "4711/part-0.ndjson").read_text().splitlines()]

    @property
    def events(self) -> list[str]:
        return sorted(event["id"] for event in self.embedded.timeline_events)


@pytest.fixture
def job(embedded: EmbeddedHubSpot, tmp_path: Path) -> Job:
    return Job(embedded, tmp_path / "outcomes")


def test_a_partition_is_sent_and_has_a_file_that_says_what_became_of_each_row(job: Job) -> None:
    summary = job.send(map(row, range(250)))
    assert attrs.evolve(summary, seconds=0.0) == PartitionSummary(
        "4711", "part-0", 250, 250, 0, 0, 0, requests=3, seconds=0.0, reasons={}, is_done=True
    )
    assert summary.seconds > 0
    assert [line["index"] for line in job.lines()] == [*range(250)]
    assert job.lines()[7] == {
        "index": 7, "status": "written", "id": "order-7", "category": None, "reason": None, "earlier": False
    }  # fmt: skip


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
@pytest.mark.parametrize("journal", [False, True])
def test_a_partition_that_is_done_is_not_sent_again(job: Job, form: str, journal: bool) -> None:
    job.embedded.reject(lambda one: one["id"] == "order-3")
    first = job.send(map(row, range(120)), form=form, journal=journal)
    sent = len(job.embedded.requests)
    second = job.send(map(row, range(120)), form=form, journal=journal)
    assert len(job.embedded.requests) == sent
    assert (second.written, second.failed, second.earlier, second.requests) == (119, 1, 120, 0)
    assert first.reasons == second.reasons == {"VALIDATION_ERROR: The input was rejected.": 1}
    assert second.is_done


def test_a_file_of_parquet_has_typed_columns_also_without_rows(job: Job) -> None:
    assert job.send([], form="parquet").is_done
    table = pyarrow.parquet.read_table(job.folder / "4711/part-0.parquet")
    assert [*zip(table.column_names, map(str, table.schema.types), strict=True)] == [
        ("index", "int64"), ("status", "string"), ("id", "string"), ("category", "string"), ("reason", "string"),
        ("earlier", "bool"),
    ]  # fmt: skip
    assert job.send([], form="parquet").rows == 0


def test_parquet_without_pyarrow_is_refused_before_anything_is_sent(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match="form: parquet needs pyarrow"):
        job.send([row(0)], form="parquet")
    assert not job.embedded.requests


KILLED = """
    import sys, warnings
    from pathlib import Path
    sys.path.append("tests")
    from hubspot_events import HubSpotEvents
    from hubspot_events.bulk import send_partition
    from test_bulk import made_for
    warnings.simplefilter("ignore")
    operation, base_url, folder, journal = sys.argv[1:]
    send_partition(
        operation, made_for(operation, with_ids=not journal), account="4711", partition="part-0", outcomes=folder,
        connect=lambda _: HubSpotEvents("token", base_url=base_url), journal=bool(journal),
        concurrency=2,  # so that of ten that were answered, six are taken in
    )
"""


def made_for(operation: str, *, with_ids: bool) -> list[Any]:
    """Return the rows that a process sends which is killed."""
    if operation == DATED:
        return [*map(dated, range(2000))]
    return [{**row(number), "id": f"order-{number}" if with_ids else None} for number in range(2000)]


@pytest.mark.parametrize(
    ("operation", "on_used_id", "journal"),
    [
        (V3, "replace", False),
        (V3, "reject", False),
        (V3, "conflict", False),
        (DATED, "conflict", False),
        (V3, "reject", True),
    ],
)
def test_a_partition_whose_worker_was_killed_loses_and_doubles_nothing(
    operation: str, on_used_id: Any, journal: bool, tmp_path: Path
) -> None:
    with EmbeddedHubSpot(access_token="token", on_used_id=on_used_id) as embedded:
        half_way = Hold()
        embedded.plan(*[None] * 4, LoseAnswer(), *[None] * 5, *[half_way] * 12)
        arguments = [operation, embedded.base_url, str(tmp_path), "yes" if journal else ""]
        with subprocess.Popen([sys.executable, "-c", textwrap.dedent(KILLED), *arguments]) as worker:
            assert half_way.reached.wait(60)
            worker.kill()
        half_way.release.set()
        assert 900 < len(embedded.timeline_events) < 2000
        job = Job(embedded, tmp_path, max_batch_size=70)  # so that of one batch some are there
        rows = made_for(operation, with_ids=not journal)
        summary = job.send(rows, operation, journal=journal)
        assert (summary.written, summary.failed, summary.unknown, summary.is_done) == (2000, 0, 0, True)
        assert len(set(job.events)) == len(job.events) == 2000
        if journal:
            assert summary.earlier
            assert summary.requests < 2000 / 70
        assert job.send(rows, operation, journal=journal).requests == 0


def test_what_stopped_a_run_is_raised_and_the_same_call_goes_on(job: Job) -> None:
    job.embedded.plan(None, Respond(401))
    with pytest.raises(AuthenticationError):
        job.send(map(dated, range(300)), DATED, concurrency=1)
    assert 0 < len(job.events) < 300
    summary = job.send(map(dated, range(300)), DATED)
    assert (summary.written, summary.failed, summary.is_done) == (300, 0, True)
    assert len(job.events) == 300


@pytest.mark.parametrize("status", [503, 521])
def test_a_partition_that_an_outage_got_in_the_way_of_is_not_done(job: Job, status: int) -> None:
    job.embedded.plan(None, Respond(status))
    summary = job.send(map(row, range(150)), max_retries=0, concurrency=1)
    assert (summary.written, summary.failed + summary.unknown, summary.is_done) == (100, 50, False)
    assert summary.reasons
    assert not (job.folder / "4711/part-0.ndjson").exists()
    again = job.send(map(row, range(150)))
    assert (again.written, again.is_done) == (150, True)


def test_a_partition_with_rows_that_were_not_refused_for_themselves_is_not_done(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("hubspot_events_runtime.runs._MORE_REQUESTS", -10)  # none to find what is bad
        job.embedded.plan(Respond(400))
        summary = job.send(map(dated, range(50)), DATED)
    assert (summary.failed, summary.is_done) == (50, False)
    again = job.send(map(dated, range(50)), DATED)
    assert (again.written, again.is_done) == (50, True)


def test_what_may_have_been_written_is_sent_again_by_the_same_call(job: Job) -> None:
    job.embedded.plan(LoseAnswer())
    summary = job.send(map(dated, range(50)), DATED, max_retries=0)
    assert (summary.unknown, summary.is_done) == (50, False)
    again = job.send(map(dated, range(50)), DATED)
    assert (again.written, again.failed, again.is_done) == (50, 0, True)
    assert len(job.events) == 50


@pytest.mark.parametrize("lost", ["no journal", "another journal"])
def test_what_a_run_has_written_that_the_journal_does_not_know_is_written(job: Job, lost: str) -> None:
    job.max_batch_size = 1
    job.embedded.plan(None, Respond(401))
    with pytest.raises(AuthenticationError):
        job.send(map(dated, range(3)), DATED, concurrency=1, journal=lost == "another journal")
    (job.folder / "4711/part-0.journal").unlink(missing_ok=True)
    job.embedded.plan(None, Respond(401))
    with pytest.raises(AuthenticationError):
        job.send(map(dated, range(3)), DATED, concurrency=1, journal=True)
    assert job.send(map(dated, range(3)), DATED, journal=True).written == 3
    assert job.events == ["order-0", "order-1", "order-2"]


def test_an_id_that_somebody_else_used_fails_in_the_first_run(job: Job) -> None:
    with job.connect("4711") as hubspot:
        hubspot.timeline.create_2026_03(dated(7))
    summary = job.send(map(dated, range(50)), DATED)
    assert (summary.written, summary.failed, summary.is_done) == (49, 1, True)
    assert job.lines()[7]["category"] == "CONFLICT"


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
def test_a_reason_that_is_no_text_is_kept_as_one(job: Job, form: str) -> None:
    """JSON may have half a surrogate pair, which no file can have."""
    job.embedded.reject(lambda one: one["id"] == "order-3", category="BAD\ud800", message="bad \ud800 name")
    for earlier in (0, 5):
        summary = job.send(map(row, range(5)), form=form)
        assert (summary.written, summary.failed, summary.earlier, summary.is_done) == (4, 1, earlier, True)
        assert summary.reasons == {"BAD?: bad ? name": 1}


def test_two_runs_at_a_time_end_with_one_file_that_has_all_as_written(job: Job) -> None:
    """As when a worker was only thought to be dead."""
    job.embedded.misbehave(seed=1, rates={Delay(0.005): 0.9})
    jobs = [attrs.evolve(job, max_batch_size=size) for size in (30, 70, 100)]  # so that of one batch some are there
    threads = [threading.Thread(target=one.send, args=([*map(dated, range(1000))], DATED)) for one in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line["status"] for line in job.lines()] == ["written"] * 1000
    assert len(set(job.events)) == len(job.events) == 1000


def test_a_journal_that_another_run_keeps_is_left_to_it(job: Job) -> None:
    (job.folder / "4711").mkdir(parents=True)
    journal = job.folder / "4711/part-0.journal"
    with (
        job.connect("4711") as other,
        other.timeline.create_many([event(id="order-0")], journal=journal),
        pytest.raises(JournalError, match="is in use"),
    ):
        job.send([row(0)], journal=True)


@pytest.mark.parametrize("identity", [None, "order-{{uuid}}", "<<uuid>>"])
def test_an_event_without_an_id_of_its_own_is_refused_before_anything_is_sent(job: Job, identity: str | None) -> None:
    rows = [row(0), {**row(1), "id": identity}]
    with pytest.raises(InputError, match="or keep a journal") as raised:
        job.send(rows)
    assert raised.value.field == "rows[1].id"
    assert not job.embedded.requests
    assert job.send(rows, journal=True).written == 2


def test_marketing_events_need_no_more_than_their_own_ids(job: Job) -> None:
    rows = [
        {
            "eventName": "Talk",
            "eventOrganizer": "Petspot",
            "externalAccountId": "petspot",
            "externalEventId": str(number),
            "customProperties": [],
        }
        for number in range(3)
    ]
    assert job.send(rows, "marketing_events.upsert_many_2026_09").written == 3


def test_bad_rows_fail_and_the_others_are_sent(job: Job) -> None:
    def make(number: int) -> Any:
        if number == 1:
            raise InputError("total", "is no number")
        return {2: {"tokens": {}}, 3: attrs.evolve(TimelineEvent.from_dict(row(3)), email=None), 4: 4}.get(
            number, row(number)
        )

    summary = job.send(range(6), make=make)
    assert (summary.rows, summary.written, summary.failed, summary.is_done) == (6, 2, 4, True)
    reasons = {line["index"]: line["reason"] for line in job.lines() if line["status"] == "failed"}
    assert reasons[1] == "total: is no number"
    assert reasons[2] == "event_template_id: is missing; the name in JSON is eventTemplateId"
    assert "rows[3]" in reasons[3]
    assert "rows[4]" in reasons[4]


def test_the_files_of_another_job_are_refused(job: Job) -> None:
    job.send(map(row, range(3)))
    with pytest.raises(InputError, match="with other digest"):
        job.send(map(row, range(1, 4)))
    with pytest.raises(InputError, match="with other operation, digest"):
        job.send(map(dated, range(3)), DATED)
    assert len(job.embedded.requests) == 1
    assert job.send(map(row, range(3)), partition="part-1").written == 3


DONE = {"index": 0, "status": "written", "id": None, "category": None, "reason": None, "earlier": False}


@pytest.mark.parametrize(
    "found",
    [
        [],
        [DONE, {**DONE, "index": 1}],
        [{"index": 0}],
        [{**DONE, "index": 1}],
        [{**DONE, "index": "0"}],
        [{**DONE, "status": "sent"}],
        [{**DONE, "id": 5}],
        [{**DONE, "status": "failed", "reason": 5}],
        [{**DONE, "status": ["failed"]}],
        [{**DONE, "status": "failed", "category": {"a": "b"}}],
        [{**DONE, "earlier": None}],
    ],
)
@pytest.mark.parametrize("form", ["ndjson", "parquet"])
def test_a_file_that_does_not_say_what_became_of_each_row_is_named(job: Job, form: str, found: list[Any]) -> None:
    job.send([row(0)], form=form)
    path = job.folder / f"4711/part-0.{form}"
    if form == "ndjson":
        path.write_text("".join(f"{json.dumps(one)}\n" for one in found))
    else:
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(found), path)
    with pytest.raises(InputError, match=rf"part-0\.{form} is not as it is written here, with .* each of 1 rows"):
        job.send([row(0)], form=form)


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(40) + b"PAR1", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_cannot_be_read_is_named(job: Job, form: str, content: bytes) -> None:
    job.send([row(0)], form=form)
    (job.folder / f"4711/part-0.{form}").write_bytes(content)
    with pytest.raises(InputError, match=rf"part-0\.{form} is not as it is written here"):
        job.send([row(0)], form=form)


@pytest.mark.parametrize("rows", [None, 5, "rows", b"rows", row(0), event(id="a")])
def test_rows_that_are_none_are_refused(job: Job, rows: Any) -> None:
    with pytest.raises(InputError, match="rows: must be an iterable of TimelineEvent or dict, not "):
        job.send(rows)


def test_a_row_that_makes_no_dict_fails_alone(job: Job) -> None:
    class Series:
        """As of a table in memory, with values of its own."""

        def to_dict(self) -> dict[str, Any]:
            return {"id": object()}

    assert job.send([Series(), row(1)]).reasons == {"InputError: rows[…]: must be a TimelineEvent, not Series": 1}
    assert job.events == ["order-1"]


def test_a_call_that_was_refused_has_not_begun_the_partition(job: Job) -> None:
    job.send([dated(0)], DATED, partition="of-somebody-else")
    with pytest.raises(InputError, match="concurrency"):
        job.send([dated(0)], DATED, concurrency=0)
    assert job.send([dated(0)], DATED).failed == 1, "this job has not written it"


def test_a_reason_names_the_rows_as_they_were_given(job: Job) -> None:
    job.send([{"id": 1}, row(0), row(0)])
    assert job.lines()[2]["reason"] == "rows[2].id: is that of rows[1] too"


@pytest.mark.parametrize("name", ["..", ".", "../x", "a/b", "a\\b", "ü", "a b", "%", "x" * 100])
def test_names_stay_within_the_folder(job: Job, name: str) -> None:
    assert job.send([row(0)], account=name, partition=name).written == 1
    files = [path.relative_to(job.folder) for path in job.folder.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert {len(path.parts) for path in files} == {2}
    assert [*job.folder.parent.iterdir()] == [job.folder]


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("account", ""),
        ("account", 4711),
        ("account", "\ud800"),
        ("partition", ""),
        ("partition", "x" * 200),
        ("form", "csv"),
    ],
)
def test_what_is_of_no_use_is_refused(job: Job, argument: str, value: Any) -> None:
    with pytest.raises(InputError) as raised:
        job.send([row(0)], **{argument: value})
    assert raised.value.field == argument
    assert not job.embedded.requests


@pytest.mark.parametrize("operation", ["timeline", "timeline.create", "nothing.create_many", "__class__.x", "", None])
def test_an_operation_that_is_none_is_refused(job: Job, operation: Any) -> None:
    with pytest.raises(InputError, match="operation: must be a method for any number"):
        job.send([row(0)], operation)


def test_arguments_and_result_can_be_pickled_and_hold_no_secret(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "token")
    access = Access(base_url=job.embedded.base_url, quota="redis://:secret@queue.example/0")
    assert b"token" not in pickle.dumps(Access(base_url=job.embedded.base_url)).replace(b"access_token", b"").replace(
        b"tokens", b""
    )
    assert repr(access) == "<Access>"
    copy = pickle.loads(pickle.dumps(attrs.evolve(access, quota=None)))
    summary = job.send([row(0)], connect=copy)
    assert pickle.loads(pickle.dumps(summary)) == summary
    assert json.loads(json.dumps(attrs.asdict(summary)))["written"] == 1
    assert pickle.loads(pickle.dumps(send_partition)) is send_partition


def test_a_worker_without_a_token_says_so(job: Job) -> None:
    with pytest.raises(InputError, match="the environment of the worker has no HUBSPOT_ACCESS_TOKEN"):
        job.send([row(0)], connect=Access(base_url=job.embedded.base_url))
    with pytest.raises(InputError, match="has no HUBSPOT_CLIENT_ID"):
        job.send([row(0)], connect=Access(base_url=job.embedded.base_url, tokens="tokens"))


@pytest.mark.parametrize("argument", ["quota", "tokens"])
def test_an_address_that_is_none_is_refused_without_its_password(
    job: Job, monkeypatch: pytest.MonkeyPatch, argument: str
) -> None:
    monkeypatch.setenv("HUBSPOT_CLIENT_ID", "id")
    monkeypatch.setenv("HUBSPOT_CLIENT_SECRET", "secret")
    address: Any = {argument: "redis://:hush/hush@queue.example:6379/0"}  # a slash ends what urllib takes for the host
    with pytest.raises(InputError, match=r"must be .*address") as caught:
        job.send([row(0)], connect=Access(base_url=job.embedded.base_url, **address))
    assert "hush" not in "".join(traceback.format_exception(caught.value))


def test_a_function_tells_the_token_of_each_account(tmp_path: Path) -> None:
    with EmbeddedHubSpot(accounts=3) as embedded:
        job = Job(embedded, tmp_path)
        access = Access(base_url=embedded.base_url, access_token=lambda name: embedded.accounts[int(name)].access_token)
        for number in range(3):
            assert job.send(map(row, range(number + 1)), account=str(number), connect=access).written == number + 1
            assert len(embedded.accounts[number].timeline_events) == number + 1


def test_tokens_of_a_store_are_refreshed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_CLIENT_ID", "embedded-client-id")
    monkeypatch.setenv("HUBSPOT_CLIENT_SECRET", "embedded-client-secret")
    folder = str(tmp_path / "tokens")
    with FileTokenStore(folder).lock("4711") as entry:
        entry.write(TokenSet("expired", "embedded-refresh-token", 0.0))
    with EmbeddedHubSpot() as embedded:
        access = Access(base_url=embedded.base_url, tokens=folder)
        job = Job(embedded, tmp_path / "outcomes")
        assert job.send([row(0)], connect=access).written == 1
        assert job.send([row(1)], connect=access, partition="part-1").written == 1
        assert embedded.refreshes == 1


def test_a_store_and_a_function_are_one_too_many() -> None:
    with pytest.raises(InputError, match="goes in place of tokens"):
        Access(tokens="tokens", access_token=str)


def test_what_makes_no_client_is_refused_before_anything_is_sent(job: Job) -> None:
    token: Any = job.embedded.access_token
    with pytest.raises(InputError, match="access_token: must be a function that takes the account"):
        Access(access_token=token)
    connect: Any = None
    with pytest.raises(InputError, match="connect: must be an Access, or a function that takes the account, not None"):
        job.send([row(0)], connect=connect)


def test_the_clients_of_a_process_share_what_an_account_has(job: Job, tmp_path: Path) -> None:
    access = Access(base_url=job.embedded.base_url, access_token=lambda _: "token", requests_per_ten_seconds=50)
    one, same, other = (
        access("4711"),
        pickle.loads(pickle.dumps(attrs.evolve(access, access_token=None)))("4711"),
        access("4712"),
    )
    assert one.limiter is same.limiter
    assert isinstance(one.limiter, RateLimiter)
    assert one.limiter.requests_per_ten_seconds == 50
    assert one.limiter is not other.limiter
    assert one.account == "4711"
    shared = attrs.evolve(access, quota=str(tmp_path / "quota.db"))
    assert isinstance(shared("4711").limiter, SharedRateLimiter)
    assert job.send([row(0)], connect=shared).written == 1
    assert (tmp_path / "quota.db").exists()


def test_threads_that_begin_at_once_get_one_limiter(job: Job) -> None:
    access = Access(base_url=job.embedded.base_url, access_token=lambda _: "token", requests_per_ten_seconds=51)
    barrier, found = threading.Barrier(8), set[int]()

    def work() -> None:
        barrier.wait()
        found.add(id(access("at once").limiter))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1


def test_a_fork_in_the_middle_of_making_a_client_makes_its_own() -> None:
    program = """
import os, signal
from hubspot_events import bulk

signal.alarm(10)
with bulk._one_of_each:  # as of another thread, or of this one, which a signal handler forks
    child = os.fork()
    if not child:
        signal.alarm(10)
        bulk.Access()("4711")
        os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, timeout=60)


def test_nothing_but_the_files_is_left_in_the_folder(job: Job) -> None:
    job.send([event(id="x")])
    assert sorted(os.listdir(job.folder / "4711")) == ["part-0.begun", "part-0.ndjson"]
