"""An access token that is refreshed by OAuth, by one of all threads, tasks and processes that need it."""

from __future__ import annotations

import copy
import inspect
import math
import os
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import partial
from operator import methodcaller
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, overload

import httpx
from hubspot_events_runtime.apart import apart, apart_async
from hubspot_events_runtime.clients import BASE_URL, POOLS
from hubspot_events_runtime.clock import Clock, SystemClock
from hubspot_events_runtime.errors import (
    AuthenticationError,
    CallbackError,
    HubSpotError,
    InputError,
    RequestTimeoutError,
    error_from_exception,
    is_text,
)
from hubspot_events_runtime.exchange import Outcome, exchange, exchange_async
from hubspot_events_runtime.urls import checked_url

from ._access_token import Asked, Step, TokenAuth, authorise, check_token
from ._token_endpoint import TOKEN_PATH, is_printable, is_sendable, refresh_request, refusal, tokens_of
from ._tokens import AsyncTokenStore, TokenSet, TokenStore, is_time, is_usable

_LONGEST_REFRESH = 120.0  # seconds to wait for one
_POLL = 0.02  # seconds between two looks at whether somebody else's refresh is done

# The auth whose refresh this code is a part of, such as `on_refresh`.
_refreshing: ContextVar[object] = ContextVar("refreshing", default=None)


class _Kept(NamedTuple):
    """The tokens that are good now, from the last refresh on; `failure` is what that one failed with."""

    tokens: TokenSet
    failure: HubSpotError | None = None


