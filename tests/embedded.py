"""A plain HTTP client of an embedded HubSpot, for the tests of the server itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from hubspot_events.testing import EmbeddedHubSpot

WEBINAR = {
    "eventName": "Python at the vet",
    "eventOrganizer": "Petspot",
    "externalAccountId": "petspot",
    "externalEventId": "webinar-1",
}


@contextmanager
def serving(**options: Any) -> Iterator[tuple[EmbeddedHubSpot, httpx.Client]]:
    with EmbeddedHubSpot(**options) as hubspot, client_of(hubspot) as api:
        yield hubspot, api


def client_of(hubspot: EmbeddedHubSpot) -> httpx.Client:
    headers = {"Authorization": f"Bearer {hubspot.access_token}"}
    return httpx.Client(base_url=hubspot.base_url, headers=headers, trust_env=False, verify=False)
