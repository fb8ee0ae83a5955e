"""The page about the command line is true: its commands can be run, and its exit codes are those of the help."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import duckdb
import pytest
from hubspot_events.cli import main
from hubspot_events.cli._arguments import parse
from hubspot_events.cli._errors import ExitCode
from hubspot_events.cli._fields import Fields, Key
from hubspot_events.cli._targets import find
from hubspot_events.testing import EmbeddedHubSpot

PAGE = (Path(__file__).parent.parent / "docs/command-line.md").read_text("utf-8")


def commands() -> list[list[str]]:
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    found: list[list[str]] = []
    for word in shlex.split(blocks.replace("\n", " ; ")):
        if word == "hubspot-events" or not found:
            found.append([])
        if word != "hubspot-events":
            found[-1].append(word)
    return [[*_until_end(one)] for one in found if one and one[0] in {"send", "report"}]


def _until_end(words: list[str]) -> list[str]:
    end = next((place for place, word in enumerate(words) if word in {";", "<"}), len(words))
    return words[:end]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_of_the_page_can_be_run(command: list[str]) -> None:
    options = parse(command)
    if options.command == "send":
        constants = dict(options.constants or [])
        body = find(options.target, constants).operation.body
        assert body
        key = Key(options.key, options.account) if options.key else None
        Fields(body, constants=constants, rest_as=options.rest_as, key=key)


def test_the_page_has_commands_for_all_that_it_is_about() -> None:
    used = {word for command in commands() for word in command if word.startswith("--")}
    assert used >= {"--template", "--event-type", "--set", "--key", "--journal", "--sql", "--dry-run", "--html"}
    assert len(commands()) > 8


def test_the_exit_codes_are_those_of_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    helped = re.findall(r"^  (\d)  (.*)$", capsys.readouterr().out, re.MULTILINE)
    assert re.findall(r"^\| (\d) \| (.*) \|$", PAGE, re.MULTILINE) == helped
    assert [int(code) for code, _ in helped] == [*ExitCode]


def test_the_dry_run_of_the_page_says_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{number},owner-{number}@petspot.example" for number in range(2, 902)]
    rows[10] = "1881,owner-1881@petspot.example"
    rows[15], rows[16] = "17,", "1881,owner-1881@petspot.example"
    Path("orders.csv").write_text("\n".join(["order_id,email", *rows]))
    (command,) = (one for one in commands() if "--dry-run" in one)
    assert main(command) == 2
    (shown,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert capsys.readouterr().out == shown


def test_the_first_command_of_the_page_sends_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make = "COPY (SELECT i AS order_id, 'owner@petspot.example' AS email FROM range(3) AS t(i)) TO 'orders.parquet'"
    with duckdb.connect() as database:
        database.execute(make)
    with EmbeddedHubSpot() as embedded:
        monkeypatch.setenv("HUBSPOT_BASE_URL", embedded.base_url)
        monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", embedded.access_token)
        assert main(commands()[0]) == 0
        assert len(embedded.timeline_events) == 3
