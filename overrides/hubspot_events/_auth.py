"""How a request gets its access token: one that is given, or one that is refreshed by OAuth.

Both are `httpx.Auth`, whose flow is a generator without any I/O in it. httpx has no bearer token of its own.
"""

from __future__ import annotations

import inspect
import math
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from typing import Any, Final, NoReturn, TypeAlias, TypeGuard, TypeVar

import attrs
import httpx

from ._clock import Clock, SystemClock
from ._errors import AuthenticationError, InputError, RequestTimeoutError, read_json
from ._urls import checked_url

#: What gives an access token: the token itself, or a function that returns it; for an async client also one that
#: returns an awaitable of it. A function is asked before every request.
TokenSource: TypeAlias = str | Callable[[], str | Awaitable[str]]

T = TypeVar("T")

TOKEN_PATH: Final = "/oauth/2026-03/token"  # noqa: S105 - where the tokens are

_MARGIN = 60.0  # seconds ahead of its expiry at which a token is refreshed, or a tenth of its life if that is less
_LIFETIME = 1800.0  # seconds, which HubSpot's tokens have today
_LONGEST_LIFETIME = 86_400.0 * 366
_LONGEST_REFRESH = 120.0  # seconds to wait for somebody else's
_POLL = 0.02  # seconds between two looks at whether somebody else's refresh is done


class _Secretive:
    """Keeps what it holds out of reprs and pickles."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds secrets and cannot be pickled")


class CallbackError(Exception):
    """Carries what a function of the caller's raised past httpx and the retries, which might take it for their own."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause


class AccessToken(_Secretive, httpx.Auth):
    """Sends an access token that the caller has.

    Args:
        source: The token, or a function that returns it.

    """

    def __init__(self, source: TokenSource) -> None:
        if not callable(source):
            _check(source)
        self._source = source

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token to a request of a sync client."""
        token = _called(self._source) if callable(self._source) else self._source
        if inspect.isawaitable(token):
            raise _needs_async("access_token", token)
        authorise(request, token)
        yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add the token to a request of an async client."""
        token = _called(self._source) if callable(self._source) else self._source
        authorise(request, await _awaited(token) if inspect.isawaitable(token) else token)
        yield request


def _called(function: Callable[..., T], *arguments: Any) -> T:
    try:
        return function(*arguments)
    except Exception as error:  # noqa: BLE001 - raised again, where nothing mistakes it for an answer of HubSpot's
        raise CallbackError(error) from None


async def _awaited(awaitable: Awaitable[T]) -> T:
    try:
        return await awaitable
    except Exception as error:  # noqa: BLE001 - raised again, where nothing mistakes it for an answer of HubSpot's
        raise CallbackError(error) from None


def _needs_async(field: str, awaitable: Awaitable[Any]) -> InputError:
    if inspect.iscoroutine(awaitable):
        awaitable.close()
    return InputError(field, "an async function needs AsyncHubSpotEvents")


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


class _Lock:
    """The step of a flow that waits for its turn to refresh. The one that hands over new tokens is the TokenSet."""


