"""The bar and Ctrl-C of `hubspot-events send`, in a real terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hubspot_events.testing import EmbeddedHubSpot, Hold

# Makes the terminal the one of the process, so that Ctrl-C in it is a signal.
LOGIN = """
import os, sys
os.login_tty(0)
if sys.argv[1]:
    os.dup2(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), 1)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
CTRL_C = b"\x03"
HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"  # the cursor


class Terminal:
    """A terminal in which a command runs."""

    def __init__(self, process: subprocess.Popen[bytes], end: int) -> None:
        self.process = process
        self._end = end
        self._written = ""
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._end, 65536)
            except OSError:  # the command has closed it
                data = b""
            with self._changed:
                self._written += data.decode("utf-8", "replace")
                self._changed.notify_all()
            if not data:
                return

    def press(self, key: bytes) -> None:
        os.write(self._end, key)

    def wait_for(self, text: str) -> None:
        """Wait until a text was shown, whatever its colours."""
        with self._changed:
            assert self._changed.wait_for(lambda: text in self.plain, 60), self.plain[-2000:]

    def wait(self) -> int:
        code = self.process.wait(60)
        self._thread.join(60)
        return code

    @property
    def plain(self) -> str:
        return re.sub(r"\x1b\[[0-9;]*m", "", self._written)


@contextmanager
def terminal(*arguments: str, variables: dict[str, str], columns: int = 100, stdout: str = "") -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    known = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    command = [sys.executable, "-c", LOGIN, stdout, "-m", "hubspot_events.cli", *arguments]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**known, "TERM": "xterm-256color", **variables}
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()
            process.wait()
            os.close(ours)


@contextmanager
def sending(embedded: EmbeddedHubSpot, columns: int = 100) -> Iterator[tuple[Terminal, threading.Event]]:
    """Send a thousand events, of which the second hundred is held."""
    with Path("orders.csv").open("w") as file:
        file.write("email\n" + "".join(f"owner-{number}@petspot.example\n" for number in range(1000)))
    reached, release = threading.Event(), threading.Event()
    embedded.plan(None, Hold(reached, release))
    arguments = ("send", "timeline.create-many-2026-03", "orders.csv", "--event-type", "pe1_x", "--concurrency", "1")
    address = {"HUBSPOT_BASE_URL": embedded.base_url, "HUBSPOT_ACCESS_TOKEN": embedded.access_token}
    with terminal(*arguments, "--journal", "orders.journal", variables=address, columns=columns) as shown:
        assert reached.wait(60)
        yield shown, release
        release.set()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@pytest.mark.parametrize("columns", [60, 100])
def test_a_bar_shows_what_is_written_failed_and_waiting_the_speed_beside_the_quota_and_the_time_left(
    columns: int,
) -> None:
    with (
        EmbeddedHubSpot(requests_per_ten_seconds=500) as embedded,
        sending(embedded, columns=columns) as (shown, release),
    ):
        shown.wait_for("100 written  0 failed  900 waiting")
        assert re.search(r"\d+ of 5,000 events/s", shown.plain)
        assert "━" in shown.plain
        assert re.search(r" 10%  ", shown.plain)
        release.set()
        assert shown.wait() == 0
    assert re.search(r"\d+(\.\d)? s left|min", shown.plain)
    last = shown.plain.rpartition(SHOWN)[2]
    assert "1,000 of 1,000 rows written, 0 failed: 10 requests in" in last
    assert HIDDEN not in last, "the terminal is left as it was"


def test_ctrl_c_finishes_what_is_under_way_and_says_how_to_go_on() -> None:
    with EmbeddedHubSpot() as embedded:
        with sending(embedded) as (shown, release):
            shown.wait_for("100 written")
            shown.press(CTRL_C)
            shown.wait_for("Stopping: what is under way is finished. Ctrl-C again stops at once.")
            release.set()
            assert shown.wait() == 3
        last = shown.plain.rpartition(SHOWN)[2]
        assert "200 of 1,000 rows written, 0 failed: 2 requests in" in last
        assert "Stopped by Ctrl-C. 800 rows are left. The same command goes on with what is left" in last
        with sending(embedded) as (shown, release):
            release.set()
            assert shown.wait() == 0
        assert "1,000 of 1,000 rows written (200 of them earlier), 0 failed" in shown.plain
        assert len(embedded.writes) == 1000


def test_a_second_ctrl_c_stops_at_once_and_leaves_the_terminal_as_it_was() -> None:
    with EmbeddedHubSpot() as embedded, sending(embedded) as (shown, _):
        shown.wait_for("100 written")
        shown.press(CTRL_C)
        shown.wait_for("Stopping")
        shown.press(CTRL_C)
        assert shown.wait() == 3
        last = shown.plain.rpartition(SHOWN)[2]
        assert "Stopped at once, by a second Ctrl-C or SIGTERM. The same command goes on with what is left" in last
        assert HIDDEN not in last


def test_bad_rows_go_to_a_file_when_standard_output_is_one_and_the_bar_is_in_the_terminal() -> None:
    Path("orders.csv").write_text("email,tokens.a\n" + ",x\n" * 20_000)
    arguments = ("send", "timeline.create-many", "orders.csv", "--template", "1", "--dry-run")
    with terminal(*arguments, variables={}, stdout="bad.txt") as shown:
        assert shown.wait() == 2
    assert "Checking: " in shown.plain
    lines = Path("bad.txt").read_text().splitlines()
    assert lines[0] == "orders.csv:2: email: give email, utk or object_id"
    assert (len(lines), lines[-1]) == (20_001, "20,000 of 20,000 rows are bad. Nothing was sent.")


def test_ctrl_c_while_rows_are_read_sends_nothing() -> None:
    endless = "SELECT 'a@petspot.example' AS email FROM range(1000000000000) WHERE random() < 0"
    arguments = ("send", "timeline.create-many", "--template", "1", "--sql", endless)
    with terminal(*arguments, variables={"HUBSPOT_ACCESS_TOKEN": "x"}) as shown:
        shown.wait_for("Note: ")
        shown.press(CTRL_C)
        assert shown.wait() == 3
    assert "hubspot-events: stopped, and nothing was sent" in shown.plain
    assert "Traceback" not in shown.plain
