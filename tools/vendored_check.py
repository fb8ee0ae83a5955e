"""Says whether this copy of hubspot-events is as it came: ``python -m acme._vendor.hubspot_events.check``.

It travels with the copy, as check.py, and needs nothing but Python; run as a file it does not even import the package
around it. It finds what was edited by mistake, or on purpose and forgotten. Who edits VENDORED.json too is not found.
"""

import os
import sys

# Run as a file, Python looks first among its neighbours; none of them is meant by what follows.
if __name__ == "__main__":
    here = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != here]

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from io import TextIOWrapper
from pathlib import Path

RECORD = "VENDORED.json"

# What Python, systems and editors leave behind: ._x and .DS_Store of macOS, #x# and x~ of Emacs, x.orig of a merge.
LEFTOVERS = ("__pycache__", ".*", "#*#", "*~", "*.bak", "*.orig", "*.rej", "*.tmp", "Thumbs.db", "desktop.ini")


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
        outside = [path for path in map(Path, record.files) if path.anchor or ".." in path.parts]
    except FileNotFoundError:
        raise NoRecordError(f"there is no {RECORD} in {folder}, so it is no copy of hubspot-events") from None
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise NoRecordError(f"{folder / RECORD} cannot be read: {error!r}") from None
    if outside:
        raise NoRecordError(f"{folder / RECORD} names {outside[0]}, which is not in the folder")
    return record


def is_leftover(path: str) -> bool:
    """Return whether a file is one that nobody put there on purpose, by its path in the folder."""
    return any(fnmatch(part, pattern) for part in path.split("/") for pattern in LEFTOVERS)


def tidied(content: bytes) -> bytes:
    """Return a file with LF, no white space at the end of a line, and one line break at the end.

    Git makes the line breaks CRLF on Windows, and hooks of the repository around the copy do the rest.
    """
    text = b"\n".join(line.rstrip() for line in content.split(b"\n")).rstrip()
    return text and text + b"\n"


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, tidied."""
    return hashlib.sha256(tidied(content)).hexdigest()


def differences(folder: Path, record: Record) -> Iterator[tuple[str, str]]:
    """Yield the path of each file that is not as it came, with what it is: edited, missing or added."""
    paths = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    found = {path for path in paths if not is_leftover(path)}
    for path in sorted((found | record.files.keys()) - {RECORD}):
        if path not in found:
            yield path, "missing"
        elif path not in record.files:
            yield path, "added"
        elif digest((folder / path).read_bytes()) != record.files[path]:
            yield path, "edited"


def escape_output() -> None:
    """Escape what the encoding of the output lacks, as Python does for errors: paths and diffs have any character."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def main() -> int:
    """Print what is not as it came; return 0 when nothing is, 1 when something is, 2 when there is no record."""
    escape_output()
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
