"""The two clients: thin drivers, one sync and one async, around the steps of a call."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from functools import lru_cache
from typing import Generic, Self, TypedDict, TypeVar, Unpack

import httpx
from hubspot_events_api.models import TimelineEventResponse

from . import _calls
from ._auth import AccessToken, TokenSource
from ._batches import (
    MarketingEventUpdateBatchResponse,
    MarketingEventUpsertBatchResponse,
    TimelineEventBatchResponse,
)
from ._calls import Call
from ._clock import Clock, SystemClock
from ._errors import InputError, TransportError, shown
from ._inputs import MarketingEventUpdate, MarketingEventUpsert, TimelineEvent
from ._retries import Outcome, RetryPolicy, steps
from ._urls import checked_url
from ._version import __version__

T = TypeVar("T")
Pool = TypeVar("Pool", httpx.Client, httpx.AsyncClient)
Source = TypeVar("Source", bound=TokenSource)

DEFAULT_BASE_URL = "https://api.hubapi.com"

_LONGEST_TIMEOUT = 86_400.0  # seconds; a socket takes no number that is much larger

# httpx parses an address in Python, each time.
_url = lru_cache(httpx.URL)


class _NoCookies(httpx.Cookies):
    """Keeps no cookies: the network in front of HubSpot sets some for browsers, and to look for them costs CPU time."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Do not look."""


_NO_COOKIES = _NoCookies()


def _no_cookies(_: object) -> httpx.Cookies:
    return _NO_COOKIES


class _Pool(httpx.Client):
    cookies = property(_no_cookies)  # pyright: ignore[reportIncompatibleMethodOverride]


class _AsyncPool(httpx.AsyncClient):
    cookies = property(_no_cookies)  # pyright: ignore[reportIncompatibleMethodOverride]


class CallOptions(TypedDict, total=False):
    """What a single call can do otherwise than its client.

    Keys:
        timeout: Seconds to connect, to send, and to wait for the answer, each; or an `httpx.Timeout`; None for no
            limit.
        max_retries: How many times the request is sent again at the most; 0 turns retries off.
        max_wait: Seconds that the call waits between its tries, all together, at the most.
    """

    timeout: float | httpx.Timeout | None
    max_retries: int
    max_wait: float


