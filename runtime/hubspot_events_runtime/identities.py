"""What names the inputs of a run, kept to find one that is given twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import chain

_FEW = 20_000  # of which a dict takes some two MiB
_IN_A_STATEMENT = 100

# Large pages, as each hash comes to another place.
_SCHEMA = """
PRAGMA page_size = 32768; PRAGMA journal_mode = OFF; PRAGMA cache_size = -16384;
CREATE TABLE known (hash INTEGER PRIMARY KEY, place INTEGER)
"""


class Identities:
    """What names the inputs that a run has had, millions of them.

    Of each a hash of 64 bits is kept: in a dict, and when they are many in a file of SQLite's own, which is on the disk
    when it is large and gone when it is closed. The dict takes a hundred bytes for each, and a tenth of the time. Among
    ten million, two have one hash by chance in one run of some 400,000.
    """

    def __init__(self) -> None:
        self._few: dict[int, int] = {}
        self._database: sqlite3.Connection | None = None

    def add(self, indexes: Sequence[int], identities: Sequence[tuple[str, ...] | None]) -> dict[int, int]:
        """Add the identities of inputs; None for one that is unique.

        Returns:
            For the index of each that is known already, that of the other one.
        """
        keys = [hash(identity) for identity in identities if identity is not None]
        if len(keys) < len(identities):
            indexes = [index for index, identity in zip(indexes, identities, strict=True) if identity is not None]
        first = dict(zip(reversed(keys), reversed(indexes), strict=True))
        before = self._before(first)
        if not before and len(first) == len(keys):
            return {}
        known = {**first, **before}
        return {index: known[key] for key, index in zip(keys, indexes, strict=True) if known[key] != index}

    def _before(self, rows: Mapping[int, int]) -> dict[int, int]:
        """Keep hashes with their indexes; return those that were there before, with theirs."""
        if self._database:
            if not rows or _inserted(self._database, rows):
                return {}
            marks = ",".join("?" * len(rows))
            found = f"SELECT hash, place FROM known WHERE hash IN ({marks})"  # noqa: S608 - marks
            return {key: index for key, index in self._database.execute(found, [*rows]) if index != rows[key]}
        few = self._few
        before = {key: few[key] for key in few.keys() & rows.keys()}
        few |= {**rows, **before}
        if len(few) > _FEW:
            self._database = sqlite3.connect("", check_same_thread=False)
            self._database.executescript(_SCHEMA)
            in_order = sorted(few.items())
            for start in range(0, len(in_order), _IN_A_STATEMENT):
                _inserted(self._database, dict(in_order[start : start + _IN_A_STATEMENT]))
            few.clear()
        return before

    def close(self) -> None:
        """Let go of the file."""
        if self._database:
            self._database.close()


def _inserted(database: sqlite3.Connection, rows: Mapping[int, int]) -> bool:
    """Insert hashes with their indexes; return whether none of them was there."""
    # All in one statement: for each, other threads would be let in, which takes longer than the rest.
    marks = ",".join(["(?, ?)"] * len(rows))
    insert = f"INSERT OR IGNORE INTO known VALUES {marks}"  # noqa: S608 - marks
    return database.execute(insert, [*chain.from_iterable(rows.items())]).rowcount == len(rows)
