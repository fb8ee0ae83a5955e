"""List what an OpenAPI document of HubSpot's own says otherwise than our specs, for the operations that we cover.

`make compare UPSTREAM=…` prints nothing on a quiet day: what we know of and want otherwise stands, with its reason, in
openapi/upstream/known-differences.yaml (a folder further down, as each openapi/*.yaml is a spec).
"""

import argparse
import io
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from bundle import bundle
from specs import (
    Difference,
    Document,
    NotOpenAPI,
    Operation,
    beside_required,
    operation_differences,
    spelled_out,
)

SPECS = Path("openapi")
KNOWN = SPECS / "upstream/known-differences.yaml"
VERSION = re.compile(r"v\d+|\d{4}-\d{2}")
# How our documents are worded, what a server allows beyond a schema's types or takes for what is left out, and what
# only our generator reads are not HubSpot's business, nor are theirs ours.
IGNORED = ("text", "limit", "default", "extension")


@dataclass(frozen=True)
class Known:
    """A difference that we want, as the file of known differences has it.

    Attributes:
        line: The line that would be printed, with ``*`` for any text.
        operations: The operations that it is about; all, when there are none.

    """

    line: str
    operations: Sequence[str]

    def covers(self, operation: str, line: str) -> bool:
        """Return whether a line is this difference."""
        pattern = ".*".join(map(re.escape, self.line.split("*")))
        return (not self.operations or operation in self.operations) and re.fullmatch(pattern, line) is not None


def main() -> int:
    """Print the differences; return 1 when there are any, 2 when the documents cannot be compared."""
    parser = argparse.ArgumentParser(description="List what another OpenAPI document says otherwise than our specs.")
    parser.add_argument("upstream", help="the path or the URL of the document, JSON or YAML")
    parser.add_argument("--operation", help="one operation of ours, by its id or its path; by default all that it has")
    arguments = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A document may have characters that the terminal has not.
            stream.reconfigure(errors="backslashreplace")
    try:
        theirs = Document(read(arguments.upstream), arguments.upstream)
        ours = Document(bundle(SPECS), str(SPECS))
        return compare(ours, theirs, known_differences(KNOWN), arguments.operation)
    except RecursionError:
        why = f"{arguments.upstream}: it nests too deeply"
    except ValueError as error:
        why = str(error)
    except (OSError, httpx.HTTPError, httpx.InvalidURL) as error:
        why = f"{arguments.upstream}: {error}"
    print(_one_line(why), file=sys.stderr)
    return 2


def read(place: str) -> Any:
    """Return the contents of a file or of what is behind a URL."""
    if place.startswith(("http://", "https://")):
        content = httpx.get(place, follow_redirects=True, timeout=30).raise_for_status().content
    else:
        content = Path(place).read_bytes()
    try:
        text = content.decode("utf-8-sig")
        # Not YAML for both: it refuses the tabs that JSON may be indented with, and takes long over long documents.
        return json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    # PyYAML has the last two for a value that is not what its tag says.
    except (ValueError, yaml.YAMLError, LookupError, AttributeError) as error:
        raise NotOpenAPI(f"{place}: neither JSON nor YAML: {error}") from None


def known_differences(file: Path) -> list[Known]:
    """Return the differences that we know of; each entry must say why it is wanted."""
    entries: list[dict[str, Any]] = yaml.safe_load(file.read_text("utf-8")) or []
    for entry in entries:
        if not entry.get("reason"):
            raise ValueError(f"{file}: {entry.get('differences')} has no reason")
    return [Known(line, entry.get("operations", [])) for entry in entries for line in entry["differences"]]


