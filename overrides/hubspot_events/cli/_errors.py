"""What the command ends with."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command ends with; the help and the guide say the same."""

    WRITTEN = 0
    SOME_FAILED = 1
    BAD_INPUT = 2
    STOPPED = 3


class UsageError(Exception):
    """What was given cannot be used, and nothing was sent; says why and the way out."""
