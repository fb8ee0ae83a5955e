"""What a user writes for a_new_version.yaml."""

from typing import assert_type

from hubspot_events import (
    AsyncHubSpotEvents,
    Batch,
    HubSpotEvents,
    MarketingEventUpdate202703,
    MarketingEventUpdate202703Response,
    MarketingEventUpsert,
)

REQUESTS = [
    "POST /marketing/v3/marketing-events/events/upsert",
    "POST /marketing/marketing-events/2027-03/batch/update",
]

WEBINAR = MarketingEventUpsert(
    event_name="Python at the vet",
    event_organizer="Petspot",
    external_account_id="petspot",
    external_event_id="webinar-2027-03",
)


def update(object_id: str) -> MarketingEventUpdate202703:
    return MarketingEventUpdate202703(
        object_id=object_id,
        custom_properties={"seats": 40},
        start_date_time="2027-03-01T10:00:00+01:00",
        time_zone="Europe/Berlin",
    )


def check(batch: Batch[MarketingEventUpdate202703, MarketingEventUpdate202703Response]) -> None:
    assert batch.all_written
    assert_type(batch.results[0].time_zone, str | None)
    assert batch.results[0].time_zone == "Europe/Berlin"
    assert_type(batch.inputs[0].time_zone, str | None)
    assert batch.sent[0]["startDateTime"] == "2027-03-01T09:00:00Z"
    assert batch.sent[0]["customProperties"] == [{"name": "seats", "value": "40"}]


def use(hubspot: HubSpotEvents) -> None:
    created = hubspot.marketing_events.upsert([WEBINAR])
    check(hubspot.marketing_events.update_2027_03([update(created.results[0].id)]))


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    created = await hubspot.marketing_events.upsert([WEBINAR])
    check(await hubspot.marketing_events.update_2027_03([update(created.results[0].id)]))


def mistakes(hubspot: HubSpotEvents) -> None:
    hubspot.marketing_events.update([update("7")])  # error: of another version
    hubspot.marketing_events.update_2027_03([update("7")]).results[0].time_zone.upper()  # error: may be missing
    MarketingEventUpdate202703(time_zone="Europe/Berlin")  # error: no id
