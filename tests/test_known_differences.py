"""The known differences are those of HubSpot's pages and documents from ours: all of them, and none that is gone.

The documents are not at hand here. What their pages say otherwise is said of our specs in their place.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from specs import Document
from upstream import KNOWN, OURS, Json, compared, in_3_0

TIMELINE = "/integrators/timeline/v3/events"
UPDATE = "/marketing/marketing-events/2026-03/batch/update"
PAGES = (TIMELINE, f"{TIMELINE}/batch/create", "/marketing/v3/marketing-events/events/upsert", UPDATE)
RECORD = [{"required": [name]} for name in ("email", "objectId", "utk")]
LIMITS = {"X-HubSpot-RateLimit-Max": {"schema": {"type": "integer"}}}

# A record that has to be named somehow is what our specs may ask for.
ASKING: Json = copy.deepcopy(OURS)
ASKING["components"]["schemas"]["TimelineEvent"].setdefault("anyOf", RECORD)


def as_the_pages_have_it(*, scopes: list[str] | None, bookkeeping: bool) -> Json:
    """What HubSpot says: where nothing is known of one way or the other, in both of them."""
    document: Json = in_3_0(copy.deepcopy(OURS))
    schemas = document["components"]["schemas"]
    document["paths"] = {path: {"post": document["paths"][path]["post"]} for path in PAGES}
    operations = {path: methods["post"] for path, methods in document["paths"].items()}

    event = schemas["TimelineEvent"]
    event.pop("anyOf", None)
    event["required"].append("id")
    schemas["TimelineEventTokens"]["additionalProperties"] = {"type": "string"}
    schemas["ExtraData"]["additionalProperties"] = {"type": "object"}
    for name in (TIMELINE, f"{TIMELINE}/batch/create"):
        operations[name]["deprecated"] = scopes is not None
    for operation in operations.values():
        operation["security"] = [{"oauth2": [scope]} for scope in scopes or ()]
        operation["responses"]["default"] = {**document["components"]["responses"]["Error"], "headers": LIMITS}

    for name in ("PropertyValue", "PropertyValueResponse"):
        value = schemas[name]
        value["properties"]["source"]["enum"] = ["ACADEMY", "API"]
        value["required"] = list(value["properties"]) if bookkeeping else []
    schemas["UpdatedValue"] = copy.deepcopy(schemas["PropertyValue"])
    for name in ("source", "dataSensitivity"):
        del schemas["UpdatedValue"]["properties"][name]
    schemas["UpdatedValue"]["required"] = list(schemas["UpdatedValue"]["properties"]) if bookkeeping else []
    schemas["MarketingEventUpdate"]["properties"]["customProperties"]["items"] = refer("UpdatedValue")
    if not bookkeeping:
        schemas["MarketingEventProperty"]["required"] = []
    for name in ("MarketingEventUpsert", "MarketingEventUpdate"):
        schemas[name]["required"].append("customProperties")
    schemas["AppInfo"]["required"] = ["id", "name"]

    batch = schemas["BatchResponse"]
    batch["required"].append("status")
    plain = copy.deepcopy(batch)
    for name in ("errors", "numErrors"):
        del plain["properties"][name]
    for path, code, results in (
        (f"{TIMELINE}/batch/create", "201", "TimelineEventResponse"),
        (UPDATE, "200", "MarketingEventUpdateResponse"),
    ):
        items = {"type": "array", "items": refer(results)}
        success = {"allOf": [plain, {"required": ["results"], "properties": {"results": items}}]}
        operations[path]["responses"][code]["content"] = {"*/*": {"schema": success}}
        if scopes is None:
            del operations[path]["responses"]["207"]

    lists = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
    for name, category in (("BatchError", "object"), ("ErrorDetail", "string"), ("Error", "object")):
        schemas[name]["properties"].update(context=lists, subCategory={"type": category})
    schemas["BatchError"]["required"] += ["context", "errors", "links"]
    schemas["Error"]["required"] = ["category", "correlationId", "message"]
    for name in ("status", "errorType", "policyName", "groupName", "requestId"):
        del schemas["Error"]["properties"][name]
    return document


def refer(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


MARKETING = "crm.objects.marketing_events.write"


def documents() -> Iterator[Any]:
    for bookkeeping in (True, False):
        yield as_the_pages_have_it(scopes=None, bookkeeping=bookkeeping)
    for others in (["visits.write"], ["deals.write"], ["deals.write", "visits.write"]):
        document = as_the_pages_have_it(scopes=["timeline", *others], bookkeeping=True)
        for path, methods in document["paths"].items():
            if path.startswith("/marketing"):
                methods["post"]["security"] = [{"private_apps": [MARKETING]}, {"oauth2": [MARKETING]}]
        yield document


@pytest.mark.parametrize("document", list(documents()))
def test_what_the_pages_of_hubspot_say_otherwise_is_known(document: Json) -> None:
    status, printed, _ = compared(document, ours=ASKING)
    assert (status, printed) == (0, "")


def test_each_known_difference_is_one() -> None:
    names = [one.name for one in Document(OURS).operations().values()]
    found = set()
    for document in documents():
        operation = ""
        for line in compared(document, ours=ASKING, known=[])[1].splitlines():
            operation = operation if line.startswith(" ") else line.split()[0]
            found |= {one.line for one in KNOWN if line.startswith(" ") and one.covers(operation, line.strip())}
            assert operation in names
    assert [one.line for one in KNOWN if one.line not in found] == []
