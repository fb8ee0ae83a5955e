"""What sends an access token: the base of every way to get one, and the one for a token that the caller has.

They are `httpx.Auth`, whose flow is a generator without any I/O in it. httpx has no bearer token of its own.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol, TypeAlias

import httpx
from hubspot_events_runtime.errors import CallbackError, InputError, type_name

from ._token_endpoint import is_sendable
from ._tokens import Secretive

#: What gives an access token: the token itself, or a function that returns it; for an async client also one that
#: returns an awaitable of it. A function is asked before every request.
TokenSource: TypeAlias = str | Callable[[], str | Awaitable[str]]


class Step(Protocol):
    """What a flow wants to have done, beside a request that is to be sent."""

    def do(self) -> Any: ...

    async def do_async(self) -> Any: ...


class TokenAuth(Secretive, httpx.Auth):
    """Has what `_flow` yields done, for both kinds of clients, and sends in what came of it."""

    def _flow(self, request: httpx.Request) -> Generator[httpx.Request | Step, Any, None]:
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


class AccessToken(TokenAuth):
    """Sends an access token that the caller has.

    A function is asked before every request, and once more after a 401: when it then returns another token, the request
    is sent again with that.

    Args:
        source: The token, or a function that returns it.

    """

    def __init__(self, source: TokenSource) -> None:
        if not callable(source):
            check_token(source)
        self._source = source
        self._earlier: tuple[str, ...] = ()  # what a function returned last, which an answer may repeat

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no error, result or log may show, beside the token of the request."""
        return self._earlier

    @property
    def fingerprint(self) -> str | None:
        """What stands for the token in the journal of a run, and tells nothing of it; None for that of a function."""
        if callable(self._source):
            return None
        return blake2b(self._source.encode(), digest_size=8, person=b"hubspot-events").hexdigest()

    def _flow(self, request: httpx.Request) -> Generator[httpx.Request | Step, Any, None]:
        if not callable(self._source):
            authorise(request, self._source)
            yield request
            return
        token = yield Asked("access_token", self._source)
        self._authorise(request, token)
        response = yield request
        if response.status_code == 401:
            another = yield Asked("access_token", self._source)
            if another != token:
                self._authorise(request, another)
                yield request

    def _authorise(self, request: httpx.Request, token: Any) -> None:
        authorise(request, token)
        if token not in self._earlier:
            self._earlier = (*self._earlier[-1:], token)


class Asked(NamedTuple):
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


def authorise(request: httpx.Request, token: Any) -> None:
    """Add a token to a request."""
    check_token(token)
    request.headers["Authorization"] = "Bearer " + token  # which is the text of an enum's word, too


def check_token(token: Any) -> None:
    """Refuse what cannot stand in a header, without showing it, which httpx would do."""
    if is_sendable(token):
        return
    if isinstance(token, str):
        reason = "must be text of visible ASCII characters, without spaces or a line break at its end"
    else:
        reason = f"must be text, or a function that returns it, not {type_name(token)}"
    if isinstance(token, httpx.Auth):
        reason += "; an httpx.Auth goes into auth"
    raise InputError("access_token", reason)
