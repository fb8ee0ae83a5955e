"""Runs a command, and says of an error what it is."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hubspot_events_runtime.errors import InputError, JournalError

from ._arguments import parse
from ._errors import ExitCode, UsageError
from ._output import conclude, give_up_output, prepare_streams, say
from ._report import report
from ._send import send


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    prepare_streams()
    options = parse(arguments)
    try:
        return (send if options.command == "send" else report)(options)
    except (UsageError, InputError, JournalError) as error:
        _say(str(error), as_json=options.json)
        return ExitCode.BAD_INPUT
    except KeyboardInterrupt:  # before anything was sent
        _say("stopped, and nothing was sent", as_json=options.json)
        return ExitCode.STOPPED
    except OSError as error:  # of standard output, such as head, which has seen enough
        give_up_output(error)
        return ExitCode.STOPPED


def _say(text: str, *, as_json: bool) -> None:
    if as_json:
        conclude(json.dumps({"event": "error", "message": text}))
    else:
        say(f"hubspot-events: {text}")
