"""What names the inputs of a run, kept to find one that is given twice."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Mapping, Sequence

_FEW = 20_000  # inputs, for which a dict takes some two MiB
_MANY = 2**20  # inputs, of which a table takes 16 MiB
_BITS = 21  # of a hash that say its slot in the table, half of which stays free
_IN_A_STATEMENT = 400  # of two values each; SQLite before 3.32 takes 999

# Large pages, as each hash comes to another place.
_SCHEMA = """
PRAGMA page_size = 32768; PRAGMA journal_mode = OFF; PRAGMA cache_size = -26624;
CREATE TABLE known (hash INTEGER PRIMARY KEY, place INTEGER)
"""


class Identities:
    """What names the inputs that a run has had, millions of them.

    Of each a hash of 64 bits is kept: of the first in a dict, of those up to a million in a table in memory, and of the
    others in a file of SQLite's own, which is on the disk when it is large and gone when it is closed. The dict takes a
    hundred bytes for each, the table 16. Among ten million, two are taken for one by chance in one run of 250,000.
    """

    def __init__(self) -> None:
        self._few: dict[int, int] = {}
        self._many: array[int] | None = None
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
        few = self._few
        before = {key: few[key] for key in few.keys() & rows.keys()}
        last = max(rows.values(), default=0)
        if last < _FEW:
            few |= {**rows, **before}
            return before
        self._many = self._many or array("q", [0]) * 2**_BITS
        before = _put(self._many, rows, is_full=last >= _MANY) | before
        if last < _MANY:
            return before
        if not self._database:
            self._database = sqlite3.connect("", check_same_thread=False)
            self._database.executescript(_SCHEMA)
        return _inserted(self._database, rows) | before

    def close(self) -> None:
        """Let go of all of them: who keeps the run does not keep these."""
        self._few.clear()
        self._many = None
        if self._database:
            self._database.close()


def _put(table: array[int], rows: Mapping[int, int], *, is_full: bool) -> dict[int, int]:
    """Put hashes with their indexes into a table, unless it is full; return those that were there before, with theirs.

    A slot has the bits of a hash that do not say the slot, and in place of the others the index, from 1. Who finds it
    taken takes the next that is free.
    """
    slots = len(table)
    before: dict[int, int] = {}
    for key, index in rows.items():
        slot, rest = key % slots, key >> _BITS
        while (known := table[slot]) and known >> _BITS != rest:
            slot = (slot + 1) % slots
        if known:
            before[key] = known % slots - 1
        elif not is_full:
            table[slot] = rest << _BITS | index + 1
    return before


def _inserted(database: sqlite3.Connection, rows: Mapping[int, int]) -> dict[int, int]:
    """Insert hashes with their indexes; return those that were there before, with theirs."""
    before: dict[int, int] = {}
    keys = [*rows]
    for start in range(0, len(keys), _IN_A_STATEMENT):
        # Many in one statement: for each, other threads would be let in, which takes longer than the rest.
        some = keys[start : start + _IN_A_STATEMENT]
        marks = ",".join(["(?, ?)"] * len(some))
        insert = f"INSERT OR IGNORE INTO known VALUES {marks}"  # noqa: S608 - marks
        values = [value for key in some for value in (key, rows[key])]
        if database.execute(insert, values).rowcount < len(some):
            marks = ",".join("?" * len(some))
            found = f"SELECT hash, place FROM known WHERE hash IN ({marks})"  # noqa: S608 - marks
            before |= {key: index for key, index in database.execute(found, some) if index != rows[key]}
    return before
