"""Work that is finished whatever becomes of its caller: an interrupt or a cancellation ends the wait alone."""

from __future__ import annotations

import _thread
import atexit
import contextvars
import os
import time
from collections.abc import Awaitable, Callable, Coroutine
from importlib import import_module
from queue import Empty, SimpleQueue
from typing import Any

#: Seconds that a wait takes at the longest before it begins anew: Python handles a signal that comes just before a wait
#: only after it.
SIGNAL_POLL = 1.0

# What threads of a process do now, by its id: a fork takes the set along, and not the threads.
_under_way: set[tuple[int, object]] = set()


def apart(work: Callable[[], None], longest: float) -> bool:
    """Do something in a thread of its own, in which no signal is handled, and wait for it.

    Returns whether it ended within `longest` seconds; raises what it raised.
    """
    outcome: SimpleQueue[BaseException | None] = SimpleQueue()

    def run() -> None:
        entry = os.getpid(), outcome
        _under_way.add(entry)
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again, by the caller
            outcome.put(error)
        else:
            outcome.put(None)
        finally:
            _under_way.discard(entry)

    try:
        # Not by `threading`, which an exception of a signal handler can leave in the middle of starting a thread.
        _thread.start_new_thread(contextvars.copy_context().run, (run,))
    except RuntimeError:  # there can be no more threads, as when the interpreter ends
        run()
    until = time.monotonic() + longest
    while (left := until - time.monotonic()) > 0:
        try:
            error = outcome.get(timeout=min(left, SIGNAL_POLL))
        except Empty:
            continue
        if error:
            raise error
        return True
    return False


@atexit.register
def _wait() -> None:
    """Wait for the threads as the interpreter waits for those of `threading`."""
    while os.getpid() in [process for process, _ in list(_under_way)]:
        time.sleep(0.02)


async def apart_async(work: Callable[[], Awaitable[None]], longest: float) -> bool:
    """Do something in a task of its own, of asyncio or trio, and wait for it.

    Returns whether it ended within `longest` seconds; raises what it raised.
    """
    # Imported where they are needed: httpx loads them for an async client only.

    import anyio  # noqa: PLC0415

    cancelled = anyio.get_cancelled_exc_class()
    error: BaseException | None = None
    is_done = False
    ended = anyio.Event()

    async def run() -> None:
        nonlocal error, is_done
        try:
            await work()
            is_done = True
        except cancelled:  # as its event loop ends
            raise
        except BaseException as raised:  # noqa: BLE001 - raised again, by the caller
            error = raised
        finally:
            ended.set()

    spawn(run)
    with anyio.move_on_after(longest):
        await ended.wait()
    if error:
        raise error
    return is_done


def spawn(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Start a task of asyncio or trio that nobody waits for; it must raise nothing."""
    import asyncio  # noqa: PLC0415 - as above

    try:
        # Kept by what it waits for. In an event loop that was closed it is not, and what it holds is let go.
        asyncio.get_running_loop().create_task(work())
    except RuntimeError:
        # Not an import statement: in a copy of this package a type checker would look for what need not be there.
        trio: Any = import_module("trio")
        trio.lowlevel.spawn_system_task(work, context=contextvars.copy_context())
