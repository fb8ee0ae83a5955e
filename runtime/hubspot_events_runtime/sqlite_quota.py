"""The quota of accounts in a file of SQLite, for the processes of one machine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet, finalize

from .errors import InputError, type_name
from .quota import QuotaEntry

if TYPE_CHECKING:
    import sqlite3

_TIMEOUT = 2.0  # seconds to wait for the others, after which the file is taken to be away
_PAUSE = 0.005  # seconds from one look to the next


class SQLiteQuota:
    """Keeps the quota of each account in a file, for the processes of one machine.

    Args:
        path: The file, which is made when it is not there. Not on a file system of a network, whose locks do not hold.
        now: Tells the time, in Unix seconds; for tests.

    """

    def __init__(self, path: str | os.PathLike[str], *, now: Callable[[], float] = time.time) -> None:
        if not isinstance(path, str | os.PathLike):
            raise InputError("path", f"must be the path of a file, not {type_name(path)}")
        # Absolute, so that a process that works elsewhere finds it.
        self._path = os.path.abspath(path)
        self._now = now
        self._lock = threading.Lock()
        self._forking: int | None = None  # the thread that forks, and holds the lock for that
        self._database: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None  # which one is open
        self._closing: finalize[..., SQLiteQuota] | None = None
        _quotas.add(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._path!r})"

    def __getstate__(self) -> tuple[str, Callable[[], float]]:
        return self._path, self._now

    def __setstate__(self, state: tuple[str, Callable[[], float]]) -> None:
        path, now = state
        SQLiteQuota.__init__(self, path, now=now)

    @contextmanager
    def lock(self, account: str) -> Generator[QuotaEntry]:
        """Be the only one, of all processes of this machine."""
        lock, acquired = self._lock, False
        try:
            # Not one thread after the other for as long as each of them would wait for other processes.
            acquired = lock.acquire(timeout=_TIMEOUT)
            if not acquired:
                raise TimeoutError("another thread waits for the file")
            if self._database and self._file != self._found():
                self._close()
            database = self._database or self._opened()
            try:
                database.execute("BEGIN IMMEDIATE")
                yield _Row(database, account, self._now)
                database.execute("COMMIT")
            except BaseException:
                # Opened anew by the next one, who may find another file, or none.
                self._close()
                raise
        finally:
            if acquired:
                lock.release()

    def close(self) -> None:
        """Close the file; the next one who asks opens it again."""
        with self._lock:
            self._close()

    def _opened(self) -> Any:
        # Imported where it is needed: most who import this package share no quota in a file.
        import sqlite3  # noqa: PLC0415

        database = sqlite3.connect(self._path, timeout=_TIMEOUT, isolation_level=None, check_same_thread=False)
        self._database, self._closing = database, finalize(self, database.close)
        until = time.monotonic() + _TIMEOUT
        while True:
            try:
                database.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:
                # SQLite waits for nobody here: of several that open a new file at once, all but one are told "locked".
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)
        # Written to the disk now and then: what a crash of the machine takes along is old when it is up again.
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE TABLE IF NOT EXISTS quota (account TEXT PRIMARY KEY, state TEXT NOT NULL)")
        self._file = self._found()
        return database

    def _found(self) -> tuple[int, int] | None:
        """Return which file has the name now: when it was removed, others may have made another one."""
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _close(self) -> None:
        if self._closing:
            self._closing()
        self._database = self._closing = None

    def _before_fork(self, seconds: float) -> None:
        """Close the file: a fork takes along what SQLite knows of an open one, such as locks that are none there."""
        if self._lock.acquire(timeout=seconds):
            self._forking = threading.get_ident()
            self._close()

    def _after_fork(self) -> None:
        if self._forking == threading.get_ident():
            self._forking = None
            self._lock.release()

    def _forked(self) -> None:
        """Leave a connection to the process that this one is a fork of: SQLite's must not be used by two."""
        self._lock = threading.Lock()
        self._forking = None
        if self._closing:
            self._closing.detach()
            _of_parents.append(self._database)
        self._database = self._closing = None


class _Row(NamedTuple):
    database: sqlite3.Connection
    account: str
    clock: Callable[[], float]

    def read(self) -> str | None:
        row = self.database.execute("SELECT state FROM quota WHERE account = ?", (self.account,)).fetchone()
        return row and str(row[0])

    def write(self, text: str) -> None:
        self.database.execute("INSERT OR REPLACE INTO quota VALUES (?, ?)", (self.account, text))

    def time(self) -> float:
        return self.clock()


_quotas: WeakSet[SQLiteQuota] = WeakSet()
_of_parents: list[sqlite3.Connection | None] = []  # never closed here


def _before_fork() -> None:
    until = time.monotonic() + _TIMEOUT  # for all of them
    for quota in list(_quotas):
        quota._before_fork(max(0.0, until - time.monotonic()))


def _for_each(do: Callable[[SQLiteQuota], None]) -> None:
    for quota in list(_quotas):
        do(quota)


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=partial(_for_each, SQLiteQuota._after_fork),
        after_in_child=partial(_for_each, SQLiteQuota._forked),
    )
