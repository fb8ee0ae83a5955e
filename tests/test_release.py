"""A release is not tagged before it is ready."""

from __future__ import annotations

import runpy
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


def test_what_is_not_committed_or_tagged_already_is_a_problem() -> None:
    assert list(git_problems("", ["v1.1.0"], "1.2.0")) == []
    (found,) = git_problems(" M README.md\n", [], "1.2.0")
    assert "M README.md" in found
    (found,) = git_problems("", ["v1.1.0", "v1.2.0"], "1.2.0")
    assert "tagged already" in found
