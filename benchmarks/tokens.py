"""Many processes share one refresh token and are killed at random: does any call fail, is any token refreshed twice?

    python benchmarks/tokens.py --store file --seconds 60

A token lives for two seconds. HubSpot is the embedded one, in this process; with `--rotation at-once` it ends a refresh
token as soon as it gives out the next, with `on-use` when that is used, and with `none` it gives out no other. It kills

- from here, at any moment. With `at-once` not between HubSpot's answer and the store, as what is lost then is lost:
  nobody else has the new refresh token. To that end this process takes the lock before it kills;
- each by itself, while it holds the lock and is about to send a refresh, and but for `at-once` also when it has been
  answered and is not stored.

Prints the figures as JSON, and ends with 1 when a call failed or a token was refreshed twice.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import httpx
from hubspot_events import HubSpotEvents, OAuthRefresh, TokenStore
from hubspot_events.testing import Delay, EmbeddedHubSpot

sys.path.append(str(Path(__file__).parent.parent / "tests"))
import token_stores
from token_stores import ACCOUNT

TOKEN_PATH = "/oauth/2026-03/token"
LIFETIME = 2  # seconds; a tenth of it ahead, a token is refreshed
SOON = 1.5  # seconds; a token that comes so shortly after the one before was not due
ANSWER = 0.15  # seconds that HubSpot takes to answer a refresh
LOCK = 3.0  # seconds for which the lock of a process that was killed stays in Redis
PAUSE = 0.2  # seconds between two calls of a process
KILLS = 0.7  # seconds between two kills, on average
REFRESHES = 4  # at the least
OWN_KILLS = 0.2  # of the refreshes, at each place
ROTATIONS: dict[str, bool | Literal["on use"]] = {"at-once": True, "on-use": "on use", "none": False}

EVENT = {"eventTypeName": "pe62515_adoption", "email": "a@petspot.example", "properties": {}}

# What a process writes down: of each call, and of a refresh.
Note = Callable[..., None]


def make_store(place: str) -> TokenStore:
    """Return the store of a folder, of a Redis, or of a PostgreSQL."""
    return token_stores.make_store(kind_of(place), place, lock_seconds=LOCK)


def kind_of(place: str) -> str:
    """Return which kind of store a place is of."""
    return {"redis:": "redis", "postgr": "postgresql"}.get(place[:6], "file")


def work(log: str, hubspot: dict[str, str], place: str, chances: dict[str, float]) -> None:
    """Make calls until killed."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(**what: Any) -> None:
        # At once and whole, as the next moment may be the last.
        os.write(descriptor, json.dumps({"at": time.time(), **what}).encode() + b"\n")

    def may_die(when: str) -> None:
        if random.random() < chances.get(when, 0):
            note(died=when)
            os.kill(os.getpid(), signal.SIGKILL)

    def sending(request: httpx.Request) -> None:
        if request.url.path == TOKEN_PATH:
            may_die("before")

    def answered(response: httpx.Response) -> None:
        if response.request.url.path == TOKEN_PATH and response.is_success:
            note(refreshed=True)
            may_die("after")

    hooks: dict[str, list[Callable[..., Any]]] = {"request": [sending], "response": [answered]}
    auth = OAuthRefresh(
        client_id=hubspot["client_id"],
        client_secret=hubspot["client_secret"],
        refresh_token=hubspot["refresh_token"],
        store=make_store(place),
        account=ACCOUNT,
    )
    pool = httpx.Client(event_hooks=hooks, trust_env=False)
    client = HubSpotEvents(auth=auth, base_url=hubspot["base_url"], http_client=pool)
    while True:
        began = time.monotonic()
        try:
            client.request("POST", "/integrators/timeline/2026-03/events", json={**EVENT, "id": os.urandom(8).hex()})
        except Exception as error:  # noqa: BLE001 - any is a failure
            note(failed=f"{type(error).__name__} {getattr(error, 'category', None) or ''}".strip())
        else:
            note(seconds=time.monotonic() - began)
        time.sleep(PAUSE * random.uniform(0.5, 1.5))


