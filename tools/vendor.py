"""Copy the library into another repository, as one folder that works under any dotted name: `make vendor DEST=…`.

For a repository that cannot or will not install it. The copy is what is in this tree, the other packages inside
hubspot_events, with one change: they are imported by their names here, which become relative imports. A record of what
was written, VENDORED.json, lets the next run upgrade the copy without losing what somebody edited in it, and check.py
say in their CI that nobody did.
"""

import argparse
import ast
import difflib
import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from keyword import iskeyword
from pathlib import Path

from vendored_check import (
    RECORD,
    NoRecordError,
    Record,
    differences,
    digest,
    escape_output,
    is_leftover,
    read_record,
    tidied,
)

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "hubspot_events"

# Where each part of the copy comes from, if it is there; of two that fit a path, the first.
SOURCES = {
    "LICENSE": "LICENSE",
    "check.py": "tools/vendored_check.py",
    "hubspot_events_api/": "generated/hubspot_events_api/",
    "hubspot_events_runtime/": "runtime/hubspot_events_runtime/",
    "": f"overrides/{FOLDER}/",
}

# The packages that are inside the folder there and beside it here.
INSIDE = ("hubspot_events_api", "hubspot_events_runtime")

# The extra: the embedded HubSpot, and the specs that nothing else reads.
TESTING = ("testing/", "hubspot_events_api/openapi.json")

# The command line, which is a program and no part of another one, and what takes Dask.
LEFT_OUT = ("cli/", "dask.py")


class VendorError(Exception):
    """The copy cannot be made; says why and what to do."""


