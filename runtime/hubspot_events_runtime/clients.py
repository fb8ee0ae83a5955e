"""The two clients: thin drivers, one sync and one async, around the steps of a call."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from functools import lru_cache
from typing import Any, ClassVar, Generic, Self, TypedDict, TypeVar, Unpack

import httpx

from .answers import Response
from .clock import Clock
from .connections import AsyncConnections, Connections, SyncConnections
from .errors import (
    NOT_PROCESSED,
    AnswerError,
    CallbackError,
    HubSpotError,
    InputError,
    TransportError,
    is_text,
    shown,
    type_name,
)
from .exchange import CLOSED, Outcome, exchange, exchange_async
from .operations import Call, Ids, Settings, raw_call
from .rate_limiter import default_limiter
from .received import ACCEPT_ENCODING, Received
from .redaction import header_secrets
from .retries import NOBODY, RetryPolicy, Step, Watcher, retry_policy, steps, telling
from .shared_rate_limiter import Limiter
from .urls import checked_url

T = TypeVar("T")
Pool = TypeVar("Pool", httpx.Client, httpx.AsyncClient)
Places = TypeVar("Places", SyncConnections, AsyncConnections)

#: Extensions of a request, by which an auth that sends requests of its own learns over what, and below which address.
POOLS = "hubspot_events.pools"
BASE_URL = "hubspot_events.base_url"

#: What stands for the token in the journal of a run.
FINGERPRINT = "digest of the token"

# What an auth raises that says something of the call. The rest is of the caller's world.
_OF_AN_AUTH = (HubSpotError, CallbackError, httpx.HTTPError, httpx.StreamError)

_LONGEST_TIMEOUT = 86_400.0  # seconds; a socket takes no number that is much larger

# httpx parses an address in Python, each time.
_url = lru_cache(httpx.URL)


class CallOptions(TypedDict, total=False):
    """What a single call can do otherwise than its client.

    Keys:
        timeout: Seconds to connect, to send, and to wait for the answer, each, and half of what a whole try may take;
            or an `httpx.Timeout`; None for no limit.
        max_retries: How many times the request is sent again at the most; 0 turns retries off.
        max_wait: Seconds that the call spends on tries that failed and on the waits between them, at the most.
    """

    timeout: float | httpx.Timeout | None
    max_retries: int
    max_wait: float


class Client(Generic[Pool, Places]):
    """What the two clients are made of."""

    _error_model: ClassVar[type[AnswerError]]  # which the specs have
    _user_agent: ClassVar[str]
    _pool_type: type[Pool]
    _connections_type: Callable[[Pool | None], Places]
    _sleep: ClassVar[str]  # how a clock waits here
    _base_url = ""  # until it is known, for the repr in a traceback

    def __init__(
        self,
        *,
        auth: httpx.Auth,
        ids: Ids,
        base_url: str,
        timeout: float | httpx.Timeout | None,
        max_retries: int,
        max_wait: float,
        max_batch_size: int,
        limiter: Limiter | None = None,
        account: str | None = None,
        http_client: Pool | Places | None,
        clock: Clock,
    ) -> None:
        self._base_url = checked_url("base_url", base_url)
        if not isinstance(max_batch_size, int) or max_batch_size < 1:
            raise InputError("max_batch_size", f"must be a whole number from 1, not {shown(max_batch_size)}")
        if not isinstance(auth, httpx.Auth):
            raise InputError("auth", f"must be an httpx.Auth, such as OAuthRefresh, not {type(auth).__name__}")
        limiter = default_limiter(self._base_url) if limiter is None else limiter
        if not isinstance(limiter, Limiter):
            raise InputError("limiter", f"must be a RateLimiter or a SharedRateLimiter, not {type_name(limiter)}")
        if not (account is None or is_text(account)):
            raise InputError("account", f"must be text, such as the hub id, not {shown(account)}")
        if not all(callable(getattr(clock, name, None)) for name in ("time", self._sleep)):
            raise InputError("clock", f"must be a Clock, such as ManualClock, not {type_name(clock)}")
        self.limiter = limiter
        self.account = account
        self._auth = auth
        self._timeout = _checked_timeout(timeout)
        self._policy = retry_policy(max_retries, max_wait)
        self._settings = Settings(ids, max_batch_size)
        self._clock = clock
        if isinstance(http_client, Connections):  # of another client, which closes them
            self._connections: Places = http_client
        elif http_client is None or isinstance(http_client, self._pool_type):
            self._connections = self._connections_type(http_client)
        else:
            kind = type(http_client)
            raise InputError(
                "http_client", f"must be httpx.{self._pool_type.__name__}, not {kind.__module__}.{kind.__qualname__}"
            )
        self._owns_connections = self._connections.is_own and self._connections is not http_client
        # Made once, as each request copies them. Another pool may have a Host of its own.
        host = {"Host": httpx.URL(self._base_url).netloc.decode("ascii")} if self._connections.is_own else {}
        self._headers = httpx.Headers(
            {
                **host,
                "Accept": "application/json",
                "Accept-Encoding": ACCEPT_ENCODING,
                "User-Agent": self._user_agent,
            }
        )
        self._json_headers = self._headers.copy()  # and not by its items, whose names are in lower case
        self._json_headers["Content-Type"] = "application/json"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}>"

    def _steps(self, call: Call[T], options: CallOptions, watcher: Watcher) -> Generator[Step, Any, T]:
        policy, timeout = self._options_of(options)
        if self._connections.pool.is_closed:
            raise TransportError(CLOSED)

        def build(call: Call[T]) -> httpx.Request:
            try:
                url = _url(self._base_url + call.path)
                if call.query:
                    url = url.copy_merge_params(call.query)
            except (httpx.InvalidURL, UnicodeEncodeError) as error:  # too long, or with half a surrogate pair
                raise InputError("path", f"makes no address, with its query: {type(error).__name__}") from None
            headers = self._headers if call.content is None else self._json_headers
            if call.headers:
                headers = headers.copy()
                headers.update(call.headers)  # whatever their case
            extensions: dict[str, Any] = {POOLS: self._connections, BASE_URL: self._base_url}
            if self._connections.is_own:
                # What a pool of one's own adds to a request is nothing, and what httpx finds out of a body that it is
                # given as content is its length: to let them takes three times as long.
                extensions["timeout"] = httpx.Timeout(timeout).as_dict()
                stream = None if call.content is None else httpx.ByteStream(call.content)
                request = httpx.Request(call.method, url, headers=headers, stream=stream, extensions=extensions)
                if call.content is not None:
                    request.headers["Content-Length"] = str(len(call.content))
                    request.read()  # for who looks at its content
                return request
            pool: httpx.Client | httpx.AsyncClient = self._connections.pool
            return pool.build_request(
                call.method, url, headers=headers, content=call.content, timeout=timeout, extensions=extensions
            )

        now, limiter = self._clock.time, self.limiter
        todo = steps(call, build, policy, now, self._error_model, self._secrets, limiter, watcher)
        return telling(todo, limiter, now)

    def _options_of(self, options: CallOptions) -> tuple[RetryPolicy, float | httpx.Timeout | None]:
        """Return the patience and the time-out of a call; raises InputError for what cannot be kept."""
        if not options:
            return self._policy, self._timeout
        if unknown := options.keys() - CallOptions.__optional_keys__:
            raise TypeError(f"there is no option {', '.join(sorted(unknown))}")
        policy = retry_policy(
            options.get("max_retries", self._policy.max_retries), options.get("max_wait", self._policy.max_wait)
        )
        return policy, _checked_timeout(options["timeout"]) if "timeout" in options else self._timeout

    def _account_of(self) -> dict[str, str]:
        """Return what tells the account from another: its name, and what stands for the token, where known."""
        told = {"account": self.account, FINGERPRINT: getattr(self._auth, "fingerprint", None)}
        return {key: value for key, value in told.items() if value is not None}

    def _secrets(self, request: httpx.Request) -> set[str]:
        """Return what no error, result or log may show: what was sent to authenticate, and what else the auth knows."""
        return {*header_secrets(request.headers.raw), *getattr(self._auth, "secrets", ())} - {""}


def _behind(error: Exception, answer: Received | None, request: httpx.Request) -> Outcome:
    """Return what came of a call whose auth failed, or what the auth wanted to send beside it.

    That is the answer which the auth was sent before, where it raised for its status, and where HubSpot has the call.
    """
    if isinstance(error, CallbackError):
        return error
    if answer and isinstance(error, httpx.HTTPStatusError):
        return answer
    if answer and answer.request.url == request.url and answer.status_code not in NOT_PROCESSED:
        return answer
    return error


def _checked_timeout(timeout: float | httpx.Timeout | None) -> float | httpx.Timeout | None:
    parts = timeout.as_dict().values() if isinstance(timeout, httpx.Timeout) else (timeout,)
    if all(part is None or (isinstance(part, int | float) and 0 < part <= _LONGEST_TIMEOUT) for part in parts):
        return timeout
    raise InputError(
        "timeout", f"must be seconds above 0 and up to a day, an httpx.Timeout of such, or None, not {shown(timeout)}"
    )


class SyncClient(Client[httpx.Client, SyncConnections]):
    """Sends calls, in threads."""

    _pool_type = httpx.Client
    _connections_type = SyncConnections
    _sleep = "sleep"

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
        **options: Unpack[CallOptions],
    ) -> Response:
        """Send a request to any path of the API, with the client's token, retries and errors.

        For what the client has no method for. The path is on the client's own host, whose token no request leaves.

        Args:
            method: The HTTP method.
            path: The path, which begins with a slash; its parameters escaped.
            query: The query string, by name; a list is a name that stands there several times.
            json: The body, any JSON; None for none.
            headers: Further headers.
            repeatable: Whether the request can be sent again when an answer was lost. Without, only the methods are
                that HTTP calls idempotent: GET, HEAD, OPTIONS, PUT and DELETE.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What came: `json`, the status code, the headers.

        Raises:
            InputError: The request cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the request
                may have been processed.

        """
        return self._run(raw_call(method, path, query, json, headers, repeatable=repeatable), options)

    def close(self) -> None:
        """Close the connections, unless they are those of another client, or of a pool that was handed in."""
        if self._owns_connections:
            self._connections.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, call: Call[T], options: CallOptions, watcher: Watcher = NOBODY) -> T:
        """Send a call and return its result."""
        outcome: Any = None
        # Closed, as who keeps an exception that ends the call keeps its frames, and with them a place at the limiter.
        with closing(self._steps(call, options, watcher)) as todo:
            while True:
                try:
                    step = todo.send(outcome)
                except StopIteration as done:
                    result: T = done.value
                    return result
                except CallbackError as error:
                    raised = error.cause
                    break
                outcome = None
                if isinstance(step, httpx.Request):
                    outcome = self._send(step)
                elif callable(step):
                    outcome = step()
                else:
                    self._clock.sleep(step)
        # Here, where no other exception becomes its context.
        raise raised

    def _send(self, request: httpx.Request) -> Outcome:
        """Send a request with its token, and what the auth sends beside it."""
        auth, answer = self._auth, None
        flow = auth.sync_auth_flow(request)
        try:
            step = next(flow)
            while True:
                # Not around the flow: a refresh may wait for a call that waits for a place.
                with self._connections.one() as pool:
                    outcome = exchange(pool, step)
                if isinstance(outcome, CallbackError):
                    self._connections.let_go_of(pool)
                if isinstance(outcome, Exception):
                    return _behind(outcome, answer, request)
                answer = outcome
                try:
                    step = flow.send(answer.for_auth(with_body=auth.requires_response_body))
                except StopIteration:
                    return answer
        except _OF_AN_AUTH as error:
            return _behind(error, answer, request)
        finally:
            flow.close()


class AsyncClient(Client[httpx.AsyncClient, AsyncConnections]):
    """Sends calls, in tasks of asyncio or trio."""

    _pool_type = httpx.AsyncClient
    _connections_type = AsyncConnections
    _sleep = "sleep_async"

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
        **options: Unpack[CallOptions],
    ) -> Response:
        """Send a request to any path of the API, with the client's token, retries and errors.

        As `HubSpotEvents.request`, with ``await``.
        """
        return await self._run(raw_call(method, path, query, json, headers, repeatable=repeatable), options)

    async def aclose(self) -> None:
        """Close the connections, unless they are those of another client, or of a pool that was handed in."""
        if self._owns_connections:
            await self._connections.pool.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _run(self, call: Call[T], options: CallOptions, watcher: Watcher = NOBODY) -> T:
        """Send a call and return its result."""
        outcome: Any = None
        # Closed, as who keeps an exception that ends the call keeps its frames, and with them a place at the limiter.
        with closing(self._steps(call, options, watcher)) as todo:
            while True:
                try:
                    step = todo.send(outcome)
                except StopIteration as done:
                    result: T = done.value
                    return result
                except CallbackError as error:
                    raised = error.cause
                    break
                outcome = None
                if isinstance(step, httpx.Request):
                    outcome = await self._send(step)
                elif callable(step):
                    # Imported where it is needed: httpx loads it for an async client only.
                    from anyio import to_thread  # noqa: PLC0415

                    outcome = await to_thread.run_sync(step)
                else:
                    await self._clock.sleep_async(step)
        # Here, where no other exception becomes its context.
        raise raised

    async def _send(self, request: httpx.Request) -> Outcome:
        """Send a request with its token, and what the auth sends beside it."""
        auth, answer = self._auth, None
        flow = auth.async_auth_flow(request)
        try:
            step = await anext(flow)
            while True:
                # Not around the flow: a refresh may wait for a call that waits for a place.
                async with self._connections.one() as pool:
                    outcome = await exchange_async(pool, step)
                if isinstance(outcome, Exception):
                    return _behind(outcome, answer, request)
                answer = outcome
                try:
                    step = await flow.asend(answer.for_auth(with_body=auth.requires_response_body))
                except StopAsyncIteration:
                    return answer
        except _OF_AN_AUTH as error:
            return _behind(error, answer, request)
        finally:
            await flow.aclose()


class Resource:
    """The operations of a tag, with the client that sends them."""

    def __init__(self, client: SyncClient) -> None:
        self._client = client


class AsyncResource:
    """The operations of a tag, with the client that sends them."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
