"""The dated versions of the endpoints in the embedded HubSpot, seen by a plain HTTP client."""

from typing import Any

import pytest
from embedded import WEBINAR, serving

V3 = "/integrators/timeline/v3/events"
CREATE = "/integrators/timeline/2026-03/events"
CREATE_BATCH = "/integrators/timeline/2026-03/events/batch"
MARKETING = "/marketing/marketing-events"
VERSIONS = ["2025-09", "2026-03", "2026-09"]
NOON = 1_772_366_400.0  # 2026-03-01T12:00:00Z

EVENT = {
    "eventTypeName": "pe1234567_adoption",
    "id": "visit-1",
    "email": "art3mis@petspot.example",
    "properties": {"petName": "Art3mis", "petAge": "3"},
}


def events(*ids: str) -> dict[str, Any]:
    return {"inputs": [{**EVENT, "id": id_} for id_ in ids]}


# Timeline events


def test_an_event_comes_back_in_the_shape_in_which_it_was_sent() -> None:
    with serving() as (hubspot, api):
        answer = api.post(CREATE, json={**EVENT, "extraData": {"a": [1]}, "mood": "happy"})
        assert answer.status_code == 201
        assert answer.headers["X-Embedded-HubSpot"] == "simulated"
        assert answer.json() == {**EVENT, "extraData": {"a": [1]}}
        assert hubspot.timeline_events == [answer.json()]
        assert [(write.path, write.id) for write in hubspot.writes] == [(CREATE, "visit-1")]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": None}, "id"),
        ({"id": " "}, "id"),
        ({"properties": {"petAge": 3}}, "properties.petAge"),
        ({"objectTypeFullyQualifiedName": "p1_pets"}, "objectId"),
    ],
)
def test_what_the_specs_forbid_is_400_and_nothing_of_the_batch_is_written(change: dict[str, Any], fault: str) -> None:
    with serving() as (hubspot, api):
        assert [error["in"] for error in api.post(CREATE, json={**EVENT, **change}).json()["errors"]] == [fault]
        answer = api.post(CREATE_BATCH, json={"inputs": [EVENT, {**EVENT, "id": "visit-2", **change}]})
        assert answer.status_code == 400
        assert [error["in"] for error in answer.json()["errors"]] == [f"inputs[1].{fault}"]
        assert hubspot.writes == []


def test_an_event_without_an_id_is_400() -> None:
    with serving() as (_, api):
        answer = api.post(CREATE, json={name: value for name, value in EVENT.items() if name != "id"})
        assert answer.status_code == 400
        assert answer.json()["message"] == "Invalid input JSON: id is required"


def test_a_placeholder_in_an_id_is_an_id_like_any_other() -> None:
    with serving() as (hubspot, api):
        assert api.post(CREATE, json={**EVENT, "id": "{{uuid}}"}).json()["id"] == "{{uuid}}"
        assert api.post(CREATE, json={**EVENT, "id": "{{uuid}}"}).status_code == 409
        assert len(hubspot.timeline_events) == 1


@pytest.mark.parametrize("on_used_id", ["replace", "reject", "conflict"])
def test_an_event_that_is_there_is_409_and_stays_as_it_is(on_used_id: str) -> None:
    with serving(on_used_id=on_used_id) as (hubspot, api):
        api.post(CREATE, json=EVENT)
        answer = api.post(CREATE, json={**EVENT, "email": "ruby@petspot.example"})
        assert answer.status_code == 409
        assert answer.json()["category"] == "CONFLICT"
        assert answer.json()["context"] == {"ids": ["visit-1"]}
        assert hubspot.timeline_events == [EVENT]
        assert len(hubspot.writes) == 1


def test_the_same_id_for_another_type_is_another_event() -> None:
    with serving() as (hubspot, api):
        for name in ("a", "b"):
            assert api.post(CREATE, json={**EVENT, "eventTypeName": name}).status_code == 201
        assert len(hubspot.timeline_events) == 2


def test_events_of_v3_and_of_a_dated_version_are_seen_together_and_their_ids_do_not_meet() -> None:
    old = {"eventTemplateId": EVENT["eventTypeName"], "id": "visit-1", "email": "a@b.example", "tokens": {}}
    with serving(on_used_id="conflict") as (hubspot, api):
        assert [api.post(path, json=event).status_code for path, event in ((V3, old), (CREATE, EVENT))] == [201, 201]
        assert [event.get("eventTypeName") for event in hubspot.timeline_events] == [None, EVENT["eventTypeName"]]
        assert [(write.path, write.id) for write in hubspot.writes] == [(V3, "visit-1"), (CREATE, "visit-1")]


