"""The types are part of the API: both checkers accept what users write, and find their mistakes, line by line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import TypeAlias

import hubspot_events
import pytest

FOLDER = Path(__file__).parent / "typing"
FILES = ("usage.py", "mistakes.py")
TOOLS = Path(sys.executable).parent

#: The name of a file and a line in it.
Place: TypeAlias = tuple[str, int]


def mypy(folder: Path) -> set[Place]:
    """The places in which mypy --strict finds an error."""
    (folder / "mypy.ini").write_text("[mypy]\n", "utf-8")
    done = subprocess.run(
        [TOOLS / "mypy", "--strict", "--output", "json", "--cache-dir", "cache", *(FOLDER / name for name in FILES)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line]
    return {(Path(one["file"]).name, one["line"]) for one in found if one["severity"] == "error"}


def pyright(folder: Path) -> set[Place]:
    """The places in which pyright finds an error or has a warning."""
    (folder / "pyrightconfig.json").write_text("{}", "utf-8")
    done = subprocess.run(
        [TOOLS / "pyright", "--outputjson", "--pythonpath", sys.executable, *(FOLDER / name for name in FILES)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {(Path(one["file"]).name, one["range"]["start"]["line"] + 1) for one in found}


@pytest.fixture(scope="module", params=[mypy, pyright], ids=["mypy", "pyright"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> set[Place]:
    """What a checker finds from a folder elsewhere, without any settings, by the installed package alone."""
    places: set[Place] = request.param(tmp_path_factory.mktemp("elsewhere"))
    return places


def test_code_as_users_write_it_has_no_error(found: set[Place]) -> None:
    assert {place for place in found if place[0] == "usage.py"} == set()


def test_each_marked_mistake_is_found_and_nothing_else(found: set[Place]) -> None:
    lines = (FOLDER / "mistakes.py").read_text("utf-8").splitlines()
    marked = {("mistakes.py", number) for number, line in enumerate(lines, 1) if "  # error: " in line}
    assert marked
    assert {place for place in found if place[0] == "mistakes.py"} == marked


def test_every_public_name_is_used_in_the_code_of_users() -> None:
    usage = (FOLDER / "usage.py").read_text("utf-8")
    assert [name for name in hubspot_events.__all__ if usage.count(name) < 2] == []
