"""Measure how many events the embedded HubSpot takes in a second, so that a bench knows when it measures this instead.

It runs as ``python -m hubspot_events.testing --no-record`` in a process of its own. The clients are processes, too, and
do as little as they can: they send bytes that were made beforehand, with ids of their own, and look at the status only.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bodies import encoded, timeline_event

PATHS = {1: "/integrators/timeline/v3/events", 100: "/integrators/timeline/v3/events/batch/create"}
RUN = "run-0000000000"  # in the ids; each request has another number
TICKS = os.sysconf("SC_CLK_TCK")


def send(address: str, token: str, inputs: int, requests: range) -> None:
    """Send so many requests, each with ``inputs`` new events."""
    events = [timeline_event(place) | {"id": f"{RUN}:{place}"} for place in range(inputs)]
    body = encoded({"inputs": events} if inputs > 1 else events[0])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection(address)
    for number in requests:
        connection.request("POST", PATHS[inputs], body.replace(RUN.encode(), f"run-{number:010}".encode()), headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 201, answer.status
    connection.close()


def counts(address: str) -> dict[str, Any]:
    """Return what arrived."""
    connection = http.client.HTTPConnection(address)
    connection.request("GET", "/embedded-hubspot/accounts")
    [account] = json.loads(connection.getresponse().read())
    return dict(account)


def cost(process: int) -> tuple[float, float]:
    """Return the CPU seconds that a process used so far, and its memory in MiB."""
    times = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    memory = next(line for line in Path(f"/proc/{process}/status").read_text().splitlines() if "VmRSS" in line)
    return (int(times[11]) + int(times[12])) / TICKS, int(memory.split()[1]) / 1024


def measure(clients: int, inputs: int, requests: int, options: list[str]) -> str:
    """Return a row of the table."""
    command = [sys.executable, "-m", "hubspot_events.testing", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        _, url, token = (server.stdout.readline().rstrip("\n").rpartition("=")[2] for _ in range(3))
        address = urlsplit(url).netloc
        try:
            send(address, token, inputs, range(3))  # so that all is imported and prepared
            cpu_before, memory_before = cost(server.pid)
            shares = [range(3 + client, 3 + requests, clients) for client in range(clients)]
            with ProcessPoolExecutor(clients, get_context("spawn")) as pool:
                list(pool.map(time.sleep, repeat(0.1, clients)))  # so that all processes are there
                began = time.perf_counter()
                list(pool.map(send, repeat(address), repeat(token), repeat(inputs), shares))
                seconds = time.perf_counter() - began
            cpu, memory = (
                after - before for after, before in zip(cost(server.pid), (cpu_before, memory_before), strict=True)
            )
            events = inputs * requests
            assert counts(address)["timeline_events"] == events + 3 * inputs
        finally:
            server.terminate()
    return (
        f"| {clients} | {inputs} | {requests / seconds:,.0f} | {events / seconds:,.0f}"
        f" | {1e6 * cpu / events:.1f} µs | {100 * cpu / seconds:.0f} % | {2**20 * memory / events:,.0f} B |"
    )


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000, help="how many requests a row takes")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4], help="how many processes send")
    parser.add_argument("--inputs", type=int, nargs="+", default=[100, 1], choices=PATHS, help="events per request")
    parser.add_argument("--record", action="store_true", help="let it keep everything")
    arguments = parser.parse_args()
    options = [] if arguments.record else ["--no-record"]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, the server with {options or 'no options'}\n")
    print("| clients | events per request | requests/s | events/s | CPU per event | of a core | memory per event |")
    print("| ---: " * 7 + "|")
    for inputs in arguments.inputs:
        for clients in arguments.clients:
            print(measure(clients, inputs, arguments.requests, options), flush=True)


if __name__ == "__main__":
    main()
