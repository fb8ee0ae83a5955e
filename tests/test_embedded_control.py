"""What another process asks of an embedded HubSpot, and what is left when it keeps numbers only."""

import gc
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from embedded import WEBINAR, client_of, serving
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer

CREATE = "/integrators/timeline/v3/events"
CREATE_BATCH = "/integrators/timeline/v3/events/batch/create"
CREATE_DATED = "/integrators/timeline/2026-03/events"
UPSERT = "/marketing/v3/marketing-events/events/upsert"
ACCOUNTS = "/embedded-hubspot/accounts"
EVENT = {"eventTemplateId": "1001298", "email": "art3mis@petspot.example", "tokens": {}}
DATED = {"eventTypeName": "pe1_visit", "email": "art3mis@petspot.example", "properties": {}}


def events(*ids: str) -> dict[str, Any]:
    return {"inputs": [{**EVENT, "id": id_} for id_ in ids]}


@pytest.fixture(params=[True, False], ids=["recording", "numbers only"])
def hubspot(request: pytest.FixtureRequest) -> Iterator[EmbeddedHubSpot]:
    with EmbeddedHubSpot(accounts=2, recording=request.param) as hubspot:
        yield hubspot


@pytest.fixture
def api(hubspot: EmbeddedHubSpot) -> Iterator[httpx.Client]:
    with client_of(hubspot) as api:
        yield api


# What arrived


def test_the_counts_say_what_arrived(hubspot: EmbeddedHubSpot, api: httpx.Client) -> None:
    api.post(CREATE_BATCH, json=events("a", "b", "c"))
    api.post(CREATE, json={**EVENT, "id": "a"})
    api.post(CREATE, json={})
    api.post(UPSERT, json={"inputs": [WEBINAR]})
    hubspot.plan(LoseAnswer())
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(CREATE, json={**EVENT, "id": "d"})
    first, second = api.get(ACCOUNTS).json()
    assert first == {
        "number": 0,
        "answers": {"201": 2, "400": 1, "200": 1, "null": 1},
        "most_in_ten_seconds": 5,
        "others": 0,
        "writes": 6,
        "timeline_events": 4,
        "marketing_events": 1,
        "refreshes": 0,
    }
    assert hubspot.accounts[0].counts.answers == {201: 2, 400: 1, 200: 1, None: 1}
    assert second["number"] == 1
    assert second["writes"] == 0


def test_ids_that_are_missing_are_named(hubspot: EmbeddedHubSpot, api: httpx.Client) -> None:
    api.post(CREATE_BATCH, json=events("a", "b"))
    api.post(CREATE_DATED, json={**DATED, "id": "c"})
    missing = f"{ACCOUNTS}/0/missing"
    answer = api.post(missing, json={"ids": ["a", "b", "c", "d"], "event_template_id": "1001298"})
    assert answer.json() == ["c", "d"]
    assert api.post(missing, json={"ids": ["a", "c"], "event_type_name": "pe1_visit"}).json() == ["a"]
    assert hubspot.accounts[0].missing(["a"], event_template_id="1001299") == ["a"]
    assert hubspot.accounts[1].missing(["a"], event_template_id="1001298") == ["a"]
    api.post(CREATE_BATCH, json=events("a"), headers={"Authorization": "Bearer embedded-access-token-1"})
    assert hubspot.accounts[0].missing(["a", "b"], event_template_id="1001298") == ["a"]
    assert hubspot.accounts[1].missing(["a", "b"], event_template_id="1001298") == ["b"]


@pytest.mark.parametrize("names", [{}, {"event_template_id": "1", "event_type_name": "2"}])
def test_missing_ids_are_of_a_template_or_of_a_type(names: dict[str, str], hubspot: EmbeddedHubSpot) -> None:
    with pytest.raises(ValueError, match="Either event_template_id or event_type_name"):
        hubspot.accounts[0].missing(["a"], **names)


def test_the_quota_can_be_used_from_outside() -> None:
    with serving(requests_per_ten_seconds=100, now=lambda: 0.0) as (_, api):
        assert api.post(f"{ACCOUNTS}/0/use-quota", json={"requests": 60}).status_code == 204
        assert api.post(CREATE, json=EVENT).headers["X-HubSpot-RateLimit-Remaining"] == "39"
        assert api.post(f"{ACCOUNTS}/0/share-quota", json={"requests_per_second": 5}).status_code == 204


def test_it_can_be_reset_from_outside(hubspot: EmbeddedHubSpot, api: httpx.Client) -> None:
    api.post(CREATE, json=EVENT)
    assert api.post("/embedded-hubspot/reset", json={}).status_code == 204
    assert hubspot.accounts[0].counts.writes == 0


def test_what_is_asked_from_outside_is_no_request_to_hubspot(hubspot: EmbeddedHubSpot, api: httpx.Client) -> None:
    hubspot.plan(LoseAnswer())
    for _ in range(2):
        assert [account["answers"] for account in api.get(ACCOUNTS).json()] == [{}, {}]
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(CREATE, json=EVENT)


