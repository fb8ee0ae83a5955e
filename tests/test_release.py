"""A release is not tagged before it is ready."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

release_check = runpy.run_path(str(ROOT / "tools/release_check.py"))
changelog_problems = release_check["changelog_problems"]
git_problems = release_check["git_problems"]


READY = """# Changelog

## 1.2.0 (2026-12-01)

- News.

## 1.1.0 (2026-11-01)
"""


def test_a_changelog_that_is_ready_has_no_problem() -> None:
    assert list(changelog_problems(READY, "1.2.0")) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("1.2.0", "1.1.9", "starts with '1.1.9"),
        ("(2026-12-01)", "(unreleased)", "the date of the release"),
        ("- News.", "", "has no text"),
        ("## ", "### ", "starts with 'nothing'"),
    ],
)
def test_a_changelog_that_does_not_speak_of_the_version_is_a_problem(old: str, new: str, problem: str) -> None:
    (found,) = changelog_problems(READY.replace(old, new), "1.2.0")
    assert problem in found


def test_a_tree_that_git_does_not_know_is_a_problem_in_one_line(tmp_path: Path) -> None:
    for file in ("tools/release_check.py", "overrides/hubspot_events/_version.py", "CHANGELOG.md"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    command = [sys.executable, "tools/release_check.py"]
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1


def test_what_is_not_committed_or_tagged_already_is_a_problem() -> None:
    assert list(git_problems("", ["v1.1.0"], "1.2.0")) == []
    (found,) = git_problems(" M README.md\n", [], "1.2.0")
    assert "M README.md" in found
    (found,) = git_problems("", ["v1.1.0", "v1.2.0"], "1.2.0")
    assert "tagged already" in found
