"""The journal of a run: what was read of the inputs, under which ids it is sent, and what became of it, in one file.

The file is an SQLite database. An input is in it before it is sent for the first time, so that whatever ends a run, the
next one sends what is not known to be written under the same ids, and sends nothing else. One process writes; any
number may ask meanwhile.

It holds no secret, and nothing of the inputs but a digest, the id and the time that was filled in. What HubSpot says of
an input that it refuses is kept in its words, in which it may repeat a value.

A row stands for inputs that follow each other, and that were put in together: with a row for each, a journal takes half
as much time again. While a run goes on, a log of SQLite's and a lock are beside the file, and it is not to be moved or
copied without them; a run that is closed leaves one file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import stat
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from enum import IntEnum
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import attrs

from .errors import JournalError, one_line, shown
from .locks import FileLock, HeldError, is_held

_APPLICATION = 0x48754576  # "HuEv", by which SQLite's files are told apart
_FORMAT = 1
_DIGEST = 16  # bytes
_MOST_IN_A_ROW = 1000
_LOCK = "-lock"

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
_SPAN = """
first BETWEEN coalesce((SELECT max(first) FROM states WHERE first <= :first), :first) AND :last ORDER BY first
"""
_STATES = f"SELECT first, states FROM states WHERE {_SPAN}"  # noqa: S608
_ROWS = f"SELECT first, digests, ids, times, states FROM inputs JOIN states USING (first) WHERE {_SPAN}"  # noqa: S608
_SYNC = "UPDATE runs SET synced = synced + 1 WHERE number = (SELECT max(number) FROM runs)"
_END = "UPDATE runs SET ended = ? WHERE number = (SELECT max(number) FROM runs)"
_COUNT = """
INSERT INTO seconds VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
waiting = waiting + excluded.waiting, written = written + excluded.written, failed = failed + excluded.failed,
unknown = unknown + excluded.unknown, postponed = postponed + excluded.postponed
"""
_COUNT_REQUEST = "INSERT INTO requests VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count"


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


class Journal:
    """The journal of one run, which it is kept by. Any thread may use it, one at a time.

    Args:
        path: The file, on a disk of this machine. It is made if it is not there, or is empty.
        job: What is done, by names: a journal that has another value for one of them is of another job. Names that only
            one side has are not compared, and are added.
        now: What tells the time, in Unix seconds.

    Raises:
        JournalError: The file is the journal of another job or something else, is in use, or cannot be written. Except
            for the last it is left as it is.

    """

    def __init__(self, path: str | os.PathLike[str], job: Mapping[str, str], now: Callable[[], float]) -> None:
        self._connection: sqlite3.Connection | None = None
        self._name = os.fspath(path)
        self._now = now
        self._process = os.getpid()
        self._is_broken = False
        self._next = 0  # no input with this index, or a later one, is in the file
        self._is_durable = True  # whether all that is in the file outlives a loss of power
        self._requests: dict[tuple[int, str], int] = {}  # counted, and not yet in the file
        self._last_change = now()
        with _told(self._name):
            file = os.path.realpath(path)
            with suppress(FileNotFoundError):
                _check_kind(self._name, file)
            try:
                self._lock = FileLock(f"{file}{_LOCK}")
            except HeldError as error:
                who = "another process" if error.process is None else f"process {error.process}"
                raise JournalError(self._name, f"is in use by {who}. Wait until that has ended.") from None
            try:
                if _is_new(self._name, file):
                    _make(file)
                self._connection = _connected(file, "rw")
                self._begin(self._connection, job)
            except BaseException:
                self._release()
                raise
        _journals.add(self)

    def _begin(self, database: sqlite3.Connection, job: Mapping[str, str]) -> None:
        for key, value in _job(database).items():
            if job.get(key, value) != value:
                raise JournalError(
                    self._name,
                    f"is of another job: its {key} is {shown(value)}, and not {shown(job[key])}. Give each job a "
                    "journal of its own.",
                )
        (mode,) = database.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise JournalError(self._name, "SQLite cannot keep a log beside it. Give a path on a disk of this machine.")
        # What fsync leaves in the cache of a disk on macOS; there is no such thing elsewhere.
        database.execute("PRAGMA fullfsync = ON")
        with self._change(durable=True):
            database.executemany("INSERT OR IGNORE INTO job VALUES (?, ?)", job.items())
            database.execute("INSERT INTO runs (started) VALUES (?)", (self._now(),))
        last = database.execute("SELECT first, length(states) FROM states ORDER BY first DESC LIMIT 1")
        self._next = sum(last.fetchone() or (0,))

    def admit(self, entries: Sequence[Entry]) -> list[Entry]:
        """Put inputs in, before they are sent, or find what is known of them from an earlier run.

        When it returns, they and all that was settled before outlive a loss of power. When it raises, none was put in.

        Args:
            entries: What stands for each input; new ones are waiting.

        Returns:
            For each the entry as it is in the journal, with the id, the time and the state of the earlier run.

        Raises:
            JournalError: An input is another one than that of the earlier run, or the file cannot be read or written.

        """
        database = self._open()
        new = {entry.index: entry for entry in entries}
        stored = {}
        if new and min(new) < self._next:
            with self._guarded():
                stored = {entry.index: entry for span in _spans(new) for entry in _entries(database, *span)}
        if stored or len(new) < len(entries):
            for entry in entries:
                known = stored.get(entry.index) or new[entry.index]
                if known.digest != entry.digest:
                    raise JournalError(
                        self._name,
                        f"has another input at place {entry.index}, from 0. Give the inputs in the order of the run "
                        "that began it, and other inputs a journal of their own.",
                    )
            new = {index: entry for index, entry in new.items() if index not in stored}
        if new or not self._is_durable:
            self._next = max(self._next, max(new, default=-1) + 1)
            with self._change(durable=True):
                for first, last in _spans(new):
                    for start in range(first, last + 1, _MOST_IN_A_ROW):
                        _insert(database, [new[at] for at in range(start, min(start + _MOST_IN_A_ROW, last + 1))])
                if new:
                    self._count(database, {State.WAITING: len(new)})
                else:  # SQLite syncs nothing where nothing changes
                    database.execute(_SYNC)
        return [stored.get(entry.index) or new[entry.index] for entry in entries] if stored else list(entries)

    def settle(
        self, indexes: Sequence[int], state: State, reason: str | None = None, category: str | None = None
    ) -> None:
        """Keep what became of inputs.

        Who asks sees it at once, and it outlives the process; a loss of power only after the next `admit`, or `close`.

        Args:
            indexes: The places of the inputs, all of them admitted.
            state: What became of them.
            reason: What was said of them, where they are not written.
            category: The kind of the reason.

        Raises:
            JournalError: The file cannot be written, or does not have one of the inputs. Nothing was changed.

        """
        changes: dict[int, int] = {}
        with self._change() as database:
            for first, last in _spans(indexes):
                before = self._replace(database, first, last, state)
                for old in set(before):
                    changes[old] = changes.get(old, 0) - before.count(old)
                changes[state] = changes.get(state, 0) + len(before)
                if state >= State.FAILED:
                    row = None if reason is None else _text(reason), None if category is None else _text(category)
                    failures = [(index, *row) for index in range(first, last + 1)]
                    database.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", failures)
                elif max(before) >= State.FAILED:
                    database.execute("DELETE FROM failures WHERE place BETWEEN ? AND ?", (first, last))
            self._count(database, changes)

    def _replace(self, database: sqlite3.Connection, first: int, last: int, state: State) -> bytes:
        """Give inputs another state; return those that they had."""
        replaced = b""
        for start, states in database.execute(_STATES, {"first": first, "last": last}).fetchall():
            begin, end = max(first - start, 0), min(last + 1 - start, len(states))
            if begin < end:
                changed = states[:begin] + bytes([state]) * (end - begin) + states[end:]
                database.execute("UPDATE states SET states = ? WHERE first = ?", (changed, start))
                replaced += states[begin:end]
        if len(replaced) != last + 1 - first:
            raise JournalError(self._name, f"does not have all inputs from place {first} to {last}: admit them first.")
        return replaced

    def count_request(self, at: float, answer: str) -> None:
        """Count a request by what came of it.

        Who asks sees it with what is settled next, or with the next request after a second.

        Args:
            at: When it was, in Unix seconds.
            answer: What came of it: the status code, or words such as ``timeout``.

        Raises:
            JournalError: The file cannot be written.

        """
        self._open()
        key = int(at), _text(answer)
        self._requests[key] = self._requests.get(key, 0) + 1
        if not 0 <= self._now() - self._last_change < 1:
            with self._change():
                pass

    def close(self) -> None:
        """Make durable what was settled, and leave one file that any process can use. Closing twice is no error.

        In a fork of the process that opened it, it does nothing.

        Raises:
            JournalError: The file cannot be written. It is closed all the same.

        """
        if self._connection is None or self._process != os.getpid():
            return
        try:
            if not self._is_broken:
                with self._change(durable=True) as database:
                    database.execute(_END, (self._now(),))
                # Where somebody reads all the while, or the disk is full, the log stays, and nothing is lost.
                with suppress(sqlite3.Error):
                    database.execute("PRAGMA journal_mode = DELETE")
        finally:
            self._release()

    def __del__(self) -> None:
        """Let go of the file that a run which nobody began would hold."""
        self.close()

    def _open(self) -> sqlite3.Connection:
        """Return the connection, if it may be used."""
        if self._process != os.getpid():
            raise JournalError(
                self._name,
                f"was opened by process {self._process}, of which this one is a fork. Open it after the fork, in one "
                "process.",
            )
        if self._connection is None or self._is_broken:
            reason = "could not be written before" if self._is_broken else "is closed"
            raise JournalError(self._name, f"{reason}. Open it again: what it has is kept.")
        return self._connection

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Raise what goes wrong with the file as a JournalError, and do not touch it again.

        After a write or an fsync that failed nobody knows what of it is on the disk, and a later one that succeeds says
        nothing of that. Opening the file again finds out.
        """
        try:
            yield
        except _OF_THE_FILE as error:
            self._is_broken = True
            raise _unusable(self._name, error) from error

    @contextmanager
    def _change(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """Change the file, all or nothing; durable, if that is to outlive a loss of power, with all before it."""
        database = self._open()
        self._is_durable = False
        with self._guarded():
            database.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            try:
                database.execute("BEGIN IMMEDIATE")
                if self._requests:
                    counts = [(*key, count) for key, count in self._requests.items()]
                    database.executemany(_COUNT_REQUEST, counts)
                yield database
                database.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    database.execute("ROLLBACK")
                raise
        self._requests.clear()
        self._is_durable = durable
        self._last_change = self._now()

    def _count(self, database: sqlite3.Connection, changes: Mapping[int, int]) -> None:
        database.execute(_COUNT, (int(self._now()), *[changes.get(state, 0) for state in range(len(State))]))

    def _release(self) -> None:
        connection, self._connection = self._connection, None
        try:
            if connection:
                connection.close()
        finally:
            self._lock.release()

    def _leave(self) -> None:
        """Leave the file to the process that this one is a fork of."""
        if self._connection:
            self._lock.leave()
            _left.append(self._connection)


# A connection of another process must not even be closed.
_left: list[sqlite3.Connection] = []
_journals: weakref.WeakSet[Journal] = weakref.WeakSet()


def _leave_all() -> None:
    for journal in list(_journals):
        journal._leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_all)