@pytest.mark.parametrize(
    ("method", "path", "options", "code"),
    [
        ("GET", "/embedded-hubspot/", {}, 404),
        ("GET", f"{ACCOUNTS}/0", {}, 404),
        ("GET", "/embedded-hubspot/reset", {}, 404),
        ("OPTIONS", "/embedded-hubspot/reset", {}, 404),
        ("POST", f"{ACCOUNTS}/2/missing", {"json": {}}, 404),
        ("POST", f"{ACCOUNTS}/-1/missing", {"json": {}}, 404),
        ("POST", f"{ACCOUNTS}/x/missing", {"json": {}}, 404),
        ("POST", f"{ACCOUNTS}/0/other", {"json": {}}, 404),
        ("POST", "/embedded-hubspot/reset", {}, 415),
        ("POST", "/embedded-hubspot/reset", {"data": {"a": "b"}}, 415),
        ("POST", "/embedded-hubspot/reset", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ("POST", f"{ACCOUNTS}/0/use-quota", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ("POST", f"{ACCOUNTS}/0/use-quota", {"json": []}, 400),
        ("POST", f"{ACCOUNTS}/0/use-quota", {"json": {}}, 400),
        ("POST", f"{ACCOUNTS}/0/use-quota", {"json": {"requests": "many"}}, 400),
        ("POST", f"{ACCOUNTS}/0/use-quota", {"json": {"requests": 1.5}}, 400),
        ("POST", f"{ACCOUNTS}/0/use-quota", {"json": {"requests": -1}}, 400),
        ("POST", f"{ACCOUNTS}/0/share-quota", {"json": {"requests_per_second": "1"}}, 400),
        ("POST", f"{ACCOUNTS}/0/share-quota", {"json": {"requests_per_second": 10**400}}, 400),
        ("POST", f"{ACCOUNTS}/0/missing", {"json": {"ids": 5, "event_template_id": "1"}}, 400),
        ("POST", f"{ACCOUNTS}/0/missing", {"json": {"ids": [[]], "event_template_id": "1"}}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(
    method: str, path: str, options: Any, code: int, hubspot: EmbeddedHubSpot, api: httpx.Client
) -> None:
    api.post(CREATE, json=EVENT)
    answer = api.request(method, path, **options)
    assert (answer.status_code, answer.json()["status"]) == (code, "error")
    assert hubspot.accounts[0].counts.writes == 1


# Numbers only


@pytest.mark.parametrize("name", ["requests", "writes", "timeline_events"])
def test_what_is_not_kept_cannot_be_taken_for_nothing(name: str) -> None:
    with serving(recording=False) as (hubspot, api):
        assert api.post(CREATE, json=EVENT).status_code == 201
        for shown in (hubspot, hubspot.accounts[0]):
            with pytest.raises(RuntimeError, match="recording=False"):
                getattr(shown, name)


@pytest.mark.parametrize(
    ("rule", "codes"), [("replace", [201, 201, 201]), ("reject", [201, 400, 207]), ("conflict", [201, 409, 409])]
)
def test_used_ids_are_known_with_and_without_recording(rule: str, codes: list[int]) -> None:
    for recording in (True, False):
        with serving(recording=recording, on_used_id=rule) as (hubspot, api):
            answers = [
                api.post(CREATE, json={**EVENT, "id": "a"}),
                api.post(CREATE, json={**EVENT, "id": "a"}),
                api.post(CREATE_BATCH, json=events("b", "a")),
            ]
            assert [answer.status_code for answer in answers] == codes
            assert hubspot.accounts[0].counts.timeline_events == (1 if rule == "conflict" else 2)
            assert api.post(CREATE_DATED, json={**DATED, "id": "a"}).status_code == 201
            assert api.post(CREATE_DATED, json={**DATED, "id": "a"}).status_code == 409


def test_marketing_events_are_kept_since_updates_change_them() -> None:
    with serving(recording=False) as (hubspot, api):
        record = api.post(UPSERT, json={"inputs": [WEBINAR]}).json()["results"][0]
        change = {"objectId": record["id"], "eventName": "New"}
        path = "/marketing/marketing-events/2026-03/batch/update"
        assert api.post(path, json={"inputs": [change]}).json()["results"][0]["eventName"] == "New"
        assert [record["eventName"] for record in hubspot.marketing_events] == ["New"]


def test_an_event_takes_some_hundred_bytes_without_recording_and_its_size_does_not_count() -> None:
    with serving(recording=False) as (hubspot, api):

        def send(batches: range) -> None:
            for batch in batches:
                large = [{**EVENT, "id": f"{batch}:{place}", "extraData": {"a": "b" * 1000}} for place in range(100)]
                assert api.post(CREATE_BATCH, json={"inputs": large}).status_code == 201
            api.get(ACCOUNTS)  # so that nobody holds the last batch any more
            gc.collect()

        tracemalloc.start()
        try:
            send(range(10))
            before, _ = tracemalloc.get_traced_memory()
            send(range(10, 60))
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert hubspot.accounts[0].counts.timeline_events == 6000
        assert 0 < (after - before) / 5000 < 150


# The figures of a bench are read as JSON


def test_the_counts_are_json_that_names_every_account() -> None:
    with serving(accounts=200) as (_, api):
        accounts = json.loads(api.get(ACCOUNTS).content)
        assert [account["number"] for account in accounts] == list(range(200))
