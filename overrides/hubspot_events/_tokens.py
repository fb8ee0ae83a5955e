"""The tokens of an account, and what keeps them where several processes find them."""

from __future__ import annotations

import math
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import NoReturn, Protocol

import attrs
from hubspot_events_runtime.errors import is_text

_MARGIN = 60.0  # seconds ahead of its expiry at which a token is refreshed, or a tenth of its life if that is less


class Secretive:
    """Keeps what it holds out of reprs and pickles."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds secrets and cannot be pickled")


@attrs.frozen
class TokenSet(Secretive):
    """What a refresh returned. Its repr shows no token, and it cannot be pickled: store what is in it.

    Attributes:
        access_token: The access token.
        refresh_token: The refresh token to use from now on; store it, as the one before may have stopped working.
        expires_at: When the access token expires, in Unix seconds.
        expires_in: For how many seconds it was good when it came; HubSpot's are for 1800 today.

    """

    access_token: str = attrs.field(repr=False)
    refresh_token: str = attrs.field(repr=False)
    expires_at: float
    expires_in: float = 1800.0

    @property
    def refresh_at(self) -> float:
        """When the access token is due to be refreshed, in Unix seconds."""
        return self.expires_at - min(_MARGIN, self.expires_in / 10)


def is_usable(tokens: TokenSet) -> bool:
    """Whether what a store has can be sent and reckoned with, whoever wrote it."""
    are_times = is_time(tokens.expires_at) and is_time(tokens.expires_in)
    return are_times and (tokens.refresh_token == "" or is_text(tokens.refresh_token))


def is_time(value: object) -> bool:
    """Whether it can be reckoned with: NaN would never come, and a number of hundreds of digits is none of a float."""
    try:
        return isinstance(value, int | float) and not math.isnan(value)
    except OverflowError:
        return False


class TokenEntry(Protocol):
    """The tokens of one account in a store, while its lock is held."""

    def read(self) -> TokenSet | None:
        """Return the tokens as they were last written, or None where there are none."""
        ...

    def write(self, tokens: TokenSet) -> None:
        """Write tokens, so that they are there after a crash."""
        ...


class TokenStore(Protocol):
    """What keeps the tokens of accounts for all processes that serve them.

    `OAuthRefresh` uses it when a refresh is due, or after a 401, and only then. A sync store serves async clients too:
    all that is asked of it for a refresh is asked in one thread, which is not that of the event loop.
    """

    def lock(self, account: str) -> AbstractContextManager[TokenEntry]:
        """Return a context manager: who is in it is the only one, of all processes, for this account.

        It waits when it is entered, not when it is made. Whatever it locks has to be free again when its process is
        killed, at once or after a while.
        """
        ...


class AsyncTokenEntry(Protocol):
    """As `TokenEntry`, with ``await``."""

    async def read(self) -> TokenSet | None:
        """Return the tokens as they were last written, or None where there are none."""
        ...

    async def write(self, tokens: TokenSet) -> None:
        """Write tokens, so that they are there after a crash."""
        ...


class AsyncTokenStore(Protocol):
    """As `TokenStore`, for async clients alone."""

    def lock(self, account: str) -> AbstractAsyncContextManager[AsyncTokenEntry]:
        """Return an async context manager: who is in it is the only one, of all processes, for this account."""
        ...
