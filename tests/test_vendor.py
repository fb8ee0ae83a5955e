"""A copy of the library in a made-up repository works there on its own, says what it is, and is not written over.

What runs the copy is an environment that has our dependencies and not us.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Collection, Iterator
from importlib import metadata
from pathlib import Path

import pytest
import vendor as tool
from hubspot_events import __version__
from hubspot_events.testing import EmbeddedHubSpot
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from vendored_check import digest

ROOT = Path(__file__).parent.parent
PACKAGE = "acme._vendor.hubspot_events"

SEND = """
import importlib.util
import pickle
import sys
from acme._vendor.hubspot_events import AuthenticationError, BatchStatus, HubSpotEvents, InputError, TimelineEvent

email, time = "art3mis@petspot.example", "1 May 2026 10:00 UTC"
event = TimelineEvent(event_template_id="1001298", email=email, tokens={}, timestamp=time)
with HubSpotEvents() as hubspot:
    assert hubspot.timeline.create(event).email == email
    assert pickle.loads(pickle.dumps(hubspot.timeline.create_batch([event]))).status is BatchStatus.COMPLETE
with HubSpotEvents(access_token="wrong") as hubspot:
    for wrong, kind in (event, AuthenticationError), (None, InputError):
        try:
            hubspot.timeline.create(wrong)
        except kind as error:
            again = pickle.loads(pickle.dumps(error))
            assert (type(again), str(again), again.__dict__.keys()) == (kind, str(error), error.__dict__.keys())
        else:
            raise AssertionError(kind)

package = sys.modules[HubSpotEvents.__module__].__package__
assert package == "acme._vendor.hubspot_events"
ours = {name for name in sys.modules if "hubspot" in name}
assert all(name == package or name.startswith(package + ".") for name in ours), ours
for name in {"hubspot_events", "hubspot_events_api"} - {package}:
    assert importlib.util.find_spec(name) is None, name
"""

TWO_COPIES = """
import sys
from acme._vendor import hubspot_events as first
assert not [name for name in sys.modules if name.startswith("petspot")]
from petspot import hubspot_events as second

for one, other in (first, second), (second, first):
    event = one.TimelineEvent(event_template_id="1001298", email="art3mis@petspot.example", tokens={})
    with one.HubSpotEvents() as hubspot:
        hubspot.timeline.create(event)
    try:
        other.HubSpotEvents().timeline.create(event)
    except other.HubSpotError as error:
        assert not isinstance(error, one.HubSpotError)
    else:
        raise AssertionError("an event of another copy is none")
"""

EMBEDDED = """
from acme._vendor.hubspot_events import HubSpotEvents, TimelineEvent
from acme._vendor.hubspot_events.testing import EmbeddedHubSpot

with EmbeddedHubSpot() as embedded, HubSpotEvents(embedded.access_token, base_url=embedded.base_url) as hubspot:
    hubspot.timeline.create(TimelineEvent(event_template_id="1001298", email="art3mis@petspot.example", tokens={}))
    assert len(embedded.timeline_events) == 1
"""

# The comment that mypy must find necessary shows that the copy is not Any to it.
TYPED = """
from typing import assert_type

from acme._vendor.hubspot_events import BatchStatus, HubSpotEvents, TimelineEvent, TimelineEventResponse


def send(email: str) -> TimelineEventResponse:
    with HubSpotEvents() as hubspot:
        event = TimelineEvent(event_template_id="1001298", email=email, tokens={"petAge": 3})
        assert_type(hubspot.timeline.create_batch([event]).status, BatchStatus | None)
        return hubspot.timeline.create(event)


HubSpotEvents(max_retries="5")  # type: ignore[arg-type]
"""

CONFIGURATION = """
[tool.mypy]
strict = true
files = ["src"]
mypy_path = "src"
explicit_package_bases = true

