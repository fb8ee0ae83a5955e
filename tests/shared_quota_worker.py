"""What the processes of test_shared_limiter.py do."""

from __future__ import annotations

import os
import time
from typing import Any

from hubspot_events import RedisQuota, SharedRateLimiter, SQLiteQuota

LIMIT = 40  # requests in a second
HEADERS = {
    "x-hubspot-ratelimit-max": str(LIMIT),
    "x-hubspot-ratelimit-interval-milliseconds": "1000",
}


def make_store(place: str) -> RedisQuota | SQLiteQuota:
    """Return the store of a Redis or of a file."""
    return RedisQuota(place) if place.startswith("redis:") else SQLiteQuota(place)


def set_limit(place: str) -> None:
    """Let the store learn of a window of a second, from the answer to a first request."""
    limiter = SharedRateLimiter(make_store(place), "4711")
    turn = limiter.line_up()
    assert limiter.wait_of(turn, time.time()) == 0
    limiter.learn(turn, HEADERS, time.time())
    limiter.leave(turn, time.time())
    limiter.tell(time.time())


def keep_sending(place: str, log: str, skew: float, is_over: str) -> None:
    """Write down when each request goes out, until there is a file that says it is over."""

    def clock() -> float:
        return time.time() + skew

    limiter = SharedRateLimiter(make_store(place), "4711")
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