class Run(NamedTuple):
    """When a journal was open, in Unix seconds; the end is None while it is, and where it was not closed."""

    started_at: float
    ended_at: float | None


@attrs.define
class FailureKind:
    """Failures that say the same, but for names and numbers.

    Attributes:
        state: What became of the inputs: failed, unknown or postponed.
        category: The category that they have, or None.
        reason: What was said of them, with ``…`` for what is another in each; or None.
        count: How many they are.
        examples: The first of them, at most three.

    """

    state: State
    category: str | None
    reason: str | None
    count: int = 0
    examples: list[Entry] = attrs.field(factory=list)


class JournalReport:
    """Asks a journal, while a run goes on or when it is over. It changes nothing.

    Each question is one to the file as it is then.

    Args:
        path: The file.

    Raises:
        JournalError: Here and at each question: there is no journal, or it cannot be read.

    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._name = os.fspath(path)
        self._file = os.path.realpath(path)
        with _told(self._name):
            _check_kind(self._name, self._file)
        with self._asked():
            pass

    @property
    def job(self) -> dict[str, str]:
        """What the journal is of, by names."""
        with self._asked() as database:
            return _job(database)

    @property
    def runs(self) -> list[Run]:
        """When it was open, in this order."""
        with self._asked() as database:
            return [Run(*row) for row in database.execute("SELECT started, ended FROM runs ORDER BY number")]

    @property
    def started_at(self) -> float | None:
        """When the first run started, in Unix seconds; None in the moment before."""
        runs = self.runs
        return runs[0].started_at if runs else None

    @property
    def ended_at(self) -> float | None:
        """When the last run was closed, in Unix seconds; None while it goes on, and where it was not closed."""
        runs = self.runs
        return runs[-1].ended_at if runs else None

    @property
    def last_activity_at(self) -> float:
        """When something was last put in, settled, counted or closed, in Unix seconds, to the second."""
        with self._asked() as database:
            times = database.execute(
                "SELECT max(time) FROM seconds UNION ALL SELECT max(time) FROM requests"
                " UNION ALL SELECT max(started) FROM runs UNION ALL SELECT max(ended) FROM runs"
            )
            return max((time for (time,) in times if time is not None), default=0.0)

    @property
    def is_running(self) -> bool:
        """Whether a process has the journal open."""
        with _told(self._name):
            return is_held(f"{self._file}{_LOCK}")

    @property
    def counts(self) -> dict[State, int]:
        """How many inputs are in each state."""
        with self._asked() as database:
            sums = database.execute(
                "SELECT sum(waiting), sum(written), sum(failed), sum(unknown), sum(postponed) FROM seconds"
            ).fetchone()
            return dict(zip(State, (count or 0 for count in sums), strict=True))

    def failures(self, limit: int | None = None) -> Iterator[Entry]:
        """Yield the inputs that failed, are unknown or are postponed, in their order; at most so many."""
        place = -1
        while limit is None or limit > 0:
            most = _MOST_IN_A_ROW if limit is None else min(limit, _MOST_IN_A_ROW)
            with self._asked() as database:
                page = list(_failures(database, place, most))
            yield from page
            if len(page) < most:
                return
            place = page[-1].index
            limit = None if limit is None else limit - most

    def failures_by_kind(self) -> list[FailureKind]:
        """Return what went wrong, most frequent first.

        Names and numbers in a reason do not tell kinds apart. Beyond a thousand kinds, all others of a category are
        one, without a reason.
        """
        kinds: dict[tuple[State, str | None, str | None], FailureKind] = {}
        for entry in self.failures():
            key = entry.state, entry.category, None if entry.reason is None else shape(entry.reason)
            if key not in kinds and len(kinds) >= 1000:
                key = entry.state, entry.category, None
            kind = kinds.setdefault(key, FailureKind(*key))
            kind.count += 1
            if len(kind.examples) < 3:
                kind.examples.append(entry)
        return sorted(kinds.values(), key=lambda kind: -kind.count)

    def rate(self, seconds: int = 10) -> list[tuple[int, int, int]]:
        """Return how many inputs were written, and how many failed for good, in spans of so many seconds.

        Returns:
            For each span with any: when it began, in Unix seconds, the number written, the number failed.

        """
        with self._asked() as database:
            return database.execute(
                "SELECT time - time % ? AS span, sum(written), sum(failed) FROM seconds GROUP BY span"
                " HAVING sum(written) OR sum(failed) ORDER BY span",
                (seconds,),
            ).fetchall()

    def requests(self, seconds: int = 10) -> list[tuple[int, str, int]]:
        """Return how many requests had which answer, in spans of so many seconds.

        Returns:
            For each span and answer: when it began, in Unix seconds, the answer, the number of requests.

        """
        with self._asked() as database:
            return database.execute(
                "SELECT time - time % ? AS span, answer, sum(count) FROM requests GROUP BY span, answer"
                " ORDER BY span, answer",
                (seconds,),
            ).fetchall()

    @contextmanager
    def _asked(self) -> Iterator[sqlite3.Connection]:
        # Not kept open: nobody can close the journal to one file while somebody has it open.
        with _told(self._name), closing(_connected(self._file, "ro")) as database:
            database.execute("BEGIN")
            (application,) = database.execute("PRAGMA application_id").fetchone()
            (number,) = database.execute("PRAGMA user_version").fetchone()
            _check(self._name, application, number)
            yield database


# What goes wrong with a file.
_OF_THE_FILE = (sqlite3.Error, OSError)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Raise what goes wrong with a file as a JournalError that names it."""
    try:
        yield
    except _OF_THE_FILE as error:
        raise _unusable(name, error) from error


