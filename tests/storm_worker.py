"""A process of test_storm.py, whose client is interrupted and forked again and again: `python storm_worker.py sync`."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from hubspot_events import AsyncHubSpotEvents, HubSpotError, HubSpotEvents
from test_storm import CALLS, ImpatientClock, call, told, told_by

#: How many calls are made, from one fork to the next, by each who makes some.
ROUND = 10

OPTIONS: dict[str, Any] = {"clock": ImpatientClock(), "max_wait": 10_000, "max_retries": 3}
chance = random.Random(3)


def report(number: int, outcome: str) -> None:
    # In one write, so that what several processes say is not mixed.
    os.write(sys.stdout.fileno(), f"{number} {outcome}\n".encode())


def rounds() -> Iterator[tuple[Sequence[int], Sequence[int], Sequence[int]]]:
    """For each round, the numbers of the calls of who is interrupted, of those beside it, and of the fork."""
    for first in range(1, CALLS - 1, 3 * ROUND):
        numbers = range(first, CALLS - 1)
        yield numbers[:ROUND], numbers[ROUND : 2 * ROUND], numbers[2 * ROUND : 3 * ROUND]


def send(client: HubSpotEvents, number: int) -> None:
    try:
        outcome = told(call(client, number))
    except HubSpotError as error:
        outcome = told_by(error)
    report(number, outcome)


# Before the first fork, a call is made: a process that is forked while another thread imports a module, as httpx and
# anyio do when they are first used, can never import that module itself. That is Python's.
def sync_storm() -> None:
    with HubSpotEvents(**OPTIONS) as client, ThreadPoolExecutor(4) as threads:
        send(client, 0)
        for mine, beside, forked in rounds():
            others = [threads.submit(send, client, number) for number in beside]
            child = os.fork()
            if child == 0:
                for number in forked:
                    send(client, number)
                os._exit(0)
            for number in mine:
                with suppress(KeyboardInterrupt):
                    try:
                        signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0002, 0.01))
                        send(client, number)
                    finally:
                        signal.setitimer(signal.ITIMER_REAL, 0)
            for other in others:
                other.result()
            assert os.waitpid(child, 0)[1] == 0
        send(client, CALLS - 1)


async def send_async(client: AsyncHubSpotEvents, number: int) -> None:
    try:
        outcome = told(await call(client, number))
    except HubSpotError as error:
        outcome = told_by(error)
    report(number, outcome)


async def send_all(client: AsyncHubSpotEvents, numbers: Iterable[int]) -> None:
    await asyncio.gather(*(send_async(client, number) for number in numbers))


def fork(client: AsyncHubSpotEvents, numbers: Iterable[int]) -> None:
    child = os.fork()
    if child == 0:
        asyncio.run(send_all(client, numbers))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def async_storm() -> None:
    client = AsyncHubSpotEvents(**OPTIONS)

    async def ctrl_c() -> None:
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        press_ctrl_c()

    async def main(numbers: Iterable[int], forked: Iterable[int]) -> None:
        await asyncio.gather(asyncio.to_thread(fork, client, forked), send_all(client, numbers), ctrl_c())

    asyncio.run(send_async(client, 0))
    # Each in an event loop of its own, which Ctrl-C ends.
    for mine, beside, forked in rounds():
        with suppress(KeyboardInterrupt):
            asyncio.run(main([*mine, *beside], forked))
    asyncio.run(send_async(client, CALLS - 1))
    asyncio.run(client.aclose())


def press_ctrl_c(*_: Any) -> None:
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    # Also where it is ignored, as it is in the background of a shell.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, press_ctrl_c)
    {"sync": sync_storm, "async": async_storm}[sys.argv[1]]()
