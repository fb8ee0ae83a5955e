"""The embedded HubSpot and operations that it does not simulate: it answers them with the examples of the specs."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from embedded import client_of
from hubspot_events import testing
from hubspot_events.testing import EmbeddedHubSpot, _embedded
from hubspot_events.testing._spec import SPEC, Spec

UPDATE = "/marketing/marketing-events/{}/batch/update"
PETS = [{"name": "Art3mis", "age": 3}, {"name": "Ruby", "age": 4.5}]
PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "age": {"type": "number"}}}
LIST = {"type": "array", "items": PET}
ZOO_ID = {"name": "zooId", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z/]+$"}}


NUMBER = {"schema": {"type": "integer"}}
HEADERS = {
    "X-Left": {**NUMBER, "required": True, "example": 3},
    "X-Keeper": {"schema": {"type": "string"}, "example": "Art3mis"},
    "X-Total": NUMBER,
}


def content(schema: dict[str, Any], **example: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema, **example}}


def answers(code: str, schema: dict[str, Any] | None = None, **example: Any) -> dict[str, Any]:
    return {code: {"description": "", **({"content": content(schema, **example)} if schema else {})}}


ZOO: dict[str, Any] = {
    "/zoos/{zooId}/pets": {
        "parameters": [ZOO_ID],
        "get": {
            "security": [{"oauth2": ["zoo"]}],
            "parameters": [
                {"name": "kind", "in": "query", "required": True, "schema": {"enum": ["cat", "dog"]}},
                {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                {"name": "old", "in": "query", "deprecated": True, "schema": {"type": "string"}},
                {"name": "X-Trace", "in": "header", "schema": {"type": "integer"}},
            ],
            "responses": {
                **answers("default", {"type": "object"}, example={"no": "success"}),
                **answers("200", LIST, examples={"two": {"value": PETS}, "none": {"value": []}}),
            },
        },
        "put": {
            "requestBody": {"required": True, "content": content(LIST)},
            "responses": {**answers("202", PET, example=PETS[0]), **answers("201", PET, example=PETS[1])},
        },
        "delete": {"responses": answers("204")},
        "patch": {"requestBody": {"content": content(PET)}, "responses": answers("200", PET)},
    },
    "/zoos/best/pets": {
        "get": {"responses": answers("200", PET, example=PETS[1])},
        "post": {"responses": answers("200", PET, example={"age": "wrong"})},
    },
    "/parks": {
        "put": {"responses": {"204": {"description": "", "headers": HEADERS}}},
        "delete": {"responses": {"204": {"description": "", "headers": {"X-Left": {**NUMBER, "required": True}}}}},
    },
}


@pytest.fixture(scope="module")
def spec() -> Spec:
    """The specs with more operations, and with a further version of one that is simulated."""
    contents = json.loads(SPEC.read_text("utf-8"))
    update = copy.deepcopy(contents["paths"][UPDATE.format("2026-09")])
    update["post"]["operationId"] += "Later"
    contents["paths"] |= {UPDATE.format("2027-03"): update, **ZOO}
    contents["components"]["securitySchemes"]["oauth2"] = {"type": "oauth2", "flows": {}}
    return Spec(json.dumps(contents))


@pytest.fixture
def hubspot(spec: Spec, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedHubSpot]:
    monkeypatch.setattr(_embedded, "load_spec", lambda: spec)
    with EmbeddedHubSpot() as hubspot:
        yield hubspot


@pytest.fixture
def api(hubspot: EmbeddedHubSpot) -> Iterator[httpx.Client]:
    with client_of(hubspot) as api:
        yield api


def faults(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400
    return [fault["in"] for fault in answer.json()["errors"]]


def test_an_operation_is_answered_with_the_first_example_of_its_first_success(
    api: httpx.Client, hubspot: EmbeddedHubSpot
) -> None:
    answer = api.get("/zoos/berlin/pets?kind=dog&limit=7&other=&old=1", headers={"X-Trace": "1"})
    assert (answer.status_code, answer.json()) == (200, PETS)
    assert answer.headers["X-Embedded-HubSpot"] == "example"
    assert answer.headers["X-HubSpot-RateLimit-Max"]
    answer = api.put("/zoos/berlin/pets", json=PETS)
    assert (answer.status_code, answer.json()) == (202, PETS[0])
    seen = [(request.method, request.path, request.json, request.processed) for request in hubspot.requests]
    assert seen == [("GET", "/zoos/berlin/pets", None, True), ("PUT", "/zoos/berlin/pets", PETS, True)]
    assert hubspot.writes == []


def test_a_success_that_has_no_body_in_the_specs_has_none(api: httpx.Client) -> None:
    for _ in range(2):
        answer = api.delete("/zoos/berlin/pets")
        assert (answer.status_code, answer.content) == (204, b"")
        assert not answer.headers.keys() & {"content-type", "content-length"}


def test_a_body_without_an_example_is_501_and_says_so(api: httpx.Client, hubspot: EmbeddedHubSpot) -> None:
    answer = api.patch("/zoos/berlin/pets", json=PETS[0])
    assert answer.status_code == 501
    assert answer.json()["category"] == "NOT_IMPLEMENTED"
    assert "no example" in answer.json()["message"]
    assert "PATCH /zoos/{zooId}/pets" in answer.json()["message"]
    assert not hubspot.requests[0].processed


def test_an_answer_has_the_headers_that_have_an_example_and_needs_those_that_are_required(api: httpx.Client) -> None:
    answer = api.put("/parks")
    assert answer.status_code == 204
    assert {name: answer.headers.get(name) for name in HEADERS} == {
        "X-Left": "3",
        "X-Keeper": "Art3mis",
        "X-Total": None,
    }
    answer = api.delete("/parks")
    assert answer.status_code == 501
    assert "The specs have no example of the header X-Left, which is required" in answer.json()["message"]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("", "kind"),
        ("kind=", "kind"),
        ("kind=fish", "kind"),
        ("kind=dog&limit=many", "limit"),
        ("kind=dog&limit=", "limit"),
        ("kind=dog&limit=101", "limit"),
        ("kind=dog&limit=%ff%00", "limit"),
    ],
)
def test_parameters_of_the_query_are_checked(query: str, fault: str, api: httpx.Client) -> None:
    answer = api.get(f"/zoos/berlin/pets?{query}")
    assert faults(answer) == [fault]
    assert fault in answer.json()["message"]
    assert answer.headers["X-Embedded-HubSpot"] == "example"


def test_parameters_of_the_path_and_the_headers_are_checked(api: httpx.Client) -> None:
    assert faults(api.delete("/zoos/Berlin/pets")) == ["zooId"]
    assert faults(api.get("/zoos/berlin/pets?kind=dog", headers={"X-Trace": "a"})) == ["X-Trace"]


def test_an_encoded_slash_is_a_part_of_the_parameter(api: httpx.Client, hubspot: EmbeddedHubSpot) -> None:
    assert api.delete("/zoos/a%2Fb/pets").status_code == 204
    assert hubspot.requests[0].path == "/zoos/a/b/pets"
    assert api.delete("/zoos/a/b/pets").status_code == 404


@pytest.mark.parametrize("path", ["/zoos//pets", "/zoos/berlin/pets/", "//zoos/berlin/pets", "/x/zoos/berlin/pets"])
def test_a_path_that_only_looks_like_one_is_404(path: str, api: httpx.Client) -> None:
    answer = api.delete(httpx.URL(api.base_url).copy_with(raw_path=path.encode()))
    assert answer.status_code == 404
    assert "X-Embedded-HubSpot" not in answer.headers


def test_another_method_is_405_with_those_that_there_are(api: httpx.Client) -> None:
    answer = api.post("/zoos/berlin/pets", json={})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "DELETE, GET, PATCH, PUT"
    assert api.request("PARAMETERS", "/zoos/berlin/pets").status_code == 405


def test_a_path_without_parameters_goes_before_one_that_fits_too(api: httpx.Client) -> None:
    assert api.get("/zoos/best/pets").json() == PETS[1]
    assert api.delete("/zoos/best/pets").status_code == 204


def test_the_body_is_checked(api: httpx.Client) -> None:
    assert faults(api.put("/zoos/berlin/pets", json=[{"name": "Ruby"}, {"age": 1}])) == ["[1].name"]
    assert faults(api.put("/zoos/berlin/pets")) == ["body"]
    assert api.put("/zoos/berlin/pets", data={"a": "b"}).status_code == 415


def test_the_token_is_checked(api: httpx.Client) -> None:
    answer = api.get("/zoos/berlin/pets", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_faults_meet_every_operation(api: httpx.Client, hubspot: EmbeddedHubSpot) -> None:
    hubspot.plan(testing.Transform(lambda pets: pets[:1]), testing.CutAnswer(3), testing.CutAnswer(3))
    assert api.get("/zoos/berlin/pets?kind=dog").json() == PETS[:1]
    with pytest.raises(httpx.RemoteProtocolError, match="received 3 bytes"):
        api.get("/zoos/berlin/pets?kind=dog")
    assert api.delete("/zoos/berlin/pets").status_code == 204


def test_an_example_that_the_specs_forbid_is_500_and_raises_on_close(
    api: httpx.Client, hubspot: EmbeddedHubSpot
) -> None:
    answer = api.post("/zoos/best/pets")
    assert answer.status_code == 500
    said = "the answer 200 of POST /zoos/best/pets is none that the specs allow: "
    assert said in answer.json()["message"]
    assert "name is required" in answer.json()["message"]
    assert "age 'wrong' is not of type 'number'" in answer.json()["message"]
    with pytest.raises(RuntimeError, match=f"failed 1 times.*{said}"):
        hubspot.close()


def test_a_further_dated_version_is_simulated_like_those_before_it(api: httpx.Client, hubspot: EmbeddedHubSpot) -> None:
    webinar = {"eventName": "a", "eventOrganizer": "b", "externalAccountId": "c", "externalEventId": "d"}
    upserted = api.post("/marketing/v3/marketing-events/events/upsert", json={"inputs": [webinar]})
    change = {"objectId": upserted.json()["results"][0]["id"], "eventName": "New"}
    answer = api.post(UPDATE.format("2027-03"), json={"inputs": [change, {"objectId": "1"}]})
    assert answer.headers["X-Embedded-HubSpot"] == "simulated"
    assert (answer.status_code, answer.json()["numErrors"]) == (200, 1)
    assert hubspot.marketing_events[0]["eventName"] == "New"
    assert api.post(UPDATE.format("2027-09"), json={"inputs": [change]}).status_code == 404