def _unusable(name: str, error: Exception) -> JournalError:
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        return _something_else(name)
    what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return JournalError(
        name, f"cannot be read or written: {what}. Mend that, and give the same journal again: what it has is kept."
    )


def _check_kind(name: str, file: str) -> None:
    """Raise an error for what cannot even be opened without a surprise, such as a pipe."""
    if not stat.S_ISREG(os.stat(file).st_mode):
        raise _something_else(name)


def _is_new(name: str, file: str) -> bool:
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
        _check(name, int.from_bytes(header[68:72]) if is_sqlite else 0, int.from_bytes(header[60:64]))
    return not header


def _check(name: str, application: int, number: int) -> None:
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


def _make(file: str) -> None:
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


def _connected(file: str, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{Path(file).as_uri()}?mode={mode}", uri=True, timeout=5, isolation_level=None, check_same_thread=False
    )


def _job(database: sqlite3.Connection) -> dict[str, str]:
    return dict(database.execute("SELECT key, value FROM job ORDER BY key"))


def _insert(database: sqlite3.Connection, entries: Sequence[Entry]) -> None:
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
        try:
            row = cls(first, digests, json.loads(ids), json.loads(times), states)
            lengths = {len(digests) / _DIGEST, len(row.ids), len(row.times), len(states)}
            if len(lengths) == 1 and max(states) < len(State):
                return row
        except (ValueError, TypeError):
            pass
        raise sqlite3.DatabaseError(f"the row of place {first} is damaged")

    def entry(self, index: int, reason: str | None, category: str | None) -> Entry:
        place = index - self.first
        digest = self.digests[_DIGEST * place : _DIGEST * (place + 1)]
        return Entry(index, digest, self.ids[place], self.times[place], State(self.states[place]), reason, category)


