"""The examples of the guides in docs/, as the tests run them: in this process, or in another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

DOCS = Path(__file__).parent.parent / "docs"


def example(page: str, package: str) -> str:
    """Return the example of a page that imports a package."""
    blocks = re.findall(r"^```python\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (found,) = (block for block in blocks if f"from {package}" in block)
    return str(found)


def on_sqlalchemy(page: str) -> dict[str, Any]:
    """Run the example on SQLAlchemy of a page, and return its names."""
    names: dict[str, Any] = {"__name__": "guide"}
    exec(compile(example(page, "sqlalchemy"), page, "exec", dont_inherit=True), names)
    return names


def make_table(page: str, place: str, table: str, **row: Any) -> None:
    """Make the table of such an example anew in a database, with a row that is there when an app was installed."""
    names = on_sqlalchemy(page)
    engine = create_engine(place, poolclass=NullPool)
    names["Base"].metadata.drop_all(engine)
    names["Base"].metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(names[table](**row))
