"""The README and the guides are true: the Python of each runs as one program, top to bottom, at an embedded HubSpot."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hubspot_events.testing import EmbeddedHubSpot
from type_checkers import Place, mypy, pyright

ROOT = Path(__file__).parent.parent
GUIDES = ["authentication", "errors", "ids-and-retries", "testing"]


def code(page: Path) -> str:
    return "\n\n".join(re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL))


def run(page: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedHubSpot:
    with EmbeddedHubSpot(access_token="readme") as embedded:
        monkeypatch.setenv("HUBSPOT_BASE_URL", embedded.base_url)
        monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", embedded.access_token)
        # The one thing that a reader has to fill in.
        program = code(page).replace('HubSpotEvents(access_token="…")', 'HubSpotEvents(access_token="readme")')
        exec(compile(program, page.name, "exec"), {"__name__": "readme"})
    return embedded


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_type_checkers_accept_the_readme_and_the_guides(checker: Callable[..., set[Place]], tmp_path: Path) -> None:
    programs = []
    for page in (ROOT / "README.md", *(ROOT / f"docs/{guide}.md" for guide in GUIDES)):
        programs.append(tmp_path / f"{page.stem.replace('-', '_')}_page.py")
        programs[-1].write_text(code(page), "utf-8")
    assert checker(Path(sys.executable), tmp_path, *programs) == set()


def test_every_guide_with_python_is_run() -> None:
    # The import in the one about vendoring is of a copy that the reader makes; tests/test_vendor.py has such copies.
    pages = {page.stem for page in (ROOT / "docs").glob("*.md") if code(page)}
    assert pages == {*GUIDES, "vendoring"}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_python_block_of_a_guide_runs(guide: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run(ROOT / f"docs/{guide}.md", monkeypatch)


def test_every_python_block_of_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    embedded = run(ROOT / "README.md", monkeypatch)
    assert len(embedded.timeline_events) == 4, "the event, and three pets, however often they are sent"
    assert embedded.marketing_events[0]["eventCancelled"] is True
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(" 3")
    assert lines[1].startswith("COMPLETE 3 [] ")
