"""Many accounts on a cluster of Dask whose worker is killed: is each event there once, and what does Dask cost?

    python benchmarks/dask_scale.py

HubSpot is the embedded one, in a process of its own, with the limit of a public app on each account; it counts. The
quota is in Redis. The cluster has three worker processes, of which one is killed in the middle of its partitions twice.
Before that, one process sends a part of the same without Dask.

Prints the figures beside the goals, and writes dask_scale.json. The time is compared with the quota of the slowest
account, and with the CPU time that all processes took on the cores that nobody else used. That has in it what was sent
again after a kill, and the start of new workers: it says whether anybody waited, and not what the kills cost. What has
`>= 0` for a goal is told, and has none.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import redis
from dask.delayed import delayed
from distributed import Client, LocalCluster
from hubspot_events import TimelineEvent202603, event_id
from hubspot_events.bulk import Access, PartitionSummary, send_partition
from hubspot_events.dask import Summary, gather, submit
from stand_in import StandIn, report, stand_in, write

HERE = Path(__file__).parent
OPERATION = "timeline.create_many_2026_03"
LIMIT = 110  # requests in ten seconds
BATCH = 100
ROWS = 2000  # of a partition, at the most
WORKERS, THREADS = 3, 16  # threads wait for the quota, most of the time


class Part(NamedTuple):
    """The rows of an account from one number to another."""

    account: int
    first: int
    last: int


class Row(NamedTuple):
    """What an event is made of."""

    account: int
    number: int


def parts_of(sizes: Sequence[int]) -> list[Part]:
    """Cut what each account has into partitions, and begin with those of the largest."""
    order = sorted(range(len(sizes)), key=lambda account: -sizes[account])
    return [
        Part(account, first, min(first + ROWS, sizes[account]))
        for account in order
        for first in range(0, sizes[account], ROWS)
    ]


def rows(part: Part) -> list[Row]:
    """Return the rows of a partition: what a worker reads."""
    return [Row(part.account, number) for number in range(part.first, part.last)]


def account_of(row: Row) -> str:
    """Return the account of a row."""
    return str(row.account)


def make(row: Row) -> TimelineEvent202603:
    """Return the event of a row."""
    return TimelineEvent202603(
        event_type_name="pe1234567_adoption",
        id=event_id("petspot", account=row.account, key=f"adoption-{row.number}"),
        email=f"owner-{row.number}@petspot.example",
        properties={"petName": f"Pet {row.number}", "petAge": 3, "petColor": "black"},
    )


def token_of(base: str, account: str) -> str:
    """Return the token of an account of the stand-in."""
    return base if account == "0" else f"{base}-{account}"


class Usage:
    """The CPU time of processes from now on, be they killed meanwhile."""

    def __init__(self) -> None:
        self._seen: dict[int, float] = {}
        self.look()
        self._before = dict(self._seen)
        self._machine = _busy()
        self.began = time.monotonic()

    def look(self) -> None:
        """Take note of what each process has used so far."""
        for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
            try:
                times = process.cpu_times()
            except psutil.Error:  # it has ended meanwhile
                continue
            self._seen[process.pid] = times.user + times.system

    def of(self, processes: Iterable[int]) -> float:
        """Return the CPU seconds of some of them."""
        return sum(self._seen[one] - self._before.get(one, 0.0) for one in processes if one in self._seen)

    def all(self) -> float:
        """Return those of all."""
        return self.of(self._seen)

    def bound(self) -> float:
        """Return the seconds that it takes on the cores that nobody else used."""
        seconds = time.monotonic() - self.began
        others = max(0.0, _busy() - self._machine - self.all()) / seconds
        return self.all() / ((os.cpu_count() or 1) - others)


def _busy() -> float:
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait - times.guest - times.guest_nice


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Run a Redis, and give its address."""
    sys.path.append(str(HERE.parent / "tests"))
    from redis_server import redis_server

    with redis_server(folder) as address:
        yield address


def in_one_process(hubspot: StandIn, parts: Sequence[Part], quota: str, folder: Path) -> float:
    """Send partitions without Dask, and return the CPU seconds for an event."""
    access = Access(base_url=hubspot.base_url, access_token=partial(token_of, hubspot.access_token), quota=quota)

    def send(part: Part) -> PartitionSummary:
        return send_partition(
            OPERATION,
            rows(part),
            account=str(part.account),
            partition=str(part.first),
            connect=access,
            outcomes=folder,
            make=make,
        )

    send(Part(parts[0].account, 10**9, 10**9 + BATCH))  # so that all is imported and connected
    began = time.process_time()
    with ThreadPoolExecutor(THREADS) as threads:
        written = sum(summary.written for summary in threads.map(send, parts))
    return (time.process_time() - began) / written


