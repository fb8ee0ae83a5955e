"""What is written to standard output and standard error, be they a terminal, a pipe, closed, or on a full disk."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from typing import Any, TextIO


def prepare_streams() -> None:
    """Let text be written that an encoding lacks, as names of files may be, and to a stream that is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed, so that a file that is opened could take its place
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - for as long as the process lives
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Write a line to standard error; where that cannot be written, nobody misses it."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201


def write_json(value: dict[str, Any], file: TextIO) -> None:
    """Write a JSON object on a line of its own, at once."""
    print(json.dumps(value), file=file, flush=True)


def conclude(text: str) -> None:
    """Write how something ended to standard output; where that cannot be written, the exit code still tells."""
    try:
        print(text, flush=True)  # noqa: T201
    except OSError as error:
        give_up_output(error)


def give_up_output(error: OSError) -> None:
    """Write nothing more to standard output, after an error, and say so, unless it is a pipe that has seen enough."""
    # Python would flush what is left at the end, and fail again.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        say(f"hubspot-events: standard output: {error.strerror or error}")
