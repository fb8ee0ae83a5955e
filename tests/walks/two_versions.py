"""What a user writes for two_versions.yaml."""

from typing import assert_type

from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, Settings202509, Settings202603

REQUESTS = [
    "GET /marketing/marketing-events/2025-09/1234567/settings",
    "GET /marketing/marketing-events/2026-03/1234567/settings",
]


def check(old: Settings202509, new: Settings202603) -> None:
    assert_type(new.event_details_url, str | None)
    assert old.event_details_url == new.event_details_url == "https://petspot.example/events/%s"


def use(hubspot: HubSpotEvents) -> None:
    old = hubspot.event_settings.get_settings_202509(1234567)
    check(old, hubspot.event_settings.get_settings_202603(1234567))


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    old = await hubspot.event_settings.get_settings_202509(app_id=1234567)
    check(old, await hubspot.event_settings.get_settings_202603(app_id=1234567))


def mistakes(hubspot: HubSpotEvents) -> None:
    new = hubspot.event_settings.get_settings_202603(1234567)
    check(new, new)  # error: of another version
    hubspot.event_settings.get_settings_202603("1234567")  # error: text as a number
    hubspot.event_settings.get_settings(1234567)  # error: of which version