def on_cluster(
    hubspot: StandIn, parts: Sequence[Part], quota: str, folder: Path, kills: int
) -> tuple[Summary, dict[str, float]]:
    """Send partitions with Dask, kill a worker now and then, and return what became of it, and what it took."""
    access = Access(base_url=hubspot.base_url, access_token=partial(token_of, hubspot.access_token), quota=quota)
    # The cluster of a test, or of a user, is started by then, and so are its imports.
    cluster: Any = LocalCluster(n_workers=WORKERS, threads_per_worker=THREADS, dashboard_address=":0")
    with cluster, Client(cluster) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(WORKERS)
        client.run(__import__, "hubspot_events.dask")
        others = {process.pid for process in psutil.Process().children(recursive=True)} - _processes(client)
        usage = Usage()
        total = sum(part.last - part.first for part in parts)
        at = [total * (number + 1) / (kills + 2) for number in range(kills)]
        futures = submit(
            client,
            OPERATION,
            [delayed(rows)(part) for part in parts],
            account=account_of,
            connect=access,
            outcomes=folder,
            make=make,
        )
        is_done = threading.Event()
        killer = threading.Thread(target=_kill, args=(client, hubspot, usage, at, is_done))
        killer.start()
        summary = gather(futures)
        seconds = time.monotonic() - usage.began
        is_done.set()
        killer.join()
        usage.look()
        return summary, {
            "seconds": seconds,
            "CPU bound": usage.bound(),
            "CPU": usage.all(),
            "CPU of Dask's processes": usage.all() - usage.of(others),
        }


def _processes(client: Any) -> set[int]:
    return set(client.run(os.getpid).values())


def _kill(client: Any, hubspot: StandIn, usage: Usage, at: Sequence[float], is_done: threading.Event) -> None:
    """Kill a worker that is at work each time that so many events are there."""
    left = [*at]
    while not is_done.wait(0.2):
        usage.look()
        if left and _there(hubspot) >= left[0]:
            [working, *_] = (worker for worker, tasks in client.processing().items() if tasks)
            os.kill(client.run(os.getpid, workers=[working])[working], signal.SIGKILL)
            del left[0]


def _there(hubspot: StandIn) -> int:
    return sum(int(account["timeline_events"]) for account in hubspot.counts())


def measure(sizes: Sequence[int], *, kills: int = 2, alone: int = 0) -> dict[str, tuple[float, str, float]]:
    """Return figures and goals for accounts with so many events each.

    Args:
        sizes: How many events each account gets.
        kills: How many times a worker is killed.
        alone: How many partitions are sent by one process before, beside the others.
    """
    parts = parts_of(sizes)
    options = ["--no-record", f"--accounts={len(sizes)}", f"--requests-per-ten-seconds={LIMIT}"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        quota = stack.enter_context(redis_server(folder))
        cost = 0.0
        if alone:
            with stand_in(*options) as other:
                cost = in_one_process(other, parts[-alone:], quota, folder / "alone")
            redis.Redis.from_url(quota).flushall()
        hubspot = stack.enter_context(stand_in(*options))
        summary, took = on_cluster(hubspot, parts, quota, folder / "outcomes", kills)
        counts = hubspot.counts()
        again = len([*folder.rglob("*.again")])
        commands = redis.Redis.from_url(quota).info("commandstats")["cmdstat_evalsha"]
    events = sum(sizes)
    there = [account["timeline_events"] for account in counts]
    requests = sum(sum(account["answers"].values()) for account in counts)
    bound = max(-(-max(sizes) // BATCH) * 10 / LIMIT, took["CPU bound"])
    figures: dict[str, tuple[float, str, float]] = {
        "events": (events, ">=", events),
        "accounts": (len(sizes), ">=", len(sizes)),
        "events that are lost": (sum(max(0, size - one) for size, one in zip(sizes, there, strict=True)), "==", 0),
        "events that are there twice": (sum(account["writes"] for account in counts) - sum(there), "==", 0),
        "events that the summary does not have as written": (events - summary.written, "==", 0),
        "partitions that were sent more than once": (again, ">=", min(kills, 1)),
        "partitions that stopped": (len(summary.stopped), "==", 0),
        "most requests in ten seconds on an account": (max(one["most_in_ten_seconds"] for one in counts), "<=", LIMIT),
        "requests refused with 429": (sum(account["answers"].get("429", 0) for account in counts), "==", 0),
        "seconds": (took["seconds"], "<=", 1.1 * bound),
        "seconds by the larger bound": (bound, ">=", 0),
        "microseconds of CPU for an event, all processes": (1e6 * took["CPU"] / events, ">=", 0),
        "commands of Redis for a request": (commands["calls"] / requests, "<=", 4),
        "microseconds of Redis for a command": (commands["usec_per_call"], ">=", 0),
    }
    if alone:
        dask = took["CPU of Dask's processes"] / events
        figures |= {
            "microseconds of CPU for an event in one process": (1e6 * cost, ">=", 0),
            "microseconds of CPU for an event on the cluster": (1e6 * dask, ">=", 0),
            "cost of an event on the cluster, of that in one process": (dask / cost, ">=", 0),
        }
    return figures


def main() -> None:
    """Measure, print and write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--events", type=int, default=400_000, help="of all accounts together")
    parser.add_argument("--largest", type=int, default=0, help="events of one account, which make it the slowest")
    parser.add_argument("--kills", type=int, default=2)
    options = parser.parse_args()
    rest = options.accounts - bool(options.largest)
    each, more = divmod(options.events - options.largest, rest)
    sizes = [each + (number < more) for number in range(rest)] + [options.largest] * bool(options.largest)
    figures = report("Accounts on a cluster of Dask", measure(sizes, kills=options.kills, alone=20))
    write(HERE / "dask_scale.json", figures)
    sys.exit(not all(figure["met"] for figure in figures.values()))


if __name__ == "__main__":
    main()