def compare(ours: Document, theirs: Document, known: list[Known], wanted: str | None) -> int:
    """Print what the documents say otherwise of our operations, or of the wanted one; return the exit status."""
    covered = [one for one in ours.operations().values() if wanted in (None, one.id, one.path, one.key)]
    if not covered:
        raise NotOpenAPI(
            f"we have no operation {wanted}; ours are {', '.join(map(_named, ours.operations().values()))}"
        )
    found = theirs.operations()
    pairs = [(one, their_operation(one, ours.operations(), found)) for one in covered]
    if not any(other for _, other in pairs):
        raise NotOpenAPI(f"{theirs.name}: it has none of the operations {', '.join(map(_named, covered))}")

    status = 0
    for operation, other in pairs:
        if other is None:
            # HubSpot has one document for each API family.
            print(f"{_named(operation)} is not in this document", file=sys.stderr)
            continue
        lines = [
            line
            for line in _lines(ours, operation, theirs, other)
            if not any(one.covers(operation.name, line) for one in known)
        ]
        if lines:
            status = 1
            print(_named(operation), *(f"  {line}" for line in lines), sep="\n")
    return status


def their_operation(
    operation: Operation, ours: Mapping[str, Operation], theirs: Mapping[str, Operation]
) -> Operation | None:
    """Return the same operation of another document, or its newest successor when ours is not there.

    A successor has a later version in its path, at whichever place; where ours ends with `create`, it may have dropped
    that word. Only the newest version of ours has one, and what we have ourselves is none.
    """
    if operation.key in theirs:
        return theirs[operation.key]
    later = [
        key
        for key in {**ours, **theirs}
        if _unversioned(key) == _unversioned(operation.key) and _version(key) > _version(operation.key)
    ]
    return theirs[max(later, key=_version)] if later and not any(key in ours for key in later) else None


def _unversioned(key: str) -> str:
    return "/".join(step for step in key.split("/") if not VERSION.fullmatch(step)).removesuffix("/create")


def _version(key: str) -> list[int]:
    """Return the version in a path as numbers, by which a date is later than any v3."""
    return [int(number) for step in key.split("/") if VERSION.fullmatch(step) for number in re.findall(r"\d+", step)]


def _lines(ours: Document, operation: Operation, theirs: Document, other: Operation) -> Iterator[str]:
    if operation.key != other.key:
        yield f"path: ours {operation.path}, theirs {other.path}"
    for difference in operation_differences(ours, operation, theirs, other):
        if difference.aspect not in IGNORED:
            yield _one_line(_spelled(difference))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _spelled(difference: Difference) -> str:
    where = f"{difference.part}, {difference.place}" if difference.place else difference.part
    old, new = difference.old, difference.new
    one_sided, only = _one_sided(difference)
    match difference.aspect:
        case "response":
            return f"{where}: {one_sided}"
        case "field":
            kind, required = only
            return f"{where}: {one_sided} ({kind}, {_required(required)})"
        case "required":
            return f"{where}: ours {_required(old)}, theirs {_required(new)}"
        case "word":
            return f"{where}: word {only} {one_sided}"
        case "words":
            return f"{where}: ours {old or 'any word'}, theirs {new or 'any word'}"
        case "scopes":
            return f"{where}, scopes: ours {spelled_out(old)}, theirs {spelled_out(new)}"
        case "needs":
            ours, theirs = (spelled_out(beside_required(one)) for one in (old, new))
            return f"{where}, fields needed: ours {ours}, theirs {theirs}"
        case "dependent":
            return f"{where}, fields needed beside it: ours {spelled_out(old)}, theirs {spelled_out(new)}"
        case "style":
            return f"{where}, style: ours {old}, theirs {new}"
        case "deprecated":
            return f"{where}: {'ours' if old else 'theirs'} is deprecated"
        case _:
            return f"{where}: ours {old}, theirs {new}"


def _one_sided(difference: Difference) -> tuple[str, Any]:
    return ("ours only", difference.old) if difference.new is None else ("theirs only", difference.new)


def _required(required: bool) -> str:
    return "required" if required else "optional"


def _named(operation: Operation) -> str:
    return f"{operation.name} ({operation.method} {operation.path})"


if __name__ == "__main__":
    sys.exit(main())
