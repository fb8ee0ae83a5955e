"""The files of a partition in the folder of outcomes: that it was begun, and, when it is done, what became of each row.

Each file is there as a whole or not at all, and the first one stays: it is linked to its name when it is on the disk.
No lock is needed for that, so that the folder may be on a file system of a network.
"""

from __future__ import annotations

import io
import json
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import NoneType
from typing import Any, Literal, TypeAlias, get_args
from urllib.parse import quote

import attrs
from hubspot_events_runtime.errors import InputError, is_text, read_json, shown
from hubspot_events_runtime.outcomes import Status, says_known

Form: TypeAlias = Literal["ndjson", "parquet"]

_LONGEST_NAME = 150  # bytes of a file's name, with what is appended


@attrs.frozen
class RowOutcome:
    """What became of a row, as a file has it.

    Attributes:
        index: Its place in the partition, from 0.
        status: As that of an `Outcome`.
        id: The id of a timeline event, or None.
        category: HubSpot's category of what went wrong, or the name of the error, or None.
        reason: What went wrong, or None.
        earlier: Whether an earlier run of the partition wrote it, or was told of it.
    """

    index: int
    status: Status
    id: str | None = None
    category: str | None = None
    reason: str | None = None
    earlier: bool = False

    @property
    def known(self) -> bool:
        """As that of an `Outcome`."""
        return self.status == "failed" and self.id is not None and says_known(self.reason, self.category)


_TEXT = (str, NoneType)
_FIELDS: dict[str, Any] = {
    "index": int,
    "status": str,
    "id": _TEXT,
    "category": _TEXT,
    "reason": _TEXT,
    "earlier": bool,
}


def _outcome(index: int, fields: Any) -> RowOutcome | None:
    """Return what a file has of the row at a place; None where it was not written so."""
    if not isinstance(fields, dict) or fields.keys() != _FIELDS.keys() or fields["index"] != index:
        return None
    if fields["status"] not in get_args(Status):
        return None
    return RowOutcome(**fields) if all(isinstance(fields[name], kind) for name, kind in _FIELDS.items()) else None


class PartitionFiles:
    """The files of one partition of one account.

    Raises:
        InputError: The account or the partition makes no name for a file, or there is no such form; or, from a call, a
            file is of another job or is not as this class writes it.
        OSError: The folder cannot be used.

    """

    def __init__(self, folder: str | os.PathLike[str], account: str, partition: str, form: Form) -> None:
        if form not in ("ndjson", "parquet"):
            raise InputError("form", f'must be "ndjson" or "parquet", not {shown(form)}')
        if form == "parquet":
            _arrow()  # raises before anything is sent
        self._form = form
        self._folder = Path(folder, _name("account", account))
        self._name = _name("partition", partition)
        self._folder.mkdir(parents=True, exist_ok=True)
        self.journal = self._folder / f"{self._name}.journal"

    @property
    def done(self) -> Path:
        """The file with the outcomes, which says that the partition is done."""
        return self._folder / f"{self._name}.{self._form}"

    def check(self, job: dict[str, Any]) -> None:
        """Refuse the files of another job."""
        begun = self._folder / f"{self._name}.begun"
        with suppress(FileNotFoundError):
            other = read_json(begun.read_bytes())
            if other != job:
                keys = [key for key in job if not isinstance(other, dict) or other.get(key) != job[key]]
                raise InputError(
                    "partition",
                    f"{begun} is of another job, with other {', '.join(keys)}. Give each job a folder of its own, and "
                    "cut it into the same partitions when it is run again.",
                )

    def begin(self, job: dict[str, Any], *, is_journalled: bool) -> None:
        """Note that rows may be sent from now on, and whether an earlier run, or another one, may do that too.

        But for one whose journal this run goes on with, which knows what it has sent.
        """
        if not _create(self._folder / f"{self._name}.begun", json.dumps(job).encode()):
            self.check(job)
            if not is_journalled:
                _create(self._folder / f"{self._name}.again", b"")

    @property
    def is_begun_twice(self) -> bool:
        """Whether more than one run has begun the partition, however they ended, and no journal knows of both."""
        return (self._folder / f"{self._name}.again").exists()

    def finish(self, outcomes: Sequence[RowOutcome]) -> None:
        """Say what became of all rows."""
        write = _parquet if self._form == "parquet" else _ndjson
        _create(self.done, write(outcomes))

    def outcomes(self, rows: int) -> list[RowOutcome] | None:
        """Return what became of so many rows, None where the partition is not done."""
        try:
            content = self.done.read_bytes()
        except FileNotFoundError:
            return None
        read = _read_parquet if self._form == "parquet" else _read_ndjson
        found = [_outcome(index, fields) for index, fields in enumerate(read(content))]
        outcomes = [outcome for outcome in found if outcome]
        if not len(outcomes) == len(found) == rows:
            raise InputError(
                "outcomes",
                f"{self.done} is not as it is written here, with what became of each of {rows} rows: remove it, and "
                "the partition is sent",
            )
        return outcomes


def _name(field: str, text: str) -> str:
    """Return the name of a file for a name of the caller's."""
    if not is_text(text):
        raise InputError(field, f"must be text that is not empty, not {shown(text)}")
    name = quote(text, safe=" ")
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if len(name) > _LONGEST_NAME:
        raise InputError(field, f"{shown(text)} is too long for the name of a file")
    return name


def _create(path: Path, content: bytes) -> bool:
    """Write a file that is not there yet; return whether it was not."""
    new = path.with_name(f".{uuid.uuid4().hex}.new")
    try:
        with new.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, path)
        except FileExistsError:
            return False
    finally:
        new.unlink(missing_ok=True)
    if os.name == "posix":  # the name, too, is to outlive a loss of power
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return True


def _ndjson(outcomes: Sequence[RowOutcome]) -> bytes:
    return "".join(f"{json.dumps(attrs.asdict(outcome))}\n" for outcome in outcomes).encode()


def _read_ndjson(content: bytes) -> list[Any]:
    return [read_json(line) for line in content.splitlines()]


def _parquet(outcomes: Sequence[RowOutcome]) -> bytes:
    arrow, parquet = _arrow()
    types = {"index": arrow.int64(), "earlier": arrow.bool_()}
    schema = arrow.schema([(name, types.get(name, arrow.string())) for name in _FIELDS])
    file = io.BytesIO()
    parquet.write_table(arrow.Table.from_pylist([attrs.asdict(outcome) for outcome in outcomes], schema), file)
    return file.getvalue()


def _read_parquet(content: bytes) -> list[Any]:
    arrow, parquet = _arrow()
    try:
        return [*parquet.read_table(io.BytesIO(content)).to_pylist()]
    except (arrow.ArrowException, OSError, ValueError):  # as it is damaged
        return [None]


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise InputError("form", 'parquet needs pyarrow: pip install "hubspot-events[dask]"') from None
