"""The command line, ``hubspot-events``: sends tables of events, and shows what became of a run.

Nothing else imports it, as it needs more than the client does: ``pip install "hubspot-events[cli]"``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit code.

    Args:
        arguments: What follows the name of the command; by default the arguments of this process.

    """
    try:
        from ._command import run  # noqa: PLC0415
    except ModuleNotFoundError as error:
        print(f'hubspot-events needs {error.name}: pip install "hubspot-events[cli]"', file=sys.stderr)  # noqa: T201
        return 2
    return run(sys.argv[1:] if arguments is None else arguments)
