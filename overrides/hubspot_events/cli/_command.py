"""Runs a command, and says of an error what it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from hubspot_events_runtime.errors import InputError, JournalError

from ._arguments import parse
from ._errors import ExitCode, UsageError
from ._progress import write_json
from ._report import report
from ._send import send


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    options = parse(arguments)
    try:
        return (send if options.command == "send" else report)(options)
    except (UsageError, InputError, JournalError) as error:
        _say(str(error), as_json=options.json)
        return ExitCode.BAD_INPUT
    except KeyboardInterrupt:  # before anything was sent
        _say("stopped, and nothing was sent", as_json=options.json)
        return ExitCode.STOPPED
    except BrokenPipeError:  # such as head, which has seen enough
        # Python would flush what is left at the end, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.STOPPED


def _say(text: str, *, as_json: bool) -> None:
    if as_json:
        write_json({"event": "error", "message": text}, sys.stdout)
    else:
        print(f"hubspot-events: {text}", file=sys.stderr)  # noqa: T201
