"""`hubspot-events send --scheduler`, as somebody runs it, with a real cluster of Dask."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster
from hubspot_events import InputError
from hubspot_events.cli import main
from hubspot_events.testing import EmbeddedHubSpot, Hold, Respond
from test_cli_send import COMMAND, DATED, KEY, TEMPLATE, environment, here, orders, run  # noqa: F401 - a fixture


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    # The workers have the token; the command has not.
    make: Any = LocalCluster
    env = {"HUBSPOT_ACCESS_TOKEN": "of-the-workers"}
    with make(n_workers=2, threads_per_worker=1, dashboard_address=":0", env=env) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def embedded() -> Iterator[EmbeddedHubSpot]:
    with EmbeddedHubSpot(access_token="of-the-workers") as embedded:
        yield embedded


def arguments(cluster: str, embedded: EmbeddedHubSpot, path: Path, *more: str) -> list[str]:
    place = ["--base-url", embedded.base_url, "--account", "4711", "--scheduler", cluster, "--outcomes", "outcomes"]
    return ["send", *DATED, str(path), *KEY, *place, "--quota", str(Path("quota.db").absolute()), *more]


def test_workers_send_the_rows_once(cluster: str, embedded: EmbeddedHubSpot) -> None:
    command = arguments(cluster, embedded, orders(11_000), "--json")
    done = run(*command)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert (summary["rows"], summary["written"], summary["requests"]) == (11_000, 11_000, 110)
    assert len(embedded.timeline_events) == 11_000
    assert sorted(path.name for path in Path("outcomes/4711").glob("*.ndjson")) == [
        "part-000000.ndjson",
        "part-000001.ndjson",
        "part-000002.ndjson",
    ]
    again = json.loads(run(*command).stdout.splitlines()[-1])
    assert (again["written"], again["written_earlier"], again["requests"]) == (11_000, 11_000, 0)


def test_rows_that_failed_are_in_a_file_with_the_reason(cluster: str, embedded: EmbeddedHubSpot) -> None:
    embedded.reject(lambda event: event["email"] == "owner-7@petspot.example", message="Bad owner.")
    done = run(*arguments(cluster, embedded, orders(20)))
    assert done.returncode == 1
    assert "19 of 20 rows written, 1 failed" in done.stdout
    [row] = Path("orders.failed.csv").read_text().splitlines()[1:]
    assert row.startswith("007,owner-7@petspot.example,Pet 7,")
    assert "Bad owner." in row


def test_what_stops_a_partition_is_told_and_the_same_command_goes_on(cluster: str, embedded: EmbeddedHubSpot) -> None:
    embedded.plan(Respond(401))
    command = arguments(cluster, embedded, orders(20))
    done = run(*command)
    assert done.returncode == 3
    assert "Stopped: AuthenticationError" in done.stdout
    assert ". 20 rows are left. The same command goes on with what is left" in done.stdout
    assert run(*command).returncode == 0
    assert len(embedded.timeline_events) == 20


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--quota", "nope://x"], "must be an address such as redis://"),
        (["--outcomes", "/dev/null/x"], "--outcomes /dev/null/x: Not a directory"),
        (["--outcomes", "others"], "is of another job"),
    ],
)
def test_a_mistake_that_shows_on_a_worker_is_one_and_nothing_was_sent(
    cluster: str, embedded: EmbeddedHubSpot, more: list[str], said: str
) -> None:
    others = run(*arguments(cluster, embedded, orders(3, "others.csv"), "--outcomes", "others"))
    assert others.returncode == 0
    sent = len(embedded.requests)
    done = run(*arguments(cluster, embedded, orders(20), *more))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "goes on" not in done.stderr
    assert len(embedded.requests) == sent


def test_what_was_there_already_is_told_apart(cluster: str, embedded: EmbeddedHubSpot) -> None:
    command = arguments(cluster, embedded, orders(20), "--json")
    assert run(*command).returncode == 0
    done = run(*command, "--outcomes", "others")
    summary = json.loads(done.stdout.splitlines()[-1])
    assert (summary["known"], summary["failed"], summary["exit_code"]) == (20, 0, 0)
    assert not Path("orders.failed.csv").exists()


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), InputError("outcomes", "x is damaged")])
def test_outcomes_that_cannot_be_read_here_stop_a_run_by_name(
    cluster: str,
    embedded: EmbeddedHubSpot,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def unreadable(*_: object) -> None:
        raise error

    monkeypatch.setattr("hubspot_events.cli._scheduler.PartitionFiles.outcomes", unreadable)
    assert main(arguments(cluster, embedded, orders(20))) == 3
    said = capsys.readouterr()
    assert re.search(r"Stopped: outcomes: (Permission denied|x is damaged)\. 20 rows are left\.", said.out)
    assert "standard output" not in said.err
    assert len(embedded.timeline_events) == 20


def test_workers_read_the_token_from_a_file_that_they_see(cluster: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("of-a-file\n")
    (tmp_path / "token").chmod(0o600)
    with EmbeddedHubSpot(access_token="of-a-file") as embedded:
        assert run(*arguments(cluster, embedded, orders(3), "--token-file", "token")).returncode == 0
        assert len(embedded.timeline_events) == 3


def test_ctrl_c_finishes_what_is_under_way_and_the_same_command_goes_on(
    cluster: str, embedded: EmbeddedHubSpot
) -> None:
    hold = Hold()
    embedded.plan(None, *[hold] * 300)
    command = arguments(cluster, embedded, orders(30_000))
    with subprocess.Popen(
        [*COMMAND, *command], env=environment(None), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert hold.reached.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        assert "Stopping: what is under way is finished." in process.stderr.readline()
        hold.release.set()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "Stopped by Ctrl-C." in out
    there = len(embedded.timeline_events)
    assert 0 < there < 30_000
    assert there % 5000 == 0, "a partition was broken off"
    assert run(*command).returncode == 0
    assert len(embedded.timeline_events) == 30_000


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--scheduler", "tcp://127.0.0.1:1", "--outcomes", "outcomes"], "--scheduler needs --account as well"),
        (["--scheduler", "tcp://127.0.0.1:1", "--account", "4711"], "--scheduler needs --outcomes as well"),
        (["--quota", "quota.db"], "--quota goes with --scheduler"),
        (["--outcomes", "outcomes"], "--outcomes goes with --scheduler"),
        (
            ["--scheduler", "tcp://127.0.0.1:1", "--journal", "a.journal"],
            "--journal goes without --scheduler; --outcomes has what became of each row",
        ),
        (
            ["--scheduler", "nothing://x", "--account", "1", "--outcomes", "outcomes"],
            "--scheduler nothing://x: cannot be reached",
        ),
    ],
)
def test_what_does_not_go_together_is_told(more: list[str], message: str) -> None:
    done = run("send", "timeline", orders(1), *TEMPLATE, *KEY, *more, HUBSPOT_ACCESS_TOKEN="token")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_rows_without_ids_are_bad(cluster: str, embedded: EmbeddedHubSpot) -> None:
    command = [one for one in arguments(cluster, embedded, orders(2)) if one not in KEY]
    done = run(*command, "--rest-as", "properties")
    assert done.returncode == 2
    assert "orders.csv:2: id: has to be the same each time" in done.stderr
    assert not embedded.requests
