"""How a request gets its access token: one that is given, or one that is refreshed by OAuth.

Both are `httpx.Auth`, whose flow is a generator without any I/O in it. httpx has no bearer token of its own.
"""

from __future__ import annotations

import copy
import inspect
import json
import math
import os
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from functools import partial
from typing import Any, Final, NoReturn, Protocol, TypeAlias, TypeGuard

import attrs
import httpx
from hubspot_events_api.models import Error
from hubspot_events_runtime.apart import apart, apart_async
from hubspot_events_runtime.clients import BASE_URL, POOL
from hubspot_events_runtime.clock import Clock, SystemClock
from hubspot_events_runtime.errors import (
    AuthenticationError,
    CallbackError,
    HubSpotError,
    InputError,
    RequestTimeoutError,
    ResponseError,
    error_from_exception,
    error_from_response,
    read_json,
)
from hubspot_events_runtime.exchange import Outcome, exchange, exchange_async
from hubspot_events_runtime.received import Answer
from hubspot_events_runtime.urls import checked_url

#: What gives an access token: the token itself, or a function that returns it; for an async client also one that
#: returns an awaitable of it. A function is asked before every request.
TokenSource: TypeAlias = str | Callable[[], str | Awaitable[str]]

TOKEN_PATH: Final = "/oauth/2026-03/token"  # noqa: S105 - where the tokens are

_MARGIN = 60.0  # seconds ahead of its expiry at which a token is refreshed, or a tenth of its life if that is less
_LIFETIME = 1800.0  # seconds, which HubSpot's tokens have today
_LONGEST_LIFETIME = 86_400.0 * 366
_LONGEST_REFRESH = 120.0  # seconds to wait for one
_POLL = 0.02  # seconds between two looks at whether somebody else's refresh is done


class _Secretive:
    """Keeps what it holds out of reprs and pickles."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds secrets and cannot be pickled")


class _Step(Protocol):
    """What a flow wants to have done, beside a request that is to be sent."""

    def do(self) -> Any: ...

    async def do_async(self) -> Any: ...


class _Auth(_Secretive, httpx.Auth):
    """Has what `_flow` yields done, for both kinds of clients, and sends in what came of it."""

    def _flow(self, request: httpx.Request) -> Generator[httpx.Request | _Step, Any, None]:
        raise NotImplementedError

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token to a request of a sync client."""
        flow, done = self._flow(request), None
        while True:
            try:
                step = flow.send(done)
            except StopIteration:
                return
            done = (yield step) if isinstance(step, httpx.Request) else step.do()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add the token to a request of an async client."""
        flow, done = self._flow(request), None
        while True:
            try:
                step = flow.send(done)
            except StopIteration:
                return
            done = (yield step) if isinstance(step, httpx.Request) else await step.do_async()


class AccessToken(_Auth):
    """Sends an access token that the caller has.

    A function is asked before every request, and once more after a 401: when it then returns another token, the request
    is sent again with that.

    Args:
        source: The token, or a function that returns it.

    """

    def __init__(self, source: TokenSource) -> None:
        if not callable(source):
            _check(source)
        self._source = source

    def _flow(self, request: httpx.Request) -> Generator[httpx.Request | _Step, Any, None]:
        if not callable(self._source):
            authorise(request, self._source)
            yield request
            return
        token = yield _Asked("access_token", self._source)
        authorise(request, token)
        response = yield request
        if response.status_code == 401:
            another = yield _Asked("access_token", self._source)
            if another != token:
                authorise(request, another)
                yield request


@attrs.frozen
class _Asked:
    """A function of the caller's that is to be called; `name` is the argument that it came with."""

    name: str
    function: Callable[[], Any]

    def do(self) -> Any:
        try:
            answer = self.function()
        except Exception as error:  # noqa: BLE001 - raised again, where nothing mistakes it for an answer of HubSpot's
            raise CallbackError(error) from None
        if inspect.isawaitable(answer):
            if inspect.iscoroutine(answer):
                answer.close()
            raise InputError(self.name, "an async function needs AsyncHubSpotEvents")
        return answer

    async def do_async(self) -> Any:
        try:
            answer = self.function()
            return await answer if inspect.isawaitable(answer) else answer
        except Exception as error:  # noqa: BLE001 - raised again, where nothing mistakes it for an answer of HubSpot's
            raise CallbackError(error) from None


@attrs.frozen
class TokenSet(_Secretive):
    """What a refresh returned. Its repr shows no token, and it cannot be pickled: store what is in it.

    Attributes:
        access_token: The access token.
        refresh_token: The refresh token to use from now on; store it, as the one before may have stopped working.
        expires_at: When the access token expires, in Unix seconds.

    """

    access_token: str = attrs.field(repr=False)
    refresh_token: str = attrs.field(repr=False)
    expires_at: float


@attrs.frozen
class _Kept:
    """The tokens that are good now, from the last refresh on; `failure` is what that one failed with."""

    tokens: TokenSet
    refresh_at: float
    failure: HubSpotError | None = None


