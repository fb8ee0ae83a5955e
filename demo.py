"""Show the client at work: all four endpoints, sync and async, and what becomes of an event when something goes wrong.

This is at an embedded HubSpot, a server in this process, which can be made to fail. With ``--hubspot`` it goes to
HubSpot for real, or to the address in ``HUBSPOT_BASE_URL``, into the account of the token in ``HUBSPOT_ACCESS_TOKEN``,
and nothing is made to fail. ``--verbose`` shows every request and answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shlex
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import hubspot_events.cli
from hubspot_events import (
    AsyncHubSpotEvents,
    Batch,
    Clock,
    HubSpotDeprecationWarning,
    HubSpotEvents,
    MarketingEventUpdate,
    MarketingEventUpsert,
    SystemClock,
    TimelineEvent,
    TimelineEventIFrame,
    TimelineEventResponse,
)
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer, ManualClock, Respond

# Two of the four endpoints are of v3, which HubSpot supports until September 2027.
warnings.filterwarnings("ignore", category=HubSpotDeprecationWarning)

ART3MIS = TimelineEvent(
    event_template_id=os.environ.get("HUBSPOT_EVENT_TEMPLATE_ID", "1001298"),
    email="art3mis@petspot.example",
    tokens={"petName": "Art3mis", "petAge": 3, "petColor": "black"},
    extra_data={
        "questions": [
            {"question": "Who's a good girl?", "answer": "Bark!"},
            {"question": "Do you wanna go on a walk?", "answer": "Woof!"},
        ]
    },
    timeline_i_frame=TimelineEventIFrame(
        link_label="View Art3mis",
        header_label="Art3mis dog",
        url="https://my.petspot.example/pets/Art3mis",
        width=600,
        height=400,
    ),
)
RUBY = attrs.evolve(ART3MIS, email="ruby@petspot.example", tokens={"petName": "Ruby"})
WEBINAR = MarketingEventUpsert(
    event_name="Python at the vet",
    event_organizer="Petspot",
    external_account_id="petspot",
    external_event_id="webinar-2026-12",
    event_type="WEBINAR",
    start_date_time=datetime(2026, 12, 1, 10, tzinfo=UTC),
    end_date_time="2026-12-01T12:00:00+01:00",
    custom_properties={"track": "python"},
)


logger = logging.getLogger("demo")


def main() -> None:
    """Show the endpoints at the embedded HubSpot, with the faults, or at the real one when that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verbose", action="store_true", help="show every request and answer, without the token")
    parser.add_argument("--hubspot", action="store_true", help="write into the account of HUBSPOT_ACCESS_TOKEN")
    options = parser.parse_args()
    level = logging.INFO if options.verbose else logging.WARNING
    # httpx and the client say what they send and when they send it again; `say` has the JSON.
    logging.basicConfig(level=level, stream=sys.stdout, format="    %(message)s")
    if options.hubspot:
        if not os.environ.get("HUBSPOT_ACCESS_TOKEN"):
            parser.error("--hubspot takes the access token of the environment variable HUBSPOT_ACCESS_TOKEN")
        print(f"This goes to {os.environ.get('HUBSPOT_BASE_URL', 'HubSpot')}, into the account of your token.")
        show_endpoints(SystemClock())
        asyncio.run(show_endpoints_async(SystemClock()))
        return
    clock = ManualClock()
    with EmbeddedHubSpot(now=clock.time) as embedded:
        print("This is not HubSpot but an embedded one, a server in this process: nothing leaves your machine.")
        os.environ.update(HUBSPOT_ACCESS_TOKEN=embedded.access_token, HUBSPOT_BASE_URL=embedded.base_url)
        show_endpoints(clock)
        asyncio.run(show_endpoints_async(clock))
        show_faults(embedded, clock)
        events, webinars = len(embedded.timeline_events), len(embedded.marketing_events)
        print(f"\nIt has {events} timeline events and {webinars} webinar now.")
    show_many()


