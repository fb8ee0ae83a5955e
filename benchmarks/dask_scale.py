"""Many accounts on a cluster of Dask whose worker is killed: is each event there once, and what does Dask cost?

    python benchmarks/dask_scale.py

HubSpot is the embedded one, in a process of its own, with the limit of a public app on each account; it counts. The
quota is in Redis. The cluster has three worker processes, of which one is killed in the middle of its partitions twice.
Before that, one process sends a part of the same without Dask.

Two accounts are large. It cannot take less time than the quota of one of those, nor than the CPU: what the one
process took of it for an event, for all events, on the cores that the embedded HubSpot, Redis and other programs did
not use. The goal is 10 % more than the larger of the two. The bound by the CPU knows nothing of Dask's own work, nor of
what is sent again after a kill; where it is the larger one the goal is missed by just those.

Prints the figures beside the goals, and writes dask_scale.json. What has `>= 0` for a goal is told, and has none. When
no event comes for two minutes it ends with what each process does.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import shlex
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import dask.config
import httpx
import psutil
import redis
from dask.delayed import delayed
from distributed import Client, LocalCluster, Status
from hubspot_events import TimelineEvent202603, event_id
from hubspot_events.bulk import Access, PartitionSummary, send_partition
from hubspot_events.dask import Summary, gather, submit
from stand_in import StandIn, report, stand_in, write

HERE = Path(__file__).parent
OPERATION = "timeline.create_many_2026_03"
LIMIT = 110  # requests in ten seconds
BATCH = 100
ROWS = 2000  # of a partition, at the most
PATIENCE = 120  # seconds without an event, after which the bench says what it hangs on
LARGEST = 2  # accounts that are larger than the others
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
    """Cut what each account has into partitions, and spread those of an account evenly, the largest one's first."""
    order = sorted(range(len(sizes)), key=lambda account: -sizes[account])
    placed = []
    for rank, account in enumerate(order):
        firsts = range(0, sizes[account], ROWS)
        placed += [
            # Where it begins, of the whole: accounts with one partition are spread, too.
            ((number + rank / len(order)) / len(firsts), Part(account, first, min(first + ROWS, sizes[account])))
            for number, first in enumerate(firsts)
        ]
    return [part for _, part in sorted(placed)]


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

    def cores_but_for(self, others: Collection[int]) -> float:
        """Return how many cores some of them, and what else the machine does, have left to the rest."""
        used = _busy() - self._machine - (self.all() - self.of(others))
        return (os.cpu_count() or 1) - used / (time.monotonic() - self.began)


def _busy() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)


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
    total = sum(part.last - part.first for part in parts)
    # Else the cluster does without a worker that is not back in 15 seconds, as on a machine that has too much to do.
    dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"})
    with Supervisor(hubspot, [total * (number + 1) / (kills + 2) for number in range(kills)]) as supervisor:
        # The cluster of a test, or of a user, is started by then, and so are its imports.
        cluster: Any = LocalCluster(n_workers=WORKERS, threads_per_worker=THREADS, dashboard_address=":0")
        supervisor.cluster = cluster
        with cluster, Client(cluster) as client:
            client.wait_for_workers(WORKERS)
            client.run(__import__, "hubspot_events.dask")
            children = {process.pid for process in psutil.Process().children(recursive=True)}
            others = children - {nanny.pid for nanny in cluster.workers.values()}
            usage = supervisor.usage = Usage()
            futures = submit(
                client,
                OPERATION,
                [delayed(rows)(part) for part in parts],
                account=account_of,
                connect=access,
                outcomes=folder,
                make=make,
            )
            summary = gather(futures)
            usage.look()
            return summary, {
                "seconds": time.monotonic() - usage.began,
                "cores": usage.cores_but_for(others),
                "CPU": usage.all(),
                "CPU of Dask's processes": usage.all() - usage.of(others),
            }


