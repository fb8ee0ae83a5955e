"""The stores of tokens that the tests use, by a kind and a place, so that another process can make the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import redis
from hubspot_events import FileTokenStore, RedisTokenStore, TokenStore
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

GUIDE = Path(__file__).parent.parent / "docs/authentication.md"
KINDS = ["file", "redis", "sqlite", "postgresql"]
ACCOUNT = "62515"


def make_store(kind: str, place: str, *, lock_seconds: float = 1.0) -> TokenStore:
    """Return a store; `place` is a folder, or the address of a Redis or of a database."""
    if kind == "file":
        return FileTokenStore(place)
    if kind == "redis":
        return RedisTokenStore(redis.Redis.from_url(place), lock_seconds=lock_seconds)
    store: TokenStore = of_the_guide()["AccountStore"](create_engine(place, hide_parameters=True, poolclass=NullPool))
    return store


def make_accounts(place: str) -> None:
    """Make the table of the guide anew, with the rows that are there when an app was installed."""
    names = of_the_guide()
    engine = create_engine(place, poolclass=NullPool)
    names["Base"].metadata.drop_all(engine)
    names["Base"].metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(names["Account"](hub_id=ACCOUNT, refresh_token="embedded-refresh-token"))


def of_the_guide() -> dict[str, Any]:
    """Run the example on SQLAlchemy of the guide, and return its names."""
    blocks = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (example,) = (block for block in blocks if "sqlalchemy" in block)
    names: dict[str, Any] = {"__name__": "guide"}
    exec(compile(example, GUIDE.name, "exec", dont_inherit=True), names)
    return names
