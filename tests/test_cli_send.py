"""`hubspot-events send`, as somebody runs it: a process of its own, against an embedded HubSpot."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hubspot_events import event_id
from hubspot_events.cli import main
from hubspot_events.cli._failed import FailedRows
from hubspot_events.cli._progress import Lines, Progress
from hubspot_events.testing import EmbeddedHubSpot, Hold, Respond

COMMAND = [sys.executable, "-W", "error", "-m", "hubspot_events.cli"]
TEMPLATE = ["--template", "1001298"]
KEY = ["--key", "{order_id}:paid"]
DATED = ["timeline.create-many-2026-03", "--event-type", "pe1_paid", "--rest-as", "properties"]


@pytest.fixture
def embedded() -> Iterator[EmbeddedHubSpot]:
    with EmbeddedHubSpot() as embedded:
        yield embedded


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # where a process that is killed leaves what it put aside
    return tmp_path


def environment(embedded: EmbeddedHubSpot | None) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("HUBSPOT_")}
    if embedded:
        known |= {"HUBSPOT_BASE_URL": embedded.base_url, "HUBSPOT_ACCESS_TOKEN": embedded.access_token}
    return known


def run(
    *arguments: str | Path, embedded: EmbeddedHubSpot | None = None, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env={**environment(embedded), **variables},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def send(*arguments: str | Path, embedded: EmbeddedHubSpot, **more: str) -> subprocess.CompletedProcess[str]:
    return run("send", *arguments, embedded=embedded, **more)


def orders(count: int, path: str = "orders.csv", *, bad: Sequence[int] = ()) -> Path:
    """Write orders into a file, the bad ones without an address."""
    with Path(path).open("w") as file:
        file.write("order_id,email,tokens.petName\n")
        for number in range(count):
            email = "" if number in bad else f"owner-{number}@petspot.example"
            file.write(f"{number:03},{email},Pet {number}\n")
    return Path(path)


def query(sql: str) -> list[dict[str, Any]]:
    """Return the rows that DuckDB gives."""
    with duckdb.connect() as database:
        answer = database.execute(sql)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def said(run: subprocess.CompletedProcess[str], event: str) -> list[dict[str, Any]]:
    """Return the JSON objects of a run that are of a kind."""
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return [
        {name: value for name, value in line.items() if name != "event"} for line in lines if line["event"] == event
    ]


def summary(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    (found,) = said(run, "summary")
    assert found["exit_code"] == run.returncode
    return found


# All written


def test_the_rows_of_a_file_are_sent_under_the_ids_of_their_keys(embedded: EmbeddedHubSpot) -> None:
    orders(250)
    done = send("timeline", "orders.csv", *TEMPLATE, *KEY, "--account", "4711", embedded=embedded)
    assert (done.returncode, done.stderr.count("\n")) == (0, 1), done.stderr
    assert "timeline.create_many is deprecated. HubSpot supports this version until September 2027;" in done.stderr
    assert "its successor is timeline.create_many_2026_03" in done.stderr
    assert re.match(r"250 of 250 rows written, 0 failed: 3 requests in \d\.\d s, [\d,]+ events/s\.\n$", done.stdout)
    events = {event["id"]: event for event in embedded.timeline_events}
    assert len(events) == 250
    event = events[event_id(key="007:paid", account="4711")]
    assert (event["email"], event["tokens"]) == ("owner-7@petspot.example", {"petName": "Pet 7"})
    assert len(embedded.requests) == 3


@pytest.mark.parametrize("target", ["marketing-events.upsert-many-2026-09", "marketing_events.upsert_many_2026_09"])
def test_marketing_events_are_upserted(embedded: EmbeddedHubSpot, target: str) -> None:
    Path("webinars.ndjson").write_text(
        json.dumps(
            {
                "eventName": "Python at the vet",
                "eventOrganizer": "Petspot",
                "externalAccountId": "petspot",
                "externalEventId": "007",
                "customProperties": {"seats": 40},
                "startDateTime": None,
            }
        )
    )
    done = send(target, "webinars.ndjson", embedded=embedded)
    assert (done.returncode, done.stderr) == (0, "")
    (event,) = embedded.marketing_events
    assert event["externalEventId"] == "007"
    assert "startDateTime" not in embedded.requests[0].json["inputs"][0]


def test_marketing_events_are_updated_from_a_query(embedded: EmbeddedHubSpot) -> None:
    query("COPY (SELECT range AS number FROM range(3)) TO 'events.parquet'")
    done = send(
        "marketing-events.update-many-2026-09",
        "--sql",
        "SELECT 1000 + number AS \"objectId\" FROM 'events.parquet' ORDER BY 1 DESC",
        "--set",
        "eventCancelled=true",
        embedded=embedded,
    )
    assert done.returncode in {0, 1}, done.stderr  # the embedded HubSpot may know none of these
    sent = [one for request in embedded.requests for one in request.json["inputs"]]
    assert sent == [{"objectId": str(1000 + number), "eventCancelled": True} for number in (2, 1, 0)]


def test_standard_input_is_sent(embedded: EmbeddedHubSpot) -> None:
    done = send(
        "timeline", "-", "--format", "csv", *TEMPLATE, *KEY, embedded=embedded, stdin="order_id,email\n1,a@x.example\n"
    )
    assert done.returncode == 0, done.stderr
    assert len(embedded.timeline_events) == 1


def test_several_files_and_a_glob_are_sent_in_one_run(embedded: EmbeddedHubSpot) -> None:
    orders(10, "a.csv")
    Path("b1.csv").write_text("order_id,email\nb1,a@x.example\n")
    Path("b2.csv").write_text("order_id,objectId\nb2,007\n")
    done = send("timeline", "a.csv", *TEMPLATE, "b*.csv", *KEY, embedded=embedded)
    assert done.returncode == 0, done.stderr
    assert len(embedded.timeline_events) == 12


def test_without_an_id_and_without_a_journal_a_note_says_what_that_means(embedded: EmbeddedHubSpot) -> None:
    orders(3)
    done = send(*DATED, "orders.csv", embedded=embedded)
    assert done.returncode == 0
    assert done.stderr == (
        "Note: without --journal, --key or ids, a run that is broken off cannot go on without sending events twice.\n"
    )
    assert send(*DATED, "orders.csv", "--journal", "orders.journal", embedded=embedded).stderr == ""


# Bad rows


def test_a_dry_run_lists_bad_rows_sends_nothing_and_needs_no_token(embedded: EmbeddedHubSpot) -> None:
    path = orders(40, bad=range(10, 35))
    done = run("send", "timeline", path, *TEMPLATE, *KEY, "--dry-run", HUBSPOT_BASE_URL=embedded.base_url)
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert lines[:-1] == [f"orders.csv:{number}: email: give email, utk or object_id" for number in range(12, 37)]
    assert lines[-1] == "25 of 40 rows are bad. Nothing was sent."
    assert embedded.requests == []
    orders(40)
    done = run("send", "timeline", path, *TEMPLATE, *KEY, "--dry-run", HUBSPOT_BASE_URL=embedded.base_url)
    assert (done.returncode, done.stdout) == (0, "40 rows, none of them bad. Nothing was sent.\n")
    assert embedded.requests == []


def test_nothing_is_sent_when_a_row_is_bad(embedded: EmbeddedHubSpot) -> None:
    orders(40, bad=range(10, 35))
    done = send("timeline", "orders.csv", *TEMPLATE, *KEY, embedded=embedded)
    assert done.returncode == 2
    assert (
        done.stdout == "25 of 40 rows are bad. Nothing was sent. Mend them, or send the others with --skip-bad-rows.\n"
    )
    assert done.stderr.count("give email, utk or object_id") == 20
    assert "… and 5 more bad rows, which --dry-run lists." in done.stderr
    assert embedded.requests == []
    assert not Path("orders.failed.csv").exists()


def test_bad_rows_can_be_skipped_mended_and_sent(embedded: EmbeddedHubSpot) -> None:
    orders(10, bad=[3, 5])
    done = send("timeline", "orders.csv", *TEMPLATE, *KEY, "--skip-bad-rows", embedded=embedded)
    assert done.returncode == 1
    assert done.stdout.startswith("8 of 10 rows written, 0 failed, 2 bad and skipped: 1 requests in")
    assert "in orders.failed.csv with the reasons: mend them, and send that file." in done.stdout
    text = Path("orders.failed.csv").read_text()
    assert text.splitlines()[1] == '003,,Pet 3,"orders.csv:5: email: give email, utk or object_id"'
    Path("orders.failed.csv").write_text(text.replace(",,", ",mended@petspot.example,"))
    done = send("timeline", "orders.failed.csv", *TEMPLATE, *KEY, embedded=embedded)
    assert done.returncode == 0, done.stderr
    assert {event["id"] for event in embedded.timeline_events} == {event_id(key=f"{n:03}:paid") for n in range(10)}


def test_bad_rows_are_told_to_machines(embedded: EmbeddedHubSpot) -> None:
    orders(10, bad=[3])
    done = send(
        "timeline", "orders.csv", *TEMPLATE, "--set", "tokens.a=1", "--rest-as", "nothing", "--json", embedded=embedded
    )
    assert said(done, "bad_row") == [
        {"file": "orders.csv", "line": 5, "field": "email", "reason": "give email, utk or object_id"}
    ]
    assert summary(done)["bad"] == 1
    assert embedded.requests == []


# Failures


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_what_hubspot_refuses_goes_to_a_file_of_the_same_form_and_can_be_mended_and_sent(
    embedded: EmbeddedHubSpot, form: str
) -> None:
    select = "SELECT i AS order_id, 'owner-' || i || '@petspot.example' AS email, i * 1.5 AS price FROM range(30) t(i)"
    write = {"csv": "FORMAT csv, HEADER", "ndjson": "FORMAT json", "parquet": "FORMAT parquet"}[form]
    query(f"COPY ({select}) TO 'orders.{form}' ({write})")
    arguments = (f"orders.{form}", "--journal", "orders.journal", "--json")
    embedded.reject(lambda event: event["email"].startswith("owner-7@"), message="No owner 7")
    done = send("timeline", *TEMPLATE, "--rest-as", "tokens", *arguments, embedded=embedded)
    found = summary(done)
    assert (done.returncode, found["written"], found["failed"]) == (1, 29, 1)
    assert found["failed_rows"] == f"orders.failed.{form}"
    read = "read_csv('orders.failed.csv', all_varchar = true)" if form == "csv" else f"'orders.failed.{form}'"
    (row,) = query(f"FROM {read}")
    assert (str(row["order_id"]), row["email"]) == ("7", "owner-7@petspot.example")
    assert row["_error"].endswith(": No owner 7")
    sent = {one["id"]: one["email"] for request in embedded.requests for one in request.json["inputs"]}
    assert sent[str(row["id"])] == row["email"], "the id under which it was sent"

    query(f"COPY (SELECT * REPLACE ('mended@petspot.example' AS email) FROM {read}) TO 'mended.{form}' ({write})")
    done = send("timeline", *TEMPLATE, "--rest-as", "tokens", f"mended.{form}", embedded=embedded)
    assert done.returncode == 0, done.stderr
    events = {event["id"]: event for event in embedded.timeline_events}
    assert len(events) == 30
    assert events[str(row["id"])]["email"] == "mended@petspot.example"


def test_what_was_there_already_is_told_apart_and_nothing_to_mend(embedded: EmbeddedHubSpot) -> None:
    """As after a run without a journal that was stopped: its ids say that these are the same events."""
    command = [*DATED, "orders.csv", *KEY]
    orders(250)
    assert send(*command, embedded=embedded).returncode == 0
    orders(420)
    done = send(*command, embedded=embedded)
    assert done.returncode == 0
    assert done.stdout.startswith("170 of 420 rows written, 250 there already, under the same ids, 0 failed: ")
    assert not Path("orders.failed.csv").exists()
    # A journal tells it again.
    command += ["--journal", "orders.journal", "--json"]
    orders(421)
    embedded.reject(lambda event: event["email"] == "owner-420@petspot.example")
    for _ in range(2):
        found = summary(send(*command, embedded=embedded))
        assert (found["written"], found["known"], found["failed"], found["exit_code"]) == (0, 420, 1, 1)
        with Path("orders.failed.csv").open() as file:
            assert [row["order_id"] for row in csv.DictReader(file)] == ["420"]


def test_a_lost_answer_is_not_shown_as_a_failure() -> None:
    file = io.StringIO()
    Lines(file, 60).sent(Progress(rows=15, written=1, known=2, failed=3, unknown=4, rate=0, allowed=100))
    assert "1 written, 3 failed, 2 there already, 4 without an answer, 5 waiting" in file.getvalue()


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_a_reason_that_is_no_text_is_written_as_one(embedded: EmbeddedHubSpot, form: str) -> None:
    """JSON may have half a surrogate pair, which no file can have."""
    write = {"csv": "FORMAT csv, HEADER", "ndjson": "FORMAT json", "parquet": "FORMAT parquet"}[form]
    query(
        f"COPY (SELECT 'o-' || i AS order_id, 'a@b.example' AS email FROM range(3) t(i)) TO 'orders.{form}' ({write})"
    )
    embedded.reject(lambda event: event["id"] == event_id(key="o-1:paid"), message="bad \ud800 name")
    assert send(*DATED, f"orders.{form}", *KEY, embedded=embedded).returncode == 1
    (row,) = query(f"FROM 'orders.failed.{form}'")
    assert row["_error"].endswith(": bad ? name")


def test_failed_rows_go_where_it_is_said_and_what_is_there_is_kept(embedded: EmbeddedHubSpot) -> None:
    orders(3)
    Path("elsewhere.csv").write_text("of an earlier run")
    embedded.reject(lambda event: True)
    done = send("timeline", "orders.csv", *TEMPLATE, *KEY, "--failed", "elsewhere.csv", embedded=embedded)
    assert done.returncode == 1
    with Path("elsewhere.csv").open() as file:
        assert len([*csv.DictReader(file)]) == 3
    assert Path("elsewhere.csv~").read_text() == "of an earlier run"


def test_failed_rows_that_cannot_be_written_stop_a_run_that_still_says_what_became_of_all(
    embedded: EmbeddedHubSpot,
) -> None:
    orders(300)
    Path("orders.failed.csv").write_text("of an earlier run")
    Path("orders.failed.csv~").mkdir()  # where that would go
    embedded.reject(lambda event: event["email"] == "owner-7@petspot.example")
    command = ["timeline", "orders.csv", *TEMPLATE, *KEY, "--journal", "orders.journal", "--concurrency", "1", "--json"]
    done = send(*command, embedded=embedded)
    found = summary(done)
    assert (found["written"], found["failed"], found["exit_code"]) == (len(embedded.writes), 1, 3)
    assert found["left"] == 300 - 1 - found["written"] > 0
    assert found["stopped"] == "Stopped: orders.failed.csv: Is a directory."
    assert found["failed_rows"] is None
    assert Path("orders.failed.csv").read_text() == "of an earlier run"
    Path("orders.failed.csv~").rmdir()
    found = summary(send(*command, embedded=embedded))
    assert (found["written"], found["failed"], found["exit_code"]) == (299, 1, 1)
    with Path("orders.failed.csv").open() as file:
        assert [row["order_id"] for row in csv.DictReader(file)] == ["007"]


def test_where_failed_rows_cannot_go_is_told_before_anything_is_sent(embedded: EmbeddedHubSpot) -> None:
    orders(3)
    done = send("timeline", "orders.csv", *TEMPLATE, *KEY, "--failed", "no/failed.csv", embedded=embedded)
    assert (done.returncode, embedded.requests) == (2, [])
    assert "no/failed.csv: failed rows cannot be written there" in done.stderr


def test_rows_that_come_while_others_are_sent_are_not_sent_unchecked(embedded: EmbeddedHubSpot) -> None:
    orders(1000)
    hold = Hold()
    embedded.plan(hold)
    with started(
        "timeline", "orders.csv", *TEMPLATE, *KEY, "--concurrency", "1", "--json", embedded=embedded
    ) as process:
        assert hold.reached.wait(60)
        with Path("orders.csv").open("a") as file:
            file.write("1000,new@petspot.example,Ruby\n")
        hold.release.set()
        out, _ = process.communicate(timeout=60)
    found = json.loads(out.splitlines()[-1])
    assert (found["written"], found["exit_code"]) == (1000, 3)
    assert "orders.csv:1002 was not there when the rows were checked" in found["stopped"]
    assert len(embedded.writes) == 1000


def test_no_file_says_that_rows_are_not_written_once_they_are(embedded: EmbeddedHubSpot) -> None:
    orders(150)
    embedded.plan(Respond(401))
    command = ["timeline", "orders.csv", *TEMPLATE, *KEY, "--journal", "orders.journal", "--concurrency", "1"]
    done = send(*command, embedded=embedded)
    assert done.returncode == 3
    assert "are in orders.failed.csv with the reasons.\n" in done.stdout
    done = send(*command, embedded=embedded)
    assert (done.returncode, len(embedded.writes)) == (0, 150)
    assert "What failed in an earlier run is in orders.failed.csv~ now." in done.stdout
    assert not Path("orders.failed.csv").exists()


# Stopped


def test_a_limit_of_requests_stops_a_run_and_the_same_command_goes_on(embedded: EmbeddedHubSpot) -> None:
    orders(450)
    command = [*DATED, "orders.csv", "--journal", "orders.journal", "--concurrency", "1", "--json"]
    done = send(*command, "--max-requests-today", "2", embedded=embedded)
    found = summary(done)
    assert (done.returncode, found["written"], found["left"], found["requests"]) == (3, 200, 250, 2)
    assert "max_requests_today are used up" in found["stopped"]
    found = summary(send(*command, embedded=embedded))
    assert (found["written"], found["written_earlier"], found["requests"], found["exit_code"]) == (450, 200, 3, 0)
    assert len(embedded.timeline_events) == 450
    assert len(embedded.writes) == 450, "each once"


def test_the_daily_limit_of_hubspot_stops_a_run(embedded: EmbeddedHubSpot) -> None:
    orders(450)
    with EmbeddedHubSpot(requests_per_day=2) as limited:
        command = [*DATED, "orders.csv", "--journal", "orders.journal", "--concurrency", "1"]
        done = send(*command, embedded=limited)
        assert done.returncode == 3
        last = done.stdout.splitlines()[-1]
        assert last.startswith("Stopped: ")
        assert "rows are left. The same command goes on with what is left" in last
        assert len(limited.writes) == 200


def test_what_failed_with_all_of_its_batch_is_tried_again_as_it_is_said(embedded: EmbeddedHubSpot) -> None:
    orders(3)
    command = ["timeline", "orders.csv", *TEMPLATE, "--rest-as", "tokens", "--journal", "orders.journal"]
    embedded.plan(Respond(401))
    done = send(*command, embedded=embedded)
    assert done.returncode == 3
    assert "and with what failed for no fault of its own." in done.stdout
    assert send(*command, embedded=embedded).returncode == 0
    assert len(embedded.timeline_events) == 3


def test_a_token_that_hubspot_refuses_stops_a_run_and_is_not_shown(embedded: EmbeddedHubSpot) -> None:
    orders(3)
    done = send("timeline", "orders.csv", *TEMPLATE, *KEY, embedded=embedded, HUBSPOT_ACCESS_TOKEN="secret-token")
    assert done.returncode == 3
    assert "401" in done.stdout or "credentials" in done.stdout.lower() or "authent" in done.stdout.lower()
    assert "secret-token" not in done.stdout + done.stderr
    assert embedded.writes == []


def held(embedded: EmbeddedHubSpot) -> tuple[threading.Event, threading.Event]:
    """Hold all answers but the first."""
    hold = Hold()
    embedded.plan(None, *[hold] * 9)
    return hold.reached, hold.release


def started(*arguments: str, embedded: EmbeddedHubSpot) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "send", *arguments],
        env=environment(embedded),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("number", "name"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")])
def test_one_ctrl_c_finishes_what_is_under_way_and_the_same_command_goes_on(
    embedded: EmbeddedHubSpot, number: signal.Signals, name: str
) -> None:
    orders(1000)
    command = [*DATED, "orders.csv", "--journal", "orders.journal", "--concurrency", "2"]
    reached, release = held(embedded)
    with started(*command, embedded=embedded) as process:
        assert reached.wait(60)
        process.send_signal(number)
        assert process.stderr
        assert "Stopping: what is under way is finished. Ctrl-C again stops at once." in process.stderr.readline()
        release.set()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    assert f"Stopped by {name}." in out
    assert "The same command goes on with what is left" in out
    written = len(embedded.writes)
    assert 100 <= written < 1000
    assert out.startswith(f"{written:,} of 1,000 rows written, 0 failed: ")
    found = summary(send(*command, "--json", embedded=embedded))
    assert (found["written"], found["written_earlier"], found["exit_code"]) == (1000, written, 0)
    assert len(embedded.writes) == len(embedded.timeline_events) == 1000


def test_a_second_ctrl_c_stops_at_once_and_the_same_command_goes_on(embedded: EmbeddedHubSpot) -> None:
    orders(1000)
    command = [*DATED, "orders.csv", "--journal", "orders.journal", "--concurrency", "2"]
    reached, release = held(embedded)
    with started(*command, embedded=embedded) as process:
        assert reached.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "Stopped at once, by a second Ctrl-C or SIGTERM. The same command goes on" in errors
    assert [*Path().glob("hubspot-events-*")] == [], "nothing that was put aside is left"
    release.set()
    assert summary(send(*command, "--json", embedded=embedded))["written"] == 1000
    assert len({event["id"] for event in embedded.timeline_events}) == 1000


def test_ctrl_c_after_the_last_answer_loses_no_word_of_it(
    embedded: EmbeddedHubSpot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    orders(3)
    embedded.reject(lambda event: event["email"] == "owner-1@petspot.example")
    close = FailedRows.close

    def interrupted(failed: FailedRows) -> None:
        signal.raise_signal(signal.SIGINT)
        close(failed)

    monkeypatch.setattr(FailedRows, "close", interrupted)
    monkeypatch.setenv("HUBSPOT_BASE_URL", embedded.base_url)
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", embedded.access_token)
    assert main(["send", *DATED, "orders.csv", *KEY]) == 1
    out, errors = capsys.readouterr()
    assert out.startswith("2 of 3 rows written, 1 failed")
    assert errors == ""
    assert Path("orders.failed.csv").exists()


def test_after_kill_9_the_same_command_goes_on_and_nothing_is_there_twice(embedded: EmbeddedHubSpot) -> None:
    orders(1000)
    command = [*DATED, "orders.csv", "--journal", "orders.journal"]
    reached, release = held(embedded)
    with started(*command, embedded=embedded) as process:
        assert reached.wait(60)
        process.kill()
    release.set()
    assert summary(send(*command, "--json", embedded=embedded))["written"] == 1000
    assert len(embedded.timeline_events) == 1000
    assert len({event["email"] for event in embedded.timeline_events}) == 1000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["timeline.create-many-2026-03", "--event-type", "pe1_paid", "--rest-as", "properties"], "has another input"),
        (["timeline", *TEMPLATE, "--rest-as", "tokens"], "is of another job"),
    ],
)
def test_a_journal_of_another_input_or_job_is_refused_by_name(
    embedded: EmbeddedHubSpot, change: list[str], said: str
) -> None:
    orders(10)
    assert send(*DATED, "orders.csv", "--journal", "orders.journal", embedded=embedded).returncode == 0
    before = len(embedded.requests)
    Path("others.csv").write_text("order_id,email\n1,another@petspot.example\n")
    done = send(*change, "others.csv", "--journal", "orders.journal", embedded=embedded)
    assert done.returncode == 2
    assert "orders.journal" in done.stderr
    assert said in done.stderr
    assert len(embedded.requests) == before


@pytest.mark.parametrize("is_in_file", [True, False])
def test_a_journal_that_another_token_began_is_refused_until_its_account_is_said_to_be_the_same(
    embedded: EmbeddedHubSpot, is_in_file: bool
) -> None:
    orders(10)
    arguments: list[str] = [*DATED, "orders.csv", *KEY, "--journal", "orders.journal"]

    def go(token: str, *more: str) -> subprocess.CompletedProcess[str]:
        Path("token").write_text(token)
        place = ["--token-file", "token"] if is_in_file else []
        return run("send", *arguments, *place, *more, embedded=embedded, HUBSPOT_ACCESS_TOKEN=token)

    assert go(embedded.access_token).returncode == 0
    assert go(embedded.access_token).returncode == 0
    refused = go("second-token")
    assert refused.returncode == 2
    assert "orders.journal: is of another job: its digest of the token is" in refused.stderr
    assert "--same-account" in refused.stderr
    assert "second-token" not in refused.stderr
    done = go("second-token", "--same-account")
    assert (done.returncode, "10 of 10 rows written (10 of them earlier)" in done.stdout) == (0, True), done.stderr
    assert len(embedded.requests) == 1


def test_an_account_that_is_named_may_have_another_token(embedded: EmbeddedHubSpot) -> None:
    orders(10)
    arguments = [*DATED, "orders.csv", "--journal", "orders.journal"]
    assert send(*arguments, "--account", "4711", embedded=embedded).returncode == 0
    arguments = ["send", *arguments]
    second = {"HUBSPOT_ACCESS_TOKEN": "second-token"}
    assert run(*arguments, "--account", "4711", embedded=embedded, **second).returncode == 0
    for account, said in (([], "its digest of the token is"), (["--account", "4712"], "its account is '4711'")):
        refused = run(*arguments, *account, embedded=embedded, **second)
        assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
    assert len(embedded.requests) == 1


# What is shown


def test_without_a_terminal_there_is_a_line_at_intervals(embedded: EmbeddedHubSpot) -> None:
    orders(300)
    reached, release = held(embedded)
    with started(*DATED, "orders.csv", *KEY, "--concurrency", "1", "--interval", "0.2", embedded=embedded) as process:
        assert process.stderr
        assert reached.wait(60)
        lines = [process.stderr.readline() for _ in range(4)]
        release.set()
        process.communicate(timeout=60)
    assert re.match(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 100 written, 0 failed, 200 waiting, [\d,]+ of [\d,]+ events/s", lines[-1]
    )


def test_progress_is_told_to_machines_at_intervals(embedded: EmbeddedHubSpot) -> None:
    orders(300)
    reached, release = held(embedded)
    arguments = [*DATED, "orders.csv", *KEY, "--concurrency", "1", "--json", "--interval", "0.2"]
    with started(*arguments, embedded=embedded) as process:
        assert process.stdout
        assert reached.wait(60)
        line: dict[str, Any] = {}
        while line.get("written") != 100:
            line = json.loads(process.stdout.readline())
        release.set()
        out, errors = process.communicate(timeout=60)
    assert errors == ""
    assert line.keys() == {
        "event",
        "rows",
        "written",
        "known",
        "failed",
        "unknown",
        "waiting",
        "events_per_second",
        "events_per_second_allowed",
        "seconds_left",
    }
    assert (line["rows"], line["failed"], line["waiting"]) == (300, 0, 200)
    assert json.loads(out.splitlines()[-1])["event"] == "summary"


def test_who_stops_reading_is_no_reason_to_stop_sending(embedded: EmbeddedHubSpot) -> None:
    orders(300)
    reached, release = held(embedded)
    arguments = [*DATED, "orders.csv", *KEY, "--concurrency", "1", "--json", "--interval", "0.001"]
    with started(*arguments, embedded=embedded) as process:
        assert process.stdout
        assert process.stderr
        assert reached.wait(60)
        process.stdout.readline()
        process.stdout.close()
        release.set()
        errors = process.stderr.read()
    assert (process.wait(60), errors) == (0, "")
    assert len(embedded.writes) == 300


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("more", [[], ["--json"], ["--dry-run"]])
def test_an_exit_code_is_true_where_standard_output_cannot_be_written(
    embedded: EmbeddedHubSpot, more: list[str]
) -> None:
    orders(3)
    command = [*COMMAND, "send", *DATED, "orders.csv", *KEY, *more]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command, env=environment(embedded), stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=120
        )
    assert (done.returncode, done.stderr) == (0, "hubspot-events: standard output: No space left on device\n")
    assert len(embedded.writes) == (0 if "--dry-run" in more else 3)


@pytest.mark.skipif(os.name != "posix", reason="it takes a shell")
def test_what_is_for_standard_error_does_not_go_to_standard_output_where_that_is_closed(
    embedded: EmbeddedHubSpot,
) -> None:
    orders(3)
    command = ["sh", "-c", 'exec "$@" 2>&-', "sh", *COMMAND, "send", "timeline", "orders.csv", *TEMPLATE, *KEY]
    done = subprocess.run(
        command, env=environment(embedded), stdout=subprocess.PIPE, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout[:22]) == (0, "3 of 3 rows written, 0")


def test_names_are_written_in_any_encoding(embedded: EmbeddedHubSpot) -> None:
    path = orders(2, "bestellung-ä.csv", bad=[1])
    arguments = ["timeline", str(path), *TEMPLATE, *KEY, "--skip-bad-rows"]
    done = send(*arguments, embedded=embedded, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "bestellung-\\xe4.csv:3: email: give" in done.stderr
    assert "bestellung-\\xe4.failed.csv" in done.stdout
    done = send(*arguments, "--json", embedded=embedded, PYTHONIOENCODING="ascii")
    assert [row["file"] for row in said(done, "bad_row")] == ["bestellung-ä.csv"]
    assert summary(done)["failed_rows"] == "bestellung-ä.failed.csv"


# The token


def test_the_token_may_be_in_a_file_that_is_read_for_each_request(embedded: EmbeddedHubSpot) -> None:
    orders(3)
    file = Path("token")
    file.write_text(f"{embedded.access_token}\r\n", "utf-8-sig")
    file.chmod(0o600)
    arguments = ["send", "timeline", "orders.csv", *TEMPLATE, *KEY, "--token-file", "token"]
    done = run(*arguments, "--base-url", embedded.base_url)
    assert (done.returncode, "token" in done.stderr) == (0, False), done.stderr
    file.chmod(0o644)
    done = run(*arguments, "--base-url", embedded.base_url)
    assert done.returncode == 0
    assert "Note: other users of this machine can read token; chmod 600 keeps it to you." in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "set the environment variable HUBSPOT_ACCESS_TOKEN, or name a file with --token-file"),
        (["--token-file", "pat-secret"], "--token-file: No such file or directory; it takes the path of a file"),
        (["--token-file", "pat-secret" * 30], "--token-file: File name too long; it takes the path of a file"),
        (["--token-file", "."], "--token-file .: cannot be read: Is a directory"),
        (["--token-file", "empty"], "--token-file empty has no access token"),
        (["--token-file", "words"], "--token-file words has no access token"),
    ],
)
def test_without_a_token_nothing_is_read_and_the_ways_are_named(arguments: list[str], said: str) -> None:
    Path("empty").write_text("\n")
    Path("words").write_text("Bearer pat-secret\n")
    done = run("send", "timeline", "no.csv", *TEMPLATE, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "secret" not in done.stderr


def test_there_is_no_option_for_the_token_itself() -> None:
    assert not re.search(r"--(access-)?token(?!-file)", run("send", "--help").stdout)
    for given in (["--token", "secret"], ["--token=secret"], ["--access-token", "secret"]):
        done = run("send", "timeline", "orders.csv", *given)
        assert (done.returncode, "secret" in done.stderr) == (2, False)
        assert "set HUBSPOT_ACCESS_TOKEN, or name a file with --token-file" in done.stderr


@pytest.mark.parametrize(
    "given", [["--acess-token", "secret"], ["--access_token=secret"], ["-t", "secret"], ["-tsecret"]]
)
def test_an_unknown_option_is_told_without_what_was_given_to_it(given: list[str]) -> None:
    orders(3)
    done = run("send", "timeline", "orders.csv", *TEMPLATE, *KEY, *given)
    assert (done.returncode, "secret" in done.stderr) == (2, False)
    assert f"unrecognized arguments: {given[0].removesuffix('=secret').removesuffix('secret')}" in done.stderr


def test_an_option_is_written_out() -> None:
    orders(3)
    done = run("send", "timeline", "orders.csv", *TEMPLATE, *KEY, "--dry")
    assert (done.returncode, "unrecognized arguments: --dry" in done.stderr) == (2, True)


# Usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "required: command"),
        (["sned"], "invalid choice"),
        (["send"], "RESOURCE"),
        (["send", "timeline", "--template"], "expected one argument"),
        (["send", "timeline", "--template", "1"], "name a file"),
        (
            ["send", "timeline", "--template", "1", "--set", "eventTemplateId=2", "x.csv"],
            "eventTemplateId is given twice",
        ),
        (["send", "timeline", "--set", "x", "x.csv"], "'x' is not FIELD=VALUE"),
        (["send", "timeline", "--template", "", "x.csv"], "argument --template: must not be empty"),
        (["send", "timeline", "--account", " ", "x.csv"], "argument --account: must not be blank"),
        (["send", "timeline", "--key", "", "x.csv"], "argument --key: must not be empty"),
        (["send", "timeline", "--journal", "", "x.csv"], "argument --journal: must not be empty"),
        (["send", "timeline", "--failed", "", "x.csv"], "argument --failed: must not be empty"),
        (["send", "timeline", ""], "argument FILE: must not be empty"),
        (["send", "timeline", "--time-zone", "Mars/Phobos", "x.csv"], "there is no time zone 'Mars/Phobos'"),
        (["send", "timeline", "--concurrency", "0", "x.csv"], "'0' is not a whole number above 0"),
        (["send", "timeline", "--interval", "no", "x.csv"], "'no' is not a number of seconds"),
        (["send", "timeline", "--template", "1", "x.csv"], "x.csv: No such file"),
        (["send", "timeline", "x.csv"], "timeline may be timeline.create_many, timeline.create_many_2026_03"),
        (["report", "no.journal"], "journal no.journal"),
    ],
)
def test_a_mistake_in_the_command_is_named_with_exit_code_2(arguments: list[str], said: str) -> None:
    done = run(*arguments, HUBSPOT_ACCESS_TOKEN="x")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_is_told_to_machines() -> None:
    done = run("send", "timeline", "x.csv", "--json", HUBSPOT_ACCESS_TOKEN="x")
    assert done.returncode == 2
    assert said(done, "error")[0]["message"].startswith("timeline may be")


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [(["--help"], "0123"), (["send", "--help"], "0123"), (["report", "--help"], "023")],
)
def test_the_help_names_all_exit_codes(arguments: list[str], codes: str) -> None:
    done = run(*arguments)
    assert done.returncode == 0
    assert re.findall(r"^  (\d)  ", done.stdout, re.MULTILINE) == [*codes]


def test_who_imports_the_client_loads_nothing_of_the_command_line() -> None:
    # httpx itself loads rich where click is there, too.
    code = "import sys, httpx; before = {*sys.modules}; import hubspot_events; more = {*sys.modules} - before;"
    code += "print(more & {'duckdb', 'rich', 'dask', 'distributed', 'hubspot_events.bulk', 'hubspot_events.cli'})"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


@pytest.mark.parametrize("missing", ["duckdb", "rich"])
def test_without_the_extra_the_command_says_what_to_install(missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; from hubspot_events.cli import main; sys.exit(main(['--help']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert re.match(rf'hubspot-events needs {missing}[\w.]*: pip install "hubspot-events\[cli\]"\n$', done.stderr)


def test_the_command_is_installed_under_its_name() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("hubspot-events"), "--version"], capture_output=True, text=True, check=False
    )
    assert re.match(r"hubspot-events \d+\.\d+\.\d+", done.stdout), done.stderr
