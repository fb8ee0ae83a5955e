"""What names the inputs of a run, kept to find one that is given twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import chain


class Identities:
    """What names the inputs that a run has had, millions of them.

    Of each a hash of 64 bits is kept, in a file of SQLite's own that is on the disk when it is large and gone when it
    is closed; a set would take a hundred bytes for each. Among ten million, two have one hash by chance in one run of
    some 400,000.
    """

    def __init__(self) -> None:
        self._database: sqlite3.Connection | None = None

    def add(self, indexes: Sequence[int], identities: Sequence[tuple[str, ...] | None]) -> dict[int, int]:
        """Add the identities of inputs; None for one that is unique.

        Returns:
            For each that is known already, by its place here, the index of the other one.
        """
        rows = [
            (hash(identity), index) for index, identity in zip(indexes, identities, strict=True) if identity is not None
        ]
        if not rows:
            return {}
        if self._database is None:
            self._database = sqlite3.connect("", check_same_thread=False)
            self._database.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA cache_size = -16384;"
                "CREATE TABLE known (hash INTEGER PRIMARY KEY, place INTEGER)"
            )
        # All rows in one statement: for each, other threads would be let in, which takes longer than the rest.
        marks = ",".join(["(?, ?)"] * len(rows))
        insert = f"INSERT OR IGNORE INTO known VALUES {marks}"  # noqa: S608 - marks
        if self._database.execute(insert, [*chain.from_iterable(rows)]).rowcount == len(rows):
            return {}
        marks = ",".join("?" * len(rows))
        found = f"SELECT hash, place FROM known WHERE hash IN ({marks})"  # noqa: S608 - marks
        known = dict(self._database.execute(found, [key for key, _ in rows]))
        return {
            place: known[hash(identity)]
            for place, (index, identity) in enumerate(zip(indexes, identities, strict=True))
            if identity is not None and known[hash(identity)] != index
        }

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()
