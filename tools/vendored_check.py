"""Says whether this copy of hubspot-events is as it came: ``python -m acme._vendor.hubspot_events.check``.

It travels with the copy, as check.py, and needs nothing but Python; run as a file it does not even import the package
around it. It finds what was edited by mistake, or on purpose and forgotten. Who edits VENDORED.json too is not found.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

RECORD = "VENDORED.json"


class NoRecordError(Exception):
    """The folder has no record, or none that can be read."""


@dataclass(frozen=True)
class Record:
    """What was put into a folder.

    Attributes:
        version: The version of hubspot-events.
        revision: The commit that it was copied from; with ``+changes`` behind it when there was more than that.
        files: The SHA-256 of each file by its path in the folder.

    """

    version: str
    revision: str
    files: dict[str, str]

    def __str__(self) -> str:
        return f"hubspot-events {self.version} ({self.revision})"


def read_record(folder: Path) -> Record:
    """Return the record of a folder; raises NoRecordError."""
    try:
        content = json.loads((folder / RECORD).read_text("utf-8"))
        record = Record(content["version"], content["revision"], dict(content["files"]))
    except FileNotFoundError:
        raise NoRecordError(f"there is no {RECORD} in {folder}, so it is no copy of hubspot-events") from None
    except (ValueError, LookupError, TypeError) as error:
        raise NoRecordError(f"{folder / RECORD} cannot be read: {error!r}") from None
    for path in map(PurePosixPath, record.files):
        if path.is_absolute() or ".." in path.parts:
            raise NoRecordError(f"{folder / RECORD} names {path}, which is not in the folder")
    return record


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file as it was written: with LF, which git may have made CRLF on Windows."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def differences(folder: Path, record: Record) -> Iterator[tuple[str, str]]:
    """Yield the path of each file that is not as it came, with what it is: edited, missing or added."""
    found = {
        file.relative_to(folder).as_posix(): file
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    for path in sorted((found.keys() | record.files.keys()) - {RECORD}):
        if path not in found:
            yield path, "missing"
        elif path not in record.files:
            yield path, "added"
        elif digest(found[path].read_bytes()) != record.files[path]:
            yield path, "edited"


def main() -> int:
    """Print what is not as it came; return 0 when nothing is, 1 when something is, 2 when there is no record."""
    folder = Path(__file__).resolve().parent
    try:
        record = read_record(folder)
    except NoRecordError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    changed = list(differences(folder, record))
    if not changed:
        print(f"{record}: {len(record.files)} files, all as they came")
        return 0
    for path, kind in changed:
        print(f"{kind}: {folder / path}")
    testing = " TESTING=1" if "testing/__init__.py" in record.files else ""
    print(
        f"error: this is not {record} as it came. To see the changes, and with FORCE=1 to undo them, run in a checkout"
        f" of that revision: make vendor DEST={folder.parent}{testing}",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