class OAuthRefresh(TokenAuth):
    """Sends an access token that is refreshed with a refresh token, one per account that installed the app.

    A token is refreshed a minute ahead of its expiry. When many threads or tasks need one at once, one of them
    refreshes and the others wait for it; with a `store`, one of many processes. HubSpot says that a 401 alone is no
    sign that a refresh is due, so one on a token that should be good leads to one refresh and one more try, and the
    next is raised. One object serves sync and async clients and any number of event loops.

    A refresh runs in a thread of its own, or in a task for an async client, and is finished whatever becomes of the
    call that began it: HubSpot may have changed the refresh token by then.

    Args:
        client_id: The id of the app.
        client_secret: The secret of the app.
        refresh_token: The refresh token of the account. With a `store` it is used while that has none, or when the
            token endpoint refuses the stored one, and can be left out.
        on_refresh: Called with a `TokenSet` after each refresh and before the request is sent, to store the refresh
            token; in the refresh's thread or task. What it raises is raised from the call, and the next call hands the
            same tokens over again. May be async for an async client. Calls that it makes go out with the new token.
        access_token: An access token that is known already, so that no refresh is needed at first.
        expires_at: When that expires, in Unix seconds.
        token_url: The token endpoint; by default the dated one below the client's `base_url`.
        clock: Tells the time.
        store: Keeps the tokens for all processes that serve the account: `FileTokenStore`, `RedisTokenStore`, or one of
            your own. What it raises is raised from the call.
        account: The account, such as its hub id, by which the store finds its tokens.

    Raises:
        AuthenticationError: From the call that needed a token: the token endpoint refused, and says why.
        InputError: An argument is empty, or the address is plain http and not loopback.

    """

    @overload
    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        on_refresh: Callable[[TokenSet], Awaitable[None] | None] | None = None,
        access_token: str | None = None,
        expires_at: float | None = None,
        token_url: str | None = None,
        clock: Clock | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str | None = None,
        on_refresh: Callable[[TokenSet], Awaitable[None] | None] | None = None,
        access_token: str | None = None,
        expires_at: float | None = None,
        token_url: str | None = None,
        clock: Clock | None = None,
        store: TokenStore | AsyncTokenStore,
        account: str | int,
    ) -> None: ...

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str | None = None,
        on_refresh: Callable[[TokenSet], Awaitable[None] | None] | None = None,
        access_token: str | None = None,
        expires_at: float | None = None,
        token_url: str | None = None,
        clock: Clock | None = None,
        store: TokenStore | AsyncTokenStore | None = None,
        account: str | int | None = None,
    ) -> None:
        texts = {"client_id": client_id, "client_secret": client_secret}
        if store is None or refresh_token is not None:
            texts["refresh_token"] = refresh_token or ""
        for name, value in texts.items():
            if not is_printable(value):
                raise InputError(name, "must be printable text that is not blank, without a line break at its end")
        if store is not None and not callable(getattr(store, "lock", None)):
            raise InputError("store", f"must be a TokenStore, such as FileTokenStore, not {type(store).__name__}")
        if (store is None) != (account is None):
            raise InputError("account", "goes with store: give both or neither")
        if account is not None and not (isinstance(account, str | int) and is_text(str(account))):
            raise InputError("account", "must be what tells the account from others, such as its hub id")
        if on_refresh is not None and not callable(on_refresh):
            raise InputError("on_refresh", f"must be a function, not {type(on_refresh).__name__}")
        if expires_at is not None and not (is_time(expires_at) and math.isfinite(expires_at)):
            raise InputError("expires_at", "must be Unix seconds, such as TokenSet.expires_at")
        if (access_token is None) != (expires_at is None):
            raise InputError("expires_at", "goes with access_token: give both or neither")
        if access_token is not None:
            check_token(access_token)
        # httpx would send an enum's name for its text.
        self._client_id, self._client_secret = str.__str__(client_id), str.__str__(client_secret)
        self._on_refresh = on_refresh or (lambda _: None)
        self._token_url = checked_url("token_url", token_url) if token_url else None
        self._clock = clock or SystemClock()
        self._store = store
        self._account = str(account)
        self._given = str.__str__(refresh_token or "")
        # In one object, which is replaced as a whole: nobody sees half of a refresh.
        expiry = -math.inf if expires_at is None else expires_at
        self._kept = _Kept(TokenSet(access_token or "", self._given, expiry))
        self._earlier: tuple[str, ...] = ()  # the tokens before, which an answer may still repeat
        self._unstored: TokenSet | None = None  # until the store has them, and on_refresh has returned
        self._locks: dict[int, threading.Lock] = {}
        self._pool: Any = None  # of the refresh that is under way

    @property
    def secrets(self) -> set[str]:
        """What no error, result or log may show."""
        kept = self._kept.tokens
        return {self._client_secret, self._given, kept.refresh_token, kept.access_token, *self._earlier} - {""}

    @property
    def _lock(self) -> threading.Lock:
        """The lock of a refresh, in this process: after a fork nobody is left to release that of the parent.

        One of threads for tasks as well: a lock of asyncio belongs to one event loop, and not to threads.
        """
        return self._locks.setdefault(os.getpid(), threading.Lock())

    @property
    def _is_storing(self) -> bool:
        """Whether `on_refresh` runs. Calls go on with the new token then, as one made by it would wait for itself."""
        return self._unstored is not None and self._lock.locked()

    def _flow(self, request: httpx.Request) -> Generator[httpx.Request | Step, Any, None]:
        if POOLS not in request.extensions:
            raise InputError(
                "auth", "OAuthRefresh needs a HubSpotEvents or AsyncHubSpotEvents, whose requests it knows"
            )
        seen = self._kept
        if (self._clock.time() >= seen.tokens.refresh_at or self._unstored) and not self._is_storing:
            yield _Refresh(self, request, seen)
        seen = self._kept
        authorise(request, seen.tokens.access_token)
        response = yield request
        if response.status_code == 401:
            if not self._is_storing:
                yield _Refresh(self, request, seen)
            if self._kept.tokens is not seen.tokens:
                authorise(request, self._kept.tokens.access_token)
                yield request

    def _is_due(self, seen: _Kept) -> bool:
        """Whether nobody else of this process has got other tokens than those seen, and stored them.

        Raises what somebody else's refresh failed with, when one was tried after `seen`.
        """
        if self._kept is not seen and self._kept.failure:
            raise copy.copy(self._kept.failure)
        return self._kept is seen or self._unstored is not None

    def _locked(self) -> Any:
        """Return what is entered for a refresh: the store's lock of the account, if there is a store."""
        return nullcontext(_NOWHERE) if self._store is None else self._store.lock(self._account)

    def _turn(self, request: httpx.Request, seen: _Kept) -> Generator[httpx.Request | Callable[[Any], Any], Any, None]:
        """Yield what is to be done by who is in the lock: what to ask of the store, and a refresh to send.

        What came of it is sent in. Newer tokens than those seen, which another process stored, are taken.
        """
        stored = _checked((yield _READ))
        if self._unstored:
            if stored is None or stored.expires_at < self._unstored.expires_at:
                yield methodcaller("write", self._unstored)
            return
        if self._takes(stored, seen):
            return
        # As TokenSets no traceback shows them among its variables.
        known = self._kept.tokens if stored is None else stored
        again = TokenSet("", "" if self._store is None else self._given, 0)  # as when the app was installed anew
        failure: HubSpotError | None = None
        for tried in {one.refresh_token: one for one in (known, again)}.values():
            if not is_printable(tried.refresh_token):
                continue
            refresh = self._refresh_request(request, tried)
            came = self._came((yield refresh), refresh, tried)
            if isinstance(came, TokenSet):
                self._keep(came)
                self._unstored = came
                yield methodcaller("write", came)
                return
            is_refusal = isinstance(came, AuthenticationError)
            failure = failure if failure and is_refusal else came
            if not is_refusal:
                break
            # It may have come between, when a lock ends by itself and its holder was slow.
            if self._store and self._takes(_checked((yield _READ)), seen):
                return
        if failure is None:
            raise InputError("refresh_token", f"give one, as the store has none for account {self._account}")
        self._kept = self._kept._replace(failure=copy.copy(failure))
        raise failure

    def _takes(self, stored: TokenSet | None, seen: _Kept) -> bool:
        """Keep the tokens of the store when they are newer than those seen, and good."""
        if stored is None or not is_sendable(stored.access_token) or self._clock.time() >= stored.refresh_at:
            return False
        # HubSpot may give out the same token anew; and a database may have rounded the time.
        if stored.access_token == seen.tokens.access_token and stored.expires_at <= seen.tokens.expires_at + 1:
            return False
        self._keep(stored)
        return True

    def _keep(self, tokens: TokenSet) -> None:
        kept = self._kept.tokens
        self._earlier = (kept.refresh_token, kept.access_token)
        self._kept = _Kept(tokens)

    def _refresh_request(self, request: httpx.Request, by: TokenSet) -> httpx.Request:
        url = self._token_url or request.extensions[BASE_URL] + TOKEN_PATH
        form = {"client_id": self._client_id, "client_secret": self._client_secret, "refresh_token": by.refresh_token}
        return refresh_request(url, form, request)

    def _came(self, outcome: Outcome, refresh: httpx.Request, by: TokenSet) -> TokenSet | HubSpotError:
        """Return what came of a refresh: tokens, or the error for an answer without any."""
        if isinstance(outcome, CallbackError):
            raise outcome
        if isinstance(outcome, HubSpotError):
            return outcome
        now = self._clock.time()
        if isinstance(outcome, Exception):
            return error_from_exception(outcome, refresh, now, (), is_refresh=True)
        tokens = tokens_of(outcome.answer(()), by.refresh_token, now)
        return tokens or refusal(outcome.answer(self.secrets | {by.refresh_token}), now)

    def _finish(self, pool: httpx.Client) -> None:
        """Wait for a refresh that is under way over a pool which is to be closed."""
        for _ in range(_looks()):
            if not self._is_under_way(pool):
                return
            time.sleep(_POLL)

    async def _finish_async(self, pool: httpx.AsyncClient) -> None:
        """Wait for a refresh that is under way over a pool which is to be closed."""
        import anyio  # noqa: PLC0415

        with anyio.CancelScope(shield=True):
            for _ in range(_looks()):
                if not self._is_under_way(pool):
                    return
                await anyio.sleep(_POLL)

    def _is_under_way(self, pool: httpx.Client | httpx.AsyncClient) -> bool:
        # A refresh that closes the client in its `on_refresh` would wait for itself.
        return self._lock.locked() and self._pool is pool and _refreshing.get() is not self


