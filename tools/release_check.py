"""Say whether git and CHANGELOG.md are ready for a release; `make release-check` asks the rest."""

import re
import runpy
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def changelog_problems(changelog: str, version: str) -> Iterator[str]:
    """Yield what is wrong with the newest entry of the changelog."""
    headings = re.finditer(r"^## (.*)$\s*", changelog, re.MULTILINE)
    newest = next(headings, None)
    heading = newest[1] if newest else "nothing"
    if not re.fullmatch(re.escape(version) + r" \(\d{4}-\d\d-\d\d\)", heading):
        yield (
            f"CHANGELOG.md starts with {heading!r}: give the newest entry the heading"
            f" '## {version} (the date of the release, such as 2026-12-01)'"
        )
    following = next(headings, None)
    if newest and not changelog[newest.end() : following.start() if following else None].strip():
        yield f"CHANGELOG.md has no text under {heading!r}: say what changes for users"


def git_problems(status: str, tags: Collection[str], version: str) -> Iterator[str]:
    """Yield what git has against a tag: ``status`` is the output of ``git status --porcelain``."""
    if status:
        yield f"not everything is committed: commit or remove\n{status.rstrip()}"
    if f"v{version}" in tags:
        yield f"v{version} is tagged already: raise the version in overrides/hubspot_events/_version.py"


def main() -> int:
    """Print what speaks against a release; return 1 when something does."""
    version = runpy.run_path(str(ROOT / "overrides/hubspot_events/_version.py"))["__version__"]
    try:
        status, tags = _git("status", "--porcelain"), _git("tag").split()
    except subprocess.CalledProcessError as error:
        print(f"error: {error.stderr.strip()}", file=sys.stderr)
        return 1
    problems = [
        *changelog_problems((ROOT / "CHANGELOG.md").read_text("utf-8"), version),
        *git_problems(status, tags, version),
    ]
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if not problems:
        print(f"git and CHANGELOG.md are ready for {version}")
    return 1 if problems else 0


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
