"""Say what a change means for the users of the library: what it adds, what it breaks, and what nobody sees.

`make changes` compares the working tree with a revision, on the wire (the bundled specs) and in Python (what
`hubspot_events` exports, re-exported models among it). It fails on a breaking change for which `_version.py` was not
raised. griffe reads the library and finds what breaks callers of functions; it looks at no annotations, lists no
additions, and takes a class that moved behind its name for a break, which is why all of that is done here.
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
    is_or_within,
    merged,
    spelled_out,
    suffices,
)

BREAKS, ADDED, INVISIBLE = "Breaks somebody's code", "Added", "Invisible"
# What the generator and the client do with the words of our own that they read in the specs.
EXTENSIONS = {
    "x-argument": "the name of the argument",
    "x-as-text": "whether numbers are taken for text",
    "x-batch": "what every answer to a batch has",
    "x-defaults-to-now": "whether it is now, when it is left out",
    "x-enum-varnames": "what its words are called in Python",
    "x-filled-by-client": "what the client fills in",
    "x-identity": "what names an input",
    "x-method": "the name of the method",
    "x-name-value-map": "whether a map is taken for names and values",
    "x-repeatable": "whether it may be sent twice",
    "x-successor": "what comes after it",
    "x-supported-until": "the last month of support",
    "x-synonyms": "what other words mean",
    "x-unix-milliseconds": "whether a time is taken for its Unix milliseconds",
}
# What these do is done to what is sent.
OF_REQUESTS = (
    "x-as-text",
    "x-defaults-to-now",
    "x-filled-by-client",
    "x-identity",
    "x-name-value-map",
    "x-unix-milliseconds",
)
# The formats of text that are a type of Python.
PYTHON_FORMATS = ("date-time", "date", "uuid")
PACKAGE = "hubspot_events"
# Where its packages are; a revision from before one of them does not have it.
PACKAGES = {f"{PACKAGE}_runtime": "runtime", f"{PACKAGE}_api": "generated", PACKAGE: "overrides"}
# What users import: the package itself, and the modules of it that are public without being in its __all__.
PUBLIC_MODULES = (PACKAGE, *(f"{PACKAGE}.{name}" for name in ("bulk", "dask", "journal", "testing")))
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
            changes = [*wire_changes(old, new), *python_changes(old, new), *other_files(old, new)]
            versions = version(old), version(new)
        except subprocess.CalledProcessError as error:
            print(f"{since}: {error.stderr.decode().strip()}", file=sys.stderr)
            return 2
        # A spec that is none, Python that is none, or a revision from before the project was laid out so.
        except (ValueError, OSError, SyntaxError, griffe.GriffeError) as error:
            print(f"since {since}: {' '.join(str(error).split())}", file=sys.stderr)
            return 2
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
    """Put the project, as it was at a revision, into a folder."""
    archive = subprocess.run(["git", "archive", revision], capture_output=True, check=True).stdout
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
            return _judged_extension(old, new, answered)
        case "default":
            breaks = old is not None and new is not None and not answered
            return BREAKS if breaks else INVISIBLE, f"what it is when it is left out was {old} and is {new}"
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
    # Numbers of another size are the same type of Python; what else is said of a text that comes is as a limit is.
    same = rf"(?!{'|'.join(PYTHON_FORMATS)})[^)]*" if answered else r"(int|float|double)\w*"
    before, after = (set(re.sub(rf" \({same}\)", "", one).split(" | ")) for one in (old, new))
    if before == after:
        return INVISIBLE
    one, other = (after, before) if answered else (before, after)
    return ADDED if other == {"any"} or all(any(is_or_within(a, b) for b in other) for a in one) else BREAKS


def _judged_limit(old: tuple[str, float] | None, new: tuple[str, float] | None, answered: bool) -> str:
    if answered:
        return INVISIBLE
    if new is None:
        return ADDED
    if old is None:
        return BREAKS
    looser = (new[0] in UPPER_LIMITS and new[1] > old[1]) or (new[0] in LOWER_LIMITS and new[1] < old[1])
    return ADDED if looser else BREAKS


def _judged_extension(
    old: tuple[str, object] | None, new: tuple[str, object] | None, answered: bool
) -> tuple[str, str]:
    name = (old or new or ("",))[0]
    before, after = (one[1] if one else "none" for one in (old, new))
    says = f"{EXTENSIONS.get(name, 'a word of no meaning here')} ({name}) was {before} and is {after}"
    # What words are called in Python is told with all else that Python has.
    if name not in EXTENSIONS or name == "x-enum-varnames" or (answered and name in OF_REQUESTS):
        return INVISIBLE, says
    more = isinstance(before, Mapping) and isinstance(after, Mapping) and before.items() <= after.items()
    if more or name in ("x-successor", "x-supported-until"):
        return ADDED, says
    return BREAKS if old else ADDED, says


def _limit(limit: tuple[str, object] | None) -> str:
    return f"{limit[0]} {limit[1]}" if limit else "none"


# Python


def python_changes(old: Path, new: Path) -> Iterator[Change]:
    """Yield what is not as it was for somebody who imports the library."""
    # A caller gives values to the models of a request, and only reads those of an answer.
    given = {name for project in (old, new) for name in _request_models(project)}
    libraries = load(old), load(new)
    before, after = map(surface, libraries)
    for path in _told_once(_outermost(before.keys() - after.keys()), before):
        yield _python(BREAKS, path, "gone")
    for path in _told_once(_outermost(after.keys() - before.keys()), after):
        found = after[path]
        needed = found.is_attribute and _is_needed(found) and path.rpartition(".")[0] in before
        yield _python(BREAKS if needed else ADDED, path, "new, and has to be given" if needed else "new")
    both = _told_once(sorted(before.keys() & after.keys()), after)
    types = _Types(_aliases(libraries[0]), _aliases(libraries[1]), given)
    for path in both:
        yield from _changes_of(path, before, after, types)


def load(project: Path) -> griffe.Module:
    """Return the library in a folder, read and not imported."""
    # Names of httpx and the like cannot be followed, nor need they be.
    logging.getLogger("griffe").setLevel(logging.CRITICAL)
    places = {name: project / folder for name, folder in PACKAGES.items() if (project / folder / name).is_dir()}
    loader = griffe.GriffeLoader(search_paths=list(places.values()), allow_inspection=False)
    for name in places:
        loader.load(name)
    loader.resolve_aliases()
    module = loader.modules_collection[PACKAGE]
    assert isinstance(module, griffe.Module)
    return module


Surface = dict[str, griffe.Object]


def surface(package: griffe.Module) -> Surface:
    """Return all that users can name: functions, classes, their methods and fields, by the name that users write."""
    found: Surface = {}
    for name in PUBLIC_MODULES:
        submodule = name.removeprefix(PACKAGE).lstrip(".")
        if submodule and submodule not in package.members:
            continue  # a revision from before it
        module = package.modules_collection[name]
        for member in module.all_members.values():
            if member.is_public:
                _collect(member, f"{name}.{member.name}", found)
    return found


def _collect(member: griffe.Object | griffe.Alias, path: str, found: Surface) -> None:
    try:
        target = member.final_target if isinstance(member, griffe.Alias) else member
    except griffe.AliasResolutionError:
        return  # another library's
    # What `hubspot.timeline` can do is public, and its class is not in __all__.
    behind = _class_of_property(target)
    target = behind or target
    named = _class_named_by(target) if path.rpartition(".")[0] in PUBLIC_MODULES else None
    if named and not isinstance(getattr(target, "value", None), griffe.ExprSubscript):
        target = named
    found[path] = target
    if isinstance(inside := named or target, griffe.Class):
        for name, inner in inside.all_members.items():
            if inner.is_public and name not in ("__doc__", "__slots__") and not (behind and name == "__init__"):
                _collect(inner, f"{path}.{name}", found)


def _class_of_property(found: griffe.Object) -> griffe.Class | None:
    if "property" not in found.labels or not isinstance(found, griffe.Attribute):
        return None
    meant = _meant(found.annotation)
    inside = meant and meant.path.startswith((f"{PACKAGE}._client.", f"{PACKAGE}_api.api."))
    return meant if inside and isinstance(meant, griffe.Class) else None


def _class_named_by(found: griffe.Object) -> griffe.Class | None:
    """Return the class that a name such as `TimelineEventBatchResponse` is another one for."""
    if not isinstance(found, griffe.Attribute):
        return None
    meant = _meant(found.value.left if isinstance(found.value, griffe.ExprSubscript) else found.value)
    return meant if isinstance(meant, griffe.Class) else None


def _meant(named: str | griffe.Expr | None) -> griffe.Object | None:
    """Return what an expression is the name of, where that is ours."""
    if not isinstance(named, griffe.ExprName | griffe.ExprAttribute) or not named.canonical_path.startswith(PACKAGE):
        return None
    place = next(_names(named)).parent
    if not isinstance(place, griffe.Object):
        return None
    meant = place.modules_collection[named.canonical_path]
    return meant.final_target if isinstance(meant, griffe.Alias) else meant


def _names(expression: griffe.Expr) -> Iterator[griffe.ExprName]:
    return (one for one in expression.iterate() if isinstance(one, griffe.ExprName))


def _request_models(project: Path) -> Iterator[str]:
    schemas: Mapping[str, Mapping[str, object]] = bundle(project / "openapi")["components"]["schemas"]
    return (name for name, schema in schemas.items() if not schema.get("readOnly"))


def _changes_of(path: str, before: Surface, after: Surface, types: "_Types") -> Iterator[Change]:
    match before[path], after[path]:
        case griffe.Class() as old, griffe.Class() as new:
            for base in sorted(_bases(old, before) - _bases(new, after) - {old.name}):
                yield _python(BREAKS, path, f"no longer a {base}")
            if (took := _type_parameters(old)) != (takes := _type_parameters(new)):
                yield _python(BREAKS, path, f"generic over {takes} types, and was over {took}")
        case griffe.Attribute() as old, griffe.Attribute() as new:
            if str(old.annotation) == str(new.annotation) == "TypeAlias":
                yield from types.changed(path, "", old.value, new.value, takes=True)
            else:
                takes = path.split(".")[-2] in types.given
                yield from types.changed(path, "", old.annotation, new.annotation, takes=takes)
            if _is_needed(new) and not _is_needed(old):
                yield _python(BREAKS, path, "now has to be given")
        case griffe.Function() as old, griffe.Function() as new:
            yield from _changes_of_function(path, old, new, types)
        case old, new if old.kind != new.kind:
            yield _python(BREAKS, path, f"was of the kind {old.kind.value} and is of the kind {new.kind.value}")


def _changes_of_function(path: str, old: griffe.Function, new: griffe.Function, types: "_Types") -> Iterator[Change]:
    # What griffe compares are the members of two modules.
    modules = griffe.Module("old"), griffe.Module("new")
    for module, function in zip(modules, (old, new), strict=True):
        module.members[function.name] = function
    for breakage in griffe.find_breaking_changes(*modules):
        parameter = getattr(breakage.old_value or breakage.new_value, "name", "")
        yield _python(BREAKS, path, f"{parameter}: {breakage.kind.value}" if parameter else breakage.kind.value)
    for parameter in old.parameters:
        if parameter.name in new.parameters:
            annotations = parameter.annotation, new.parameters[parameter.name].annotation
            yield from types.changed(path, f"{parameter.name}: ", *annotations, takes=True)
    yield from types.changed(path, "what it returns: ", old.returns, new.returns, takes=False)
    for parameter in new.parameters:
        if parameter.name not in old.parameters and not parameter.required:
            yield _python(ADDED, path, f"new parameter {parameter.name}")


def _bases(found: griffe.Class, public: Surface) -> set[str]:
    """Return the names of what a class is, for all that users can name: public classes, and other libraries'."""
    bases = [base for one in (found, *found.mro()) for base in one.bases]
    paths = {base.canonical_path if isinstance(base, griffe.Expr) else base for base in bases}
    names = {(path, path.rpartition(".")[2]) for path in paths}
    return {name for path, name in names if not path.startswith(PACKAGE) or f"{PACKAGE}.{name}" in public}


