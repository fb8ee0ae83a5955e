"""Send the documented events through all four endpoints, with the sync client and with the async one.

Without an account they go to an embedded HubSpot. With ``HUBSPOT_ACCESS_TOKEN`` set they go to HubSpot for real, or to
the address in ``HUBSPOT_BASE_URL``.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import httpx
from hubspot_events import (
    AsyncHubSpotEvents,
    HubSpotEvents,
    MarketingEventUpdate,
    MarketingEventUpsert,
    TimelineEvent,
    TimelineEventIFrame,
)
from hubspot_events.testing import EmbeddedHubSpot

PET = TimelineEvent(
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


def show(title: str, message: httpx.Request | httpx.Response) -> None:
    """Print a request or a response, without the token."""
    body: Any = json.loads(message.content)
    print(title)
    print("   ", json.dumps(body, indent=2, ensure_ascii=False).replace("\n", "\n    "))


def show_request(request: httpx.Request) -> None:
    show(f"→ {request.method} {request.url.path}", request)


def show_response(response: httpx.Response) -> None:
    response.read()
    show(f"← {response.status_code}", response)


async def show_request_async(request: httpx.Request) -> None:
    show_request(request)


async def show_response_async(response: httpx.Response) -> None:
    await response.aread()
    show(f"← {response.status_code}", response)


def sync_demo() -> None:
    """All four endpoints with the sync client."""
    with (
        httpx.Client(event_hooks={"request": [show_request], "response": [show_response]}) as pool,
        HubSpotEvents(http_client=pool) as hubspot,
    ):
        event = hubspot.timeline.create(PET)
        print(f"The event {event.id} is on the timeline; the pet's age reads {event.tokens['petAge']!r}.\n")

        batch = hubspot.timeline.create_batch([PET, PET])
        print(f"Two more: {batch.status}, all written: {batch.all_written}.\n")

        events = hubspot.marketing_events.upsert([WEBINAR])
        print(f"The marketing event has the object id {events.results[0].object_id}.\n")

        updated = hubspot.marketing_events.update(
            [MarketingEventUpdate(object_id=events.results[0].id, event_cancelled=True)]
        )
        print(f"It is cancelled: {updated.results[0].event_cancelled}.\n")


async def async_demo() -> None:
    """All four endpoints with the async client."""
    async with (
        httpx.AsyncClient(event_hooks={"request": [show_request_async], "response": [show_response_async]}) as pool,
        AsyncHubSpotEvents(http_client=pool) as hubspot,
    ):
        event = await hubspot.timeline.create(PET)
        print(f"The event {event.id} is on the timeline; the pet's age reads {event.tokens['petAge']!r}.\n")

        batch = await hubspot.timeline.create_batch([PET, PET])
        print(f"Two more: {batch.status}, all written: {batch.all_written}.\n")

        events = await hubspot.marketing_events.upsert([WEBINAR])
        print(f"The marketing event has the object id {events.results[0].object_id}.\n")

        updated = await hubspot.marketing_events.update(
            [MarketingEventUpdate(object_id=events.results[0].id, event_cancelled=True)]
        )
        print(f"It is cancelled: {updated.results[0].event_cancelled}.\n")


def main() -> None:
    """Run both, against HubSpot when there is a token, else against the embedded one."""
    embedded = None if os.environ.get("HUBSPOT_ACCESS_TOKEN") else EmbeddedHubSpot()
    with embedded or nullcontext():
        if embedded:
            os.environ.update(HUBSPOT_ACCESS_TOKEN=embedded.access_token, HUBSPOT_BASE_URL=embedded.base_url)
        print("== The sync client ==\n")
        sync_demo()
        print("== The async client ==\n")
        asyncio.run(async_demo())
        if embedded:
            print(
                f"HubSpot has {len(embedded.timeline_events)} timeline events"
                f" and {len(embedded.marketing_events)} marketing event now."
            )


if __name__ == "__main__":
    main()
