"""The two clients: the generated ones, with HubSpot's ways to authenticate and to name an event."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Generic, NoReturn, Self, TypedDict, TypeVar, Unpack

import httpx
from hubspot_events_api import client as generated
from hubspot_events_runtime import clients
from hubspot_events_runtime.clock import Clock, SystemClock
from hubspot_events_runtime.errors import InputError, shown
from hubspot_events_runtime.rate_limiter import RateLimiter
from hubspot_events_runtime.shared_rate_limiter import SharedRateLimiter

from ._access_token import AccessToken, TokenSource
from ._auth import OAuthRefresh
from ._ids import ClientIds, HubSpotIds
from ._version import __version__

Pool = TypeVar("Pool", httpx.Client, httpx.AsyncClient)
Source = TypeVar("Source", bound=TokenSource)

DEFAULT_BASE_URL = "https://api.hubapi.com"


class ClientOptions(TypedDict, total=False):
    """What can be another way in a client that `with_options` makes; as the arguments of the client."""

    access_token: TokenSource
    auth: httpx.Auth
    base_url: str
    timeout: float | httpx.Timeout | None
    max_retries: int
    max_wait: float
    max_batch_size: int
    fill_ids: bool
    limiter: RateLimiter | SharedRateLimiter
    account: str | None
    clock: Clock


class _Client(clients.Client[Pool, Any], Generic[Pool, Source]):
    """What the two clients are made of, beside what is generated."""

    _user_agent = f"hubspot-events/{__version__}"

    def __init__(
        self,
        access_token: Source | None = None,
        *,
        auth: httpx.Auth | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = 30.0,
        max_retries: int = 10,
        max_wait: float = 120.0,
        max_batch_size: int = 100,
        fill_ids: bool = True,
        limiter: RateLimiter | SharedRateLimiter | None = None,
        account: str | None = None,
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
            timeout: Seconds to connect, to send, and to wait for the answer, each, and half of what a whole try may
                take; or an `httpx.Timeout`; None for no limit.
            max_retries: How many times a request is sent again at the most, when it failed in a way that passes and
                cannot be written twice by it; 0 turns retries off.
            max_wait: Seconds that a call spends on tries that failed and on the waits between them, at the most.
            max_batch_size: How many inputs a batch may have. HubSpot states no limit for these endpoints; 100 is that
                of most of its batches.
            fill_ids: Whether the client makes the ids of timeline events, and fills ``{{uuid}}`` in them, before the
                first try. With False HubSpot does, and a request whose fate is unknown is not sent again.
            limiter: Keeps requests within HubSpot's rate limit; clients of one account are handed the same, or in
                several processes a `SharedRateLimiter` each. By default one of the client's own, which lets out the 110
                requests in ten seconds of a public app until HubSpot says otherwise; a server on this machine has no
                limit until it tells of one.
            account: The name of the account, such as its hub id. The journal of a run keeps it, so that it cannot go
                on in another account.
            http_client: A connection pool of the caller's own, which is left open; one can serve any number of
                accounts.
            clock: Tells the time and waits; for tests.

        Raises:
            InputError: An argument is of no use; the error names it.

        """
        if access_token is not None and auth is not None:
            raise InputError("auth", "goes in place of access_token: give one of them")
        if auth is None:
            source = os.environ.get("HUBSPOT_ACCESS_TOKEN") if access_token is None else access_token
            if not source:
                raise InputError("access_token", "give one, or set the environment variable HUBSPOT_ACCESS_TOKEN")
            auth = AccessToken(source)
        if not isinstance(fill_ids, bool):
            raise InputError("fill_ids", f"must be True or False, not {shown(fill_ids)}")
        base_url = base_url or os.environ.get("HUBSPOT_BASE_URL") or DEFAULT_BASE_URL
        clock = clock or SystemClock()
        super().__init__(
            auth=auth,
            ids=ClientIds() if fill_ids else HubSpotIds(),
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            max_wait=max_wait,
            max_batch_size=max_batch_size,
            limiter=limiter,
            account=account,
            http_client=http_client,
            clock=clock,
        )
        self._options = ClientOptions(
            auth=auth,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            max_wait=max_wait,
            max_batch_size=max_batch_size,
            fill_ids=fill_ids,
            limiter=self.limiter,
            account=account,
            clock=clock,
        )

    def with_options(self, **options: Unpack[ClientOptions]) -> Self:
        """Return a client like this one with other options, over the same connections, which it leaves open.

        It has the same account and limiter, unless there is another access token, auth or base_url, which may lead to
        another account.

        Args:
            options: The arguments of the client that are to be others; see `ClientOptions`.

        Raises:
            InputError: An option is of no use; the error names it.

        """
        kept = self._options.copy()
        if not options.keys().isdisjoint(("access_token", "auth", "base_url")):
            del kept["limiter"], kept["account"]
        if "access_token" in options:
            del kept["auth"]
        return type(self)(**{**kept, **options}, http_client=self._connections)  # type: ignore[arg-type]

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds connections and secrets and cannot be pickled")


class HubSpotEvents(_Client[httpx.Client, str | Callable[[], str]], generated.SyncClient):
    """HubSpot's event endpoints. One client may serve many threads."""

    def close(self) -> None:
        """Close the connections, unless they are those of another client, or of a pool that was handed in."""
        try:
            if isinstance(self._auth, OAuthRefresh):
                self._auth._finish(self._connections.pool)
        finally:
            super().close()


class AsyncHubSpotEvents(_Client[httpx.AsyncClient, TokenSource], generated.AsyncClient):
    """HubSpot's event endpoints, for asyncio and trio. One client may serve many tasks."""

    async def aclose(self) -> None:
        """Close the connections, unless they are those of another client, or of a pool that was handed in."""
        try:
            if isinstance(self._auth, OAuthRefresh):
                await self._auth._finish_async(self._connections.pool)
        finally:
            await super().aclose()
