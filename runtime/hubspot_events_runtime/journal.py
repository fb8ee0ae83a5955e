"""The journal of a run: what was read of the inputs, under which ids it is sent, and what became of it, in one file.

An input is in it before it is sent for the first time, so that whatever ends a run, the next one sends what is not
known to be written under the same ids, and sends nothing else. One process writes; any number may ask meanwhile, by
`journal_report`. What the file is made of stands in `journal_file`.

While a run goes on, a log of SQLite's and a lock are beside the file, and it is not to be moved or copied without them;
a run that is closed leaves one file.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby

from .clients import FINGERPRINT
from .errors import JournalError, one_line, shown
from .journal_file import (
    LOCK,
    MOST_IN_A_ROW,
    OF_THE_FILE,
    SPAN,
    Entry,
    State,
    asked,
    check_kind,
    check_whole,
    connected,
    insert,
    is_blob,
    is_count,
    is_new,
    job_of,
    make,
    place_of,
    read_entries,
    told,
    unusable,
)
from .locks import FileLock, HeldError

_STATES = f"SELECT first, states FROM states WHERE {SPAN}"  # noqa: S608
_WAY_OUT = "Give each job a journal of its own."
_WAY_OUT_WHEN_RENEWED = (
    "If that is a new token of the same account, say so, by account where the client is made, or by --same-account on "
    "the command line; else give another journal."
)
_LAST = "SELECT first, length(states) FROM states ORDER BY first DESC LIMIT 1"
_SYNC = "UPDATE runs SET synced = synced + 1 WHERE number = (SELECT max(number) FROM runs)"
_END = "UPDATE runs SET ended = ? WHERE number = (SELECT max(number) FROM runs)"
_COUNT = """
INSERT INTO seconds VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (time) DO UPDATE SET
waiting = waiting + excluded.waiting, written = written + excluded.written, failed = failed + excluded.failed,
unknown = unknown + excluded.unknown, postponed = postponed + excluded.postponed
"""
_COUNT_REQUEST = """
INSERT INTO requests VALUES (?, ?, ?) ON CONFLICT (time, answer) DO UPDATE SET count = count + excluded.count
"""


class Journal:
    """The journal of one run, which it is kept by. Any thread may use it, one at a time.

    Args:
        path: The file, on a disk of this machine. It is made if it is not there, or is empty.
        job: What is done, by names: a journal that has another value for one of them is of another job. Names that only
            one side has are not compared, and are added; nor is the token compared where an account is named.
        now: What tells the time, in Unix seconds.

    Raises:
        InputError: The path is none.
        JournalError: The file is the journal of another job or something else, is in use, or cannot be written. Except
            for the last it is left as it is.

    """

    def __init__(self, path: str | os.PathLike[str], job: Mapping[str, str], now: Callable[[], float]) -> None:
        self._connection: sqlite3.Connection | None = None
        self._name, file = place_of(path)
        self._now = now
        self._process = os.getpid()
        self._is_broken = False
        self._next = 0  # no input with this index, or a later one, is in the file
        self._is_durable = True  # whether all that is in the file outlives a loss of power
        self._requests: dict[tuple[int, str], int] = {}  # counted, and not yet in the file
        self._last_change = now()
        with told(self._name):
            with suppress(FileNotFoundError):
                check_kind(self._name, file)
            try:
                self._lock = FileLock(f"{file}{LOCK}")
            except HeldError as error:
                who = "another process" if error.process is None else f"process {error.process}"
                raise JournalError(self._name, f"is in use by {who}. Wait until that has ended.") from None
            try:
                if is_new(self._name, file):
                    make(file)
                self._connection = connected(file, "rw")
                self._begin(self._connection, job)
            except BaseException:
                self._release()
                raise
        _journals.add(self)

    def _begin(self, database: sqlite3.Connection, job: Mapping[str, str]) -> None:
        for key, value in job_of(database).items():
            if job.get(key, value) != value and not (key == FINGERPRINT and "account" in job):  # which has a new one
                raise JournalError(
                    self._name,
                    f"is of another job: its {key} is {shown(value)}, and not {shown(job[key])}. "
                    f"{_WAY_OUT_WHEN_RENEWED if key == FINGERPRINT else _WAY_OUT}",
                )
        (mode,) = database.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise JournalError(self._name, "SQLite cannot keep a log beside it. Give a path on a disk of this machine.")
        # What fsync leaves in the cache of a disk on macOS; there is no such thing elsewhere.
        database.execute("PRAGMA fullfsync = ON")
        check_whole(database)
        with self._change(durable=True):
            database.executemany("INSERT OR IGNORE INTO job VALUES (?, ?)", job.items())
            database.execute("INSERT INTO runs (started) VALUES (?)", (self._now(),))
        last = asked(database, _LAST, (is_count, is_count))
        self._next = sum(next(last, (0,)))

    def hold(self) -> None:
        """Stay until the run that has begun closes it: were it garbage beside the run, others would, meanwhile."""
        _held.add(self)

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
                stored = {entry.index: entry for span in _spans(new) for entry in read_entries(database, *span)}
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
                    for start in range(first, last + 1, MOST_IN_A_ROW):
                        insert(database, [new[at] for at in range(start, min(start + MOST_IN_A_ROW, last + 1))])
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
                    row = None if reason is None else one_line(reason), None if category is None else one_line(category)
                    failures = [(index, *row) for index in range(first, last + 1)]
                    database.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", failures)
                elif max(before) >= State.FAILED:
                    database.execute("DELETE FROM failures WHERE place BETWEEN ? AND ?", (first, last))
            self._count(database, changes)

    def _replace(self, database: sqlite3.Connection, first: int, last: int, state: State) -> bytes:
        """Give inputs another state; return those that they had."""
        replaced = b""
        for start, states in list(asked(database, _STATES, (is_count, is_blob), {"first": first, "last": last})):
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
        key = int(at), one_line(answer)
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
        except OF_THE_FILE as error:
            self._is_broken = True
            raise unusable(self._name, error) from error

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
        _held.discard(self)
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


# Those that a run has begun with.
_held: set[Journal] = set()

# A connection of another process must not even be closed.
_left: list[sqlite3.Connection] = []
_journals: weakref.WeakSet[Journal] = weakref.WeakSet()


def _leave_all() -> None:
    for journal in list(_journals):
        journal._leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_all)


def _spans(indexes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of places that follow each other."""
    places = sorted(set(indexes))
    if places and places[-1] - places[0] == len(places) - 1:  # as nearly always
        yield places[0], places[-1]
        return
    for _, group in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        following = [place for _, place in group]
        yield following[0], following[-1]
