"""Serves an embedded HubSpot until it is told to stop: ``python -m hubspot_events.testing``."""

import argparse
import signal
import threading

from . import EmbeddedHubSpot


def main() -> None:
    """Read the command line, say where HubSpot is and serve until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}", description="Serve an embedded HubSpot on the loopback interface."
    )
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; a free one when left out")
    parser.add_argument("--access-token", default="embedded-access-token", help="the access token to accept")
    arguments = parser.parse_args()

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with EmbeddedHubSpot(port=arguments.port, access_token=arguments.access_token) as hubspot:
        print(  # noqa: T201
            f"An embedded HubSpot serves at {hubspot.base_url} and accepts the access token {hubspot.access_token}",
            f"export HUBSPOT_BASE_URL={hubspot.base_url}",
            f"export HUBSPOT_ACCESS_TOKEN={hubspot.access_token}",
            sep="\n",
            flush=True,
        )
        stop.wait()


if __name__ == "__main__":
    main()
