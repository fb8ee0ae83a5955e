"""The walks in CONTRIBUTING.md are real: each is taken from the page and done on a copy of the project, and the client
that comes out is used.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
BLOCK = re.compile(
    r"^```(?:diff|yaml) walk=(?P<walk>\w+)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
COPIED = ("openapi", "overrides", "generated", "tools", "tests", "docs", "generator-config.yaml", "pyproject.toml")

# Isolated from the developer's own configuration of git.
GIT = {f"GIT_{who}_{what}": "walker@petspot.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
ENVIRONMENT = {**os.environ, **GIT, "GIT_CONFIG_GLOBAL": os.devnull, "BIN": str(BIN), "COLUMNS": "500"}


@dataclass
class Project:
    """A copy of the project, in a repository of its own."""

    root: Path

    def run(self, *command: str, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command,
            cwd=self.root,
            env={**ENVIRONMENT, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def python(self, *arguments: str) -> str:
        """Run Python with the library of the copy, and not with the one that is installed."""
        path = os.pathsep.join(str(self.root / folder) for folder in ("overrides", "generated"))
        return self.run(sys.executable, *arguments, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1").stdout

    def walk(self, name: str) -> None:
        """Do what CONTRIBUTING.md says, and generate."""
        blocks = [block for block in BLOCK.finditer(PAGE) if block["walk"] == name]
        assert blocks
        for block in blocks:
            if block["file"]:
                (self.root / block["file"]).write_text(block["text"], "utf-8")
            else:
                self.run("git", "apply", "-", stdin=block["text"])
        self.run("tools/generate", "generated/hubspot_events_api")

    def touched(self) -> set[str]:
        """The files that a person touched: all that changed but what is generated."""
        status = self.run("git", "status", "--porcelain", "--untracked-files=all").stdout
        return {line[3:] for line in status.splitlines() if not line[3:].startswith("generated/")}

    def changes(self) -> dict[str, str]:
        """What `make changes` says, by its headings."""
        sections = self.python("tools/changes.py").split("\n\n")[1:]
        return {heading: rest for heading, _, rest in (section.partition("\n") for section in sections)}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "_site"))
        else:
            shutil.copy(ROOT / name, tmp_path)
    copy = Project(tmp_path)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "The project"]):
        copy.run("git", *command)
    return copy


USE = """
from datetime import UTC, datetime
from hubspot_events import *
from hubspot_events.testing import EmbeddedHubSpot

with EmbeddedHubSpot() as embedded, HubSpotEvents(embedded.access_token, base_url=embedded.base_url) as hubspot:
"""


def test_the_walk_of_a_new_field_ends_with_a_field_that_is_sent_and_read_with_its_type(project: Project) -> None:
    project.walk("field")
    assert project.touched() == {"openapi/timeline-v3.yaml"}
    project.python(
        "-c",
        USE
        + """
    until = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    sent = TimelineEvent(event_template_id="1", email="a@petspot.example", tokens={}, expires_at=until)
    assert hubspot.timeline.create(sent).expires_at == until
    assert embedded.requests[0].json["expiresAt"] == "2027-03-01T09:30:00Z"
    sent.expires_at = "2027-03-01T10:30:00+01:00"
    assert hubspot.timeline.create_batch([sent]).results[0].expires_at == until
    try:
        sent.expires_at = 7
        hubspot.timeline.create(sent)
        raise AssertionError
    except InputError as error:
        assert error.field == "expires_at"
""",
    )
    changes = project.changes()
    assert changes.keys() == {"Added", "Invisible"}
    assert "wire    expiresAt: new field, string (date-time)\n      createTimelineEvent, request" in changes["Added"]
    assert "python  hubspot_events.TimelineEvent.expires_at: new" in changes["Added"]
    assert "python  hubspot_events.TimelineEventResponse.expires_at: new" in changes["Added"]
    project.python("-m", "pytest", "-q", "tests/test_specs.py")


def test_the_walk_of_a_new_word_ends_with_a_member(project: Project) -> None:
    project.walk("word")
    assert project.touched() == {"openapi/common.yaml"}
    project.python(
        "-c",
        "from hubspot_events import BatchStatus\n"
        "assert BatchStatus('QUEUED') is BatchStatus.QUEUED and BatchStatus.QUEUED in [*BatchStatus]",
    )
    changes = project.changes()
    assert changes.keys() == {"Added"}
    assert "wire    status: new word QUEUED\n      createTimelineEventBatch, response 201" in changes["Added"]
    assert "python  hubspot_events.BatchStatus.QUEUED: new" in changes["Added"]


def test_the_walk_of_a_new_version_ends_with_an_endpoint_beside_the_old_one(project: Project) -> None:
    project.walk("version")
    library = "overrides/hubspot_events"
    assert project.touched() == {
        "openapi/marketing-events-2026-09.yaml",
        *(f"{library}/{name}.py" for name in ("__init__", "_batches", "_calls", "_client", "_inputs")),
        f"{library}/testing/_endpoints.py",
        "tests/typing/usage.py",
        "docs/reference/batches.rst",
        "docs/reference/events.rst",
    }
    project.python(
        "-c",
        USE
        + """
    start = datetime(2026, 12, 1, 10, tzinfo=UTC)
    created = hubspot.marketing_events.upsert([MarketingEventUpsert(
        event_name="a", event_organizer="b", external_account_id="c", external_event_id="d", start_date_time=start,
    )]).results[0]
    update = MarketingEventUpdate202609(object_id=created.id, time_zone="Europe/Berlin", custom_properties={"a": 40})
    batch = hubspot.marketing_events.update_2026_09([update])
    assert batch.all_written
    assert isinstance(batch.results[0], MarketingEventUpdate202609Response)
    assert (batch.results[0].time_zone, batch.results[0].start_date_time) == ("Europe/Berlin", start)
    assert embedded.requests[-1].path == "/marketing/marketing-events/2026-09/batch/update"
    assert embedded.requests[-1].json["inputs"][0]["timeZone"] == "Europe/Berlin"

    assert hubspot.marketing_events.update([MarketingEventUpdate(object_id=created.id, event_name="e")]).all_written
    assert embedded.requests[-1].path == "/marketing/marketing-events/2026-03/batch/update"

    async def update_too():
        async with AsyncHubSpotEvents(embedded.access_token, base_url=embedded.base_url) as hubspot:
            return await hubspot.marketing_events.update_2026_09([update])

    import asyncio
    assert asyncio.run(update_too()).results[0].time_zone == "Europe/Berlin"
""",
    )
    changes = project.changes()
    assert changes.keys() == {"Added", "Invisible"}
    assert "wire    new operation POST /marketing/marketing-events/2026-09/batch/update" in changes["Added"]
    assert "python  hubspot_events.AsyncHubSpotEvents.marketing_events.update_2026_09: new" in changes["Added"]
    project.run(str(BIN / "ruff"), "check", "--no-cache", library)
    project.run(str(BIN / "ruff"), "format", "--no-cache", "--check", library)
    used = "tests/test_typing.py::test_every_public_name_is_used_in_the_code_of_users"
    project.python("-m", "pytest", "-q", "tests/test_specs.py", "tests/test_docs.py", used)


def test_every_block_of_a_walk_on_the_page_is_walked() -> None:
    assert {block["walk"] for block in BLOCK.finditer(PAGE)} == {"field", "word", "version"}
    assert len(re.findall(r"^```\w+ walk=", PAGE, re.MULTILINE)) == len([*BLOCK.finditer(PAGE)])