class _Client(Generic[Pool, Source]):
    """What the two clients are made of."""

    _pool_type: type[Pool]
    _own_pool_type: type[Pool]
    _base_url = ""  # until it is known, for the repr in a traceback

    def __init__(
        self,
        access_token: Source | None = None,
        *,
        auth: httpx.Auth | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = 30.0,
        max_retries: int = 5,
        max_wait: float = 60.0,
        max_batch_size: int = 100,
        fill_ids: bool = True,
        http_client: Pool | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Make a client.

        Args:
            access_token: The access token, or a function that returns one (for `AsyncHubSpotEvents` also an async one),
                which is asked before every try. By default the environment variable ``HUBSPOT_ACCESS_TOKEN``.
            auth: Another way to authenticate, such as `OAuthRefresh`, in place of an access token.
            base_url: The address of the API; by default ``HUBSPOT_BASE_URL`` or https://api.hubapi.com. Plain http is
                refused but to this machine.
            timeout: Seconds to connect, to send, and to wait for the answer, each; or an `httpx.Timeout`; None for no
                limit.
            max_retries: How many times a request is sent again at the most, when it failed in a way that passes and
                cannot be written twice by it; 0 turns retries off.
            max_wait: Seconds that a call waits between its tries, all together, at the most.
            max_batch_size: How many inputs a batch may have. HubSpot states no limit for these endpoints; 100 is that
                of most of its batches.
            fill_ids: Whether the client makes the ids of timeline events, and fills ``{{uuid}}`` in them, before the
                first try. With False HubSpot does, and a request whose fate is unknown is not sent again.
            http_client: A connection pool of the caller's own, which is left open; one can serve any number of
                accounts.
            clock: Tells the time and waits; for tests.

        Raises:
            InputError: An argument is of no use; the error names it.

        """
        self._base_url = checked_url("base_url", base_url or os.environ.get("HUBSPOT_BASE_URL") or DEFAULT_BASE_URL)
        if access_token is not None and auth is not None:
            raise InputError("auth", "goes in place of access_token: give one of them")
        if auth is None:
            source = os.environ.get("HUBSPOT_ACCESS_TOKEN") if access_token is None else access_token
            if not source:
                raise InputError("access_token", "give one, or set the environment variable HUBSPOT_ACCESS_TOKEN")
            auth = AccessToken(source)
        if not isinstance(max_batch_size, int) or max_batch_size < 1:
            raise InputError("max_batch_size", f"must be a whole number from 1, not {shown(max_batch_size)}")
        if not isinstance(auth, httpx.Auth):
            raise InputError("auth", f"must be an httpx.Auth, such as OAuthRefresh, not {type(auth).__name__}")
        if not isinstance(fill_ids, bool):
            raise InputError("fill_ids", f"must be True or False, not {shown(fill_ids)}")
        self._auth = auth
        self._timeout = _checked_timeout(timeout)
        self._policy = RetryPolicy(max_retries, max_wait)
        self._max_batch_size = max_batch_size
        self._fill_ids = fill_ids
        self._clock = clock or SystemClock()
        if http_client is not None and not isinstance(http_client, self._pool_type):
            raise InputError(
                "http_client", f"must be httpx.{self._pool_type.__name__}, not {type(http_client).__name__}"
            )
        self._owns_pool = http_client is None
        self._pool: Pool = self._own_pool_type() if http_client is None else http_client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}>"

    def _steps(self, call: Call[T], options: CallOptions) -> Generator[httpx.Request | float, Outcome | None, T]:
        if unknown := options.keys() - CallOptions.__optional_keys__:
            raise TypeError(f"there is no option {', '.join(sorted(unknown))}")
        policy = RetryPolicy(
            options.get("max_retries", self._policy.max_retries), options.get("max_wait", self._policy.max_wait)
        )
        if self._pool.is_closed:
            raise TransportError("the client is closed")
        request = self._pool.build_request(
            call.operation.method,
            _url(self._base_url + call.operation.path),
            content=call.content,
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": f"hubspot-events/{__version__}",
            },
            timeout=_checked_timeout(options["timeout"]) if "timeout" in options else self._timeout,
        )
        return steps(call, request, policy, self._clock.time)


def _checked_timeout(timeout: float | httpx.Timeout | None) -> float | httpx.Timeout | None:
    if timeout is None or isinstance(timeout, httpx.Timeout):
        return timeout
    if isinstance(timeout, int | float) and 0 < timeout <= _LONGEST_TIMEOUT:
        return timeout
    raise InputError(
        "timeout", f"must be seconds above 0 and up to a day, an httpx.Timeout, or None, not {shown(timeout)}"
    )


class HubSpotEvents(_Client[httpx.Client, str | Callable[[], str]]):
    """HubSpot's event endpoints. One client may serve many threads."""

    _pool_type = httpx.Client
    _own_pool_type = _Pool

    @property
    def timeline(self) -> Timeline:
        """The timeline events."""
        return Timeline(self)

    @property
    def marketing_events(self) -> MarketingEvents:
        """The marketing events."""
        return MarketingEvents(self)

    def close(self) -> None:
        """Close the connections, unless they are those of a pool that was handed in."""
        if self._owns_pool:
            self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, call: Call[T], options: CallOptions) -> T:
        todo = self._steps(call, options)
        outcome: Outcome | None = None
        while True:
            try:
                step = todo.send(outcome)
            except StopIteration as done:
                result: T = done.value
                return result
            outcome = None
            if isinstance(step, httpx.Request):
                try:
                    outcome = self._pool.send(step, auth=self._auth, follow_redirects=False)
                except Exception as error:  # noqa: BLE001 - whatever it is, it says nothing of the event
                    outcome = error
            else:
                self._clock.sleep(step)


class AsyncHubSpotEvents(_Client[httpx.AsyncClient, TokenSource]):
    """HubSpot's event endpoints, for asyncio and trio. One client may serve many tasks."""

    _pool_type = httpx.AsyncClient
    _own_pool_type = _AsyncPool

    @property
    def timeline(self) -> AsyncTimeline:
        """The timeline events."""
        return AsyncTimeline(self)

    @property
    def marketing_events(self) -> AsyncMarketingEvents:
        """The marketing events."""
        return AsyncMarketingEvents(self)

    async def aclose(self) -> None:
        """Close the connections, unless they are those of a pool that was handed in."""
        if self._owns_pool:
            await self._pool.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _run(self, call: Call[T], options: CallOptions) -> T:
        todo = self._steps(call, options)
        outcome: Outcome | None = None
        while True:
            try:
                step = todo.send(outcome)
            except StopIteration as done:
                result: T = done.value
                return result
            outcome = None
            if isinstance(step, httpx.Request):
                try:
                    outcome = await self._pool.send(step, auth=self._auth, follow_redirects=False)
                except Exception as error:  # noqa: BLE001 - whatever it is, it says nothing of the event
                    outcome = error
            else:
                await self._clock.sleep_async(step)


class Timeline:
    """The timeline events of an account."""

    def __init__(self, client: HubSpotEvents) -> None:
        self._client = client

    def create(self, event: TimelineEvent, **options: Unpack[CallOptions]) -> TimelineEventResponse:
        """Create one timeline event: POST /integrators/timeline/v3/events.

        HubSpot cannot change or recall an event once it has it. Unless `fill_ids` is off, the event gets its id here,
        and a second try sends the same id, so that it is there once whatever happens to the answers.

        Args:
            event: The event; it needs `email`, `utk` or `object_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            The event as HubSpot stores it, with its tokens as text.

        Raises:
            InputError: The event cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the event
                may have been written.

        """
        client = self._client
        return client._run(_calls.create(event, fill_ids=client._fill_ids), options)

    def create_batch(
        self, events: Iterable[TimelineEvent], **options: Unpack[CallOptions]
    ) -> TimelineEventBatchResponse:
        """Create many timeline events: POST /integrators/timeline/v3/events/batch/create.

        Args:
            events: 1 to `max_batch_size` (100) events, none with the id of another.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of them. Some may have failed: ask `all_written`, or call `raise_for_errors`.

        Raises:
            InputError: The events cannot be sent, and none was.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the events
                may have been written.

        """
        client = self._client
        return client._run(_calls.create_batch(events, most=client._max_batch_size, fill_ids=client._fill_ids), options)


