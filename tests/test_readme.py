"""The README is true: its Python runs as one program, top to bottom, against an embedded HubSpot."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hubspot_events.testing import EmbeddedHubSpot
from type_checkers import Place, mypy, pyright

README = Path(__file__).parent.parent / "README.md"
CODE = "\n\n".join(re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_type_checkers_accept_the_readme(checker: Callable[[Path, Path, Path], set[Place]], tmp_path: Path) -> None:
    page = tmp_path / "readme.py"
    page.write_text(CODE, "utf-8")
    assert checker(Path(sys.executable), tmp_path, page) == set()


def test_every_python_block_of_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with EmbeddedHubSpot(access_token="readme") as embedded:
        monkeypatch.setenv("HUBSPOT_BASE_URL", embedded.base_url)
        monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", embedded.access_token)
        # The one thing that a reader has to fill in.
        code = CODE.replace('HubSpotEvents(access_token="…")', 'HubSpotEvents(access_token="readme")')
        exec(compile(code, README.name, "exec"), {"__name__": "readme"})
        assert len(embedded.timeline_events) == 4, "the event, and three pets, however often they are sent"
        assert embedded.marketing_events[0]["eventCancelled"] is True
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(" 3")
    assert lines[1].startswith("COMPLETE 3 [] ")
