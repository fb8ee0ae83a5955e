"""The README and the guides are true: the Python of each runs as one program, top to bottom, at an embedded HubSpot."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer, Respond
from type_checkers import Place, mypy, pyright

ROOT = Path(__file__).parent.parent
GUIDES = [
    "authentication",
    "errors",
    "ids-and-retries",
    "migrating",
    "requests",
    "sending-a-lot",
    "several-workers",
    "testing",
]


def code(page: Path) -> str:
    return "\n\n".join(re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL))


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedHubSpot]:
    with EmbeddedHubSpot(access_token="readme") as embedded:
        monkeypatch.setenv("HUBSPOT_BASE_URL", embedded.base_url)
        monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", embedded.access_token)
        yield embedded


def run(page: Path) -> dict[str, Any]:
    """Run the program of a page, and return its names."""
    # The one thing that a reader has to fill in.
    program = code(page).replace('HubSpotEvents(access_token="…")', 'HubSpotEvents(access_token="readme")')
    names = {"__name__": "__main__"}
    exec(compile(program, page.name, "exec", dont_inherit=True), names)
    return names


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


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("guide", GUIDES)
def test_every_python_block_of_a_guide_runs(guide: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # some write files
    run(ROOT / f"docs/{guide}.md")


@pytest.mark.filterwarnings("error::hubspot_events.HubSpotDeprecationWarning")
def test_every_python_block_of_the_readme_runs_and_warns_of_nothing(
    embedded: EmbeddedHubSpot,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)  # where the journal goes
    monkeypatch.setattr("hubspot_events_runtime.operations._warned", set())  # what other tests warned of already
    run(ROOT / "README.md")
    assert len(embedded.timeline_events) == 1 + 250, "the event, and the pets, however often they are sent"
    assert embedded.marketing_events[0]["eventCancelled"] is True
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(" 3")
    assert lines[1].startswith("COMPLETE 3 [] ")
    assert lines[2] == "[0, 1, 2]"


def test_the_outbox_of_the_guide_loses_no_event_in_an_outage_and_moves_none_in_time(
    embedded: EmbeddedHubSpot, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = run(ROOT / "docs/errors.md")
    monkeypatch.setattr("hubspot_events.SystemClock.sleep", lambda *_: None)
    embedded.reset()
    events = [guide["adoption"]("4711", pet).to_dict() for pet in ("aladdin", "halloween")]
    guide["outbox"] += events
    embedded.plan(LoseAnswer())
    embedded.misbehave(seed=0, rates={Respond(503): 1.0})
    guide["send_outbox"]()
    assert len(embedded.timeline_events) == 1
    assert guide["outbox"] == events
    embedded.misbehave(seed=0, rates={})
    guide["send_outbox"]()
    assert guide["outbox"] == guide["refused"] == []
    sent = {event["id"]: event["timestamp"] for event in events}
    assert {event["id"]: event["timestamp"] for event in embedded.timeline_events} == sent


def test_every_link_of_the_readme_leads_to_what_the_source_distribution_has() -> None:
    included = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["sdist"]
    links = re.findall(r"\]\(([^)#]+)", (ROOT / "README.md").read_text("utf-8"))
    assert links
    for link in links:
        assert (ROOT / link).exists()
        assert f"/{link}".startswith(tuple(included["include"]))
