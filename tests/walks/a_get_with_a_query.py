"""What a user writes for a_get_with_a_query.yaml."""

from datetime import UTC, datetime
from typing import assert_type

from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, Participation, ParticipationPage, ParticipationState

PATH = "/marketing/marketing-events/2026-03/participations"
REQUESTS = [
    f"GET {PATH}?externalAccountId=pet%26spot&state=ATTENDED",
    f"GET {PATH}?externalAccountId=petspot&state=REGISTERED&contactId=28001&contactId=28002&properties=email%2Ccity"
    "&occurredAfter=2026-03-01T09%3A00%3A00Z&archived=false&limit=50",
]


def check(page: ParticipationPage) -> None:
    assert_type(page.results, list[Participation])
    assert page.results[0].state is ParticipationState.ATTENDED
    assert page.results[0].occurred_at == datetime(2026, 3, 1, 10, 2, tzinfo=UTC)


def use(hubspot: HubSpotEvents) -> None:
    check(hubspot.participations.find(external_account_id="pet&spot", state=ParticipationState.ATTENDED))
    check(
        hubspot.participations.find(
            external_account_id="petspot",
            state="REGISTERED",
            contact_id=["28001", "28002"],
            properties=("email", "city"),
            occurred_after="2026-03-01T10:00:00+01:00",
            archived=False,
            limit=50,
        )
    )


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    check(await hubspot.participations.find(external_account_id="pet&spot", state="ATTENDED"))
    check(
        await hubspot.participations.find(
            external_account_id="petspot",
            state=ParticipationState.REGISTERED,
            contact_id=("28001", "28002"),
            properties=["email", "city"],
            occurred_after=datetime(2026, 3, 1, 9, tzinfo=UTC),
            archived=False,
            limit=50,
        )
    )


def mistakes(hubspot: HubSpotEvents) -> None:
    hubspot.participations.find(external_account_id="petspot")  # error: no state
    hubspot.participations.find("petspot", state="ATTENDED")  # error: what stands in the query has a name
    hubspot.participations.find(external_account_id="1", state="ATTENDED", limit="50")  # error: text as a number
    hubspot.participations.find(external_account_id="1", state="ATTENDED", occurred_after=7)  # error: no time
    hubspot.participations.find(external_account_id="1", state="ATTENDED", contact_id=[7])  # error: numbers as ids