def test_a_batch_is_200_with_its_events() -> None:
    with serving(now=lambda: NOON) as (hubspot, api):
        answer = api.post(CREATE_BATCH, json=events("a", "b"))
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "COMPLETE",
            "requestedAt": "2026-03-01T12:00:00.000Z",
            "startedAt": "2026-03-01T12:00:00.000Z",
            "completedAt": "2026-03-01T12:00:00.000Z",
            "results": events("a", "b")["inputs"],
        }
        assert hubspot.timeline_events == answer.json()["results"]


def test_one_event_that_is_there_refuses_the_whole_batch() -> None:
    with serving() as (hubspot, api):
        api.post(CREATE_BATCH, json=events("a", "b"))
        answer = api.post(CREATE_BATCH, json=events("c", "b", "d", "a"))
        assert answer.status_code == 409
        assert answer.json()["context"] == {"ids": ["b", "a"]}
        answer = api.post(CREATE_BATCH, json=events("c", "c", "d"))
        assert answer.status_code == 409
        assert answer.json()["context"] == {"ids": ["c"]}
        assert [event["id"] for event in hubspot.timeline_events] == ["a", "b"]
        assert api.post(CREATE_BATCH, json=events("c", "d")).status_code == 200
        assert [write.id for write in hubspot.writes] == ["a", "b", "c", "d"]


def test_rejected_events_refuse_the_whole_batch_with_400_even_when_others_are_there() -> None:
    with serving() as (hubspot, api):
        hubspot.reject(lambda event: event["id"].startswith("bad"), category="INVALID", message="No.")
        api.post(CREATE, json=EVENT)
        answer = api.post(CREATE_BATCH, json=events("visit-1", "bad-1", "good", "bad-2"))
        assert answer.status_code == 400
        error = answer.json()
        assert (error["category"], error["message"]) == ("INVALID", "No.")
        assert error["context"] == {"ids": ["bad-1", "bad-2"]}
        assert [(fault["message"], fault["context"]) for fault in error["errors"]] == [
            ("No.", {"ids": ["bad-1"]}),
            ("No.", {"ids": ["bad-2"]}),
        ]
        answer = api.post(CREATE, json={**EVENT, "id": "bad-3"})
        assert (answer.status_code, answer.json()["context"]) == (400, {"ids": ["bad-3"]})
        assert [write.id for write in hubspot.writes] == ["visit-1"]


def test_more_events_than_the_limit_are_400() -> None:
    with serving(max_inputs=2) as (hubspot, api):
        assert api.post(CREATE_BATCH, json=events("a", "b", "c")).status_code == 400
        assert hubspot.writes == []


def test_events_can_be_accepted_for_later_without_a_body() -> None:
    with serving(accepts_later=True) as (hubspot, api):
        for path, body in ((CREATE, EVENT), (CREATE_BATCH, events("a", "b"))):
            answer = api.post(path, json=body)
            assert (answer.status_code, answer.content) == (200, b"")
            assert "Content-Type" not in answer.headers
            assert api.post(path, json=body).status_code == 409
        assert [event["id"] for event in hubspot.timeline_events] == ["visit-1", "a", "b"]
        assert api.post(V3, json={"eventTemplateId": "1", "email": "a@b.example", "tokens": {}}).status_code == 201


# Marketing events


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_upserts_and_updates_the_same_records(version: str) -> None:
    with serving() as (hubspot, api):
        [created] = api.post(f"{MARKETING}/{version}/events/upsert", json={"inputs": [WEBINAR]}).json()["results"]
        [again] = api.post("/marketing/v3/marketing-events/events/upsert", json={"inputs": [WEBINAR]}).json()["results"]
        assert again["id"] == created["id"]
        change = {"objectId": created["id"], "eventName": "New"}
        answer = api.post(f"{MARKETING}/{version}/batch/update", json={"inputs": [change]})
        assert answer.status_code == 200
        assert "errors" not in answer.json()
        assert hubspot.marketing_events[0]["eventName"] == "New"
        assert hubspot.writes[-1].path == f"{MARKETING}/{version}/batch/update"


@pytest.mark.parametrize(("version", "status"), [("2025-09", 200), ("2026-03", 207), ("2026-09", 200)])
def test_an_update_that_fails_in_part_has_the_code_of_its_version(version: str, status: int) -> None:
    with serving() as (_, api):
        [created] = api.post(f"{MARKETING}/{version}/events/upsert", json={"inputs": [WEBINAR]}).json()["results"]
        updates = {"inputs": [{"objectId": "1"}, {"objectId": created["id"]}]}
        answer = api.post(f"{MARKETING}/{version}/batch/update", json=updates)
        assert answer.status_code == status
        assert len(answer.json()["results"]) == answer.json()["numErrors"] == 1
        assert answer.json()["errors"][0]["context"] == {"ids": ["1"]}
