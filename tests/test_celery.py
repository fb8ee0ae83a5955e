"""The task of Celery of the guide: a real worker, Redis as the broker, and a child of the worker that is killed."""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import psutil
import pytest
from guide import example
from hubspot_events.bulk import Access
from hubspot_events.testing import EmbeddedHubSpot, Hold, Respond

ACCOUNTS, ROWS = 3, 1500


@pytest.fixture
def embedded() -> Iterator[EmbeddedHubSpot]:
    with EmbeddedHubSpot(requests_per_ten_seconds=110) as embedded:
        yield embedded


@pytest.fixture
def tasks(tmp_path: Path, redis_url: str) -> Iterator[ModuleType]:
    """The example of the guide, as a module in a file."""
    path = tmp_path / "orders_tasks.py"
    path.write_text(re.sub(r"redis://localhost:6379/\d", redis_url, example("several-workers.md", "celery")), "utf-8")
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    yield module
    gc.collect()  # results end their subscription when they go, while Redis is there
    module.app.close()


@pytest.fixture
def worker(tasks: ModuleType, embedded: EmbeddedHubSpot, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of Celery with two children."""
    known = {"HUBSPOT_BASE_URL": embedded.base_url, "HUBSPOT_ACCESS_TOKEN": embedded.access_token}
    command = [sys.executable, "-m", "celery", "-A", tasks.__name__, "worker", "--concurrency=2", "--loglevel=warning"]
    with subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **known}) as process:
        yield process
        process.terminate()


def wait_for(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_job_whose_worker_is_killed_is_run_again_and_loses_and_doubles_nothing(
    tasks: ModuleType, worker: subprocess.Popen[bytes], embedded: EmbeddedHubSpot, tmp_path: Path
) -> None:
    half_way = Hold()
    embedded.plan(*[None] * 5, *[half_way] * 40)
    ids: list[str] = []
    for account in range(ACCOUNTS):
        rows = [
            {"eventTypeName": "pe1_paid", "id": f"{account}-{number}", "email": "a@petspot.example", "properties": {}}
            for number in range(ROWS)
        ]
        ids += [str(row["id"]) for row in rows]
        (tmp_path / f"{account}.ndjson").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    jobs = [
        tasks.send_orders.delay(str(account), str(tmp_path / f"{account}.ndjson"), str(tmp_path / "outcomes"))
        for account in range(ACCOUNTS)
    ]
    # Both children are at work, and none can finish.
    wait_for(lambda: len({event["id"].partition("-")[0] for event in embedded.timeline_events}) == 2)
    os.kill(psutil.Process(worker.pid).children()[0].pid, signal.SIGKILL)
    half_way.release.set()
    summaries = [job.get(timeout=60) for job in jobs]
    assert [(one["written"], one["failed"], one["is_done"]) for one in summaries] == [(ROWS, 0, True)] * ACCOUNTS
    assert sorted(event["id"] for event in embedded.timeline_events) == sorted(ids)
    assert [*tmp_path.rglob("*.again")], "no job was run again"
    assert all(request.status != 429 for request in embedded.requests)
    again = tasks.send_orders.delay("0", str(tmp_path / "0.ndjson"), str(tmp_path / "outcomes")).get(timeout=60)
    assert (again["written"], again["requests"]) == (ROWS, 0)


def test_a_job_that_an_outage_left_rows_of_is_run_again(
    tasks: ModuleType, embedded: EmbeddedHubSpot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSPOT_BASE_URL", embedded.base_url)
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", embedded.access_token)
    # Without a Redis, whose connection nobody would close in this process.
    monkeypatch.setattr(tasks, "Access", lambda quota: Access())
    embedded.plan(Respond(503, headers={"Retry-After": "3600"}))  # for longer than a call waits
    row = {"eventTypeName": "pe1_paid", "id": "0-0", "email": "a@petspot.example", "properties": {}}
    (tmp_path / "0.ndjson").write_text(f"{json.dumps(row)}\n")
    # In this process, where a job is run again at once.
    done = tasks.send_orders.apply(("0", str(tmp_path / "0.ndjson"), str(tmp_path / "outcomes")))
    assert done.get()["is_done"]
    assert [request.status for request in embedded.requests] == [503, 200]
