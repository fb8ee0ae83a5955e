"""What a user writes for a_patch.yaml."""

from typing import assert_type

from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, MarketingEventChange, MarketingEventUpdateResponse

REQUESTS = ["PATCH /marketing/v3/marketing-events/395700216901"]

CHANGE = MarketingEventChange(event_name="Python at the vet", start_date_time="2026-03-01T11:00:00+01:00")


def check(event: MarketingEventUpdateResponse) -> None:
    assert event.object_id == "395700216901"
    assert event.response is not None
    assert event.response.sent == {"eventName": "Python at the vet", "startDateTime": "2026-03-01T10:00:00Z"}


def use(hubspot: HubSpotEvents) -> None:
    event = hubspot.marketing_events.change("395700216901", CHANGE)
    assert_type(event, MarketingEventUpdateResponse)
    check(event)


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    check(await hubspot.marketing_events.change("395700216901", change=CHANGE))


def mistakes(hubspot: HubSpotEvents) -> None:
    hubspot.marketing_events.change(CHANGE)  # error: no id
    hubspot.marketing_events.change("1", [CHANGE])  # error: many changes for one
    MarketingEventChange(event_organizer="Petspot")  # error: no such field
