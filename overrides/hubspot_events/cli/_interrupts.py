"""Ctrl-C: the first ends a run in good order, the second at once. What asks a service to stop counts as one."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import Self


class Interrupts:
    """Takes Ctrl-C and SIGTERM while a block runs.

    Attributes:
        came: What the first was, in words; nothing before it.

    """

    def __init__(self, first: Callable[[], None], second: Callable[[], None]) -> None:
        """Make one.

        Args:
            first: What to do when one comes. Nothing is raised: what is under way goes on.
            second: What to do when another one comes.

        """
        self.came = ""
        self._first = first
        self._second = second

    def __enter__(self) -> Self:
        # Also where SIGINT is ignored, as it is in the background of a shell.
        self._before = {number: signal.signal(number, self._take) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def ignore(self) -> None:
        """Do nothing when another one comes."""
        self._first = self._second = lambda: None

    def _take(self, number: int, _frame: FrameType | None) -> None:
        is_second = self.came
        self.came = self.came or ("Ctrl-C" if number == signal.SIGINT else "SIGTERM")
        (self._second if is_second else self._first)()
