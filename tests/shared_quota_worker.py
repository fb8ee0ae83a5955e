"""What the processes of test_shared_limiter.py do."""

from __future__ import annotations

import os
import time
from typing import Any

from guide import make_table, on_sqlalchemy
from hubspot_events import RedisQuota, SharedRateLimiter, SQLiteQuota
from sqlalchemy import create_engine

GUIDE = "several-workers.md"
ACCOUNT = "4711"

LIMIT = 40  # requests in a second
HEADERS = {
    "x-hubspot-ratelimit-max": str(LIMIT),
    "x-hubspot-ratelimit-interval-milliseconds": "1000",
}


def make_store(place: str) -> Any:
    """Return the store of a Redis, of a database, or of a file."""
    if "+" in place:
        return on_sqlalchemy(GUIDE)["DatabaseQuota"](create_engine(place))
    return RedisQuota(place) if place.startswith("redis:") else SQLiteQuota(place)


def make_quotas(place: str) -> None:
    """Make the table of the guide anew in a database, with the row that is there when an app was installed."""
    make_table(GUIDE, place, "AccountQuota", hub_id=ACCOUNT)


def set_limit(place: str) -> None:
    """Let the store learn of a window of a second, from the answer to a first request."""
    limiter = SharedRateLimiter(make_store(place), ACCOUNT)
    turn = limiter.line_up()
    assert limiter.wait_of(turn, time.time()) == 0
    limiter.learn(turn, HEADERS, time.time())
    limiter.leave(turn, time.time())
    limiter.tell(time.time())


def keep_sending(place: str, log: str, skew: float, is_over: str) -> None:
    """Write down when each request goes out, until there is a file that says it is over."""

    def clock() -> float:
        return time.time() + skew

    limiter = SharedRateLimiter(make_store(place), ACCOUNT)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while not os.path.exists(is_over):
        turn = limiter.line_up(is_bulk=True)
        while wait := limiter.wait_of(turn, clock()):
            time.sleep(wait)
        os.write(descriptor, f"{time.time()}\n".encode())
        time.sleep(0.01)  # HubSpot counts it now
        limiter.leave(turn, clock())
        limiter.tell(clock())


def send_one(limiter: Any) -> bool:
    """Say whether a request may go out."""
    return bool(limiter.wait_of(limiter.line_up(), time.time()) == 0)
