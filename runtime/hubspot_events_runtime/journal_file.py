"""The file of a journal: how it is made, opened and checked, and what its rows are.

It is an SQLite database. It holds no secret, and nothing of the inputs but a digest, the id and the time that was
filled in. What HubSpot says of an input that it refuses is kept in its words, in which it may repeat a value.

A row stands for inputs that follow each other, and that were put in together: with a row for each, a journal takes half
as much time again.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, TypeAlias

import attrs

from .errors import InputError, JournalError, shown

_APPLICATION = 0x48754576  # "HuEv", by which SQLite's files are told apart
_FORMAT = 1
_DIGEST = 16  # bytes
MOST_IN_A_ROW = 1000
LOCK = "-lock"
_YEAR_10000 = 253_402_300_800  # in Unix seconds
# What SQLite says of a file that has other things in it than were written, such as no table of a name.
_DAMAGES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT)

# No statement changes a part of this: another format is another number.
_SCHEMA = f"""
PRAGMA fullfsync = ON;
BEGIN;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_FORMAT};
CREATE TABLE job (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (number INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL, synced INTEGER NOT NULL DEFAULT 0);
CREATE TABLE inputs (first INTEGER PRIMARY KEY, digests BLOB NOT NULL, ids TEXT NOT NULL, times TEXT NOT NULL);
CREATE TABLE states (first INTEGER PRIMARY KEY, states BLOB NOT NULL);
CREATE TABLE failures (place INTEGER PRIMARY KEY, reason TEXT, category TEXT);
CREATE TABLE seconds (
    time INTEGER PRIMARY KEY, waiting INTEGER, written INTEGER, failed INTEGER, unknown INTEGER, postponed INTEGER
);
CREATE TABLE requests (time INTEGER, answer TEXT, count INTEGER, PRIMARY KEY (time, answer)) WITHOUT ROWID;
COMMIT;
"""

# The rows that have any of the places from :first to :last.
SPAN = """
first BETWEEN coalesce((SELECT max(first) FROM states WHERE first <= :first), :first) AND :last ORDER BY first
"""
_ROWS = f"""
SELECT first, digests, ids, times, states FROM states LEFT JOIN inputs USING (first) WHERE {SPAN}
"""  # noqa: S608
_TOTALS = """
SELECT (SELECT total(length(states)) FROM states),
(SELECT total(waiting + written + failed + unknown + postponed) FROM seconds)
"""

_to_json = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


class State(IntEnum):
    """What became of an input."""

    WAITING = 0  # read, and perhaps sent; the next run sends it again
    WRITTEN = 1
    FAILED = 2  # for good; it is not sent again
    UNKNOWN = 3  # sent, and the answer lost for good; the next run sends it again, under its id
    POSTPONED = 4  # failed in a way that passes; the next run sends it again


@attrs.define
class Entry:
    """What a journal has of an input.

    Attributes:
        index: Its place among the inputs, from 0.
        digest: 16 bytes that stand for the input as it was given.
        id: The id under which it is sent, or None where it has none.
        time: What was filled in as its time when it was read, or None.
        state: What became of it.
        reason: What was said of one that failed, is unknown or is postponed, or None.
        category: HubSpot's category of that, or the name of the error, or None.

    """

    index: int
    digest: bytes
    id: str | None
    time: str | int | None
    state: State = State.WAITING
    reason: str | None = None
    category: str | None = None


class DamagedError(sqlite3.DatabaseError):
    """There is something in the file that was not written so."""


# What goes wrong with a file.
OF_THE_FILE = (sqlite3.Error, OSError, UnicodeDecodeError)


@contextmanager
def told(name: str) -> Iterator[None]:
    """Raise what goes wrong with a file as a JournalError that names it."""
    try:
        yield
    except OF_THE_FILE as error:
        raise unusable(name, error) from error


def unusable(name: str, error: Exception) -> JournalError:
    """Return the error for what goes wrong with a file."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        return _something_else(name)
    what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    # Text that is none has no code.
    if not isinstance(error, OSError) and getattr(error, "sqlite_errorcode", _DAMAGES[0]) & 0xFF in _DAMAGES:
        return JournalError(
            name,
            f"is damaged: {what}. Begin another one. What is sent anew under an id of its own, or of a key, is not "
            "written twice; of other events find out first what HubSpot has.",
        )
    if isinstance(error, FileNotFoundError):
        return JournalError(
            name,
            f"cannot be read or written: {what}. Give the path of a journal that is there, or of one"
            " in a folder that is.",
        )
    return JournalError(
        name, f"cannot be read or written: {what}. Mend that, and give the same journal again: what it has is kept."
    )


def place_of(path: str | bytes | os.PathLike[str]) -> tuple[str, str]:
    """Return what a file is called, and where it is; raise an error for what is no path."""
    try:
        name = os.fsdecode(path)
        with told(name):
            return name, os.path.realpath(name)
    except (TypeError, ValueError):
        raise InputError("journal", f"must be the path of a file, not {shown(path)}") from None


def check_kind(name: str, file: str) -> None:
    """Raise an error for what cannot even be opened without a surprise, such as a pipe."""
    if not stat.S_ISREG(os.stat(file).st_mode):
        raise _something_else(name)


def is_new(name: str, file: str) -> bool:
    """Whether there is nothing yet where the journal is to be; raise an error for something else that is there.

    Only with the lock: closing a file takes SQLite's own locks on it from the whole process.
    """
    try:
        with open(file, "rb") as opened:
            header = opened.read(100)
    except FileNotFoundError:
        return True
    if header:
        is_sqlite = header.startswith(b"SQLite format 3\0")
        check(name, int.from_bytes(header[68:72]) if is_sqlite else 0, int.from_bytes(header[60:64]))
    return not header


def check(name: str, application: int, number: int) -> None:
    """Raise an error for what SQLite says of a file that is no journal, or has another format."""
    if application != _APPLICATION:
        raise _something_else(name)
    if number != _FORMAT:
        raise JournalError(
            name,
            f"has format {number}, and this release reads and writes format {_FORMAT}. Go on with the release that "
            "began it, or give another journal.",
        )


def _something_else(name: str) -> JournalError:
    return JournalError(
        name, "is no journal, and was left as it is. Give the path of a journal, or one where there is no file yet."
    )


def make(file: str) -> None:
    """Make an empty journal, which is there as a whole or not at all."""
    # Beside a file that somebody has removed, these would be taken for its own.
    for suffix in ("-wal", "-shm", "-journal", "-new", "-new-journal"):
        with suppress(FileNotFoundError):
            os.unlink(file + suffix)
    new = f"{file}-new"
    with closing(sqlite3.connect(new, isolation_level=None)) as database:
        database.executescript(_SCHEMA)
    with suppress(FileNotFoundError):
        shutil.copymode(file, new)
    os.replace(new, file)
    # SQLite syncs the folder when it first syncs the log, which is not there yet.


def connected(file: str, mode: str) -> sqlite3.Connection:
    """Return a connection, for reading and writing, "rw", or for reading alone, "ro"."""
    return sqlite3.connect(
        f"{Path(file).as_uri()}?mode={mode}", uri=True, timeout=5, isolation_level=None, check_same_thread=False
    )


#: Tells whether a value is one that a column may have.
Check: TypeAlias = Callable[[Any], bool]


def is_text(value: Any) -> bool:
    """Whether a value is text."""
    return type(value) is str


def is_blob(value: Any) -> bool:
    """Whether a value is bytes."""
    return type(value) is bytes


def is_count(value: Any) -> bool:
    """Whether a value is the place of an input, or how many there are of something."""
    return type(value) is int and value >= 0


def is_time(value: Any) -> bool:
    """Whether a value is a time that a calendar has, in Unix seconds."""
    return type(value) in (int, float) and 0 <= value < _YEAR_10000


def is_second(value: Any) -> bool:
    """Whether a value is such a time, to the second."""
    return type(value) is int and is_time(value)


def or_none(check: Check) -> Check:
    """Return a check that takes null as well."""
    return lambda value: value is None or check(value)


def asked(
    database: sqlite3.Connection, sql: str, checks: Sequence[Check], parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> Iterator[tuple[Any, ...]]:
    """Yield what a query gives; all that is read goes through here.

    SQLite gives whatever is in a column, and a file that is damaged has anything in it.

    Raises:
        DamagedError: A value is none that was written there.

    """
    for row in database.execute(sql, parameters):
        if not all(check(value) for check, value in zip(checks, row, strict=True)):
            raise DamagedError("a value in it is none that a journal has")
        yield row


def job_of(database: sqlite3.Connection) -> dict[str, str]:
    """Return what a journal is of, by names."""
    return dict(asked(database, "SELECT key, value FROM job ORDER BY key", (is_text, is_text)))


def check_whole(database: sqlite3.Connection) -> None:
    """Raise an error where inputs are missing: they would be taken for new ones, and be sent under other ids."""
    ((there, counted),) = database.execute(_TOTALS)
    if there != counted:
        raise DamagedError(f"{counted:.0f} inputs were put in, and {there:.0f} are there")


def insert(database: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """Put in inputs that follow each other."""
    digests = b"".join([entry.digest for entry in entries])
    if len(digests) != _DIGEST * len(entries):
        raise ValueError(f"a digest has {_DIGEST} bytes")
    ids = _to_json([entry.id for entry in entries])
    times = _to_json([entry.time for entry in entries])
    first = entries[0].index
    database.execute("INSERT INTO inputs VALUES (?, ?, ?, ?)", (first, digests, ids, times))
    database.execute("INSERT INTO states VALUES (?, ?)", (first, bytes(len(entries))))


class _Row(NamedTuple):
    """Inputs that follow each other."""

    first: int
    digests: bytes
    ids: list[str | None]
    times: list[str | int | None]
    states: bytes

    @classmethod
    def read(cls, first: int, digests: bytes, ids: str, times: str, states: bytes) -> _Row:
        row = cls(first, digests, _list(ids, {str, NoneType}), _list(times, {str, int, NoneType}), states)
        lengths = {len(digests) / _DIGEST, len(row.ids), len(row.times), len(states)}
        if len(lengths) == 1 and states and max(states) < len(State):
            return row
        raise DamagedError(f"the row of place {first} is none that was written")

    @property
    def places(self) -> range:
        """The places of the inputs."""
        return range(self.first, self.first + len(self.states))

    def entry(self, index: int, reason: str | None, category: str | None) -> Entry:
        place = index - self.first
        digest = self.digests[_DIGEST * place : _DIGEST * (place + 1)]
        return Entry(index, digest, self.ids[place], self.times[place], State(self.states[place]), reason, category)


def rows(database: sqlite3.Connection, first: int, last: int) -> Iterator[_Row]:
    """Yield the rows that have any of the places from a first to a last."""
    checks = (is_count, is_blob, is_text, is_text, is_blob)
    return (_Row.read(*row) for row in asked(database, _ROWS, checks, {"first": first, "last": last}))


def _list(text: str, types: set[type]) -> list[Any]:
    """Return a list of values of some types, from JSON; an empty one for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) and types.issuperset(map(type, found)) else []


#: The place of an input that is not written, the reason and the category.
FAILURE = (is_count, or_none(is_text), or_none(is_text))


def read_entries(database: sqlite3.Connection, first: int, last: int) -> Iterator[Entry]:
    """Yield what is there at the places from a first to a last."""
    sql = "SELECT place, reason, category FROM failures WHERE place BETWEEN ? AND ?"
    said = {place: (reason, category) for place, reason, category in asked(database, sql, FAILURE, (first, last))}
    for row in rows(database, first, last):
        for index in range(max(first, row.first), min(last + 1, row.places.stop)):
            yield row.entry(index, *said.get(index, (None, None)))
