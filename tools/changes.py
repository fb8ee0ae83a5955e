"""Say what a change means for the users of the library: what it adds, what it breaks, and what nobody sees.

`make changes` compares the working tree with a revision, on the wire (the bundled specs) and in Python (what
`hubspot_events` exports, re-exported models among it). It fails on a breaking change for which `_version.py` was not
raised. griffe finds what breaks callers of functions and what is gone; it looks at no annotations and lists no
additions, which is why both are done here.
"""

import argparse
import io
import logging
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import griffe
from bundle import bundle
from specs import (
    LOWER_LIMITS,
    UPPER_LIMITS,
    Difference,
    Document,
    beside_required,
    differences,
    merged,
    spelled_out,
    suffices,
)

BREAKS, ADDED, INVISIBLE = "Breaks somebody's code", "Added", "Invisible"
# What the generator and the client do with the words of our own that they read in the specs.
EXTENSIONS = {
    "x-argument": "the name of the argument",
    "x-filled-by-client": "what the client fills in",
    "x-identity": "what names an input",
    "x-method": "the name of the method",
    "x-name-value-map": "whether a map is taken for names and values",
    "x-repeatable": "whether it may be sent twice",
    "x-unix-milliseconds": "whether a time is taken for its Unix milliseconds",
}
WATCHED = ("openapi", "generated", "overrides")
PACKAGE = "hubspot_events"
# What users import: the package itself, and the one module of it that is public without being in its __all__.
PUBLIC_MODULES = (PACKAGE, f"{PACKAGE}.testing")
VERSION_FILE = Path("overrides", PACKAGE, "_version.py")

Version = tuple[int, int, int]


class Change(NamedTuple):
    """One thing that is not as it was, and what that means."""

    meaning: str
    line: str
    where: str


def main() -> int:
    """Print the changes of the working tree; return 1 when the version does not allow for them."""
    parser = argparse.ArgumentParser(description="Say what the changes since a revision mean for users.")
    parser.add_argument("--since", default="HEAD", metavar="REVISION", help="the revision to compare with")
    since = parser.parse_args().since
    new = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder)
        try:
            check_out(since, old)
        except subprocess.CalledProcessError as error:
            print(f"{since}: {error.stderr.decode().strip()}", file=sys.stderr)
            return 2
        changes = [*wire_changes(old, new), *python_changes(old, new), *other_files(old, new)]
        versions = version(old), version(new)
    print(report(changes, since))
    if not any(change.meaning == BREAKS for change in changes):
        return 0
    spelled, needed = (".".join(map(str, one)) for one in (versions[1], version_for_a_break(versions[0])))
    if versions[1] >= version_for_a_break(versions[0]):
        print(f"\nThe version was raised for it, to {spelled}.")
        return 0
    print(f"\nA breaking change needs version {needed} or higher; {VERSION_FILE} says {spelled}.")
    return 1


