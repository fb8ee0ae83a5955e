"""What is seen of a run while it goes on: a bar in a terminal, a line a minute elsewhere, JSON for machines."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, Protocol, Self, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ._output import write_json

_RATE_SECONDS = 10.0  # over which events per second are counted: the window of the quota
_BAR_SECONDS = 0.2


class Progress(NamedTuple):
    """How far a run is.

    Attributes:
        rows: How many rows are to be sent.
        written: How many were written, by earlier runs too.
        known: How many were there already.
        failed: How many failed.
        unknown: How many were sent without an answer that says more.
        rate: Events per second that became known, over the last seconds.
        allowed: Events per second that the quota allows.
    """

    rows: int
    written: int
    known: int
    failed: int
    unknown: int
    rate: float
    allowed: float

    @property
    def waiting(self) -> int:
        """How many rows nothing is known of yet."""
        return self.rows - self.written - self.known - self.failed - self.unknown

    @property
    def others(self) -> list[str]:
        """What became of those that are neither written nor failed, where there are any."""
        counts = ((self.known, "there already"), (self.unknown, "without an answer"))
        return [f"{count:,} {words}" for count, words in counts if count]

    @property
    def seconds_left(self) -> float | None:
        """How long it takes if it goes on so, or None."""
        return self.waiting / self.rate if self.rate else None

    @property
    def speed(self) -> str:
        """Events per second beside what the quota allows."""
        return f"{self.rate:,.0f} of {self.allowed:,.0f} events/s"

    @property
    def left(self) -> str:
        """The time left."""
        return "" if self.seconds_left is None else f"{duration(self.seconds_left)} left"


class Rate:
    """Counts events per second."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._counts = deque([(now(), 0)])

    def per_second(self, count: int) -> float:
        """Return how many there were per second lately, of `count` so far."""
        now = self._now()
        self._counts.append((now, count))
        while len(self._counts) > 2 and self._counts[1][0] <= now - _RATE_SECONDS:
            self._counts.popleft()
        then, before = self._counts[0]
        return (count - before) / (now - then) if now > then else 0.0


class Display(Protocol):
    """Shows how far a run is."""

    seconds: float  # from one time to the next

    def checked(self, rows: int, bad: int) -> None:
        """Show how many rows were checked."""

    def sent(self, progress: Progress) -> None:
        """Show how far the sending is."""

    def say(self, text: str) -> None:
        """Show a sentence."""

    def close(self) -> None:
        """Leave the terminal as it was."""


def display(*, as_json: bool, interval: float | None) -> Display:
    """Return what shows a run here."""
    if as_json:
        return JsonLines(sys.stdout, interval or 10.0)
    console = Console(file=sys.stderr, highlight=False)
    return Bar(console) if console.is_terminal else Lines(sys.stderr, interval or 60.0)


class Bar:
    """A bar in a terminal."""

    seconds = _BAR_SECONDS

    def __init__(self, console: Console) -> None:
        # What is printed goes above the bar, but not where standard output is a file.
        to_terminal = sys.stdout.isatty()
        self._live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=to_terminal)
        self._live.start()

    def checked(self, rows: int, bad: int) -> None:
        found = f", {bad:,} bad" if bad else ""
        self._live.update(Text(f"Checking: {rows:,} rows{found}"), refresh=True)

    def sent(self, progress: Progress) -> None:
        done = progress.rows - progress.waiting
        bar = Table.grid(padding=(0, 1), expand=True)
        bar.add_column(ratio=1)
        bar.add_column(justify="right", no_wrap=True)
        bar.add_row(
            ProgressBar(total=progress.rows or 1, completed=done),
            Text(f"{done / progress.rows if progress.rows else 1:.0%}  {progress.left or 'waiting'}"),
        )
        counts = Table.grid(padding=(0, 2))
        counts.add_row(
            Text(f"{progress.written:,} written", "green"),
            Text(f"{progress.failed:,} failed", "red" if progress.failed else "dim"),
            *map(Text, progress.others),
            Text(f"{progress.waiting:,} waiting"),
            Text(progress.speed, "dim"),
        )
        self._live.update(Group(bar, counts), refresh=True)

    def say(self, text: str) -> None:
        self._live.console.print(Text(text))

    def close(self) -> None:
        with suppress(OSError):  # the terminal is gone
            self._live.stop()


class Lines:
    """A line at a time, as for a log."""

    def __init__(self, file: TextIO, seconds: float) -> None:
        self.seconds = seconds
        self._file = file

    def checked(self, rows: int, bad: int) -> None:
        self._print(f"{rows:,} rows checked, {bad:,} bad")

    def sent(self, progress: Progress) -> None:
        parts = (
            f"{progress.written:,} written",
            f"{progress.failed:,} failed",
            *progress.others,
            f"{progress.waiting:,} waiting",
            progress.speed,
            progress.left,
        )
        self._print(", ".join(filter(None, parts)))

    def say(self, text: str) -> None:
        self._print(text)

    def close(self) -> None:
        pass

    def _print(self, text: str) -> None:
        print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, file=self._file, flush=True)


class JsonLines:
    """A JSON object a line."""

    def __init__(self, file: TextIO, seconds: float) -> None:
        self.seconds = seconds
        self._file = file

    def checked(self, rows: int, bad: int) -> None:
        write_json({"event": "checking", "rows": rows, "bad": bad}, self._file)

    def sent(self, progress: Progress) -> None:
        write_json(
            {
                "event": "progress",
                "rows": progress.rows,
                "written": progress.written,
                "known": progress.known,
                "failed": progress.failed,
                "unknown": progress.unknown,
                "waiting": progress.waiting,
                "events_per_second": round(progress.rate, 1),
                "events_per_second_allowed": round(progress.allowed, 1),
                "seconds_left": None if progress.seconds_left is None else round(progress.seconds_left, 1),
            },
            self._file,
        )

    def say(self, text: str) -> None:
        write_json({"event": "note", "message": text}, self._file)

    def close(self) -> None:
        pass


class Ticker:
    """Calls a function again and again in a thread of its own, while a block runs, and when it is woken."""

    def __init__(self, show: Callable[[], None], seconds: float) -> None:
        self._show = show
        self._seconds = seconds
        self._is_over = False
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._woken.set()
        self._thread.join()

    def wake(self) -> None:
        """Call the function now; also from what takes a signal."""
        self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.wait(self._seconds)
            self._woken.clear()
            if self._is_over:
                return
            try:
                self._show()
            except OSError:  # nobody looks any more, or a disk is full, and the run goes on
                return


def duration(seconds: float) -> str:
    """Return a time span as people say it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