class OAuthRefresh(_Auth):
    """Sends an access token that is refreshed with a refresh token, one per account that installed the app.

    A token is refreshed a minute ahead of its expiry. When many threads or tasks need one at once, one of them
    refreshes and the others wait for it. HubSpot says that a 401 alone is no sign that a refresh is due, so one on a
    token that should be good leads to one refresh and one more try, and the next is raised. One object serves sync and
    async clients and any number of event loops.

    A refresh runs in a thread of its own, or in a task for an async client, and is finished whatever becomes of the
    call that began it: HubSpot may have changed the refresh token by then.

    Args:
        client_id: The id of the app.
        client_secret: The secret of the app.
        refresh_token: The refresh token of the account.
        on_refresh: Called with a `TokenSet` after each refresh and before the request is sent, to store the refresh
            token; in the refresh's thread or task. What it raises is raised from the call, and the next call hands the
            same tokens over again. May be async for an async client. Calls that it makes go out with the new token.
        access_token: An access token that is known already, so that no refresh is needed at first.
        expires_at: When that expires, in Unix seconds.
        token_url: The token endpoint; by default the dated one below the client's `base_url`.
        clock: Tells the time.

    Raises:
        AuthenticationError: From the call that needed a token: the token endpoint refused, and says why.
        InputError: An argument is empty, or the address is plain http and not loopback.

    """

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
    ) -> None:
        for name, value in (
            ("client_id", client_id),
            ("client_secret", client_secret),
            ("refresh_token", refresh_token),
        ):
            if not isinstance(value, str) or not value:
                raise InputError(name, "must be text that is not empty")
        if on_refresh is not None and not callable(on_refresh):
            raise InputError("on_refresh", f"must be a function, not {type(on_refresh).__name__}")
        if expires_at is not None and not (isinstance(expires_at, int | float) and math.isfinite(expires_at)):
            raise InputError("expires_at", "must be Unix seconds, such as TokenSet.expires_at")
        if (access_token is None) != (expires_at is None):
            raise InputError("expires_at", "goes with access_token: give both or neither")
        if access_token is not None:
            _check(access_token)
        self._client_id = client_id
        self._client_secret = client_secret
        self._on_refresh = on_refresh or (lambda _: None)
        self._token_url = checked_url("token_url", token_url) if token_url else None
        self._clock = clock or SystemClock()
        expiry = -math.inf if expires_at is None else expires_at
        # In one object, which is replaced as a whole: nobody sees half of a refresh.
        self._kept = _Kept(TokenSet(access_token or "", refresh_token, expiry), expiry - _MARGIN)
        self._earlier: tuple[str, ...] = ()  # the tokens before, which an answer may still repeat
        self._unstored: TokenSet | None = None  # until on_refresh has returned
        self._locks: dict[int, threading.Lock] = {}
        self._pool: Any = None  # of the refresh that is under way

    @property
    def secrets(self) -> set[str]:
        """What no error, result or log may show."""
        kept = self._kept.tokens
        return {self._client_secret, kept.refresh_token, kept.access_token, *self._earlier} - {""}

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

    def _flow(self, request: httpx.Request) -> Generator[httpx.Request | _Step, Any, None]:
        if POOL not in request.extensions:
            raise InputError(
                "auth", "OAuthRefresh needs a HubSpotEvents or AsyncHubSpotEvents, whose requests it knows"
            )
        seen = self._kept
        if (self._clock.time() >= seen.refresh_at or self._unstored) and not self._is_storing:
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

    def _refresh_request(self, request: httpx.Request, seen: _Kept) -> httpx.Request | None:
        """Return the request to the token endpoint; None when there are new tokens already.

        Raises what somebody else's refresh failed with, when one was tried after `seen`.
        """
        if self._kept is not seen and self._kept.failure:
            raise copy.copy(self._kept.failure)
        if self._kept is not seen or self._unstored:
            return None
        return httpx.Request(
            "POST",
            self._token_url or request.extensions[BASE_URL] + TOKEN_PATH,
            # In the body: HubSpot refuses them in the query string, which gateways log.
            data={
                "grant_type": "refresh_token",
                "client_id": self._client_id,
                "client_secret": self._client_secret,
                "refresh_token": self._kept.tokens.refresh_token,
            },
            headers={"User-Agent": request.headers.get("User-Agent", ""), "Accept": "application/json"},
            # The time-out stands here; a request made by hand has none.
            extensions=request.extensions,
        )

    def _keep(self, outcome: Outcome, refresh: httpx.Request) -> None:
        """Keep the tokens of an answer; raises the error for one that has none."""
        if isinstance(outcome, CallbackError):
            raise outcome
        now = self._clock.time()
        kept = self._kept.tokens
        failure: HubSpotError
        if isinstance(outcome, Exception):
            failure = error_from_exception(outcome, refresh, now, (), is_refresh=True)
        else:
            answer = outcome.answer(())
            body = read_json(answer.content)
            fields = body if isinstance(body, dict) else {}
            token, rotated = fields.get("access_token"), fields.get("refresh_token")
            if answer.is_success and _is_sendable(token):
                lifetime = _lifetime(fields.get("expires_in"))
                refresh_token = rotated if isinstance(rotated, str) and rotated else kept.refresh_token
                tokens = TokenSet(token, refresh_token, now + lifetime)
                self._earlier = (kept.refresh_token, kept.access_token)
                self._kept = _Kept(tokens, now + lifetime - min(_MARGIN, lifetime / 10))
                self._unstored = tokens
                return
            failure = _refusal(outcome.answer(self.secrets), now)
        self._kept = attrs.evolve(self._kept, failure=copy.copy(failure))
        raise failure

    def _finish(self, pool: httpx.Client) -> None:
        """Wait for a refresh that is under way over a pool which is to be closed."""
        for _ in range(_looks()):
            if not self._is_over(pool):
                return
            time.sleep(_POLL)

    async def _finish_async(self, pool: httpx.AsyncClient) -> None:
        """Wait for a refresh that is under way over a pool which is to be closed."""
        import anyio  # noqa: PLC0415

        with anyio.CancelScope(shield=True):
            for _ in range(_looks()):
                if not self._is_over(pool):
                    return
                await anyio.sleep(_POLL)

    def _is_over(self, pool: httpx.Client | httpx.AsyncClient) -> bool:
        return self._lock.locked() and self._pool is pool


