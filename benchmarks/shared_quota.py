"""Several processes share the quota of one account: how much of it do they use, and is any request refused?

    python benchmarks/shared_quota.py --seconds 60

HubSpot is the embedded one, in a process of its own, with a public app's 110 requests in ten seconds; it counts what it
answers. Each process sends batches with `create_many` for as long as it lives. Three rounds: four processes; four of
which one is killed after a third of the time, and another joins; four whose clocks are two seconds apart, but for
`--store postgresql`, which is the example of the guide and goes by the clock of who asks.

Prints the figures as JSON, and ends with 1 when less than 95 % of the quota was used or a request was refused.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
import redis
from hubspot_events import (
    HubSpotEvents,
    SharedRateLimiter,
    SystemClock,
    TimelineEvent202603,
)

sys.path.append(str(Path(__file__).parent.parent / "tests"))
from shared_quota_worker import ACCOUNT, make_quotas, make_store

LIMIT = 110  # requests in ten seconds
PROCESSES = 4
BATCHES = 4  # that a process has under way
INPUTS = 10  # of a batch: it is requests that are counted
APART = 2.0  # seconds between the clocks of two processes
GOAL = 0.95


class SkewedClock(SystemClock):
    """A clock that goes wrong by so many seconds."""

    def __init__(self, skew: float) -> None:
        self._skew = skew

    def time(self) -> float:
        """Return what it shows, in Unix seconds."""
        return super().time() + self._skew


def work(place: str, base_url: str, skew: float) -> None:
    """Send batches until killed."""
    store = make_store(place)
    name = os.urandom(4).hex()
    events = (
        TimelineEvent202603(
            event_type_name="pe4711_order", properties={}, id=f"{name}-{number}", email="a@petspot.example"
        )
        for number in itertools.count()
    )
    with HubSpotEvents(
        "embedded-access-token",
        base_url=base_url,
        limiter=SharedRateLimiter(store, ACCOUNT),
        max_batch_size=INPUTS,
        clock=SkewedClock(skew),
    ) as hubspot:
        for outcome in hubspot.timeline.create_many_2026_03(events, concurrency=BATCHES):
            assert outcome.written, outcome.error


@contextmanager
def embedded() -> Iterator[str]:
    """Run an embedded HubSpot in a process of its own, and give its address."""
    command = [sys.executable, "-m", "hubspot_events.testing", "--no-record", "--requests-per-ten-seconds", str(LIMIT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            server.stdout.readline()
            yield server.stdout.readline().strip().partition("=")[2]
        finally:
            server.terminate()


def counts(base_url: str) -> dict[str, Any]:
    """Return what the embedded HubSpot has counted."""
    answer = httpx.get(f"{base_url}/embedded-hubspot/accounts", trust_env=False)
    account: dict[str, Any] = answer.json()[0]
    return account


def measure(place: str, *, seconds: float, kills: bool = False, skewed: bool = False) -> dict[str, Any]:
    """Return the figures of one round."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["hubspot_events", "redis"])
    with embedded() as base_url:

        def start(number: int) -> Any:
            skew = (number - PROCESSES / 2) * APART if skewed else 0.0
            process = context.Process(target=work, args=(place, base_url, skew), daemon=True)
            process.start()
            return process

        workers = [start(number) for number in range(PROCESSES)]
        while not counts(base_url)["answers"]:
            assert all(worker.is_alive() for worker in workers)
            time.sleep(0.005)
        before, began = counts(base_url), time.monotonic()
        wait = partial(_wait_until, began)
        if kills:
            wait(seconds / 3)
            workers[0].kill()
            wait(seconds / 2)
            workers[0] = start(0)
        wait(seconds)
        after, took = counts(base_url), time.monotonic() - began
        for worker in workers:
            assert worker.is_alive()
            worker.kill()
            worker.join()
    answers = {status: number - before["answers"].get(status, 0) for status, number in after["answers"].items()}
    return {
        "processes": PROCESSES,
        "seconds": round(took, 2),
        "killed": int(kills),
        "seconds between clocks": APART if skewed else 0.0,
        "answers": answers,
        "share of the quota": round(answers["200"] / (took * LIMIT / 10), 4),
        "refused": answers.get("429", 0),
        "most in ten seconds": after["most_in_ten_seconds"],
    }


def _wait_until(began: float, seconds: float) -> None:
    time.sleep(max(0.0, began + seconds - time.monotonic()))


@contextmanager
def store(kind: str, url: str | None) -> Iterator[str]:
    """Give the place of an empty store, and count its commands."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if kind == "sqlite":
            yield str(Path(folder, "quota.db"))
            return
        if kind == "postgresql":
            from postgresql_server import postgresql_server

            place = stack.enter_context(postgresql_server())
            make_quotas(place)
            yield place
            return
        from redis_server import redis_server

        yield url or stack.enter_context(redis_server(Path(folder)))


def main() -> None:
    """Measure, and say what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--store", choices=["redis", "sqlite", "postgresql"], default="redis")
    parser.add_argument("--redis", metavar="URL", help="a Redis to use; by default one is started")
    parser.add_argument("--seconds", type=float, default=60, help="of each round")
    arguments = parser.parse_args()
    rounds: list[dict[str, bool]] = [{}, {"kills": True}, {"skewed": True}]
    figures = []
    for options in rounds[:2] if arguments.store == "postgresql" else rounds:
        with store(arguments.store, arguments.redis) as place:
            found = {"store": arguments.store, **measure(place, seconds=arguments.seconds, **options)}
            if arguments.store == "redis":
                found |= _cost(place, sum(found["answers"].values()))
            figures.append(found)
    print(json.dumps(figures, indent=2))
    sys.exit(any(found["share of the quota"] < GOAL or found["refused"] for found in figures))


def _cost(place: str, requests: int) -> dict[str, float]:
    """Return what a request costs Redis."""
    with redis.Redis.from_url(place) as client:
        scripts = client.info("commandstats")["cmdstat_evalsha"]
        return {
            "commands of Redis for a request": round(scripts["calls"] / requests, 2),
            "microseconds of Redis for a command": scripts["usec_per_call"],
        }


if __name__ == "__main__":
    main()
