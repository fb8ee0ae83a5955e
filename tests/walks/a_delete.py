"""What a user writes for a_delete.yaml."""

from typing import assert_type

from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, Response

REQUESTS = ["DELETE /marketing/marketing-events/2026-03/events/webinar%201?externalAccountId=petspot"]


def check(response: Response) -> None:
    assert (response.status_code, response.json) == (204, None)


def use(hubspot: HubSpotEvents) -> None:
    deleted = hubspot.marketing_events.delete("webinar 1", external_account_id="petspot")
    assert_type(deleted, Response)
    check(deleted)


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    check(await hubspot.marketing_events.delete("webinar 1", external_account_id="petspot"))


def mistakes(hubspot: HubSpotEvents) -> None:
    hubspot.marketing_events.delete("1")  # error: no account
    hubspot.marketing_events.delete("1", external_account_id="1").event_name  # error: nothing is told
