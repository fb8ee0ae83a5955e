"""What a user writes for names_that_python_keeps.yaml."""

from typing import assert_type

from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, Relation, RelationResponse

REQUESTS = ["PUT /crm/relations/2026-03/owner/7?from=28001&self=false"]

RELATION = Relation(class_="owner", from_="28001", self_=False, id="7")


def check(relation: RelationResponse) -> None:
    assert_type(relation.self_, bool | None)
    assert (relation.class_, relation.from_, relation.self_, relation.id) == ("owner", "28001", False, "7")
    assert relation.response is not None
    assert relation.response.sent == {"class": "owner", "from": "28001", "self": False, "id": "7"}


def use(hubspot: HubSpotEvents) -> None:
    check(hubspot.relations.relate("owner", "7", RELATION, from_="28001", self_=False))


async def use_async(hubspot: AsyncHubSpotEvents) -> None:
    check(await hubspot.relations.relate(class_="owner", id="7", relation=RELATION, from_="28001", self_=False))


def mistakes(hubspot: HubSpotEvents) -> None:
    hubspot.relations.relate("owner", "7", RELATION)  # error: no beginning
    hubspot.relations.relate("owner", "7", RELATION, from_="28001", self_="no")  # error: text as a flag
    Relation(class_="owner")  # error: no beginning
