"""A journal that is damaged, wherever and however, is a JournalError or does no harm: never a bare error."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import created, event
from hubspot_events import HubSpotEvents, JournalError
from hubspot_events.cli import main
from hubspot_events.journal import JournalReport, State
from hubspot_events.testing import ManualClock
from hypothesis import given, settings
from hypothesis import strategies as st

TABLES = {
    "job": ("key", "value"),
    "runs": ("number", "started", "ended", "synced"),
    "inputs": ("first", "digests", "ids", "times"),
    "states": ("first", "states"),
    "failures": ("place", "reason", "category"),
    "seconds": ("time", "waiting", "written", "failed", "unknown", "postponed"),
    "requests": ("time", "answer", "count"),
}
INPUTS = 60
OF_LISTS: list[Any] = [1, {}, [], 1.5, True, "id"]


def run(path: Path, answer: Callable[[httpx.Request], httpx.Response] = created) -> list[Any]:
    """Send some events, all of them the same in each run, and return what is known of them."""
    pool = httpx.Client(transport=httpx.MockTransport(answer))
    with HubSpotEvents("token", http_client=pool, clock=ManualClock(), max_batch_size=10, max_retries=0) as client:
        inputs = [event(tokens={"n": number}) for number in range(INPUTS)]
        with client.timeline.create_many(inputs, journal=path, concurrency=1) as outcomes:
            return list(outcomes)


def mixed(request: httpx.Request) -> httpx.Response:
    """Refuse an event of some batches, and lose the answer to another batch."""
    first = json.loads(request.content)["inputs"][0]["tokens"]["n"]
    if first == 20:
        raise httpx.ReadError("lost")
    if first == 30:
        return httpx.Response(400, json={"message": "Bad 'x'", "category": "VALIDATION_ERROR"})
    return created(request)


@cache
def whole() -> bytes:
    """The journal of a run with some of everything."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.journal")
        run(path, mixed)
        counts = JournalReport(path).counts
        assert counts[State.WRITTEN]
        assert counts[State.FAILED]
        assert counts[State.UNKNOWN]
        return path.read_bytes()


# Damage


def flip(seed: int, count: int, path: Path) -> None:
    """Change bits."""
    content = bytearray(whole())
    chance = random.Random(seed)
    for _ in range(count):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut(length: float, path: Path) -> None:
    path.write_bytes(whole()[: int(length * len(whole()))])


def change(table: str, what: Callable[[sqlite3.Connection], object], path: Path) -> None:
    """Change a table that holds to nothing any more."""
    path.write_bytes(whole())
    with closing(sqlite3.connect(path)) as database, suppress(sqlite3.IntegrityError):
        names = ", ".join(TABLES[table])
        database.executescript(
            f"CREATE TABLE copy AS SELECT * FROM {table}; DROP TABLE {table}; CREATE TABLE {table} ({names});"
            f"INSERT INTO {table} SELECT * FROM copy; DROP TABLE copy;"
        )
        what(database)
        database.commit()


VALUES = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.sampled_from([-1, 0, 10**15])
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
    | st.sampled_from(["[1,", "{}", "[" * 50_000, *(json.dumps([one] * 10) for one in OF_LISTS)])
)


@st.composite
def cells(draw: st.DrawFn) -> Callable[[Path], None]:
    """Another value, in some rows of a column."""
    table = draw(st.sampled_from([*TABLES]))
    column = draw(st.sampled_from(TABLES[table]))
    value, step = draw(VALUES), draw(st.integers(1, 5))
    statement = f"UPDATE {table} SET {column} = ? WHERE rowid % {step} = 0"
    return partial(change, table, lambda database: database.execute(statement, (value,)))


@st.composite
def missing(draw: st.DrawFn) -> Callable[[Path], None]:
    """No rows, no column, or no table."""
    table = draw(st.sampled_from([*TABLES]))
    column = draw(st.sampled_from(TABLES[table]))
    rename = f"ALTER TABLE {table} RENAME COLUMN {column} TO another"
    statement = draw(st.sampled_from([f"DELETE FROM {table} WHERE rowid % 3 = 0", f"DROP TABLE {table}", rename]))
    return partial(change, table, lambda database: database.execute(statement))


DAMAGE = (
    st.builds(partial, st.just(flip), st.integers(0), st.integers(1, 200))
    | st.builds(partial, st.just(cut), st.floats(0, 1))
    | cells()
    | missing()
)


@contextmanager
def damaged(damage: Callable[[Path], None]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.journal")
        damage(path)
        yield path


# What it does not do


@given(DAMAGE)
@settings(max_examples=150)
def test_a_run_over_a_damaged_journal_goes_on_or_is_refused_by_name(damage: Callable[[Path], None]) -> None:
    with damaged(damage) as path:
        try:
            outcomes = run(path)
        except JournalError as error:
            assert str(path) in str(error)
        else:
            assert sorted(outcome.index for outcome in outcomes) == [*range(INPUTS)]
            assert all(isinstance(outcome.id, str) for outcome in outcomes)


@given(DAMAGE)
@settings(max_examples=150)
def test_questions_to_a_damaged_journal_have_answers_or_are_refused_by_name(damage: Callable[[Path], None]) -> None:
    names = [name for name, member in vars(JournalReport).items() if isinstance(member, property)]
    assert len(names) == 7
    with damaged(damage) as path:
        for name in names:
            with suppress(JournalError):
                getattr(JournalReport(path), name)
        for method in ("failures_by_kind", "rate", "requests"):
            with suppress(JournalError):
                getattr(JournalReport(path), method)()


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_the_report_of_a_damaged_journal_is_one_or_a_line_that_says_why_not(form: str) -> None:
    @given(DAMAGE)
    @settings(max_examples=100)
    def holds(damage: Callable[[Path], None]) -> None:
        with damaged(damage) as path, pytest.MonkeyPatch.context() as patch:
            lines: list[str] = []
            patch.setattr("hubspot_events.cli._command.say", lines.append)
            patch.setattr("hubspot_events.cli._command.conclude", lines.append)
            options = {"text": [], "json": ["--json"], "html": ["--html", str(path.with_suffix(".html"))]}[form]
            code = main(["report", str(path), *options])
            assert code == (2 if lines else 0)
            assert not lines or (len(lines) == 1 and str(path) in lines[0] and "\n" not in lines[0])

    holds()


@pytest.mark.parametrize("table", ["inputs", "states"])
def test_inputs_that_a_journal_has_lost_are_not_taken_for_new_ones(tmp_path: Path, table: str) -> None:
    path = tmp_path / "a.journal"
    path.write_bytes(whole())
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM states WHERE first = 10")
        if table == "inputs":
            database.execute("DELETE FROM inputs WHERE first = 10")
        database.commit()
    with pytest.raises(JournalError, match=r"a\.journal: is damaged: 60 inputs were put in, and 50 are there. Begin"):
        run(path)
