"""What mypy and pyright find in code as users write it, from a folder elsewhere and without any settings.

They see the library as the packages that are installed for a given interpreter, which is how users see it.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import TypeAlias

FOLDER = Path(__file__).parent / "typing"
PAGES = (FOLDER / "usage.py", FOLDER / "mistakes.py")
TOOLS = Path(sys.executable).parent

#: Libraries of others that a guide shows, and that have no types or not all of them.
UNTYPED = """
[mypy]
untyped_calls_exclude = dask, distributed
[mypy-celery.*,pandas.*]
ignore_missing_imports = True
[mypy-several_workers_page]
disallow_untyped_decorators = False
"""

#: The name of a file and a line in it.
Place: TypeAlias = tuple[str, int]


def marked_mistakes(*files: Path) -> set[Place]:
    """The places at which a checker is to find an error in files, by default in those of tests/typing."""
    return {
        (file.name, number)
        for file in files or PAGES
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if "  # error: " in line
    }


def mypy(python: Path, elsewhere: Path, *files: Path) -> set[Place]:
    """The places in which mypy --strict finds an error in files, by default those of tests/typing."""
    (elsewhere / "mypy.ini").write_text(UNTYPED, "utf-8")
    options = ["--strict", "--output", "json", "--cache-dir", "cache", "--python-executable", str(python)]
    done = _run("mypy", options, elsewhere, files)
    found = [json.loads(line) for line in done.splitlines() if line]
    return {(Path(one["file"]).name, one["line"]) for one in found if one["severity"] == "error"}


def pyright(python: Path, elsewhere: Path, *files: Path) -> set[Place]:
    """The places in which pyright finds an error or has a warning, likewise."""
    (elsewhere / "pyrightconfig.json").write_text("{}", "utf-8")
    done = _run("pyright", ["--outputjson", "--pythonpath", str(python)], elsewhere, files)
    found = json.loads(done)["generalDiagnostics"]
    return {(Path(one["file"]).name, one["range"]["start"]["line"] + 1) for one in found}


def _run(checker: str, options: list[str], elsewhere: Path, files: tuple[Path, ...]) -> str:
    command: list[str | Path] = [TOOLS / checker, *options, *(files or PAGES)]
    done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr  # 1 says that there are errors
    return done.stdout
