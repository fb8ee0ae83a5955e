"""Kills runs at random moments, and counts what is lost and what is doubled: `python benchmarks/kills.py [kills]`.

Each run writes the same events, with random ids and without a time, through one journal, to an embedded HubSpot in this
process, until `kill -9` ends it. When all events are written, the next job begins, until there were so many kills. Of
each job every event has to be there once.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from hubspot_events.testing import Delay, EmbeddedHubSpot
from hubspot_events_runtime.journal_file import State
from hubspot_events_runtime.journal_report import JournalReport

KILLS = 50
EVENTS = 20_000

RUN = """
import sys
from hubspot_events import HubSpotEvents, TimelineEvent
base_url, journal, count = sys.argv[1:]
def events():
    for number in range(int(count)):
        yield TimelineEvent(event_template_id="1", email="a@petspot.example", tokens={"n": number})
with HubSpotEvents("token", base_url=base_url) as hubspot:
    for outcome in hubspot.timeline.create_many(events(), journal=journal):
        assert outcome.written, outcome
"""


def main(kills: int) -> int:
    """Kill so many runs, print what came of it, and return how many events are lost or doubled."""
    chance = random.Random(1)
    killed = jobs = runs = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        while killed < kills:
            journal = Path(folder) / f"{jobs}.journal"
            with EmbeddedHubSpot(access_token="token") as embedded:
                # As slow as a network is, so that a kill meets requests under way.
                embedded.misbehave(seed=jobs, rates={Delay(0.02): 1})
                while True:
                    runs += 1
                    run = subprocess.Popen(
                        [sys.executable, "-W", "ignore", "-c", RUN, embedded.base_url, str(journal), str(EVENTS)]
                    )
                    if killed == kills:  # this one is to finish
                        run.wait()
                    with suppress(subprocess.TimeoutExpired):
                        run.wait(0.2 + 1.4 * chance.random())
                    if run.poll() is not None:
                        break
                    run.send_signal(signal.SIGKILL)
                    run.wait()
                    killed += 1
                if run.returncode:
                    print(f"job {jobs}: a run ended with {run.returncode}")
                    wrong += 1
                again = len(embedded.writes) - EVENTS
                stored = Counter(int(event["tokens"]["n"]) for event in embedded.timeline_events)
            lost = EVENTS - len(stored)
            doubled = sum(stored.values()) - len(stored)
            unsettled = EVENTS - JournalReport(journal).counts[State.WRITTEN]
            wrong += lost + doubled + unsettled
            jobs += 1
            print(
                f"job {jobs}: {killed} kills so far, {again} events under way in one and sent again, {lost} lost, "
                f"{doubled} doubled, {unsettled} not in the journal"
            )
    print(f"{killed} kills, {runs} runs, {jobs} jobs of {EVENTS:,} events: {wrong} lost or doubled")
    return wrong


if __name__ == "__main__":
    began = time.monotonic()
    failures = main(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS)
    print(f"{time.monotonic() - began:.0f} seconds")
    sys.exit(failures > 0)
