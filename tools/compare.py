"""List what an OpenAPI document of HubSpot's own says otherwise than our specs, for the operations that we cover.

`make compare UPSTREAM=…` prints nothing on a quiet day: what we know of and want otherwise stands, with its reason, in
openapi/upstream/known-differences.yaml (a folder further down, as each openapi/*.yaml is a spec).
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from bundle import bundle
from specs import Difference, Document, NotOpenAPI, Operation, operation_differences

SPECS = Path("openapi")
KNOWN = SPECS / "upstream/known-differences.yaml"
DATE = re.compile(r"(?<=/)\d{4}-\d{2}(?=/)")


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
    try:
        theirs = Document(read(arguments.upstream))
        ours = Document(bundle(SPECS))
        return compare(ours, theirs, known_differences(KNOWN), arguments.operation)
    except (NotOpenAPI, OSError, httpx.HTTPError) as error:
        print(f"{arguments.upstream}: {error}", file=sys.stderr)
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
    except (ValueError, yaml.YAMLError) as error:
        raise NotOpenAPI(f"neither JSON nor YAML: {error}") from None


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
    pairs = [(one, their_operation(one, theirs)) for one in covered]
    if not any(other for _, other in pairs):
        raise NotOpenAPI(f"it has none of the operations {', '.join(map(_named, covered))}")

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


def their_operation(operation: Operation, theirs: Document) -> Operation | None:
    """Return the same operation of another document, or its newest version, when ours is not there."""
    found = theirs.operations()
    if operation.key in found:
        return found[operation.key]
    versions = [key for key in found if DATE.sub("", key) == DATE.sub("", operation.key)]
    return found[max(versions)] if versions else None


def _lines(ours: Document, operation: Operation, theirs: Document, other: Operation) -> Iterator[str]:
    if operation.key != other.key:
        yield f"path: ours {operation.path}, theirs {other.path}"
    for difference in operation_differences(ours, operation, theirs, other):
        # How it is worded and what a server allows beyond the schema's types are HubSpot's business.
        if difference.aspect not in ("text", "limit"):
            yield _line(difference)


def _line(difference: Difference) -> str:
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