@attrs.frozen
class _Refresh:
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
        auth, lock, pool = self.auth, self.auth._lock, self.request.extensions[POOL]
        acquired = False
        try:
            acquired = lock.acquire(timeout=_LONGEST_REFRESH)
            if not acquired:
                raise _stuck()
            auth._pool = pool
            if refresh := auth._refresh_request(self.request, self.seen):
                # With cookies of its own: the lock of the pool's is one that an interrupted call can leave locked.
                twin = copy.copy(pool)
                twin.cookies = httpx.Cookies()
                auth._keep(exchange(twin, refresh), refresh)
            if auth._unstored:
                _Asked("on_refresh", partial(auth._on_refresh, auth._unstored)).do()
                auth._unstored = None
        finally:
            if acquired:
                lock.release()

    async def _take_turn_async(self) -> None:
        import anyio  # noqa: PLC0415

        auth, lock, pool = self.auth, self.auth._lock, self.request.extensions[POOL]
        acquired = False
        try:
            for _ in range(_looks()):
                acquired = lock.acquire(blocking=False)
                if acquired:
                    break
                await anyio.sleep(_POLL)
            else:
                raise _stuck()
            auth._pool = pool
            if refresh := auth._refresh_request(self.request, self.seen):
                auth._keep(await exchange_async(pool, refresh), refresh)
            if auth._unstored:
                await _Asked("on_refresh", partial(auth._on_refresh, auth._unstored)).do_async()
                auth._unstored = None
        finally:
            if acquired:
                lock.release()


def _looks() -> int:
    return int(_LONGEST_REFRESH / _POLL) + 1


def _stuck() -> RequestTimeoutError:
    return RequestTimeoutError("the refresh of the access token, maybe somebody else's, does not end")


def _refusal(answer: Answer, now: float) -> ResponseError:
    """Return the error for a refresh that failed, with what says why of the answer and no more: it may have secrets."""
    body = read_json(answer.content)
    fields = body if isinstance(body, dict) else {}
    said = {name: fields[name] for name in _TOLD if isinstance(fields.get(name), str)}
    if "error_description" in said:
        said.setdefault("message", said["error_description"])
    told = answer._replace(content=json.dumps(said).encode() if said else b"")
    error: ResponseError
    if answer.is_success:
        message = "the token endpoint returned no access token"
        error = AuthenticationError(told, now=now, model=Error, message=message)
    elif answer.status_code in _REFUSED:
        error = AuthenticationError(told, now=now, model=Error)
    else:
        error = error_from_response(told, now, Error)
        error.may_have_been_processed = False
    # Why HubSpot refuses stands in its `status`, and OAuth's word for it in `error`.
    words = (said.get(name) for name in ("status", "error"))
    error.category = error.category or next((word for word in words if word and word != "error"), None)
    return error


# By which the token endpoint refuses for good. What else it answers is the error that it is elsewhere.
_REFUSED = frozenset({400, 401, 403})

# What HubSpot and OAuth say in an error.
_TOLD = ("status", "message", "category", "correlationId", "errorType", "policyName", "error", "error_description")


def _lifetime(expires_in: Any) -> float:
    """Return the seconds that a token is good for; those of today where the answer has none that can be meant."""
    try:
        seconds = float(expires_in)
    except (TypeError, ValueError, OverflowError):
        return _LIFETIME
    return seconds if 0 < seconds <= _LONGEST_LIFETIME else _LIFETIME


def authorise(request: httpx.Request, token: Any) -> None:
    """Add a token to a request."""
    _check(token)
    request.headers["Authorization"] = f"Bearer {token}"


def _check(token: Any) -> None:
    """Refuse what cannot stand in a header, without showing it, which httpx would do."""
    if not _is_sendable(token):
        raise InputError(
            "access_token", "must be text of visible ASCII characters, without spaces or a line break at its end"
        )


def _is_sendable(token: Any) -> TypeGuard[str]:
    return isinstance(token, str) and bool(token) and all("!" <= character <= "~" for character in token)
