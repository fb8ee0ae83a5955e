"""What a user writes for an_answer_that_is_a_list.yaml."""

from typing import assert_type

from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, MarketingEventName, MarketingEventNames, ResultList

REQUESTS = ["POST /marketing/marketing-events/2026-03/events/lookup"]

NAMES = MarketingEventNames(external_account_id="petspot", external_event_ids=["webinar-2026-03", "webinar-2026-04"])


def check(found: ResultList[MarketingEventName]) -> None:
    assert_type(found[0], MarketingEventName)
    assert [event.object_id for event in found] == ["395700216901"]
    assert found.response.status_code == 200
    assert found.response.sent["externalEventIds"] == ["webinar-2026-03", "webinar-2026-04"]


def use(hubspot: HubSpotEvents) -> None:
    check(hubspot.marketing_events.look_up(NAMES))


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    check(await hubspot.marketing_events.look_up(names=NAMES))


def mistakes(hubspot: HubSpotEvents) -> None:
    hubspot.marketing_events.look_up(["webinar-2026-03"])  # error: a list as the names
    hubspot.marketing_events.look_up(NAMES).object_id  # error: a list has no id
    MarketingEventNames(external_account_id="petspot", external_event_ids=[1])  # error: a number as an id
