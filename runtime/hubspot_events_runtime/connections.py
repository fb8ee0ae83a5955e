"""The connections of a client: made anew where they are of no use, without a proxy to this machine, so many at once.

What is under way is bounded here and not by httpx's pool: that looks at all who wait each time that one is done, counts
the waiting as a time-out, and keeps a place for who was cancelled while waiting.
"""

from __future__ import annotations

import os
import queue
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import httpx

from .errors import InputError
from .streams import take_over
from .trust import trusted

if TYPE_CHECKING:
    import anyio

Pool = TypeVar("Pool", httpx.Client, httpx.AsyncClient)

#: How many requests of a client are under way at the most.
MAX_CONCURRENCY = 50

# A connection whose task was cancelled may be counted by httpx for ever, so that the bound is ours alone.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=MAX_CONCURRENCY)
_MOST_CANCELLED = 25  # cancelled calls, after which a pool of a client's own is made anew, and what they left is closed

# What httpx makes of the environment when a pool is made.
_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


class _NoCookies(httpx.Cookies):
    """Keeps no cookies: the network in front of HubSpot sets some for browsers, and to look for them costs CPU time."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Do not look."""


_NO_COOKIES = _NoCookies()


def _no_cookies(_: object) -> httpx.Cookies:
    return _NO_COOKIES


class _Pool(httpx.Client):
    cookies = property(_no_cookies, lambda *_: None)  # pyright: ignore[reportIncompatibleMethodOverride]


class _AsyncPool(httpx.AsyncClient):
    cookies = property(_no_cookies)  # pyright: ignore[reportIncompatibleMethodOverride]


class Connections(Generic[Pool]):
    """A pool of connections, the client's own or one that was handed in, and a place for each request under way.

    A pool of its own is made anew after a fork, where it is shared with another process that would get the answers, and
    in another event loop than its first, which its connections belong to.

    Attributes:
        is_own: Whether the pool was made here, and not handed in.
    """

    own_type: type[Pool]

    def __init__(self, pool: Pool | None) -> None:
        self.is_own = pool is None
        self._trusted: ssl.SSLContext | None = None  # of one pool after the other
        self._pool: Pool = self._made() if pool is None else pool

    @property
    def pool(self) -> Pool:
        """The pool, as it can be used here."""
        here, pool = self.here(), self._pool  # which the loop of another thread may change
        # Noted at the pool, in one step: it belongs to who uses it first.
        if vars(pool).setdefault("_home", here) != here:
            vars(pool).pop("_places", None)
            if self.is_own and not (pool.is_closed and pool is self._pool):
                # The old one is let go of as it is: to close it would end connections that are not ours.
                pool = self._made()
            vars(pool)["_home"] = here
            self._pool = pool
        return pool

    def here(self) -> Any:
        """Return what tells apart where a pool can be used."""
        return os.getpid()

    def _made(self) -> Pool:
        # Plain http is for this machine alone, and a proxy is not on it, or has no business there.
        mounts: Any = {"http://": None}
        try:
            self._trusted = self._trusted or trusted()
            pool = self.own_type(limits=_LIMITS, mounts=mounts, verify=self._trusted)
        except Exception as error:  # noqa: BLE001 - raised again, by name
            given = {name: value for name, value in os.environ.items() if name.upper() in _VARIABLES}
            # A password stands before an @, and what httpx says of the value may have a part of it.
            secret = [name for name, value in given.items() if "@" in value or "%40" in value]
            shown = ", ".join(name if name in secret else f"{name}={value!r}" for name, value in given.items())
            raise InputError(
                "the environment", f"httpx cannot use what it says of proxies and certificates: {shown}"
            ) from (None if secret else error)
        take_over(pool)
        return pool

    def _places(self, pool: Pool) -> Any:
        """Return the places of a pool, noted at it, too: clients of many accounts may share it."""
        return vars(pool).get("_places") or vars(pool).setdefault("_places", self._free())

    def _free(self) -> Any:
        """Return places that are all free."""
        raise NotImplementedError


class SyncConnections(Connections[httpx.Client]):
    """The connections of a sync client."""

    own_type = _Pool

    @contextmanager
    def one(self) -> Iterator[httpx.Client]:
        """Wait for a place, and give the pool for one request."""
        pool = None
        try:
            while True:
                pool = self.pool
                places, place = self._places(pool), None
                try:
                    # A loop takes and notes a place in one: behind a call, an interrupt would come first.
                    for place in iter(places.get, None):  # noqa: B007 - given back
                        break
                    if pool is self._pool:  # or else who was interrupted has let go of it in between
                        yield pool
                        return
                finally:
                    if place:
                        places.put(place)
        except BaseException:
            if pool:
                self.let_go_of(pool)
            raise

    def let_go_of(self, pool: httpx.Client) -> None:
        """Use a pool no more, if it is the client's own, as who was interrupted may have left a lock of it locked.

        An interrupt, or the time limit of a job queue, comes at any place, and so between taking a lock of httpcore's
        and noting that it is taken: whoever needs it next would wait for ever.
        """
        if self.is_own and pool is self._pool:
            self._pool = self._made()
            if self._places(pool).qsize() == MAX_CONCURRENCY:  # or else it is left as it is: others are under way in it
                pool.close()

    def _free(self) -> queue.SimpleQueue[bool]:
        # Takes a third of the time of a semaphore. Looked up now, as gevent changes it.
        free: queue.SimpleQueue[bool] = queue.SimpleQueue()
        for _ in range(MAX_CONCURRENCY):
            free.put(True)
        return free


class AsyncConnections(Connections[httpx.AsyncClient]):
    """The connections of an async client."""

    own_type = _AsyncPool
    _cancelled = 0

    def __init__(self, pool: httpx.AsyncClient | None) -> None:
        super().__init__(pool)
        self._under_way: WeakKeyDictionary[httpx.AsyncClient, int] = WeakKeyDictionary()

    def here(self) -> Any:
        """Return what tells apart where a pool can be used: the process, and the event loop of asyncio."""
        import asyncio  # noqa: PLC0415 - only who has an event loop needs it

        try:
            return os.getpid(), asyncio.get_running_loop()
        except RuntimeError:  # in trio, or nowhere
            return os.getpid(), None

    @asynccontextmanager
    async def one(self) -> AsyncIterator[httpx.AsyncClient]:
        """Wait for a place, and give the pool for one request."""
        import anyio  # noqa: PLC0415 - as above

        while True:
            pool = self.pool
            places = self._places(pool)
            try:
                places.acquire_nowait()  # does not let other tasks go on, which would cost as much as the rest
            except anyio.WouldBlock:
                await places.acquire()
            if pool is self._pool or not pool.is_closed:  # or else all in it were cancelled
                break
            places.release()
        self._under_way[pool] = self._under_way.get(pool, 0) + 1
        try:
            yield pool
        except Exception:
            raise
        except BaseException:
            self._cancelled += 1
            if self.is_own and pool is self._pool and self._cancelled >= _MOST_CANCELLED:
                self._cancelled = 0
                self._pool = self._made()
            raise
        finally:
            places.release()
            self._under_way[pool] -= 1
            if pool is not self._pool and not self._under_way[pool]:
                with anyio.CancelScope(shield=True):
                    await pool.aclose()

    def _free(self) -> anyio.Semaphore:
        import anyio  # noqa: PLC0415 - as above

        return anyio.Semaphore(MAX_CONCURRENCY)