def main() -> int:
    """Read the command line and make or upgrade the copy."""
    parser = argparse.ArgumentParser(description="Copy hubspot-events into the source tree of another repository.")
    parser.add_argument("destination", type=Path, help="the folder that is to have hubspot_events/ in it")
    parser.add_argument("--testing", action="store_true", help="with hubspot_events.testing, the embedded HubSpot")
    parser.add_argument("--force", action="store_true", help="write over what was edited in the copy")
    arguments = parser.parse_args()
    escape_output()
    try:
        vendor(arguments.destination.expanduser(), testing=arguments.testing, force=arguments.force)
    # The last are pathlib's: links in a circle, ~ of nobody, and a record that names what no file is called.
    except (VendorError, OSError, RuntimeError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def vendor(destination: Path, *, testing: bool, force: bool) -> None:
    """Put the copy into a folder, or upgrade the one that is there."""
    folder = destination / FOLDER
    _refuse_place(folder)
    files = dict(_files(testing))
    before = _record_before(folder, force)
    if not force:
        _refuse_to_lose(folder, before, files)
    is_new = not destination.exists()
    version = runpy.run_path(str(ROOT / SOURCES[""] / "_version.py"))["__version__"]
    record = Record(version, _revision(), {path: digest(content) for path, content in files.items()})
    removed = before.files.keys() - files.keys()
    # The record is written last: after an interruption the one from before, or one of no files, is there for the next
    # run, which takes what is already as it is to be.
    if not before.files:
        _write_record(folder, Record(version, record.revision, {}))
    for path in sorted(removed):
        _remove(folder, path)
    for path, content in files.items():
        _write(folder / path, content)
    _write_record(folder, record)

    if is_new:
        print(f"{destination} is new")
    change = f"{before} became {record}" if before.files and str(before) != str(record) else f"{record}"
    print(f"{folder}: {change}, {len(files)} files, {len(removed)} removed")
    for path, _ in differences(folder, record):
        print(f"left alone, as it is not of the copy: {folder / path}")
    _print_name(folder.resolve())


def _refuse_place(folder: Path) -> None:
    """Raise VendorError when the copy would be in this checkout, in another copy or in a file."""
    folder = folder.resolve()
    # Which is where a DEST that is meant from elsewhere leads to, with make -C.
    if folder.is_relative_to(ROOT):
        raise VendorError(f"{folder} would be where the library itself is written. Choose another DEST")
    for parent in folder.parents:
        if parent.name == FOLDER and (parent / RECORD).exists():
            raise VendorError(f"{folder} would be inside a copy. Choose {parent.parent} as DEST to upgrade that")
    for place in (folder, *folder.parents):
        if place.exists() and not place.is_dir():
            raise VendorError(f"{place} is a file, and not a folder. Choose another DEST")


def _print_name(folder: Path) -> None:
    """Print how the copy is imported, when its dotted name cannot begin as far up as the folders suggest."""
    name = folder.name
    for parent in folder.parents:
        if not parent.name.isidentifier() or iskeyword(parent.name):
            if parent == folder.parent or (parent.parent / "__init__.py").exists():
                print(f"{parent.name} is no name in Python: import {name}, with {parent} on sys.path")
            break
        name = f"{parent.name}.{name}"


def _files(testing: bool) -> Iterator[tuple[str, bytes]]:
    """Yield the path of each file of the copy and what is in it."""
    paths = []
    for place, source in SOURCES.items():
        root = ROOT / source
        if root.is_file():
            paths.append(place)
        paths += [place + file.relative_to(root).as_posix() for file in root.rglob("*")]
    for path in sorted(path for path in paths if not is_leftover(path) and not path.startswith(LEFT_OUT)):
        if path.endswith((".py", "py.typed", ".json", "LICENSE")) and (testing or not path.startswith(TESTING)):
            yield path, _copied(path, (ROOT / _source(path)).read_text("utf-8"))


def _source(path: str) -> str:
    """Return where in this tree a file of the copy comes from."""
    return next(source + path.removeprefix(place) for place, source in SOURCES.items() if path.startswith(place))


def _copied(path: str, text: str) -> bytes:
    """Return a file as it is in the copy: the packages inside it are imported from where they are there.

    Raises VendorError for an import that would reach out of the copy, or that the two rules here do not know.
    """
    if path.endswith(".py"):
        dots = "." * (path.count("/") + 1)
        inside = "|".join(INSIDE)
        text = re.sub(rf"^( *)from ({inside})\b", rf"\1from {dots}\2", text, flags=re.MULTILINE)
        text = re.sub(rf"^( *)import ({inside})$", rf"\1from {dots} import \2", text, flags=re.MULTILINE)
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            raise VendorError(f"{_source(path)} is no Python: {error}") from None
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names = [node.module]
            for name in names:
                package = name.split(".")[0]
                if package in (FOLDER, *INSIDE):
                    way = f"write 'from {package}… import …'" if package in INSIDE else "import it relatively"
                    raise VendorError(f"{_source(path)} imports {name}, which a copy does not find: {way}")
    return tidied(text.encode())


def _record_before(folder: Path, force: bool) -> Record:
    """Return the record of the copy that is there, an empty one where no file is."""
    empty = Record("", "", {})
    if (folder / RECORD).exists() or any(differences(folder, empty)):
        try:
            return read_record(folder)
        except NoRecordError as error:
            if not force:
                raise VendorError(
                    f"{error}. Nothing was written. Move it away or choose another DEST; with FORCE=1 the copy is"
                    " written over it, and files that are not in the copy stay"
                ) from None
    return empty


def _refuse_to_lose(folder: Path, before: Record, files: dict[str, bytes]) -> None:
    """Print what was edited in the copy and would be lost, as a diff, and raise VendorError."""
    lost = []
    for path, kind in differences(folder, before):
        ours = files.get(path)
        theirs = None if kind == "missing" else tidied((folder / path).read_bytes())
        # A file that is not written is removed if it came with the copy, and stays if it was added.
        if theirs != ours and (ours is not None or kind == "edited"):
            lost.append(f"{path} ({kind})")
            _print_diff(folder, path, before, ours, theirs)
    if lost:
        raise VendorError(
            f"{folder} is not {before} as it came: {', '.join(lost)}. Nothing was written. Keep the changes above"
            " elsewhere, best in hubspot-events itself, and run again with FORCE=1 to write over them"
        )


def _print_diff(folder: Path, path: str, before: Record, ours: bytes | None, theirs: bytes | None) -> None:
    """Print how a file differs from what it was; from what it would become, where git does not know that any more."""
    came = _as_it_came(path, before)
    label = "as it came" if came is not None else "as it would be now"
    base = came if came is not None else ours
    for line in difflib.unified_diff(
        (base or b"").decode().splitlines(),
        (theirs or b"").decode("utf-8", "replace").splitlines(),
        f"{folder / path} ({label})",
        f"{folder / path}",
        lineterm="",
    ):
        print(line)


def _as_it_came(path: str, before: Record) -> bytes | None:
    """Return a file of an earlier copy, made again from its revision, or None where that does not give the same."""
    if path not in before.files or (source := _git("cat-file", "blob", f"{before.revision}:{_source(path)}")) is None:
        return None
    try:
        copied = _copied(path, source)
    except VendorError:
        return None
    return copied if digest(copied) == before.files[path] else None


def _revision() -> str:
    """Return the commit of this tree, with ``+changes`` when not all is committed; ``unknown`` without git."""
    commit = _git("rev-parse", "HEAD")
    if commit is None:
        return "unknown"
    return commit.strip() + ("+changes" if _git("status", "--porcelain", "-u", "--", *SOURCES.values()) else "")


def _git(*arguments: str) -> str | None:
    """Return what git prints about this tree, or None where there is no git, or no repository of this tree's own."""
    # In a hook git says by variables which repository it is about, and that is theirs.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment["GIT_CEILING_DIRECTORIES"] = str(ROOT.parent)
    try:
        result = subprocess.run(["git", *arguments], cwd=ROOT, env=environment, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.decode()


def _write(file: Path, content: bytes) -> None:
    """Write a file unless that is what it holds, the whole of it or nothing."""
    if not file.exists() or file.read_bytes() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        written = file.with_name(f".{file.name}.tmp")
        written.write_bytes(content)
        written.replace(file)


def _write_record(folder: Path, record: Record) -> None:
    """Write the record of a copy."""
    _write(folder / RECORD, (json.dumps({"name": "hubspot-events"} | asdict(record), indent=1) + "\n").encode())


def _remove(folder: Path, path: str) -> None:
    """Remove a file, the bytecode that Python made of it, and the folders that are empty then."""
    file = folder / path
    file.unlink(missing_ok=True)
    for bytecode in file.parent.glob(f"__pycache__/{file.stem}.*.pyc"):
        bytecode.unlink()
    for parent in (file.parent / "__pycache__", *file.parents):
        if parent == folder:
            break
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()


if __name__ == "__main__":
    sys.exit(main())