def measure(
    place: str, *, seconds: float, processes: int = 16, rotation: str = "at-once", seed: int = 0
) -> dict[str, Any]:
    """Return the figures of so many processes in so many seconds.

    Args:
        place: The folder of a `FileTokenStore`, or the address of a Redis or of a PostgreSQL.
        seconds: How long at the least, after all processes have made a call.
        processes: How many there are at any time.
        rotation: Whether HubSpot gives out another refresh token each time, and when it ends the one before.
        seed: Of the kills.

    """
    chance = random.Random(seed)
    may_lose = rotation == "at-once"
    chances = {"before": OWN_KILLS} if may_lose else {"before": OWN_KILLS, "after": OWN_KILLS}
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["hubspot_events.testing", "redis"])
    with ExitStack() as stack:
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        embedded = EmbeddedHubSpot(rotate_refresh_token=ROTATIONS[rotation], access_token_lifetime=LIFETIME)
        stack.enter_context(embedded)
        # So that there is time for others to come between.
        embedded.plan(*[Delay(ANSWER)] * int(10 * (seconds + 60)), path=TOKEN_PATH)
        hubspot = {
            name: getattr(embedded, name) for name in ("base_url", "client_id", "client_secret", "refresh_token")
        }
        store = make_store(place)
        started = 0

        def start() -> Any:
            nonlocal started
            started += 1
            target = partial(work, str(logs / f"{started}.log"), hubspot, place, chances)
            process = context.Process(target=target, daemon=True)
            process.start()
            return process

        def kill(*victims: Any) -> None:
            for victim in victims:
                victim.kill()
                victim.join()

        def kill_in_turn(*victims: Any) -> None:
            with store.lock(ACCOUNT):
                kill(*victims)

        workers = [start() for _ in range(processes)]
        while len(list(logs.iterdir())) < processes:
            time.sleep(0.1)
        killed, until = 0, time.monotonic() + seconds
        # A machine that has too much to do may not come to a refresh in that time.
        while (left := until - time.monotonic()) > 0 or embedded.refreshes < REFRESHES:
            time.sleep(min(max(left, KILLS), chance.expovariate(1 / KILLS)))
            for number, worker in enumerate(workers):
                if not worker.is_alive():
                    workers[number] = start()
            number = chance.randrange(processes)
            (kill_in_turn if may_lose else kill)(workers[number])
            killed += 1
            workers[number] = start()
        kill_in_turn(*workers)
        notes = [json.loads(line) for log in logs.iterdir() for line in log.read_bytes().splitlines()]
        return {
            "store": kind_of(place),
            "rotation": rotation,
            "processes": processes,
            "seconds": seconds,
            **_figures(notes),
            "killed at any moment": killed,
            "refreshes that HubSpot counted": embedded.refreshes,
        }


def _figures(notes: list[dict[str, Any]]) -> dict[str, Any]:
    refreshes = sorted(note["at"] for note in notes if "refreshed" in note)
    died = Counter(note["died"] for note in notes if "died" in note)
    # After one whose process was killed before the store had it, another is due at once.
    lost = [note["at"] for note in notes if note.get("died") == "after"]
    doubled = sum(
        later - earlier < SOON and not any(earlier <= at < later for at in lost)
        for earlier, later in pairwise(refreshes)
    )
    return {
        "calls": sum("seconds" in note for note in notes),
        "longest call in seconds": round(max((note["seconds"] for note in notes if "seconds" in note), default=0), 2),
        "calls that failed": dict(Counter(note["failed"] for note in notes if "failed" in note)),
        "refreshes": len(refreshes),
        "refreshes of a token that was not due": doubled,
        "killed before a refresh was sent": died["before"],
        "killed before its answer was stored": died["after"],
    }


def main() -> None:
    """Measure, and say what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--store", choices=["file", "redis", "postgresql"], default="file")
    parser.add_argument("--redis", metavar="URL", help="a Redis to use; by default one is started")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rotation", choices=[*ROTATIONS], default="at-once")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        place = folder
        if arguments.store == "postgresql":
            from postgresql_server import postgresql_server

            place = stack.enter_context(postgresql_server())
            token_stores.make_accounts(place)
        if arguments.store == "redis":
            from redis_server import redis_server

            place = arguments.redis or stack.enter_context(redis_server(Path(folder)))
        figures = measure(
            place,
            seconds=arguments.seconds,
            processes=arguments.processes,
            rotation=arguments.rotation,
            seed=arguments.seed,
        )
    print(json.dumps(figures, indent=2))
    sys.exit(bool(figures["calls that failed"] or figures["refreshes of a token that was not due"]))


if __name__ == "__main__":
    main()
