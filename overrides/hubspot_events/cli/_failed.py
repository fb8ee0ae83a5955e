"""The file of failed rows: as they were, with the reason beside them, to be mended and sent again."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from ._errors import UsageError
from ._fields import REASON
from ._tables import FORMS, CsvTable, DuckDBTable, Row, Tables, explained
from ._values import folded

_SUFFIXES = {"csv": ".csv", "ndjson": ".ndjson", "parquet": ".parquet"}


def default_path(tables: Tables, journal: str | None) -> Path:
    """Return where failed rows go unless it is said: beside the journal, or else beside the first table."""
    beside = Path(journal or tables.tables[0].name)
    if not beside.name:
        raise UsageError(f"--journal {journal} is no name of a file")
    name = beside.name.removesuffix(".gz")
    stem = Path(name).stem if journal or Path(name).suffix.lower() in FORMS else name
    return beside.with_name(f"{stem}.failed{_SUFFIXES[tables.form]}")


class FailedRows:
    """A file of failed rows, which is there as soon as one failed.

    Attributes:
        path: Where it is.
        count: How many rows failed.
        is_whole: Whether all of them could be written.

    """

    def __init__(self, path: Path, tables: Tables, id_name: str | None, journal: str | None = None) -> None:
        """Make one.

        Args:
            path: Where it goes. A file that is there is kept, with ``~`` at the end of its name.
            tables: Where the rows are from.
            id_name: The column for the ids under which rows were sent that have none, or None.
            journal: The journal of the run, or None.

        Raises:
            UsageError: The path has the wrong end, or is one of the tables or the journal.

        """
        if FORMS.get(path.suffix.lower()) != tables.form:
            ends = " or ".join(end for end, form in FORMS.items() if form == tables.form)
            raise UsageError(
                f"--failed {path}: failed rows are written as they were read; let the name end with {ends}"
            )
        if any(path.resolve() == Path(table.name).resolve() for table in tables.tables):
            raise UsageError(
                f"{path} is what is sent, and where failed rows would go: give another --journal, or say with --failed"
                " where they go"
            )
        if journal and path.resolve() == Path(journal).resolve():
            raise UsageError(f"--failed {path} is the journal; give each a name of its own")
        self.path = path
        self.count = 0
        self.is_whole = True
        self._make: Callable[[], _Writer] = partial(_WRITERS[tables.form], path, tables, id_name)
        self._writer: _Writer | None = None

    def check_folder(self) -> None:
        """Raise UsageError when the file cannot be made where it is to go."""
        try:
            tempfile.TemporaryFile(dir=self.path.parent).close()
        except OSError:
            reason = "failed rows cannot be written there; say with --failed where they go"
            raise UsageError(f"{self.path}: {reason}") from None

    def add(self, row: Row, reason: str, sent_id: str | None = None) -> None:
        """Write a row with the reason why it failed, and the id under which it was sent; raises UsageError."""
        reason = f"{row.place}: {reason}: {row.text}" if row.text else f"{row.place}: {reason}"
        self.count += 1
        with self._writing():
            if self.path.exists() and self._writer is None:
                self.path.replace(f"{self.path}~")
            self._writer = self._writer or self._make()
            self._writer.add(row, reason, sent_id)

    def close(self) -> None:
        """Finish the file; raises UsageError. Closing twice is no error."""
        writer, self._writer = self._writer, None
        if writer:
            with self._writing():
                writer.close()

    def retire(self) -> bool:
        """Put the file of an earlier run aside, as when one is written; return whether there was one."""
        try:
            self.path.replace(f"{self.path}~")
        except OSError:
            return False
        return True

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with explained(str(self.path), "written"):
                yield
        except UsageError:
            self.is_whole = False
            raise


class _Writer(Protocol):
    def add(self, row: Row, reason: str, sent_id: str | None) -> None: ...

    def close(self) -> None: ...


class _CsvWriter:
    def __init__(self, path: Path, tables: Tables, id_name: str | None) -> None:
        csv_tables = [table for table in tables.tables if isinstance(table, CsvTable)]
        columns = [*dict.fromkeys(column for table in csv_tables for column in table.columns or ())]
        self._id = _id_column(columns, id_name)
        columns += [self._id] if self._id and self._id not in columns else []
        names = [*(column for column in columns if column != REASON), REASON]
        # What was no UTF-8 is written as it was. Lines end with CRLF, as csv puts no lone CR between quotes otherwise.
        self._file = path.open("w", encoding="utf-8", errors="surrogateescape", newline="")
        self._writer = csv.DictWriter(self._file, names, delimiter=csv_tables[0].delimiter)
        self._writer.writeheader()

    def add(self, row: Row, reason: str, sent_id: str | None) -> None:
        self._writer.writerow({**row.values, **_sent_as(row, self._id, sent_id), REASON: reason})
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class _NdjsonWriter:
    def __init__(self, path: Path, _tables: Tables, id_name: str | None) -> None:
        self._id_name = id_name
        self._file = path.open("w", encoding="utf-8")

    def add(self, row: Row, reason: str, sent_id: str | None) -> None:
        id_column = _id_column(row.values, self._id_name)
        values = {**row.values, **_sent_as(row, id_column, sent_id)}
        values.pop(REASON, None)
        self._file.write(json.dumps({**values, REASON: reason}) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class _ParquetWriter:
    """Notes which rows failed, and lets DuckDB take them out of the tables at the end, in their types."""

    def __init__(self, path: Path, tables: Tables, id_name: str | None) -> None:
        self._path = path
        self._tables = tables
        self._id_name = id_name
        self._notes = tables.folder / "failed.ndjson"
        self._file = self._notes.open("w", encoding="utf-8")

    def add(self, row: Row, reason: str, sent_id: str | None) -> None:
        note = {"name": row.place.table, "number": row.place.number - 1, "reason": reason, "sent_id": sent_id}
        self._file.write(json.dumps(note) + "\n")

    def close(self) -> None:
        self._file.close()
        if self._notes.stat().st_size:
            selected = [self._select(table) for table in self._tables.tables if isinstance(table, DuckDBTable)]
            notes = "{name: 'VARCHAR', number: 'BIGINT', reason: 'VARCHAR', sent_id: 'VARCHAR'}"
            with self._tables.database.cursor() as cursor:
                cursor.execute(
                    "CREATE OR REPLACE TABLE failed AS FROM"
                    f" read_json({_text(self._notes)}, format = 'newline_delimited', columns = {notes})"
                )
                cursor.execute(f"COPY ({' UNION ALL BY NAME '.join(selected)}) TO {_text(self._path)} (FORMAT parquet)")

    def _select(self, table: DuckDBTable) -> str:
        id_column = _id_column(table.columns or (), self._id_name)
        columns = []
        for column, kind in zip(table.columns or (), table.types, strict=True):
            name = _name(column)
            if column == id_column:
                columns.append(f"coalesce(CAST(rows.{name} AS VARCHAR), failed.sent_id) AS {name}")
            elif column != REASON:
                columns.append(f"{_as_parquet_has_it(f'rows.{name}', kind)} AS {name}")
        if id_column and id_column not in (table.columns or ()):
            columns.append(f"failed.sent_id AS {_name(id_column)}")
        columns.append(f"failed.reason AS {_name(REASON)}")
        numbered = f"SELECT {table.number} AS number_of_row, * FROM {table.relation}"  # noqa: S608
        return (
            f"(SELECT {', '.join(columns)} FROM ({numbered}) AS rows"  # noqa: S608
            f" JOIN failed ON failed.number = rows.number_of_row AND failed.name = {_text(table.name)}"
            " ORDER BY number_of_row)"
        )


def _as_parquet_has_it(column: str, kind: str) -> str:
    """Return a column, as text where it has numbers of 128 bits: Parquet has none, and DuckDB would write floats."""
    if kind in ("HUGEINT", "UHUGEINT"):
        return f"CAST({column} AS VARCHAR)"
    return f"to_json({column})" if "HUGEINT" in kind else column


_WRITERS: dict[str, Callable[[Path, Tables, str | None], _Writer]] = {
    "csv": _CsvWriter,
    "ndjson": _NdjsonWriter,
    "parquet": _ParquetWriter,
}


def _id_column(columns: Iterable[str], id_name: str | None) -> str | None:
    """Return the column of a table that has the ids, or is to have them."""
    return next((column for column in columns if id_name and folded(column) == folded(id_name)), id_name)


def _sent_as(row: Row, column: str | None, sent_id: str | None) -> dict[str, str]:
    """Return the id of a row that has none of its own."""
    return {column: sent_id} if column and sent_id and row.values.get(column) is None else {}


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