def check_out(revision: str, folder: Path) -> None:
    """Put what is watched, as it was at a revision, into a folder."""
    archive = subprocess.run(["git", "archive", revision, *WATCHED], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")


def version(project: Path) -> Version:
    """Return the version of the library in a folder."""
    found = re.search(r'__version__ = "(\d+)\.(\d+)\.(\d+)', (project / VERSION_FILE).read_text("utf-8"))
    if not found:
        raise ValueError(f'{VERSION_FILE} has no line like __version__ = "1.2.3"')
    major, minor, patch = map(int, found.groups())
    return major, minor, patch


def version_for_a_break(old: Version) -> Version:
    """Return the lowest version after another one that may break somebody's code, by semantic versioning."""
    return (old[0] + 1, 0, 0) if old[0] else (0, old[1] + 1, 0)


def report(changes: Iterable[Change], since: str) -> str:
    """Return the changes for people, the grave ones first."""
    changes = list(changes)
    if not changes:
        return f"Nothing changed for users since {since}."
    lines = [f"Changes since {since}"]
    for meaning in (BREAKS, ADDED, INVISIBLE):
        groups = merged((change.line, change.where) for change in changes if change.meaning == meaning)
        if groups:
            lines += ["", meaning]
        for line, places in groups.items():
            shown = [place for place in places if place]
            lines.append(f"  {line}")
            lines += [f"      {place}" for place in shown]
    return "\n".join(lines)


# The wire


def wire_changes(old: Path, new: Path) -> Iterator[Change]:
    """Yield what is not as it was between the client and HubSpot."""
    for difference in differences(*(Document(bundle(project / "openapi")) for project in (old, new))):
        meaning, says = judged(difference)
        place = f"{difference.place}: " if difference.place else ""
        where = difference.operation if difference.part == "operation" else f"{difference.operation}, {difference.part}"
        yield Change(meaning, f"wire    {place}{says}", where)


def judged(difference: Difference) -> tuple[str, str]:
    """Return what a difference of the specs means for users, and the sentence that says it."""
    answered = difference.part.startswith("response")
    old, new = difference.old, difference.new
    if difference.part.endswith("headers"):
        return INVISIBLE, "the header is described otherwise"
    match difference.aspect:
        case "operation":
            return (ADDED, f"new operation {new}") if new else (BREAKS, f"the operation {old} is gone")
        case "deprecated":
            return ADDED, "now marked as deprecated" if new else "no longer marked as deprecated"
        case "scopes":
            says = f"the scopes needed were {spelled_out(old)} and are {spelled_out(new)}"
            return ADDED if suffices(old, new) else BREAKS, says
        case "style":
            return INVISIBLE, f"written {new}, and not {old}"
        case "response":
            if new:
                return ADDED, "new response"
            return BREAKS if old.startswith("2") else INVISIBLE, "the response is gone"
        case "extension":
            return _judged_extension(old, new)
        case "text":
            return INVISIBLE, "other words or examples"
        case _:
            return _judged_value(difference, answered)


def _judged_value(difference: Difference, answered: bool) -> tuple[str, str]:
    old, new = difference.old, difference.new
    match difference.aspect:
        case "field":
            if old:
                return BREAKS, f"the field is gone; it was {old[0]}"
            needed = new[1] and not answered
            return BREAKS if needed else ADDED, f"new field, {new[0]}{', required' if new[1] else ''}"
        case "required":
            # A caller must give what is required; an answer has it for certain.
            return BREAKS if new != answered else ADDED, "now required" if new else "no longer required"
        case "needs" | "dependent":
            # What an answer has for certain, it may not lose.
            harmless = suffices(new, old) if answered else suffices(old, new)
            return ADDED if harmless else BREAKS, _needed(difference)
        case "type":
            return _judged_type(old, new, answered), f"the type was {old} and is {new}"
        case "word":
            return (ADDED, f"new word {new}") if new else (BREAKS, f"the word {old} is gone")
        case "words":
            opened = new is None
            return ADDED if opened else BREAKS, "any word now" if opened else f"only these words now: {new}"
        case _:
            return _judged_limit(old, new, answered), f"the limit was {_limit(old)} and is {_limit(new)}"


def _needed(difference: Difference) -> str:
    needs = difference.aspect == "needs"
    old, new = (spelled_out(beside_required(one) if needs else one) for one in (difference.old, difference.new))
    return f"the fields needed{'' if needs else ' beside it'} were {old} and are {new}"


def _judged_type(old: str, new: str, answered: bool) -> str:
    # Numbers of another size are the same type of Python.
    before, after = (set(re.sub(r" \((int|float|double)\w*\)", "", one).split(" | ")) for one in (old, new))
    if before == after:
        return INVISIBLE
    wider = after == {"any"} or before < after
    narrower = before == {"any"} or after < before
    return ADDED if (narrower if answered else wider) else BREAKS


def _judged_limit(old: tuple[str, float] | None, new: tuple[str, float] | None, answered: bool) -> str:
    if answered:
        return INVISIBLE
    if new is None:
        return ADDED
    if old is None:
        return BREAKS
    looser = (new[0] in UPPER_LIMITS and new[1] > old[1]) or (new[0] in LOWER_LIMITS and new[1] < old[1])
    return ADDED if looser else BREAKS


def _judged_extension(old: tuple[str, object] | None, new: tuple[str, object] | None) -> tuple[str, str]:
    name = (old or new or ("",))[0]
    before, after = (one[1] if one else "none" for one in (old, new))
    says = f"{EXTENSIONS.get(name, 'a word of no meaning here')} ({name}) was {before} and is {after}"
    if name not in EXTENSIONS:
        return INVISIBLE, says
    return BREAKS if old else ADDED, says


def _limit(limit: tuple[str, object] | None) -> str:
    return f"{limit[0]} {limit[1]}" if limit else "none"


# Python


def python_changes(old: Path, new: Path) -> Iterator[Change]:
    """Yield what is not as it was for somebody who imports the library."""
    # A caller gives values to the models of a request, and only reads those of an answer.
    given = {name for project in (old, new) for name in _request_models(project)}
    before, after = load(old), load(new)
    surfaces = surface(before), surface(after)
    names = {found.canonical_path: path for one in surfaces for path, found in one.items()}

    gone: set[str] = set()
    for pair in _containers(before, after, *surfaces):
        for breakage in griffe.find_breaking_changes(*pair):
            path = names.get(breakage.obj.canonical_path, breakage.obj.canonical_path)
            if breakage.kind is griffe.BreakageKind.OBJECT_REMOVED:
                gone.add(path)
                continue
            parameter = getattr(breakage.old_value or breakage.new_value, "name", "")
            yield _python(BREAKS, path, f"{parameter}: {breakage.kind.value}" if parameter else breakage.kind.value)
    gone |= surfaces[0].keys() - surfaces[1].keys()
    added = surfaces[1].keys() - surfaces[0].keys()
    for path in _told_once(_outermost(gone), surfaces[0]):
        yield _python(BREAKS, path, "gone")
    for path in _told_once(_outermost(added), surfaces[1]):
        found = surfaces[1][path]
        needed = found.is_attribute and _is_needed(found) and path.rpartition(".")[0] in surfaces[0]
        yield _python(BREAKS if needed else ADDED, path, "new, and has to be given" if needed else "new")
    for path in _told_once(sorted(surfaces[0].keys() & surfaces[1].keys()), surfaces[1]):
        yield from _annotation_changes(path, surfaces[0][path], surfaces[1][path], given)


def load(project: Path) -> griffe.Module:
    """Return the library in a folder, read and not imported."""
    # Names of httpx and the like cannot be followed, nor need they be.
    logging.getLogger("griffe").setLevel(logging.CRITICAL)
    loader = griffe.GriffeLoader(search_paths=[project / "overrides", project / "generated"], allow_inspection=False)
    loader.load(f"{PACKAGE}_api")
    module = loader.load(PACKAGE)
    loader.resolve_aliases()
    assert isinstance(module, griffe.Module)
    return module


def surface(package: griffe.Module) -> dict[str, griffe.Object]:
    """Return all that users can name: functions, classes, their methods and fields, by the name that users write."""
    found: dict[str, griffe.Object] = {}
    for name in PUBLIC_MODULES:
        module = package.modules_collection[name]
        for member in module.all_members.values():
            if member.is_public:
                _collect(member, f"{name}.{member.name}", found)
    return found


def _collect(member: griffe.Object | griffe.Alias, path: str, found: dict[str, griffe.Object]) -> None:
    try:
        target = member.final_target if isinstance(member, griffe.Alias) else member
    except griffe.AliasResolutionError:
        return  # another library's
    # What `hubspot.timeline` can do is public, and its class is not in __all__.
    target = _class_of_property(target) or target
    found[path] = target
    if isinstance(target, griffe.Class):
        for name, inner in target.all_members.items():
            if inner.is_public and name not in ("__doc__", "__slots__"):
                _collect(inner, f"{path}.{name}", found)


def _class_of_property(found: griffe.Object) -> griffe.Class | None:
    if "property" not in found.labels or not isinstance(found, griffe.Attribute):
        return None
    annotation = found.annotation
    path = annotation.canonical_path if isinstance(annotation, griffe.Expr) else ""
    if not path.startswith(f"{PACKAGE}._client."):
        return None
    named = found.modules_collection[path]
    return named if isinstance(named, griffe.Class) else None


Surface = dict[str, griffe.Object]
Container = griffe.Object | griffe.Alias


def _containers(
    before: griffe.Module, after: griffe.Module, old: Surface, new: Surface
) -> Iterator[tuple[Container, Container]]:
    """Yield, old and new, what griffe shall compare the members of: the modules, and the classes behind properties."""
    for module in PUBLIC_MODULES:
        yield before.modules_collection[module], after.modules_collection[module]
    for path in old.keys() & new.keys():
        if isinstance(old[path], griffe.Class) and isinstance(new[path], griffe.Class) and path.count(".") > 1:
            yield old[path], new[path]


def _request_models(project: Path) -> Iterator[str]:
    schemas: Mapping[str, Mapping[str, object]] = bundle(project / "openapi")["components"]["schemas"]
    return (name for name, schema in schemas.items() if not schema.get("readOnly"))


def _annotation_changes(path: str, old: griffe.Object, new: griffe.Object, given: set[str]) -> Iterator[Change]:
    if isinstance(old, griffe.Attribute) and isinstance(new, griffe.Attribute):
        takes = path.split(".")[-2] in given
        yield from _retyped(path, "", old.annotation, new.annotation, takes=takes)
        if _is_needed(new) and not _is_needed(old):
            yield _python(BREAKS, path, "now has to be given")
    if isinstance(old, griffe.Function) and isinstance(new, griffe.Function):
        for parameter in old.parameters:
            if parameter.name in new.parameters:
                annotations = parameter.annotation, new.parameters[parameter.name].annotation
                yield from _retyped(path, f"{parameter.name}: ", *annotations, takes=True)
        yield from _retyped(path, "what it returns: ", old.returns, new.returns, takes=False)
        added = {parameter.name for parameter in new.parameters} - {parameter.name for parameter in old.parameters}
        for parameter in new.parameters:
            if parameter.name in added and not parameter.required:
                yield _python(ADDED, path, f"new parameter {parameter.name}")


Annotation = str | griffe.Expr | None


def _retyped(path: str, what: str, old: Annotation, new: Annotation, *, takes: bool) -> Iterator[Change]:
    if old is None or new is None:
        return  # nothing was promised
    before, after = (set(str(one).strip("\"'").split(" | ")) for one in (old, new))
    if before != after:
        harmless = before < after if takes else after < before
        yield _python(ADDED if harmless else BREAKS, path, f"{what}the type was {old} and is {new}")


def _is_needed(found: griffe.Object) -> bool:
    """Whether a field of a class has to be given when one is made."""
    return (
        isinstance(found, griffe.Attribute)
        and found.value is None
        and isinstance(found.parent, griffe.Class)
        and any("attrs" in str(decorator.value) for decorator in found.parent.decorators)
        and "instance-attribute" in found.labels
    )


def _outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths that do not lie within another one."""
    every = set(paths)
    return sorted(path for path in every if path.rpartition(".")[0] not in every)


def _told_once(paths: list[str], surface: Surface) -> list[str]:
    """Return the paths without what a class inherits from another one that is among them too."""
    homes = {_class_and_name(path): path for path in paths}
    return [
        path
        for path in paths
        if path not in surface or homes.get(_class_and_name(surface[path].canonical_path), path) == path
    ]


def _class_and_name(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")[-2:])


def _python(meaning: str, path: str, says: str) -> Change:
    return Change(meaning, f"python  {path}: {says}", "")


# The rest


def other_files(old: Path, new: Path) -> Iterator[Change]:
    """Yield the code and the templates that changed: users see of them what the other changes say, and nothing else."""
    files = _sources(old / "overrides"), _sources(new / "overrides")
    for name in sorted(files[0].keys() | files[1].keys()):
        if files[0].get(name) != files[1].get(name):
            yield Change(
                INVISIBLE, "code    changed, and does no more to users than is said above", f"overrides/{name}"
            )


def _sources(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.suffix in (".py", ".jinja"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


if __name__ == "__main__":
    sys.exit(main())