def _type_parameters(found: griffe.Class) -> int:
    """Return how many types a class is generic over: `Batch[Input, Result]` over two."""
    meant = {name.name: _meant(name) for base in found.bases if isinstance(base, griffe.Expr) for name in _names(base)}
    return sum("TypeVar(" in str(getattr(one, "value", "")) for one in meant.values())


Annotation = str | griffe.Expr | None


class _Types(NamedTuple):
    """What is known of types beside their names: what aliases stand for, and which models a caller gives."""

    old: Mapping[str, str]
    new: Mapping[str, str]
    given: set[str]

    def changed(self, path: str, what: str, old: Annotation, new: Annotation, *, takes: bool) -> Iterator[Change]:
        """Yield the change when a type is not what it was; one that is given may widen, one that is read may narrow."""
        if old is None or new is None:
            return  # nothing was promised
        # A class of old that is an alias now is what it stands for.
        before, after = _alternatives(str(old), {**self.new, **self.old}), _alternatives(str(new), self.new)
        if before.keys() != after.keys():
            one, other = (before, after) if takes else (after, before)
            harmless = all(any(_is_within(a, b) for b in other) for a in one)
            says = f"{what}the type was {' | '.join(before)} and is {' | '.join(after)}"
            yield _python(ADDED if harmless else BREAKS, path, says)