class MarketingEvents:
    """The marketing events of an account."""

    def __init__(self, client: HubSpotEvents) -> None:
        self._client = client

    def upsert(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> MarketingEventUpsertBatchResponse:
        """Create or update marketing events: POST /marketing/v3/marketing-events/events/upsert.

        An event is known by its external account id and external event id, so that sending it again does no harm.

        Args:
            events: 1 to `max_batch_size` (100) marketing events, none with the external ids of another.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of them. Some may have failed: ask `all_written`, or call `raise_for_errors`.

        Raises:
            InputError: The events cannot be sent, and none was.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the events
                may have been written.

        """
        client = self._client
        return client._run(_calls.upsert(events, most=client._max_batch_size), options)

    def update(
        self, events: Iterable[MarketingEventUpdate], **options: Unpack[CallOptions]
    ) -> MarketingEventUpdateBatchResponse:
        """Update marketing events: POST /marketing/marketing-events/2026-03/batch/update.

        Args:
            events: 1 to `max_batch_size` (100) updates, none with the `object_id` of another. Fields that are left out
                stay as they are.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of them. Those that were not found failed: ask `all_written`, or call `raise_for_errors`.

        Raises:
            InputError: The updates cannot be sent, and none was.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the updates
                may have been made.

        """
        client = self._client
        return client._run(_calls.update(events, most=client._max_batch_size), options)


class AsyncTimeline:
    """The timeline events of an account."""

    def __init__(self, client: AsyncHubSpotEvents) -> None:
        self._client = client

    async def create(self, event: TimelineEvent, **options: Unpack[CallOptions]) -> TimelineEventResponse:
        """Create one timeline event: POST /integrators/timeline/v3/events.

        HubSpot cannot change or recall an event once it has it. Unless `fill_ids` is off, the event gets its id here,
        and a second try sends the same id, so that it is there once whatever happens to the answers.

        Args:
            event: The event; it needs `email`, `utk` or `object_id`.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            The event as HubSpot stores it, with its tokens as text.

        Raises:
            InputError: The event cannot be sent, and was not.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the event
                may have been written.

        """
        client = self._client
        return await client._run(_calls.create(event, fill_ids=client._fill_ids), options)

    async def create_batch(
        self, events: Iterable[TimelineEvent], **options: Unpack[CallOptions]
    ) -> TimelineEventBatchResponse:
        """Create many timeline events: POST /integrators/timeline/v3/events/batch/create.

        Args:
            events: 1 to `max_batch_size` (100) events, none with the id of another.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of them. Some may have failed: ask `all_written`, or call `raise_for_errors`.

        Raises:
            InputError: The events cannot be sent, and none was.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the events
                may have been written.

        """
        client = self._client
        return await client._run(
            _calls.create_batch(events, most=client._max_batch_size, fill_ids=client._fill_ids), options
        )


class AsyncMarketingEvents:
    """The marketing events of an account."""

    def __init__(self, client: AsyncHubSpotEvents) -> None:
        self._client = client

    async def upsert(
        self, events: Iterable[MarketingEventUpsert], **options: Unpack[CallOptions]
    ) -> MarketingEventUpsertBatchResponse:
        """Create or update marketing events: POST /marketing/v3/marketing-events/events/upsert.

        An event is known by its external account id and external event id, so that sending it again does no harm.

        Args:
            events: 1 to `max_batch_size` (100) marketing events, none with the external ids of another.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of them. Some may have failed: ask `all_written`, or call `raise_for_errors`.

        Raises:
            InputError: The events cannot be sent, and none was.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the events
                may have been written.

        """
        client = self._client
        return await client._run(_calls.upsert(events, most=client._max_batch_size), options)

    async def update(
        self, events: Iterable[MarketingEventUpdate], **options: Unpack[CallOptions]
    ) -> MarketingEventUpdateBatchResponse:
        """Update marketing events: POST /marketing/marketing-events/2026-03/batch/update.

        Args:
            events: 1 to `max_batch_size` (100) updates, none with the `object_id` of another. Fields that are left out
                stay as they are.
            options: `timeout`, `max_retries` and `max_wait` for this call; see `CallOptions`.

        Returns:
            What became of them. Those that were not found failed: ask `all_written`, or call `raise_for_errors`.

        Raises:
            InputError: The updates cannot be sent, and none was.
            HubSpotError: One of its subclasses says what HubSpot answered, or that it did not, and whether the updates
                may have been made.

        """
        client = self._client
        return await client._run(_calls.update(events, most=client._max_batch_size), options)
