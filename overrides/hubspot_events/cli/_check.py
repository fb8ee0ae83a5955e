"""Whether rows can be sent, found out as the client would, without sending any."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

from hubspot_events_runtime.errors import InputError, shown
from hubspot_events_runtime.operations import Operation, encoded

from .._ids import ClientIds
from ._errors import UsageError
from ._fields import Fields
from ._tables import Row, Tables


class Problem(NamedTuple):
    """What is wrong with a row.

    Attributes:
        row: The row.
        field: The column or the field that is at fault, or None for the whole row.
        reason: What is wrong with it.
    """

    row: Row
    field: str | None
    reason: str

    def __str__(self) -> str:
        return f"{self.row.place}: {self.text}"

    @property
    def text(self) -> str:
        """The problem without the place."""
        return f"{self.field}: {self.reason}" if self.field else self.reason


def check(
    tables: Tables, operation: Operation[Any], fields: Fields, *, needs_id: bool = False
) -> Iterator[Problem | None]:
    """Yield for each row what is wrong with it, or None; raises UsageError for what is wrong with all.

    `needs_id` says whether an event without an id of its own is wrong.
    """
    for table in tables.tables:
        if table.columns is not None:
            fields.check(table.columns)
    body = operation.body
    assert body  # noqa: S101 - a batch has inputs
    ids = ClientIds()
    with closing(_Identities()) as identities:
        for row in tables.rows():
            if row.fault:
                yield Problem(row, None, row.fault)
                continue
            try:
                model = fields.make(row.values)
                is_new = body.filled is not None and getattr(model, body.identity[body.filled]) is None
                inputs = body.single(model, ids)
                encoded(inputs.sent[0], model)
            except InputError as error:
                if _is_constant(fields, row, error.field):
                    raise UsageError(f"{error.field}, which is the same in every row: {error.reason}") from None
                yield Problem(row, _name(fields, row, error.field), error.reason)
                continue
            if is_new and needs_id:
                yield Problem(row, body.filled, "has to be the same each time, for --scheduler: give one, or --key")
                continue
            (identity,) = inputs.identities
            # One that is made now, at random, is nobody else's.
            if identity is not None and not is_new and (first := identities.add(identity, str(row.place))):
                key = fields.key(row.values)
                field = "--key" if key else _name(fields, row, [*body.identity.values()][-1])
                yield Problem(row, field, f"{shown(key or identity[-1])} is that of {first} too")
            else:
                yield None


def _name(fields: Fields, row: Row, field: str) -> str:
    try:
        return fields.name(field, row.values)
    except InputError:  # the columns themselves are at fault
        return field


def _is_constant(fields: Fields, row: Row, field: str) -> bool:
    try:
        return fields.is_constant(field, row.values)
    except InputError:  # likewise
        return False


class _Identities:
    """Which identities there were, in a file of SQLite's, so that memory does not grow with the rows."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY, place BLOB) WITHOUT ROWID")
        self._connection.execute("BEGIN")

    def add(self, identity: tuple[Any, ...], place: str) -> str | None:
        """Return the place of the same identity, if there was one before."""
        digest = hashlib.blake2b(repr(identity).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        stored = place.encode("utf-8", "surrogatepass")  # the name of a file need not be text
        try:
            added = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (digest, stored))
        except sqlite3.Error as full:  # as the disk of temporary files may be
            raise UsageError(f"the ids of the rows cannot be kept in a temporary file: {full}") from None
        if added.rowcount:
            return None
        (first,) = self._connection.execute("SELECT place FROM seen WHERE digest = ?", (digest,)).fetchone()
        return str(first, "utf-8", "surrogatepass")

    def close(self) -> None:
        """Forget them."""
        self._connection.close()