def _alternatives(annotation: str, aliases: Mapping[str, str]) -> dict[str, None]:
    """Return the types that a type is one of, in their order, without the modules that they are from."""
    found: dict[str, None] = {}
    for part in re.split(r" \| (?![^[]*\])", annotation.strip("\"'")):
        name = re.sub(r"\b(?:\w+\.)+(?=\w)", "", part)
        found |= _alternatives(aliases[name], aliases) if name in aliases else {name: None}
    return found


def _is_within(one: str, other: str) -> bool:
    """Return whether a type is another one, or a narrower one: that of whole numbers, or what nobody writes into."""
    if one == other or (one, other) == ("int", "float"):
        return True
    inside = [re.fullmatch(r"((?:Collection|Iterable|Sequence)\[|Mapping\[str, )(.*)\]", name) for name in (one, other)]
    if not (inside[0] and inside[1] and inside[0][1] == inside[1][1]):
        return False
    parts, others = (_alternatives(found[2], {}) for found in inside if found)
    return all(any(_is_within(part, whole) for whole in others) for part in parts)


def _aliases(library: griffe.Module) -> dict[str, str]:
    """Return what each alias of a type stands for, by its name."""
    return {
        name: str(found.value)
        for package in library.modules_collection.members.values()
        for module in (package, *package.modules.values())
        for name, found in module.attributes.items()
        if str(found.annotation) == "TypeAlias"
    }