class _Nowhere:
    """The store of who has none."""

    def read(self) -> None:
        pass

    def write(self, tokens: TokenSet) -> None:
        pass


_NOWHERE = _Nowhere()
_READ = methodcaller("read")


def _checked(stored: Any) -> TokenSet | None:
    if stored is None or (isinstance(stored, TokenSet) and is_usable(stored)):
        return stored
    raise InputError("store", "its read() must return a TokenSet, with its times as Unix seconds, or None")


class _Refresh(NamedTuple):
    """A refresh that is due. It runs apart from the call that needs it, and the call waits for it.

    So nothing that ends the call, an interrupt, a cancellation, a time limit, ends a refresh that has begun.
    """

    auth: OAuthRefresh
    request: httpx.Request
    seen: _Kept

    def do(self) -> None:
        if not apart(self._take_turn, _LONGEST_REFRESH):
            raise _stuck()

    async def do_async(self) -> None:
        if not await apart_async(self._take_turn_async, _LONGEST_REFRESH):
            raise _stuck()

    def _take_turn(self) -> None:
        auth, lock, pools = self.auth, self.auth._lock, self.request.extensions[POOLS]
        acquired = False
        try:
            acquired = lock.acquire(timeout=_LONGEST_REFRESH)
            if not acquired:
                raise _stuck()
            auth._pool = pools.pool
            _refreshing.set(auth)
            if auth._is_due(self.seen):
                with _of_the_caller():
                    self._drive(auth._locked(), partial(_sent, pools))
            if auth._unstored:
                Asked("on_refresh", partial(auth._on_refresh, auth._unstored)).do()
                auth._unstored = None
        finally:
            if acquired:
                lock.release()

    async def _take_turn_async(self) -> None:
        import anyio  # noqa: PLC0415

        auth, lock, pools = self.auth, self.auth._lock, self.request.extensions[POOLS]
        acquired = False
        try:
            for _ in range(_looks()):
                acquired = lock.acquire(blocking=False)
                if acquired:
                    break
                await anyio.sleep(_POLL)
            else:
                raise _stuck()
            auth._pool = pools.pool
            _refreshing.set(auth)
            if auth._is_due(self.seen):
                with _of_the_caller():
                    place = auth._locked()
                    drive = self._drive_async if hasattr(place, "__aenter__") else self._drive_in_thread
                    await drive(place, partial(_sent_async, pools))
            if auth._unstored:
                await Asked("on_refresh", partial(auth._on_refresh, auth._unstored)).do_async()
                auth._unstored = None
        finally:
            if acquired:
                lock.release()

    def _drive(self, place: Any, send: Callable[[httpx.Request], Outcome]) -> None:
        """Take the steps of a turn."""
        if not hasattr(place, "__enter__"):
            raise InputError("store", "its lock() must return a context manager; an async one needs AsyncHubSpotEvents")
        turn, done = self.auth._turn(self.request, self.seen), None
        with place as entry:
            while True:
                try:
                    step = turn.send(done)
                except StopIteration:
                    return
                done = send(step) if isinstance(step, httpx.Request) else step(entry)
        raise _hidden()

    async def _drive_async(self, place: Any, send: Callable[[httpx.Request], Awaitable[Outcome]]) -> None:
        """Take the steps of a turn, with a store that is async itself."""
        turn, done = self.auth._turn(self.request, self.seen), None
        async with place as entry:
            while True:
                try:
                    step = turn.send(done)
                except StopIteration:
                    return
                doing = send(step) if isinstance(step, httpx.Request) else step(entry)
                done = await doing if inspect.isawaitable(doing) else doing
        raise _hidden()

    async def _drive_in_thread(self, place: Any, send: Callable[[httpx.Request], Awaitable[Outcome]]) -> None:
        """Take the steps of a turn in a thread, where a store may block; what it wants to send is sent from here."""
        import anyio  # noqa: PLC0415

        wanted: SimpleQueue[httpx.Request | BaseException | None] = SimpleQueue()
        outcomes: SimpleQueue[Outcome] = SimpleQueue()

        def ask(request: httpx.Request) -> Outcome:
            wanted.put(request)
            return outcomes.get()

        def work() -> None:
            try:
                self._drive(place, ask)
            except BaseException as error:  # noqa: BLE001 - raised again, in the task
                wanted.put(error)
            else:
                wanted.put(None)

        threading.Thread(target=work, name="hubspot-events refresh").start()
        try:
            while True:
                try:
                    step = wanted.get_nowait()
                except Empty:
                    await anyio.sleep(_POLL)
                    continue
                if not isinstance(step, httpx.Request):
                    break
                outcomes.put(await send(step))
        except BaseException:
            # As its event loop ends. The thread does not wait for an answer then, and lets go of the lock.
            outcomes.put(httpx.ReadError("the event loop ended"))
            raise
        if step is not None:
            raise step


def _sent(pools: Any, refresh: httpx.Request) -> Outcome:
    with pools.one() as pool:  # which nobody closes then
        # With cookies of its own: the lock of the pool's is one that an interrupted call can leave locked.
        twin = copy.copy(pool)
        twin.cookies = httpx.Cookies()
        return exchange(twin, refresh)


async def _sent_async(pools: Any, refresh: httpx.Request) -> Outcome:
    async with pools.one() as pool:
        return await exchange_async(pool, refresh)


@contextmanager
def _of_the_caller() -> Iterator[None]:
    """Let what a store raises come out of the call as it is, where nothing mistakes it for an answer of HubSpot's."""
    try:
        yield
    except (HubSpotError, CallbackError):
        raise
    except Exception as error:  # noqa: BLE001 - raised again
        raise CallbackError(error) from None


def _hidden() -> InputError:
    return InputError("store", "its lock() hides what goes wrong while it is held: let it raise that")


def _looks() -> int:
    return int(_LONGEST_REFRESH / _POLL) + 1


def _stuck() -> RequestTimeoutError:
    return RequestTimeoutError("the refresh of the access token, maybe somebody else's, does not end")
