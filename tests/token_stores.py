"""The stores of tokens that the tests use, by a kind and a place, so that another process can make the same."""

from __future__ import annotations

import redis
from guide import make_table, on_sqlalchemy
from hubspot_events import FileTokenStore, RedisTokenStore, TokenStore
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

GUIDE = "authentication.md"
KINDS = ["file", "redis", "sqlite", "postgresql"]
ACCOUNT = "62515"


def make_store(kind: str, place: str, *, lock_seconds: float = 1.0) -> TokenStore:
    """Return a store; `place` is a folder, or the address of a Redis or of a database."""
    if kind == "file":
        return FileTokenStore(place)
    if kind == "redis":
        return RedisTokenStore(redis.Redis.from_url(place), lock_seconds=lock_seconds)
    engine = create_engine(place, hide_parameters=True, poolclass=NullPool)
    store: TokenStore = on_sqlalchemy(GUIDE)["AccountStore"](engine)
    return store


def make_accounts(place: str) -> None:
    """Make the table of the guide anew, with the rows that are there when an app was installed."""
    make_table(GUIDE, place, "Account", hub_id=ACCOUNT, refresh_token="embedded-refresh-token")
