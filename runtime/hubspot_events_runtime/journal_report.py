"""Asks the journal of a run: how far it is, what failed and why, and when."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

import attrs

from .errors import InputError, shown
from .journal_file import (
    FAILURE,
    LOCK,
    MOST_IN_A_ROW,
    DamagedError,
    Entry,
    State,
    asked,
    check,
    check_kind,
    check_whole,
    connected,
    is_count,
    is_second,
    is_text,
    is_time,
    job_of,
    or_none,
    place_of,
    rows,
    told,
)
from .locks import is_held


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
        InputError: The path is none.
        JournalError: Here and at each question: there is no journal, or it cannot be read.

    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._name, self._file = place_of(path)
        with told(self._name):
            check_kind(self._name, self._file)
        with self._asked():
            pass

    @property
    def job(self) -> dict[str, str]:
        """What the journal is of, by names."""
        with self._asked() as database:
            return job_of(database)

    @property
    def runs(self) -> list[Run]:
        """When it was open, in this order."""
        with self._asked() as database:
            sql = "SELECT started, ended FROM runs ORDER BY number"
            return [Run(*row) for row in asked(database, sql, (is_time, or_none(is_time)))]

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
            times = asked(
                database,
                "SELECT max(time) FROM seconds UNION ALL SELECT max(time) FROM requests"
                " UNION ALL SELECT max(started) FROM runs UNION ALL SELECT max(ended) FROM runs",
                (or_none(is_time),),
            )
            return max((time for (time,) in times if time is not None), default=0.0)

    @property
    def is_running(self) -> bool:
        """Whether a process has the journal open."""
        with told(self._name):
            return is_held(f"{self._file}{LOCK}")

    @property
    def counts(self) -> dict[State, int]:
        """How many inputs are in each state."""
        with self._asked() as database:
            check_whole(database)
            (sums,) = asked(
                database,
                "SELECT sum(waiting), sum(written), sum(failed), sum(unknown), sum(postponed) FROM seconds",
                (or_none(is_count),) * len(State),
            )
            return dict(zip(State, (count or 0 for count in sums), strict=True))

    def failures(self, limit: int | None = None) -> Iterator[Entry]:
        """Yield the inputs that failed, are unknown or are postponed, in their order; at most so many."""
        place = -1
        while limit is None or limit > 0:
            most = MOST_IN_A_ROW if limit is None else min(limit, MOST_IN_A_ROW)
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

        Raises:
            InputError: The spans have no length.
            JournalError: The file cannot be read.

        """
        _check_span(seconds)
        with self._asked() as database:
            rates = asked(
                database,
                "SELECT time - time % ? AS span, sum(written), sum(failed) FROM seconds GROUP BY span"
                " HAVING sum(written) OR sum(failed) ORDER BY span",
                (is_second, is_count, is_count),
                (seconds,),
            )
            return list(rates)

    def requests(self, seconds: int = 10) -> list[tuple[int, str, int]]:
        """Return how many requests had which answer, in spans of so many seconds.

        Returns:
            For each span and answer: when it began, in Unix seconds, the answer, the number of requests.

        Raises:
            InputError: The spans have no length.
            JournalError: The file cannot be read.

        """
        _check_span(seconds)
        with self._asked() as database:
            counts = asked(
                database,
                "SELECT time - time % ? AS span, answer, sum(count) FROM requests GROUP BY span, answer"
                " ORDER BY span, answer",
                (is_second, is_text, is_count),
                (seconds,),
            )
            return list(counts)

    @contextmanager
    def _asked(self) -> Iterator[sqlite3.Connection]:
        # Not kept open: nobody can close the journal to one file while somebody has it open.
        with told(self._name), closing(connected(self._file, "ro")) as database:
            database.execute("BEGIN")
            (application,) = database.execute("PRAGMA application_id").fetchone()
            (number,) = database.execute("PRAGMA user_version").fetchone()
            check(self._name, application, number)
            yield database


def _failures(database: sqlite3.Connection, after: int, most: int) -> Iterator[Entry]:
    """Yield so many of those that are not written after a place."""
    sql = "SELECT place, reason, category FROM failures WHERE place > ? ORDER BY place LIMIT ?"
    row = None
    for place, reason, category in asked(database, sql, FAILURE, (after, most)):
        if row is None or place not in row.places:
            row = next(rows(database, place, place), None)
        if row is None or place not in row.places:
            raise DamagedError(f"there is no input of place {place}, which failed")
        yield row.entry(place, reason, category)


# What is another in each error of a kind: what is quoted, an address, whatever has a digit.
_VARIABLE = re.compile(r"""(?<!\w)'[^']*'(?!\w)|"[^"]*"|\S+@\S+|[\w-]*\d[\w-]*""")


def shape(reason: str) -> str:
    """Return what the errors of a kind have in common."""
    return _VARIABLE.sub("…", reason)


def _check_span(seconds: object) -> None:
    if not isinstance(seconds, int) or seconds < 1:
        raise InputError("seconds", f"must be a whole number from 1, not {shown(seconds)}")
