"""What a user writes for a_get.yaml."""

from typing import assert_type

from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, InputError, MarketingEventUpdateResponse

REQUESTS = [
    "GET /marketing/marketing-events/2026-03/395700216901",
    "GET /marketing/marketing-events/2026-03/..%2Fevents%2Fupsert%3Fa%23b%252F",
]
ODD = "../events/upsert?a#b%2F"


def check(event: MarketingEventUpdateResponse) -> None:
    assert event.event_name == "Python at the vet"
    assert event.response is not None
    assert event.response.status_code == 200
    assert event.response.sent is None


def use(hubspot: HubSpotEvents) -> None:
    check(hubspot.marketing_events.get("395700216901"))
    check(hubspot.marketing_events.get(ODD, max_retries=0))
    for nowhere in ("", ".", ".."):
        try:
            hubspot.marketing_events.get(nowhere)
        except InputError as error:
            assert error.field == "object_id"
        else:
            raise AssertionError(nowhere)


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    event = await hubspot.marketing_events.get(object_id="395700216901")
    assert_type(event, MarketingEventUpdateResponse)
    check(event)
    check(await hubspot.marketing_events.get(ODD))


def mistakes(hubspot: HubSpotEvents) -> None:
    hubspot.marketing_events.get()  # error: no id
    hubspot.marketing_events.get(395700216901)  # error: a number as the id
    hubspot.marketing_events.get("1").results  # error: one event is no batch