def _rows(database: sqlite3.Connection, first: int, last: int) -> Iterator[_Row]:
    """Yield the rows that have any of the places from a first to a last."""
    return (_Row.read(*row) for row in database.execute(_ROWS, {"first": first, "last": last}))


def _entries(database: sqlite3.Connection, first: int, last: int) -> Iterator[Entry]:
    """Yield what is there at the places from a first to a last."""
    sql = "SELECT place, reason, category FROM failures WHERE place BETWEEN ? AND ?"
    said = {place: (reason, category) for place, reason, category in database.execute(sql, (first, last))}
    for row in _rows(database, first, last):
        for index in range(max(first, row.first), min(last + 1, row.first + len(row.states))):
            yield row.entry(index, *said.get(index, (None, None)))


def _failures(database: sqlite3.Connection, after: int, most: int) -> Iterator[Entry]:
    """Yield so many of those that are not written after a place."""
    sql = "SELECT place, reason, category FROM failures WHERE place > ? ORDER BY place LIMIT ?"
    row = None
    for place, reason, category in database.execute(sql, (after, most)):
        if row is None or place >= row.first + len(row.states):
            row = next(_rows(database, place, place))
        yield row.entry(place, reason, category)


def _spans(indexes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of places that follow each other."""
    places = sorted(set(indexes))
    if places and places[-1] - places[0] == len(places) - 1:  # as nearly always
        yield places[0], places[-1]
        return
    for _, group in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        following = [place for _, place in group]
        yield following[0], following[-1]


def _text(text: str) -> str:
    """Return text that can be stored: one line, not too long, without halves of surrogate pairs."""
    return one_line(text).encode("utf-8", "replace").decode()


# What is another in each error of a kind: what is quoted, an address, whatever has a digit.
_VARIABLE = re.compile(r"""(?<!\w)'[^']*'(?!\w)|"[^"]*"|\S+@\S+|[\w-]*\d[\w-]*""")


def shape(reason: str) -> str:
    """Return what the errors of a kind have in common."""
    return _VARIABLE.sub("…", reason)