class OAuthRefresh(_Secretive, httpx.Auth):
    """Sends an access token that is refreshed with a refresh token, one per account that installed the app.

    A token is refreshed a minute ahead of its expiry. When many threads or tasks need one at once, one of them
    refreshes and the others wait for it. HubSpot says that a 401 alone is no sign that a refresh is due, so one on a
    token that should be good leads to one refresh and one more try, and the next is raised. One object serves sync and
    async clients and any number of event loops.

    Args:
        client_id: The id of the app.
        client_secret: The secret of the app.
        refresh_token: The refresh token of the account.
        on_refresh: Called with a `TokenSet` after each refresh and before the request is sent, to store the refresh
            token. What it raises is raised from the call, and the next call hands the same tokens over again. May be
            async for an async client. A task that is cancelled while it refreshes may lose a token that was rotated.
        access_token: An access token that is known already, so that no refresh is needed at first.
        expires_at: When that expires, in Unix seconds.
        token_url: The token endpoint; by default the dated one of the host that the request goes to.
        clock: Tells the time.

    Raises:
        AuthenticationError: From the call that needed a token: the refresh failed. It says what HubSpot answered.
        InputError: An argument is empty, or the address is plain http and not loopback.

    """

    requires_response_body = True

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
        self._refresh_token = refresh_token
        self._on_refresh = on_refresh
        self._access_token = access_token
        self._refresh_at = expires_at - _MARGIN if expires_at is not None else -math.inf
        self._token_url = checked_url("token_url", token_url) if token_url else None
        self._clock = clock or SystemClock()
        # A lock of threads for tasks as well: a lock of asyncio belongs to one event loop, and not to threads.
        self._lock = threading.Lock()
        self._refreshes = 0
        self._unstored: TokenSet | None = None  # until on_refresh has returned

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token to a request of a sync client, refreshing it where due."""
        flow = self._flow(request)
        response: httpx.Response | None = None
        try:
            while True:
                try:
                    step = flow.send(response)
                except StopIteration:
                    return
                response = None
                if isinstance(step, _Lock):
                    if not self._lock.acquire(timeout=_LONGEST_REFRESH):
                        raise _stuck()
                elif isinstance(step, TokenSet):
                    stored = _called(self._on_refresh, step) if self._on_refresh else None
                    if inspect.isawaitable(stored):
                        raise _needs_async("on_refresh", stored)
                else:
                    response = yield step
                    response.read()
        finally:
            flow.close()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add the token to a request of an async client, refreshing it where due."""
        # Imported where it is needed: httpx loads it for an async client only.
        import anyio  # noqa: PLC0415

        flow = self._flow(request)
        response: httpx.Response | None = None
        try:
            while True:
                try:
                    step = flow.send(response)
                except StopIteration:
                    return
                response = None
                if isinstance(step, _Lock):
                    for _ in range(int(_LONGEST_REFRESH / _POLL) + 1):
                        if self._lock.acquire(blocking=False):
                            break
                        await anyio.sleep(_POLL)
                    else:
                        raise _stuck()
                elif isinstance(step, TokenSet):
                    stored = _called(self._on_refresh, step) if self._on_refresh else None
                    if inspect.isawaitable(stored):
                        await _awaited(stored)
                else:
                    response = yield step
                    await response.aread()
        finally:
            flow.close()

    def _flow(self, request: httpx.Request) -> Generator[httpx.Request | _Lock | TokenSet, httpx.Response | None, None]:
        """Yield what is to be done for a request, for both kinds of clients."""
        refreshes = self._refreshes
        if self._clock.time() >= self._refresh_at or self._unstored:
            yield from self._refresh(request, refreshes)
        refreshes = self._refreshes
        authorise(request, self._access_token)
        response = yield request
        if response is not None and response.status_code == 401:
            yield from self._refresh(request, refreshes)
            authorise(request, self._access_token)
            yield request

    def _refresh(
        self, request: httpx.Request, seen: int
    ) -> Generator[httpx.Request | _Lock | TokenSet, httpx.Response | None, None]:
        """Refresh, unless somebody else did since `seen` refreshes; hand over what the app has not stored yet."""
        yield _Lock()
        try:
            if self._refreshes == seen and not self._unstored:
                response = yield self._refresh_request(request)
                assert response is not None  # noqa: S101 - the driver sends in the answer to a request
                self._unstored = self._accepted(response)
            if self._unstored:
                yield self._unstored
                self._unstored = None
        finally:
            self._lock.release()

    def _refresh_request(self, request: httpx.Request) -> httpx.Request:
        return httpx.Request(
            "POST",
            self._token_url or request.url.copy_with(raw_path=TOKEN_PATH.encode()),
            # In the body: HubSpot refuses them in the query string, which gateways log.
            data={
                "grant_type": "refresh_token",
                "client_id": self._client_id,
                "client_secret": self._client_secret,
                "refresh_token": self._refresh_token,
            },
            headers={"User-Agent": request.headers.get("User-Agent", ""), "Accept": "application/json"},
            # The time-out stands here; a request made by hand has none.
            extensions=request.extensions,
        )

    def _accepted(self, response: httpx.Response) -> TokenSet:
        """Keep the tokens of an answer; raises AuthenticationError when it has none."""
        now = self._clock.time()
        answer = read_json(response.content)
        fields = answer if isinstance(answer, dict) else {}
        token = fields.get("access_token")
        if not response.is_success or not _is_sendable(token):
            raise _refusal(response, fields, now, (self._client_secret, self._refresh_token))
        rotated = fields.get("refresh_token")
        if isinstance(rotated, str) and rotated:
            self._refresh_token = rotated
        lifetime = _lifetime(fields.get("expires_in"))
        self._access_token = token
        self._refresh_at = now + lifetime - min(_MARGIN, lifetime / 10)
        self._refreshes += 1
        return TokenSet(token, self._refresh_token, now + lifetime)


def _stuck() -> RequestTimeoutError:
    return RequestTimeoutError("somebody else's refresh of the access token does not end")


def _refusal(
    response: httpx.Response, fields: dict[str, Any], now: float, secrets: Iterable[str]
) -> AuthenticationError:
    """Return the error for a refresh that failed, with what says why of the answer and no more: it may have secrets."""
    said = {name: fields[name] for name in _TOLD if isinstance(fields.get(name), str)}
    message = said.get("message") or said.get("error_description")
    if not message and response.is_success:
        message = "the token endpoint returned no access token"
    for secret in secrets:
        said = {name: value.replace(secret, "[secret]") for name, value in said.items()}
        message = message and message.replace(secret, "[secret]")
    told = httpx.Response(response.status_code, headers=response.headers, json=said, request=response.request)
    return AuthenticationError(told, now=now, message=message or f"HTTP status {response.status_code}")


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
