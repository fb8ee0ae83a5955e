"""The command line: what can be said, and what the help says of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .._version import __version__
from ._fields import NOTHING

# Short for --set, for what most people need.
_ALIASES = {
    "--template": "eventTemplateId",  # timeline events of v3
    "--event-type": "eventTypeName",  # timeline events of a dated version
}

_EXIT_CODES = """
exit codes:
  0  all were written, or were there already under the same ids
  1  some failed, were skipped as bad, or may have been written: the file of failed rows has them
  2  bad input, or a mistake in the command: nothing was sent
  3  stopped before the end, by Ctrl-C, a daily limit, an outage or a bad token: the same command goes on
"""

_OVERVIEW = f"""
commands:
  send    send the rows of tables as events
  report  show what became of a run, by its journal

Ask each with --help.
{_EXIT_CODES}"""

_SEND_EPILOG = f"""
examples:
  hubspot-events send timeline orders.parquet --template 1001298 --key '{{order_id}}:paid' --journal orders.journal
  hubspot-events send timeline.create-many-2026-03 'orders/*.csv' --event-type pe1234_paid --rest-as properties
  hubspot-events send marketing-events.upsert-many-2026-09 webinars.ndjson --dry-run

The access token is in the environment variable HUBSPOT_ACCESS_TOKEN, or in a file that --token-file names.
{_EXIT_CODES}"""

_REPORT_EPILOG = """
exit codes:
  0  the report is written, whatever it says
  2  there is no such journal, or a mistake in the command
  3  standard output cannot be written
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what a command line says; ends the process with the help, or with 2 where it is wrong."""
    parser = argparse.ArgumentParser(
        prog="hubspot-events",
        usage="hubspot-events send|report …",
        description="Sends tables of events to HubSpot, each event once.",
        epilog=_OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hubspot-events {__version__}")
    parser.add_argument("command", choices=("send", "report"), help=argparse.SUPPRESS)
    # The options of a command may stand before, between and after what it is about, which subparsers do not know.
    command = parser.parse_args(arguments[:1]).command
    found = (_send if command == "send" else _report)()
    known, unknown = found.parse_known_intermixed_args(arguments[1:], argparse.Namespace(command=command))
    if unknown:
        # By their names alone: what was given to one may be a token.
        names = [one.partition("=")[0] if one.startswith("--") else one[:2] for one in unknown if one.startswith("-")]
        found.error(f"unrecognized arguments: {' '.join(names)}")
    return known


def _send() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hubspot-events send",
        allow_abbrev=False,
        description="Checks all rows, and sends them if none is bad.",
        epilog=_SEND_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # For all text: empty is what a variable of the shell that is not set makes of an option, and not left out.
    parser.register("type", None, _filled)
    parser.add_argument(
        "target",
        metavar="RESOURCE[.METHOD]",
        help="what to send: timeline or marketing-events, and the method of the client where more than one fits",
    )
    rows = parser.add_argument_group("rows")
    rows.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="CSV, NDJSON or Parquet; several, globs in quotes, or - for standard input",
    )
    rows.add_argument("--sql", metavar="QUERY", help="a query of DuckDB's in place of files; end it with ORDER BY")
    rows.add_argument("--format", choices=("csv", "ndjson", "parquet"), help="where the name of a file does not say")
    fields = parser.add_argument_group("fields")
    for option, field in _ALIASES.items():
        fields.add_argument(
            option,
            metavar="VALUE",
            dest="constants",
            action="append",
            type=partial(_constant_of, field),
            help=f"short for --set {field}=VALUE",
        )
    fields.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        dest="constants",
        action="append",
        type=_constant,
        help="a field, or an entry such as tokens.source, that is the same in every row",
    )
    fields.add_argument(
        "--rest-as",
        metavar="FIELD",
        help=f"columns that are no field become entries of tokens, properties, …; {NOTHING} leaves them out",
    )
    fields.add_argument("--key", metavar="TEMPLATE", help="make each id of these columns, such as '{order_id}:paid'")
    fields.add_argument("--account", metavar="ID", help="HubSpot's id of the account, which goes into ids of --key")
    fields.add_argument(
        "--time-zone", metavar="NAME", type=_time_zone, help="of times that have none, such as Europe/Berlin"
    )
    run = parser.add_argument_group("the run")
    run.add_argument("--journal", metavar="FILE", help="keep what was sent in a file; the same command goes on from it")
    run.add_argument("--failed", metavar="FILE", help="where failed rows go, with the reason; beside the journal")
    run.add_argument("--dry-run", action="store_true", help="check all rows and send nothing")
    run.add_argument("--skip-bad-rows", action="store_true", help="send the others although some rows are bad")
    run.add_argument("--token-file", metavar="FILE", help="a file with the access token, read again for each request")
    # Else what follows it would be shown as an argument that nobody knows.
    run.add_argument("--token", "--access-token", type=_no_token, help=argparse.SUPPRESS)
    run.add_argument(
        "--same-account",
        action="store_true",
        help="go on with the journal although another token began it: one of the same account",
    )
    run.add_argument("--concurrency", metavar="N", type=_positive, help="how many batches are under way at the most")
    run.add_argument(
        "--max-requests-today", metavar="N", type=_positive, help="stop when this run has sent so many today"
    )
    run.add_argument(
        "--base-url", metavar="URL", help="the address of the API; by default HUBSPOT_BASE_URL or HubSpot's"
    )
    cluster = parser.add_argument_group("on several machines, with Dask")
    cluster.add_argument(
        "--scheduler", metavar="ADDRESS", help="let the workers of this scheduler send, such as tcp://host:8786"
    )
    cluster.add_argument(
        "--outcomes", metavar="FOLDER", help="a folder that all of them share; the same command goes on from it"
    )
    cluster.add_argument(
        "--quota", metavar="ADDRESS", help="the Redis that has the quota of the account, or a file on one machine"
    )
    run.add_argument(
        "--json", action="store_true", help="progress and a summary as JSON, a line each, on standard output"
    )
    run.add_argument(
        "--interval", metavar="SECONDS", type=_seconds, help="between lines of progress; 60, with --json 10"
    )
    return parser


def _report() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hubspot-events report",
        allow_abbrev=False,
        description="Shows what became of a run, while it goes on or when it has ended.",
        epilog=_REPORT_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("journal", metavar="JOURNAL", help="the file that --journal named")
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    parser.add_argument("--html", metavar="FILE", help="write a page that can be read without a network")
    parser.add_argument(
        "--requests-per-ten-seconds",
        metavar="N",
        type=_positive,
        default=110,
        help="what the account allows, to compare with: 110 for a public app, 100 to 250 for a private one",
    )
    return parser


def _filled(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(f"must not be {'blank' if text else 'empty'}")
    return text


def _no_token(_text: str) -> str:
    way_out = "set HUBSPOT_ACCESS_TOKEN, or name a file with --token-file"
    raise argparse.ArgumentTypeError(f"every user of the machine could read it: {way_out}")


def _constant_of(field: str, value: str) -> tuple[str, str]:
    return field, _filled(value)


def _constant(text: str) -> tuple[str, str]:
    field, equals, value = text.partition("=")
    if not field or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=VALUE")
    return field, value


def _time_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise argparse.ArgumentTypeError(f"there is no time zone {name!r}; say one such as Europe/Berlin") from None


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds
