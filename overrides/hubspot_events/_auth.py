"""How a request gets its access token: one that is given, or one that is refreshed by OAuth.

Both are `httpx.Auth`, whose flow is a generator without any I/O in it. httpx has no bearer token of its own.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import Any, Final, NoReturn, TypeAlias, TypeGuard

import attrs
import httpx

from ._clock import Clock, SystemClock
from ._errors import AuthenticationError, InputError, read_json
from ._urls import checked_url

#: What gives an access token: the token itself, or a function that returns it; for an async client also one that
#: returns an awaitable of it. A function is asked before every request.
TokenSource: TypeAlias = str | Callable[[], str | Awaitable[str]]

TOKEN_PATH: Final = "/oauth/2026-03/token"  # noqa: S105 - where the tokens are

_MARGIN = 60.0  # seconds ahead of its expiry at which a token is refreshed, or a tenth of its life if that is less
_POLL = 0.02  # seconds between two looks at whether somebody else's refresh is done


class _Secretive:
    """Keeps what it holds out of reprs and pickles."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds secrets and cannot be pickled")


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
        token = self._source() if callable(self._source) else self._source
        if inspect.isawaitable(token):
            if inspect.iscoroutine(token):
                token.close()
            raise InputError("access_token", "an async function needs AsyncHubSpotEvents")
        authorise(request, token)
        yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add the token to a request of an async client."""
        token = self._source() if callable(self._source) else self._source
        authorise(request, await token if inspect.isawaitable(token) else token)
        yield request


@attrs.frozen
class TokenSet:
    """What a refresh returned. Its repr shows no token.

    Attributes:
        access_token: The access token.
        refresh_token: The refresh token to use from now on; store it, as the one before may have stopped working.
        expires_at: When the access token expires, in Unix seconds.

    """

    access_token: str = attrs.field(repr=False)
    refresh_token: str = attrs.field(repr=False)
    expires_at: float


class _Lock:
    """The step of a flow that waits for its turn to refresh."""


class _Store:
    """The step of a flow that hands the new tokens to the app."""


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
            token. What it raises is raised from the call. May be async for an async client.
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
        if (access_token is None) != (expires_at is None):
            raise InputError("expires_at", "goes with access_token: give both or neither")
        if access_token is not None:
            _check(access_token)
        self._client_id = client_id
        self._client_secret = client_secret
        self._refresh_token = refresh_token
        self._on_refresh = on_refresh
        self._access_token = access_token
        self._refresh_at = expires_at - _MARGIN if expires_at is not None else 0.0
        self._token_url = checked_url("token_url", token_url) if token_url else None
        self._clock = clock or SystemClock()
        # A lock of threads for tasks as well: a lock of asyncio belongs to one event loop, and not to threads.
        self._lock = threading.Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token to a request of a sync client, refreshing it where due."""
        flow = self._flow(request)
        response: httpx.Response | None = None
        try:
            while True:
                step = flow.send(response)
                response = None
                if isinstance(step, _Lock):
                    self._lock.acquire()
                elif isinstance(step, TokenSet):
                    stored = self._on_refresh(step) if self._on_refresh else None
                    if inspect.isawaitable(stored):
                        if inspect.iscoroutine(stored):
                            stored.close()
                        raise InputError("on_refresh", "an async function needs AsyncHubSpotEvents")
                else:
                    response = yield step
                    response.read()
        except StopIteration:
            return
        finally:
            flow.close()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add the token to a request of an async client, refreshing it where due."""
        flow = self._flow(request)
        response: httpx.Response | None = None
        try:
            while True:
                step = flow.send(response)
                response = None
                if isinstance(step, _Lock):
                    while not self._lock.acquire(blocking=False):
                        await self._clock.sleep_async(_POLL)
                elif isinstance(step, TokenSet):
                    stored = self._on_refresh(step) if self._on_refresh else None
                    if inspect.isawaitable(stored):
                        await stored
                else:
                    response = yield step
                    await response.aread()
        except StopIteration:
            return
        finally:
            flow.close()

    def _flow(self, request: httpx.Request) -> Generator[httpx.Request | _Lock | TokenSet, httpx.Response | None, None]:
        """Yield what is to be done for a request, for both kinds of clients."""
        if self._access_token is None or self._clock.time() >= self._refresh_at:
            yield from self._refresh(request, self._access_token)
        tried = self._access_token
        authorise(request, tried)
        response = yield request
        if response is not None and response.status_code == 401:
            yield from self._refresh(request, tried)
            authorise(request, self._access_token)
            yield request

    def _refresh(
        self, request: httpx.Request, stale: str | None
    ) -> Generator[httpx.Request | _Lock | TokenSet, httpx.Response | None, None]:
        """Replace a stale token, unless somebody else did so while this one waited."""
        yield _Lock()
        try:
            if self._access_token != stale:
                return
            response = yield self._refresh_request(request)
            assert response is not None  # noqa: S101 - the driver sends in the answer to a request
            yield self._accepted(response)
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
            headers={"User-Agent": request.headers["User-Agent"], "Accept": "application/json"},
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
            # An answer that is not to be trusted may carry one of the tokens, or repeat what was sent.
            tokens = (value for name, value in fields.items() if name.endswith("_token") and isinstance(value, str))
            raise AuthenticationError(
                response,
                now=now,
                secrets=(self._client_secret, self._refresh_token, *tokens),
                message="the token endpoint returned no access token" if response.is_success else None,
            )
        lifetime = fields.get("expires_in")
        lifetime = float(lifetime) if isinstance(lifetime, int | float) and lifetime > 0 else 1800.0
        rotated = fields.get("refresh_token")
        if isinstance(rotated, str) and rotated:
            self._refresh_token = rotated
        self._access_token = token
        self._refresh_at = now + lifetime - min(_MARGIN, lifetime / 10)
        return TokenSet(token, self._refresh_token, now + lifetime)


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