def show_many() -> None:
    """Send ten thousand events through a journal, at a quota, on the command line; in real time."""
    print("\nTen thousand events from a table, at HubSpot's 110 requests in ten seconds")
    with EmbeddedHubSpot(requests_per_ten_seconds=110) as embedded, TemporaryDirectory() as folder:
        os.environ.update(HUBSPOT_ACCESS_TOKEN=embedded.access_token, HUBSPOT_BASE_URL=embedded.base_url)
        table, journal = Path(folder, "pets.csv"), Path(folder, "pets.journal")
        rows = (f"{number},owner-{number}@petspot.example,Pet {number}" for number in range(10_000))
        table.write_text("\n".join(("pet,email,properties.petName", *rows)))
        options = ["--event-type", "pe1234567_adoption", "--key", "{pet}:adopted", "--journal", str(journal)]
        print("  $ hubspot-events", shlex.join(["send", "timeline", table.name, *options[:-1], journal.name]))
        if code := hubspot_events.cli.main(["send", "timeline", str(table), *options]):
            sys.exit(code)
        refused = sum(request.status == 429 for request in embedded.requests)
        sent = f"{len(embedded.timeline_events):,} events in {len(embedded.requests)} requests"
        print(f"  It has {sent}, {refused} of which met the limit. The journal says:")
        hubspot_events.cli.main(["report", str(journal)])


def show_endpoints(clock: Clock) -> None:
    """Send something to each endpoint."""
    print("\nThe sync client, one call for each endpoint")
    with HubSpotEvents(clock=clock) as hubspot:
        event = hubspot.timeline.create(ART3MIS)
        say("timeline.create", f"{event.id}; the pet's age 3 reads {event.tokens['petAge']!r} now", event)
        batch = hubspot.timeline.create_batch([ART3MIS, RUBY])
        say("timeline.create_batch", f"{len(batch.results)} events; all written: {batch.all_written}", batch)
        webinars = hubspot.marketing_events.upsert([WEBINAR])
        say("marketing_events.upsert", f"the webinar has the object id {webinars.results[0].object_id}", webinars)
        cancelled = MarketingEventUpdate(object_id=webinars.results[0].id, event_cancelled=True)
        updated = hubspot.marketing_events.update([cancelled])
        say("marketing_events.update", f"it is cancelled: {updated.results[0].event_cancelled}", updated)


async def show_endpoints_async(clock: Clock) -> None:
    """Do the same with the async client, three of them at once."""
    print("\nThe async client, three of the four at once")
    async with AsyncHubSpotEvents(clock=clock) as hubspot:
        event, batch, webinars = await asyncio.gather(
            hubspot.timeline.create(ART3MIS),
            hubspot.timeline.create_batch([ART3MIS, RUBY]),
            hubspot.marketing_events.upsert([WEBINAR]),
        )
        say("timeline.create", f"{event.id}", event)
        say("timeline.create_batch", f"{len(batch.results)} events; all written: {batch.all_written}", batch)
        say("marketing_events.upsert", f"the same webinar, {webinars.results[0].object_id}", webinars)
        cancelled = MarketingEventUpdate(object_id=webinars.results[0].id, event_cancelled=True)
        updated = await hubspot.marketing_events.update([cancelled])
        say("marketing_events.update", f"it is cancelled: {updated.results[0].event_cancelled}", updated)


def show_faults(embedded: EmbeddedHubSpot, clock: ManualClock) -> None:
    """Let things go wrong, and show what the client makes of it."""
    print("\nWhen something goes wrong (the clock of this demo does not really wait)")
    with HubSpotEvents(clock=clock) as hubspot:
        before = len(embedded.timeline_events)
        embedded.plan(LoseAnswer())
        event = hubspot.timeline.create(ART3MIS)
        say("the answer is lost", f"{event.id} was stored, and the connection broke", event)
        stored = len(embedded.timeline_events) - before
        say("", f"sent {event.response.tries if event.response else 0} times under this id, it is {stored} event")

        embedded.plan(Respond(429))
        event = hubspot.timeline.create(ART3MIS)
        say("429, too many requests", f"waited {clock.waits[-1]:.0f} seconds for the ten-second window to end", event)
        say("", f"then sent {event.id}")

        embedded.reject(lambda event: event["email"] == RUBY.email, message="Ruby is no contact")
        batch = hubspot.timeline.create_batch([ART3MIS, RUBY])
        say("half of a batch fails", f"{len(batch.results)} of 2 is written; all written: {batch.all_written}", batch)
        for failure in batch.failures:
            say("", f"{failure.error.message}: {', '.join(str(event.email) for event in failure.inputs)}")


def say(what: str, outcome: str, result: TimelineEventResponse | Batch[Any, Any] | None = None) -> None:
    """Print what came of a call; with ``--verbose`` also what was sent and what came back."""
    print(f"  {what:25} {outcome}")
    if result and result.response:
        for arrow, body in (("→", result.response.sent), (f"← {result.response.status_code}", result.response.json)):
            logger.info("%s %s", arrow, json.dumps(body, indent=2, ensure_ascii=False).replace("\n", "\n    "))


if __name__ == "__main__":
    main()