class Supervisor:
    """Kills a worker each time that so many events are there, and ends the bench when no more come."""

    def __init__(self, hubspot: StandIn, kill_at: Sequence[float]) -> None:
        self._hubspot = hubspot
        self._kill_at = [*kill_at]
        self._is_over = threading.Event()
        self.cluster: Any = None
        self.usage: Usage | None = None  # when it is to be looked at

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()

    def _run(self) -> None:
        there, since = 0, time.monotonic()
        while not self._is_over.wait(0.2 if self._kill_at else 1):
            with suppress(httpx.HTTPError):
                before, there = there, sum(int(account["timeline_events"]) for account in self._hubspot.counts())
                since = time.monotonic() if there > before else since
            if self.usage:
                self.usage.look()
            if self._kill_at and there >= self._kill_at[0] and self._kill():
                del self._kill_at[0]
            if time.monotonic() - since > PATIENCE:
                self._tell(there)

    def _kill(self) -> bool:
        """Kill a worker that is at work; return whether there is one."""
        for nanny in self.cluster.workers.values():
            process = nanny.process  # the worker's, which is started anew when it dies
            known = self.cluster.scheduler.workers.get(process.worker_address) if process else None
            if known and known.processing and process.status is Status.running:
                os.kill(process.pid, signal.SIGKILL)
                return True
        return False

    def _tell(self, there: int) -> None:
        """Say what each process does, and what the scheduler knows, and end all of them."""
        say = partial(print, file=sys.stderr, flush=True)
        say(f"\nNothing came for {PATIENCE} seconds, {there} events are there.")
        scheduler = self.cluster.scheduler
        for worker in [*scheduler.workers.values()]:
            say(worker, [*worker.processing])
        for task in [*scheduler.tasks.values()]:
            if task.state not in ("memory", "released"):
                say(task, *scheduler.story(task.key), sep="\n    ")
        faulthandler.dump_traceback()
        for process in psutil.Process().children(recursive=True):
            say(f"\n{process.pid}: {shlex.join(process.cmdline())}")
            process.send_signal(signal.SIGABRT)  # at which Python tells what each thread does
            psutil.wait_procs([process], 5)
        os._exit(1)


def measure(sizes: Sequence[int], *, kills: int = 2, alone: int = 0) -> dict[str, tuple[float, str, float]]:
    """Return figures and goals for accounts with so many events each.

    Args:
        sizes: How many events each account gets.
        kills: How many times a worker is killed.
        alone: How many partitions are sent by one process before, at least, for the bound by the CPU.
    """
    parts = parts_of(sizes)
    os.environ["PYTHONFAULTHANDLER"] = "1"  # for the watchdog; all processes have it from here
    options = ["--no-record", f"--accounts={len(sizes)}", f"--requests-per-ten-seconds={LIMIT}"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        quota = stack.enter_context(redis_server(folder))
        cost = 0.0
        if alone:
            with stand_in(*options) as other:
                cost = in_one_process(other, parts[:: -(-len(parts) // alone)], quota, folder / "alone")
            redis.Redis.from_url(quota).flushall()
        hubspot = stack.enter_context(stand_in(*options))
        summary, took = on_cluster(hubspot, parts, quota, folder / "outcomes", kills)
        counts = hubspot.counts()
        again = len([*folder.rglob("*.again")])
        commands = redis.Redis.from_url(quota).info("commandstats")["cmdstat_evalsha"]
    events = sum(sizes)
    there = [account["timeline_events"] for account in counts]
    requests = sum(sum(account["answers"].values()) for account in counts)
    by_quota = -(-max(sizes) // BATCH) * 10 / LIMIT
    by_cpu = cost * events / took["cores"]
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
        "seconds": (took["seconds"], "<=", 1.1 * max(by_quota, by_cpu)),
        "seconds by the quota of the largest account": (by_quota, ">=", by_cpu),
        "seconds by the CPU": (by_cpu, ">=", 0),
        "seconds of CPU by Dask's processes": (took["CPU of Dask's processes"], ">=", 0),
        "seconds of CPU that were left to them": (took["cores"] * took["seconds"], ">=", 0),
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
    parser.add_argument("--largest", type=int, default=180_000, help=f"events of each of {LARGEST} large accounts")
    parser.add_argument("--kills", type=int, default=2)
    options = parser.parse_args()
    each, more = divmod(options.events - LARGEST * options.largest, options.accounts - LARGEST)
    sizes = [each + (number < more) for number in range(options.accounts - LARGEST)] + [options.largest] * LARGEST
    figures = report("Accounts on a cluster of Dask", measure(sizes, kills=options.kills, alone=20))
    write(HERE / "dask_scale.json", figures)
    sys.exit(not all(figure["met"] for figure in figures.values()))


if __name__ == "__main__":
    main()