def _is_needed(found: griffe.Object) -> bool:
    """Whether a field of a class has to be given when one is made."""
    return (
        isinstance(found, griffe.Attribute)
        and (found.value is None or _is_field_without_default(str(found.value)))
        and isinstance(found.parent, griffe.Class)
        and any("attrs" in str(decorator.value) for decorator in found.parent.decorators)
        and "instance-attribute" in found.labels
    )


def _is_field_without_default(value: str) -> bool:
    return value.startswith("attrs.field(") and not re.search(r"\b(default|factory|init)=", value)


def _outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths that do not lie within another one."""
    every = set(paths)
    return sorted(path for path in every if path.rpartition(".")[0] not in every)


def _told_once(paths: list[str], surface: Surface) -> list[str]:
    """Return the paths without those by which a class has what it inherits from another one that is among them too."""
    homes: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: _class_and_name(path) != _class_and_name(surface[path].path)):
        homes.setdefault(surface[path].path, path)
    return sorted(homes.values())


def _class_and_name(path: str) -> list[str]:
    return path.split(".")[-2:]


def _python(meaning: str, path: str, says: str) -> Change:
    return Change(meaning, f"python  {path}: {says}", "")


# The rest


def other_files(old: Path, new: Path) -> Iterator[Change]:
    """Yield the code and the templates that changed: users see of them what the other changes say, and nothing else."""
    files = _sources(old), _sources(new)
    for name in sorted(files[0].keys() | files[1].keys()):
        if files[0].get(name) != files[1].get(name):
            yield Change(INVISIBLE, "code    changed, and does no more to users than is said above", name)


def _sources(project: Path) -> dict[str, bytes]:
    found = (path for folder in ("overrides", "runtime") for path in (project / folder).rglob("*"))
    return {str(path.relative_to(project)): path.read_bytes() for path in found if path.suffix in (".py", ".jinja")}


if __name__ == "__main__":
    sys.exit(main())