[tool.pyright]
include = ["src"]
extraPaths = ["src"]
"""


# The environment, the repository, and the commands


def requirements(name: str, extras: Collection[str] = ()) -> Iterator[str]:
    """Yield the names of all that a distribution needs."""
    for requirement in map(Requirement, metadata.requires(name) or ()):
        if not requirement.marker or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement.name
            yield from requirements(requirement.name, requirement.extras)


def environment(folder: Path, extras: Collection[str] = ()) -> Path:
    """Make an environment with our dependencies and not us, by links to those that are installed here."""
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in set(requirements("hubspot-events", extras)):
        distribution = metadata.distribution(name)
        for part in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            if not (packages / part).exists():
                (packages / part).symlink_to(Path(str(distribution.locate_file(part))))
    return folder / "bin/python"


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("environment") / "bare")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A checkout of what is vendored, with a history of its own."""
    root = tmp_path / "hubspot-events"
    for name in ("overrides/hubspot_events", "generated/hubspot_events_api", "runtime/hubspot_events_runtime", "tools"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "LICENSE", root)
    git(root, "init")
    commit(root)
    return root


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "their-repo/src/acme/_vendor"


def git(root: Path, *arguments: str) -> str:
    settings = ["user.name=Petspot", "user.email=dev@petspot.example", "commit.gpgSign=false"]
    command = ["git", *(word for setting in settings for word in ("-c", setting)), *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def commit(root: Path) -> str:
    git(root, "add", "--all")
    git(root, "commit", "--message", "A revision")
    return git(root, "rev-parse", "HEAD")


def vendor(source: Path, destination: Path, *options: str, status: int = 0) -> str:
    """Run the tool of a checkout, and return what it prints."""
    command = [sys.executable, "-B", str(source / "tools/vendor.py"), str(destination), *options]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == status, result.stdout + result.stderr
    return result.stdout + result.stderr


def run(python: Path, folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the Python of an environment, with a folder on ``sys.path``."""
    variables |= {"PYTHONPATH": str(folder), "PATH": os.environ["PATH"]}
    return subprocess.run([python, *arguments], env=variables, capture_output=True, text=True, check=False)


def send(python: Path, folder: Path, program: str, embedded: EmbeddedHubSpot) -> None:
    token, url = embedded.access_token, embedded.base_url
    result = run(python, folder, "-c", program, HUBSPOT_ACCESS_TOKEN=token, HUBSPOT_BASE_URL=url)
    assert result.returncode == 0, result.stderr


def check(folder: Path) -> tuple[int, str]:
    """Run the check of a copy, with nothing but Python."""
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-B", folder / "check.py"], capture_output=True, text=True, check=False
    )
    return result.returncode, result.stdout + result.stderr


def contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def record(folder: Path) -> dict[str, str]:
    content: dict[str, str] = json.loads((folder / "VENDORED.json").read_text())
    return content


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


# A copy works


def test_a_copy_in_a_namespace_package_sends(
    bare_python: Path, destination: Path, embedded_hubspot: EmbeddedHubSpot
) -> None:
    made = subprocess.run(
        ["make", "vendor", f"DEST={destination}", f"PYTHON={sys.executable}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{destination} is new\n" in made.stdout
    send(bare_python, destination.parent.parent, SEND, embedded_hubspot)
    assert [request.status for request in embedded_hubspot.requests] == [201, 201, 401]
    assert {request.headers["user-agent"] for request in embedded_hubspot.requests} == {f"hubspot-events/{__version__}"}

    checked = run(bare_python, destination.parent.parent, "-m", f"{PACKAGE}.check")
    assert (checked.returncode, checked.stderr) == (0, "")
    copy = destination / "hubspot_events"
    assert record(copy)["version"] == __version__
    assert record(copy)["revision"].startswith(git(ROOT, "rev-parse", "HEAD"))
    assert (copy / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert (copy / "py.typed").exists()
    assert not (copy / "testing").exists()
    assert not (copy / "cli").exists()
    assert not (copy / "dask.py").exists()


def test_a_copy_on_the_path_itself_sends(bare_python: Path, tmp_path: Path, embedded_hubspot: EmbeddedHubSpot) -> None:
    vendor(ROOT, tmp_path)
    send(bare_python, tmp_path, SEND.replace(PACKAGE, "hubspot_events"), embedded_hubspot)
    assert len(embedded_hubspot.timeline_events) == 2


def test_two_copies_in_one_process_do_not_know_each_other(
    bare_python: Path, destination: Path, embedded_hubspot: EmbeddedHubSpot
) -> None:
    sources = destination.parent.parent
    vendor(ROOT, destination)
    vendor(ROOT, sources / "petspot")
    send(bare_python, sources, TWO_COPIES, embedded_hubspot)
    assert len(embedded_hubspot.timeline_events) == 2


def test_the_embedded_hubspot_comes_along_when_asked_for(tmp_path: Path, destination: Path) -> None:
    python = environment(tmp_path / "environment", {"testing"})
    vendor(ROOT, destination, "--testing")
    result = run(python, destination.parent.parent, "-c", EMBEDDED)
    assert result.returncode == 0, result.stderr
    vendor(ROOT, destination)
    assert not (destination / "hubspot_events/testing").exists(), "with what Python compiled of it"


def test_type_checkers_see_the_types_of_a_copy(bare_python: Path, destination: Path) -> None:
    repository = destination.parent.parent.parent
    vendor(ROOT, destination)
    (repository / "pyproject.toml").write_text(CONFIGURATION)
    (repository / "src/acme/send.py").write_text(TYPED)
    commands = (
        ["mypy", f"--python-executable={bare_python}"],
        ["pyright", "--warnings", f"--pythonpath={bare_python}"],
    )
    checkers = [
        subprocess.Popen([sys.executable, "-m", *command], cwd=repository, stdout=subprocess.PIPE, text=True)
        for command in commands
    ]
    for checker in checkers:
        output, _ = checker.communicate()
        assert checker.returncode == 0, output


# It is made the same way every time, and of nothing else


def test_two_copies_are_the_same_byte_for_byte(source: Path, destination: Path, tmp_path: Path) -> None:
    vendor(source, destination)
    vendor(source, tmp_path / "other")
    other = tmp_path / "other"
    assert contents(destination) == {
        destination / file.relative_to(other): content for file, content in contents(other).items()
    }


def test_the_record_tells_what_is_not_committed(source: Path, destination: Path) -> None:
    revision = git(source, "rev-parse", "HEAD")
    vendor(source, destination)
    assert record(destination / "hubspot_events")["revision"] == revision
    (source / "overrides/hubspot_events/_new.py").touch()
    vendor(source, destination)
    assert record(destination / "hubspot_events")["revision"] == revision + "+changes"
    shutil.rmtree(source / ".git")
    vendor(source, destination)
    assert record(destination / "hubspot_events")["revision"] == "unknown"


def test_git_is_asked_about_this_checkout_and_no_other(
    source: Path, destination: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = destination / "hubspot_events"
    theirs = destination.parent.parent.parent
    theirs.mkdir()
    git(theirs, "init")
    (theirs / "README.md").touch()
    commit(theirs)
    revision = git(source, "rev-parse", "HEAD")
    # What git tells a hook, and what else would make it look elsewhere.
    monkeypatch.setenv("GIT_DIR", f"{theirs}/.git")
    monkeypatch.setenv("GIT_WORK_TREE", str(theirs))
    monkeypatch.setenv("GIT_INDEX_FILE", f"{theirs}/.git/index")
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", f"{theirs}/.git/objects")
    monkeypatch.setenv("GIT_PREFIX", "src/")
    vendor(source, destination)
    assert record(copy)["revision"] == revision

    replace(copy / "_version.py", __version__, "0.0.1")
    replace(source / "overrides/hubspot_events/_version.py", __version__, "99.0.0")
    assert "_version.py (as it came)" in vendor(source, destination, status=1), "from the history of this checkout"
    vendor(source, destination, "--force")
    assert record(copy)["revision"] == f"{revision}+changes"


def test_each_package_finds_the_others_in_a_copy(source: Path, destination: Path, bare_python: Path) -> None:
    """The runtime is below the generated package, and that below hubspot_events."""
    for folder, lines in {
        "runtime/hubspot_events_runtime": ("answer = 42",),
        "generated/hubspot_events_api": ("from hubspot_events_runtime._new import answer",),
        "generated/hubspot_events_api/models": ("from hubspot_events_runtime import _new", "answer = _new.answer"),
        "overrides/hubspot_events": (
            "def answers():",
            "    import hubspot_events_runtime",
            "    from hubspot_events_runtime._new import (",
            "        answer,",
            "    )",
            "    from hubspot_events_api._new import answer as second",
            "    from hubspot_events_api.models._new import answer as third",
            "    return hubspot_events_runtime.__name__, answer, second, third",
        ),
    }.items():
        (source / folder).mkdir(parents=True, exist_ok=True)
        (source / folder / "__init__.py").touch()
        (source / folder / "_new.py").write_text("\n".join(lines))
    vendor(source, destination)
    program = f"from {PACKAGE}._new import answers; print(*answers())"
    result = run(bare_python, destination.parent.parent, "-c", program)
    assert (result.stdout, result.stderr) == (f"{PACKAGE}.hubspot_events_runtime 42 42 42\n", "")


@pytest.mark.parametrize("folder", ["overrides/hubspot_events", "generated/hubspot_events_api"])
@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("import hubspot_events_api.models", "write 'from hubspot_events_api… import …'"),
        ("import hubspot_events_api as api", "write 'from hubspot_events_api… import …'"),
        ("import hubspot_events_runtime, json", "write 'from hubspot_events_runtime… import …'"),
        ("from hubspot_events import _ids", "import it relatively"),
    ],
)
def test_an_import_that_would_leave_the_copy_is_refused(
    source: Path, destination: Path, folder: str, line: str, way: str
) -> None:
    (source / folder / "_new.py").write_text(line)
    message = vendor(source, destination, status=1)
    name = line.split()[1].rstrip(",")
    assert message == f"error: {folder}/_new.py imports {name}, which a copy does not find: {way}\n"
    assert not destination.exists()


def test_a_module_that_is_no_python_is_refused(source: Path, destination: Path) -> None:
    (source / "overrides/hubspot_events/_new.py").write_text("<<<<<<< HEAD\n")
    assert vendor(source, destination, status=1).startswith("error: overrides/hubspot_events/_new.py is no Python: ")
    assert not destination.exists()


LEFTOVERS = [
    "._ids.py",
    ".DS_Store",
    ".#_ids.py",
    "#_ids.py#",
    "_ids.py~",
    "._ids.py.swp",
    "_ids.py.orig",
    ".idea/x.py",
]


def test_what_systems_and_editors_leave_behind_is_nothing_to_either_tool(source: Path, destination: Path) -> None:
    copy = destination / "hubspot_events"
    vendor(source, destination)
    files = len(contents(copy))
    for folder in (source / "overrides/hubspot_events", source / "generated/hubspot_events_api/models", copy):
        (folder / ".idea").mkdir()
        for name in LEFTOVERS:
            (folder / name).write_bytes(b"\x00\x05\x16\x07\xff")
    assert check(copy)[0] == 0
    assert "left alone" not in vendor(source, destination)
    assert len(contents(copy)) == files + len(LEFTOVERS)


# Where it can be


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("a-file", "a-file is a file"),
        ("a-file/src", "a-file is a file"),
        ("theirs", "theirs/hubspot_events is a file"),
        ("copy/hubspot_events", "Choose {tmp}/copy as DEST"),
        ("copy/hubspot_events/hubspot_events_api/models", "Choose {tmp}/copy as DEST"),
        ("hubspot-events/overrides", "where the library itself is written"),
        ("hubspot-events/runtime", "where the library itself is written"),
        ("hubspot-events", "where the library itself is written"),
        ("hubspot-events/src/acme/_vendor", "where the library itself is written"),
        ("link", "where the library itself is written"),
        ("circle", "circle"),
        ("n" * 300, "File name too long"),
        ("~nobody-has-this-name/src", ""),
    ],
)
def test_a_place_that_cannot_have_a_copy_is_refused_in_one_line(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-file").touch()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/hubspot_events").touch()
    (tmp_path / "link").symlink_to(source / "overrides")
    (tmp_path / "circle").symlink_to("circle")
    vendor(source, tmp_path / "copy")
    before = contents(tmp_path)
    for options in (), ("--force",):
        message = vendor(source, Path(place), *options, status=1)
        assert reason.format(tmp=tmp_path) in message
        assert message.startswith("error: ")
        assert message.count("\n") == 1
    assert contents(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_to_is_refused_in_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    message = vendor(ROOT, tmp_path / "src", status=1)
    assert message.startswith("error: ")
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    ("place", "packages", "name", "on_path"),
    [
        ("src/acme/_vendor", ["src/acme"], None, None),
        ("their-repo/_vendor", [], None, None),
        ("src/third-party", [], "hubspot_events", "src/third-party"),
        ("src/acme/class", ["src/acme"], "hubspot_events", "src/acme/class"),
        ("acme/3rd/_vendor", ["acme"], "_vendor.hubspot_events", "acme/3rd"),
    ],
)
def test_a_place_without_a_name_in_python_comes_with_how_it_is_imported(
    bare_python: Path, tmp_path: Path, place: str, packages: list[str], name: str | None, on_path: str | None
) -> None:
    for package in packages:
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()
    message = vendor(ROOT, tmp_path / place)
    if name is None or on_path is None:
        assert "sys.path" not in message
    else:
        assert f"import {name}, with {tmp_path / on_path} on sys.path\n" in message
        assert run(bare_python, tmp_path / on_path, "-c", f"from {name} import HubSpotEvents").returncode == 0


def test_make_takes_any_path(tmp_path: Path) -> None:
    place = tmp_path / 'it\'s "ours" & `theirs`'
    command = ["make", "vendor", f"DEST={place}", f"PYTHON={sys.executable}"]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert check(place / "hubspot_events")[0] == 0


# An upgrade takes what is ours, and nothing else


def test_an_upgrade_removes_what_went_and_leaves_what_is_not_ours(source: Path, destination: Path) -> None:
    copy = destination / "hubspot_events"
    (source / "overrides/hubspot_events/past").mkdir()
    (source / "overrides/hubspot_events/past/_old.py").touch()
    commit(source)
    vendor(source, destination)
    (copy / "NOTES.md").write_text("ours")

    shutil.rmtree(source / "overrides/hubspot_events/past")
    replace(source / "overrides/hubspot_events/_version.py", __version__, "99.0.0")
    revision = commit(source)
    message = vendor(source, destination)
    assert f"became hubspot-events 99.0.0 ({revision})" in message
    assert "1 removed" in message
    assert f"left alone, as it is not of the copy: {copy / 'NOTES.md'}" in message
    assert not (copy / "past").exists()
    assert (copy / "NOTES.md").read_text() == "ours"
    assert record(copy)["version"] == "99.0.0"


def test_an_edited_copy_is_reported_with_the_diff_and_kept_unless_forced(source: Path, destination: Path) -> None:
    edited = destination / "hubspot_events/_version.py"
    missing = destination / "hubspot_events/_auth.py"
    vendor(source, destination)
    replace(edited, f'"{__version__}"', '"0.0.1"')
    missing.unlink()
    before = contents(destination)

    # The diff is what they did, and not what we did since.
    replace(source / "overrides/hubspot_events/_version.py", __version__, "99.0.0")
    commit(source)
    message = vendor(source, destination, status=1)
    assert f"{edited} (as it came)\n+++ {edited}\n" in message
    assert f'-__version__ = "{__version__}"\n+__version__ = "0.0.1"\n' in message
    assert "_auth.py (missing), _version.py (edited). Nothing was written." in message
    assert "FORCE=1" in message
    assert before == contents(destination)

    shutil.rmtree(source / ".git")
    assert '-__version__ = "99.0.0"\n+__version__ = "0.0.1"\n' in vendor(source, destination, status=1)

    vendor(source, destination, "--force")
    assert '"99.0.0"' in edited.read_text()
    assert check(edited.parent)[0] == 0


def test_an_edit_to_a_file_that_went_is_kept_too(source: Path, destination: Path) -> None:
    (source / "overrides/hubspot_events/_old.py").touch()
    vendor(source, destination)
    (destination / "hubspot_events/_old.py").write_text("import this\n")
    (source / "overrides/hubspot_events/_old.py").unlink()
    assert "+import this\n" in vendor(source, destination, status=1)
    vendor(source, destination, "--force")
    assert not (destination / "hubspot_events/_old.py").exists()


def test_an_edit_that_is_in_the_new_version_is_no_conflict(source: Path, destination: Path) -> None:
    vendor(source, destination)
    for root in (source / "overrides", destination):
        replace(root / "hubspot_events/_ids.py", "uuid4", "uuid1")
    (source / "overrides/hubspot_events/_new.py").touch()
    vendor(source, destination)


def test_a_file_of_theirs_in_the_place_of_a_new_one_is_kept(source: Path, destination: Path) -> None:
    vendor(source, destination)
    (destination / "hubspot_events/_new.py").write_text("theirs = 1\n")
    (source / "overrides/hubspot_events/_new.py").write_text("ours = 1\n")
    assert "_new.py (added)" in vendor(source, destination, status=1)


@pytest.mark.parametrize(
    "content",
    [
        None,
        "{",
        "[]",
        '{"version": "1", "revision": "a", "files": {"../b": "c"}}',
        '{"version": "1", "revision": "a", "files": {"/b": "c"}}',
        '{"version": "1", "revision": "a", "files": [[1, 2]]}',
        "[" * 100_000,
    ],
)
def test_a_folder_that_is_no_copy_of_ours_is_not_touched_unless_forced(destination: Path, content: str | None) -> None:
    copy = destination / "hubspot_events"
    copy.mkdir(parents=True)
    (copy / "theirs.py").touch()
    if content is not None:
        (copy / "VENDORED.json").write_text(content)
    files = set(copy.iterdir())
    assert "VENDORED.json" in vendor(ROOT, destination, status=1)
    assert set(copy.iterdir()) == files
    vendor(ROOT, destination, "--force")
    assert set(copy.iterdir()) > files


def test_a_revision_in_the_record_is_no_option_of_git(source: Path, destination: Path) -> None:
    copy = destination / "hubspot_events"
    vendor(source, destination)
    replace(copy / "VENDORED.json", record(copy)["revision"], f"--output={destination}/written")
    (destination / "written:overrides/hubspot_events").mkdir(parents=True)
    replace(copy / "_ids.py", "uuid4", "uuid1")
    files = set(contents(destination))
    assert "_ids.py (as it would be now)" in vendor(source, destination, status=1)
    assert set(contents(destination)) == files


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_edits_and_reasons_are_shown_in_any_encoding(source: Path, destination: Path, encoding: str) -> None:
    copy = destination / "hubspot_events"
    vendor(source, destination)
    (copy / "_version.py").write_text("# →\n", "utf-8")
    (copy / "→.py").touch()
    arrow = "→".encode(encoding, "backslashreplace").decode(encoding)
    for command, shown in (
        ([source / "tools/vendor.py", destination], f"+# {arrow}\n"),
        ([copy / "check.py"], f"added: {copy / arrow}.py\n"),
    ):
        result = subprocess.run(
            [sys.executable, "-B", *command],
            env=os.environ | {"PYTHONIOENCODING": encoding},
            encoding=encoding,
            capture_output=True,
            check=False,
        )
        assert result.returncode == 1
        assert shown in result.stdout
        assert result.stderr.startswith("error: ")
        assert "as it came" in result.stderr


class Interrupted(BaseException):
    """What ends the process."""


@pytest.mark.parametrize("writes", [0, 1, 2, 20])
def test_the_next_run_ends_what_an_interrupted_one_began(
    source: Path, destination: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    def run_twice() -> None:
        left = iter(range(writes))

        def write_bytes(file: Path, content: bytes) -> None:
            is_whole = next(left, None) is not None
            with file.open("wb") as opened:
                opened.write(content if is_whole else content[: len(content) // 2])
            if not is_whole:
                raise Interrupted

        with monkeypatch.context() as interruption:
            interruption.setattr(Path, "write_bytes", write_bytes)
            with pytest.raises(Interrupted):
                tool.vendor(destination, testing=False, force=False)
        tool.vendor(destination, testing=False, force=False)
        assert check(destination / "hubspot_events")[0] == 0
        assert not list(destination.rglob(".*"))

    monkeypatch.setattr(tool, "ROOT", source)
    run_twice()
    for file in contents(source):
        if file.suffix == ".py":
            file.write_bytes(file.read_bytes() + b"# Changed.\n")
    (source / "overrides/hubspot_events/_ids.py").rename(source / "overrides/hubspot_events/_new.py")
    run_twice()


# The check


def test_no_neighbour_of_the_check_is_taken_for_the_standard_library(tmp_path: Path, destination: Path) -> None:
    copy = destination / "hubspot_events"
    vendor(ROOT, destination)
    (tmp_path / "link").symlink_to(destination)
    commands = [copy / "check.py"], [tmp_path / "link/hubspot_events/check.py"], ["check.py"]
    for command in commands:
        result = subprocess.run([sys.executable, "-B", *command], cwd=copy, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (0, "")
    for name in sys.stdlib_module_names:
        (copy / f"{name}.py").write_text(f"raise SystemExit('{name} of the copy')")
    for command in commands:
        result = subprocess.run([sys.executable, "-B", *command], cwd=copy, capture_output=True, text=True, check=False)
        assert f"added: {copy / 'hashlib.py'}\n" in result.stdout, result.stderr


@pytest.mark.parametrize(
    "package",
    [
        "overrides/hubspot_events",
        "generated/hubspot_events_api",
        "runtime/hubspot_events_runtime",
    ],
)
def test_no_module_is_named_like_one_of_the_standard_library(package: str) -> None:
    assert {file.stem for file in (ROOT / package).rglob("*.py")} & sys.stdlib_module_names == set()


# No line ends in white space, and the first and the last are not empty: a file as it came.
LINES = st.lists(st.text("ab'\\#\t …").map(str.rstrip), min_size=1).map(lambda lines: ["a", *lines, "z"])


@given(LINES, st.sampled_from(["\n", "\r\n", "\r\r\n", " \n", "\t \r\n"]), st.sampled_from(["", "\n", "\r\n\n"]))
def test_white_space_at_the_end_of_lines_is_no_edit(lines: list[str], line_break: str, end: str) -> None:
    as_it_came = "".join(line + "\n" for line in lines).encode()
    assert digest((line_break.join(lines) + end).encode()) == digest(as_it_came)


@given(LINES, LINES)
def test_all_else_is_an_edit(lines: list[str], others: list[str]) -> None:
    assert (digest("\n".join(lines).encode()) == digest("\n".join(others).encode())) == (lines == others)


def test_hooks_that_tidy_leave_the_copy_as_it_came(source: Path, destination: Path) -> None:
    copy = destination / "hubspot_events"
    vendor(source, destination, "--testing")
    for file in contents(copy):
        lines = [line.rstrip() for line in file.read_bytes().splitlines()]
        file.write_bytes(b"".join(line + b"\r\n" for line in lines))
    assert check(copy)[0] == 0
    (source / "overrides/hubspot_events/_new.py").touch()
    vendor(source, destination, "--testing")
    assert b"\r" not in (copy / "_ids.py").read_bytes()


def test_the_check_says_what_is_not_as_it_came(destination: Path) -> None:
    copy = destination / "hubspot_events"
    vendor(ROOT, destination)
    assert check(copy)[0] == 0
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__/_ids.pyc").touch()
    assert check(copy)[0] == 0, "what Python compiles is no change"
    for file in copy.rglob("*.py"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert check(copy)[0] == 0, "nor are the line ends of a checkout on Windows"

    replace(copy / "_ids.py", "uuid4", "uuid1")
    (copy / "_auth.py").unlink()
    (copy / "hubspot_events_api/_new.py").touch()
    status, output = check(copy)
    assert status == 1
    assert output.startswith(
        f"missing: {copy / '_auth.py'}\nedited: {copy / '_ids.py'}\nadded: {copy / 'hubspot_events_api/_new.py'}\n"
    )
    assert f"make vendor DEST={destination}" in output

    (copy / "VENDORED.json").unlink()
    assert check(copy) == (2, f"error: there is no VENDORED.json in {copy}, so it is no copy of hubspot-events\n")
