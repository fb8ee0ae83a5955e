"""The tables that are sent: files, standard input, or what a query gives, row by row, each with its place.

DuckDB reads Parquet and runs queries. CSV and NDJSON are read by the standard library: line by line, so that each row
has its line, and one that is broken is a bad row and not the end of the file; and as they are written, where DuckDB
makes numbers of ids like 007, floats of long numbers, and nulls of what a nested value lacks and others have.
"""

from __future__ import annotations

import csv
import glob
import gzip
import json
import os
import re
import shutil
import struct
import tempfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

import duckdb
from hubspot_events_runtime.apart import SIGNAL_POLL

from ._errors import UsageError

STDIN = "-"

# By the ends of files' names.
FORMS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".pq": "parquet",
}

_ROWS_AT_ONCE = 1000  # that DuckDB hands over
_LARGEST_CELL = 2**24  # characters of CSV; more than that is a quote that nothing closes

# How Excel is told the delimiter, in a line of its own before that of the names.
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?sep=([,;\t|])\r?\n?", re.IGNORECASE)

# What reading a table raises when the file is damaged or is another kind of file.
_UNREADABLE = (OSError, EOFError, UnicodeError, csv.Error, zlib.error, duckdb.Error)


class Place(NamedTuple):
    """Where a row stands."""

    table: str
    unit: str
    number: int  # from 1

    def __str__(self) -> str:
        return f"{self.table}:{self.number}" if self.unit == "line" else f"{self.table} row {self.number}"


class Row(NamedTuple):
    """A row of a table.

    Attributes:
        place: Where it stands.
        values: The values, by the names of the columns; None for null.
        fault: Why it could not be read, or None.
        text: What stands there, of a row that has no values since it could not be read.
    """

    place: Place
    values: Mapping[str, Any]
    fault: str | None = None
    text: str = ""


class Table(ABC):
    """A table that can be read any number of times, with the same rows in the same order.

    Attributes:
        name: What it is called.
        columns: The names of its columns, or None where each row has its own.
        file: Where it is, and how that file was when it was opened; None where nobody else can change it.
    """

    name: str
    columns: Sequence[str] | None = None
    file: tuple[Path, tuple[int, ...]] | None = None

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """Yield the rows."""

    def check_unchanged(self) -> None:
        """Raise UsageError where the rows are no longer those that were there at first."""
        if self.file and _state(self.file[0]) != self.file[1]:
            raise UsageError(f"{self.name} was changed after it was opened; send it when nobody writes to it")


class _TextTable(Table):
    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._path = path

    @contextmanager
    def _lines(self) -> Iterator[Iterable[bytes]]:
        with self._path.open("rb") as file:
            is_gzip = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            yield gzip.GzipFile(fileobj=file) if is_gzip else file


