"""A release is the same whoever builds it, and is not tagged before it is ready."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from hubspot_events import __version__

ROOT = Path(__file__).parent.parent

release_check = runpy.run_path(str(ROOT / "tools/release_check.py"))
changelog_problems = release_check["changelog_problems"]
git_problems = release_check["git_problems"]


def build(source: Path, destination: Path, *options: str) -> bytes:
    """Build as the Makefile does, and return the wheel."""
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(destination), *options, str(source)]
    subprocess.run(command, env=environment, capture_output=True, check=True)
    return (destination / f"hubspot_events-{__version__}-py3-none-any.whl").read_bytes()


def test_the_wheel_can_be_built_again_from_the_sdist_byte_for_byte(tmp_path: Path) -> None:
    wheel = build(ROOT, tmp_path / "dist")
    with tarfile.open(tmp_path / f"dist/hubspot_events-{__version__}.tar.gz") as sdist:
        sdist.extractall(tmp_path, filter="data")
    unpacked = tmp_path / f"hubspot_events-{__version__}"
    for file in unpacked.rglob("*"):
        os.utime(file, (0, 1_700_000_000))
    assert build(unpacked, tmp_path / "again", "--wheel") == wheel
    assert build(ROOT, tmp_path / "straight", "--wheel") == wheel


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
