"""Serves an embedded HubSpot until it is told to stop: ``python -m hubspot_events.testing``."""

import argparse
import shlex
import signal
import threading
from contextlib import closing

from . import EmbeddedHubSpot


def main() -> None:
    """Read the command line, say where HubSpot is and serve until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}", description="Serve an embedded HubSpot on the loopback interface."
    )
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; a free one when left out")
    parser.add_argument(
        "--access-token", type=_token, default="embedded-access-token", help="the access token to accept"
    )
    parser.add_argument(
        "--accounts",
        type=int,
        default=1,
        help="how many accounts; the access token of the second ends in -1, and so on",
    )
    parser.add_argument("--requests-per-ten-seconds", type=_limit, default=1_000_000, help="the limit of each account")
    parser.add_argument("--requests-per-day", type=_limit, default=1_000_000, help="the limit of each private app")
    parser.add_argument("--access-token-lifetime", type=int, default=1800, help="in seconds, of OAuth's access tokens")
    parser.add_argument(
        "--rotate-refresh-token", action="store_true", help="give a new refresh token at each refresh, and end the old"
    )
    parser.add_argument(
        "--no-record", dest="recording", action="store_false", help="keep numbers and ids only, for millions of events"
    )
    options = vars(parser.parse_args())

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        hubspot = EmbeddedHubSpot(**options).start()
    except (OSError, OverflowError, ValueError) as error:  # a port that is taken, or no number of one; no account
        parser.error(str(error))
    with closing(hubspot):
        token, last = hubspot.access_token, hubspot.accounts[-1]
        others = f", those of its other accounts end in -1 to -{last.number}" if last.number else ""
        print(  # noqa: T201
            f"An embedded HubSpot serves at {hubspot.base_url} and accepts the access token {token}{others}",
            f"export HUBSPOT_BASE_URL={hubspot.base_url}",
            f"export HUBSPOT_ACCESS_TOKEN={shlex.quote(token)}",
            sep="\n",
            flush=True,
        )
        stop.wait()


def _limit(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _token(text: str) -> str:
    # What no header can have would never arrive.
    if not (text.isascii() and text.isprintable()) or " " in text or not text:
        raise argparse.ArgumentTypeError(f"{text!r} is not one word of ASCII characters")
    return text


if __name__ == "__main__":
    main()