class CsvTable(_TextTable):
    """A file with values that are parted by commas, or by another character, and a line of names at the top.

    An empty cell is null. The line of a row is its first.
    """

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        with self._lines() as lines:
            self._declared = _DECLARATION.fullmatch(next(iter(lines), b""))
        delimiters = self._declared[1].decode() if self._declared else ",;\t|"
        headers = [self._header(delimiter) for delimiter in delimiters]
        self.delimiter, columns = max(headers, key=lambda header: len(header[1]))
        if not columns:
            raise UsageError(f"{name} is empty; the names of its columns are its first line")
        if "" in columns:
            raise UsageError(f"{name}: the name of column {columns.index('') + 1} is empty")
        if twice := {column for column in columns if columns.count(column) > 1}:
            raise UsageError(f"{name} has two columns {', '.join(sorted(twice))}")
        self.columns = columns

    def rows(self) -> Iterator[Row]:
        assert self.columns is not None  # noqa: S101 - by then it is known
        records = self._records(self.delimiter)
        next(records)
        for line, cells, lines in records:
            place = Place(self.name, "line", line)
            fault = self._quoting(line, lines, self.delimiter)
            if len(cells) != len(self.columns):
                fault = f"has {len(cells)} cells, and there are {len(self.columns)} columns"
            if fault:
                # What is in it belongs to no column: cut or filled up it could pass for a row that is good.
                yield Row(place, {}, fault, "".join(lines).rstrip("\r\n"))
            elif cells:
                fault = None if _is_text("".join(cells)) else "is not UTF-8"
                yield Row(place, dict(zip(self.columns, (cell or None for cell in cells), strict=True)), fault)

    def _header(self, delimiter: str) -> tuple[str, list[str]]:
        line, cells, lines = next(self._records(delimiter), (1, [], []))
        names = [name.strip() for name in cells]
        if not all(map(_is_text, names)):
            raise UsageError(f"{self.name} is not UTF-8; convert it, such as with iconv -t UTF-8")
        if fault := self._quoting(line, lines, delimiter):
            raise UsageError(f"{self.name}:{line}: {fault}")
        return delimiter, names

    def _records(self, delimiter: str) -> Iterator[tuple[int, list[str], list[str]]]:
        """Yield the cells of each record with the number of its first line before, and its lines behind them."""
        lines: list[str] = []  # of one record
        with self._lines() as all_lines, closing(_noted(all_lines, lines)) as noted:
            reader = csv.reader(noted, delimiter=delimiter)
            while True:
                line = reader.line_num + 1
                lines.clear()
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    raise UsageError(f"{self.name}:{line}: cannot be read: {error}") from None
                if cells is None:
                    return
                if cells and not (line == 1 and self._declared):
                    yield line, cells, lines

    def _quoting(self, line: int, lines: Sequence[str], delimiter: str) -> str | None:
        """Return what is wrong with the quotes of a record; raises UsageError when the rows after it are in it."""
        if not any('"' in text for text in lines):
            return None
        try:
            next(csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error as error:
            if len([*csv.reader([*lines, "after"], delimiter=delimiter)]) == 1:
                raise UsageError(
                    f"{self.name}:{line}: a quote is opened that nothing closes, so that all that follows is one cell"
                ) from None
            return f"has quotes that can be read in two ways: {error}"
        return None


class NdjsonTable(_TextTable):
    """A file with a JSON object on each line."""

    def rows(self) -> Iterator[Row]:
        with self._lines() as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    place = Place(self.name, "line", number)
                    fault = "is no JSON object"
                    try:
                        # As text: bytes that are no UTF-8 might be taken for UTF-16 with other letters.
                        text = line.decode("utf-8-sig")
                        values = json.loads(text, parse_constant=_refuse, object_pairs_hook=_object)
                    except (ValueError, RecursionError) as error:
                        values = None
                        is_text = not isinstance(error, UnicodeDecodeError)
                        fault = f"is no JSON: {str(error).partition(': line ')[0]}" if is_text else "is not UTF-8"
                    if isinstance(values, dict):
                        yield Row(place, values)
                    else:
                        yield Row(place, {}, fault, line.decode("utf-8", "surrogateescape").strip())


class DuckDBTable(Table):
    """What DuckDB reads.

    Attributes:
        relation: What it is in SQL.
        number: The column that numbers the rows, from 0.
        types: The types of the columns.

    """

    def __init__(self, database: duckdb.DuckDBPyConnection, name: str, relation: str, number: str) -> None:
        self.name = name
        self.relation = relation
        self.number = number
        self._database = database
        with database.cursor() as cursor, explained(name):
            described = cursor.execute(f"SELECT * FROM {relation} LIMIT 0").description  # noqa: S608
        self.columns = [column[0] for column in described]
        if number in {column.lower() for column in self.columns}:
            raise UsageError(f"{name}: DuckDB has a column {number} of its own; call yours otherwise, with --sql")
        self.types = [str(column[1]) for column in described]
        self._readers = [_reader(column[1]) for column in described]

    def rows(self) -> Iterator[Row]:
        assert self.columns is not None  # noqa: S101 - by then it is known
        readers = [(index, reader) for index, reader in enumerate(self._readers) if reader]
        with self._database.cursor() as cursor:
            _execute(cursor, f"SELECT {self.number}, * FROM {self.relation}")  # noqa: S608
            while rows := cursor.fetchmany(_ROWS_AT_ONCE):
                for number, *values in rows:
                    for index, reader in readers:
                        if values[index] is not None:
                            values[index] = reader(values[index])
                    yield Row(Place(self.name, "row", number + 1), dict(zip(self.columns, values, strict=True)))


class Tables:
    """The tables of a run, one after the other, all of one form.

    Attributes:
        form: csv, ndjson or parquet; parquet for a query too.
        tables: Each.
        database: Where a query's rows are, and what reads Parquet.
        folder: A place for what does not outlive the run.

    """

    def __init__(self, form: str, tables: Sequence[Table], database: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.form = form
        self.tables = tables
        self.database = database
        self.folder = folder

    def rows(self) -> Iterator[Row]:
        """Yield all rows; raises UsageError when a table cannot be read, or was changed."""
        for table in self.tables:
            with explained(table.name):
                table.check_unchanged()
                yield from table.rows()
                table.check_unchanged()


@contextmanager
def opened(
    files: Sequence[str], *, sql: str | None, form: str | None, stdin: IO[bytes] | None, time_zone: str = "UTC"
) -> Iterator[Tables]:
    """Open the tables that files or a query name; raises UsageError.

    Args:
        files: Paths, globs, or ``-`` for standard input.
        sql: A query in their place.
        form: csv, ndjson or parquet, where the names of files do not say.
        stdin: Standard input, if there is any. As any pipe it is put into a file, as rows are read to be checked and to
            be sent.
        time_zone: That of a query, where it makes times.

    """
    with ExitStack() as stack:
        with explained("temporary files", "written"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hubspot-events-")))
            # On disk, so that memory does not grow with what a query gives.
            database = stack.enter_context(duckdb.connect(str(folder / "rows.duckdb")))
        database.execute("SET enable_progress_bar = false")
        database.execute("SET TimeZone = $zone", {"zone": time_zone})
        if sql is not None:
            if files or form:
                raise UsageError("--sql goes in place of files: name them in it, such as from 'orders/*.parquet'")
            with explained("--sql"):
                # The rows are read twice, and a query without ORDER BY need not give them twice in one order.
                _execute(database, f"CREATE TABLE query AS ({sql.strip().rstrip(';')}\n)")
            yield Tables("parquet", [DuckDBTable(database, "query", "query", "rowid")], database, folder)
            return
        if not files:
            raise UsageError("name a file, or - for standard input, or give --sql")
        # Each once, by whichever names: its rows need not have ids that would tell that they are there twice.
        found: dict[str, str] = {}
        for path in (path for file in files for path in _found(file)):
            found.setdefault(path if path == STDIN else os.path.realpath(path), path)
        paths = [(Path(path), path) for path in found.values()]
        forms = {form or _form(path) for _, path in paths}
        if len(forms) > 1:
            raise UsageError(f"files of more than one form: {', '.join(sorted(forms))}; send one form at a time")
        (form,) = forms
        csv.field_size_limit(_LARGEST_CELL)
        paths = [_spooled(path, name, stdin, folder / str(number)) for number, (path, name) in enumerate(paths)]
        yield Tables(form, [_table(path, name, form, database) for path, name in paths], database, folder)


def _spooled(path: Path, name: str, stdin: IO[bytes] | None, spool: Path) -> tuple[Path, str]:
    """Return a path that can be read twice, and what it is called: that of a pipe is a file with what it gives."""
    with explained(name):
        if name == STDIN:
            if stdin is None:
                raise UsageError("there is no standard input")
            with spool.open("wb") as file:
                shutil.copyfileobj(stdin, file)
            return spool, "stdin"
        if not path.is_fifo():
            return path, name
        with path.open("rb") as pipe, spool.open("wb") as file:
            shutil.copyfileobj(pipe, file)
        return spool, name


def _table(path: Path, name: str, form: str, database: duckdb.DuckDBPyConnection) -> Table:
    with explained(name):
        state = _state(path)
        table = _opened(path, name, form, database)
        table.file = path, state
        return table


def _opened(path: Path, name: str, form: str, database: duckdb.DuckDBPyConnection) -> Table:
    if form == "csv":
        return CsvTable(path, name)
    if form == "ndjson":
        return NdjsonTable(path, name)
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        if file.read() != b"PAR1":
            raise UsageError(f"{name} is no Parquet file")
    quoted = glob.escape(str(path)).replace("'", "''")  # as DuckDB takes a path for one
    # What a folder is called is no column, and would go over one of the file's.
    relation = f"read_parquet('{quoted}', hive_partitioning = false)"
    return DuckDBTable(database, name, relation, "file_row_number")


def _state(path: Path) -> tuple[int, ...]:
    """Return what changes when a file is written to, or another takes its place."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _found(file: str) -> list[str]:
    """Return the paths that a glob means, in an order that does not change; without those of failed rows."""
    if file == STDIN or Path(file).exists() or not glob.has_magic(file):
        return [file]
    found = [path for path in sorted(glob.glob(file, recursive=True)) if not _is_of_failed_rows(path)]
    if not found:
        raise UsageError(f"{file}: there is no such file")
    return found


def _is_of_failed_rows(path: str) -> bool:
    """Whether a file has the name that a file of failed rows gets by itself."""
    return ".failed." in Path(path).name


def _form(path: str) -> str:
    """Return the form that the name of a file says."""
    if path == STDIN:
        raise UsageError("say with --format what standard input is: csv, ndjson or parquet")
    name = path.lower().removesuffix(".gz")
    if form := FORMS.get(Path(name).suffix):
        return form
    raise UsageError(f"{path}: the name does not end with {', '.join(FORMS)}; say with --format what it is")


def _execute(database: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Let DuckDB do what may take long, in a thread: it heeds no Ctrl-C at times, and others it makes an error of."""
    with ThreadPoolExecutor(1) as threads:
        doing = threads.submit(database.execute, statement)
        try:
            while not doing.done():
                wait([doing], SIGNAL_POLL)
        except BaseException:
            while not doing.done():  # one that comes before it has begun is lost
                database.interrupt()
                wait([doing], SIGNAL_POLL)
            raise
    doing.result()


@contextmanager
def explained(name: str, what: str = "read") -> Iterator[None]:
    """Say of what cannot be read, or written, which file it is."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or error}") from None
    except _UNREADABLE as error:
        raise UsageError(f"{name}: cannot be {what}: {str(error).strip()}") from None


def _is_text(value: str) -> bool:
    """Whether a text has nothing in it that was no UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _noted(lines: Iterable[bytes], into: list[str]) -> Generator[str, None, None]:
    """Yield lines as text, and keep them as well."""
    encoding = "utf-8-sig"
    for line in lines:
        text = line.decode(encoding, "surrogateescape")  # what is not UTF-8 is to be a bad row
        encoding = "utf-8"
        into.append(text)
        yield text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; raises ValueError where a name is there twice, as one value would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is there twice")
    return found


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no value in JSON")


def _reader(kind: Any) -> Callable[[Any], Any] | None:
    """Return what makes of a value of a type in DuckDB what it means; None where it does so as it is."""
    if str(kind) == "JSON":
        return json.loads
    if kind.id == "float":
        return _read_float
    if kind.id in ("list", "array"):
        item = _reader(dict(kind.children)["child"])
        return (lambda value: [item(one) if one is not None else None for one in value]) if item else None
    if kind.id == "struct":
        # A struct has every field in every row; those without a value are left out.
        fields = {name: _reader(child) or _as_it_is for name, child in kind.children}
        return lambda value: {name: fields[name](one) for name, one in value.items() if one is not None}
    if kind.id == "map":
        entry = _reader(dict(kind.children)["value"]) or _as_it_is
        return lambda value: {key: entry(one) for key, one in value.items() if one is not None}
    return None


def _as_it_is(value: Any) -> Any:
    return value


def _read_float(value: float) -> float:
    """Return a number of 32 bits as it is written, 0.1 and not 0.10000000149011612."""
    return next(
        (
            near
            for digits in range(6, 9)
            if struct.pack("f", near := float(f"{value:.{digits}g}")) == struct.pack("f", value)
        ),
        value,
    )
