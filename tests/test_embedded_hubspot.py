"""The rules that the embedded HubSpot follows, seen by a plain HTTP client."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from bundled_spec import BUNDLE, resolved
from embedded import WEBINAR, client_of, serving
from hubspot_events.testing import EmbeddedHubSpot
from hubspot_events.testing._store import Timeline

CREATE = "/integrators/timeline/v3/events"
CREATE_BATCH = "/integrators/timeline/v3/events/batch/create"
UPSERT = "/marketing/v3/marketing-events/events/upsert"
UPDATE = "/marketing/marketing-events/2026-03/batch/update"
ENDPOINTS = [CREATE, CREATE_BATCH, UPSERT, UPDATE]
NOON = 1_772_366_400.0  # 2026-03-01T12:00:00Z

EVENT = {"eventTemplateId": "1001298", "email": "art3mis@petspot.example", "tokens": {"petName": "Art3mis"}}


@pytest.fixture
def api(embedded_hubspot: EmbeddedHubSpot) -> Iterator[httpx.Client]:
    with client_of(embedded_hubspot) as client:
        yield client


# The ends of what it simulates, in every version; another operation of the specs is answered with their example.
SIMULATED = ("/events", "/events/batch", "/events/batch/create", "/events/upsert", "/batch/update")


def spec_examples() -> Iterator[Any]:
    for path, item in BUNDLE["paths"].items():
        if "post" in item and "requestBody" in item["post"] and "{" not in path:
            content = resolved(item["post"]["requestBody"])["content"]["application/json"]
            for name, example in content["examples"].items():
                yield pytest.param(path, example["value"], id=f"{path}-{name}")


# Requests


@pytest.mark.parametrize(("path", "body"), list(spec_examples()))
def test_every_example_request_of_the_specs_is_accepted(path: str, body: Any, api: httpx.Client) -> None:
    answer = api.post(path, json=body)
    assert answer.is_success
    assert (answer.headers["X-Embedded-HubSpot"] == "simulated") == path.endswith(SIMULATED)


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic embedded-access-token", "embedded-access-token"])
def test_a_wrong_or_missing_token_is_401_with_an_error_body(
    header: str | None, api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = httpx.post(embedded_hubspot.base_url + CREATE, json=EVENT, headers=headers, trust_env=False, verify=False)
    assert answer.status_code == 401
    assert answer.json().keys() == {"status", "message", "correlationId", "category"}
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    assert embedded_hubspot.writes == []


def test_the_token_can_be_chosen_and_may_hold_any_sign() -> None:
    with serving(access_token="pat-na1=a,b+c/d==") as (_, api):
        assert api.post(CREATE, json=EVENT).status_code == 201


def test_an_unknown_path_is_404_with_an_error_body(api: httpx.Client) -> None:
    answer = api.post("/integrators/timeline/v9/events", json=EVENT)
    assert answer.status_code == 404
    assert answer.json().keys() == {"status", "message", "correlationId", "category"}


@pytest.mark.parametrize("path", [*ENDPOINTS, "/oauth/2026-03/token"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_method_than_post_is_405_with_an_error_body(method: str, path: str, api: httpx.Client) -> None:
    answer = api.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert answer.json()["category"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "BREW"])
def test_an_odd_method_leaves_the_connection_usable(method: str, api: httpx.Client) -> None:
    assert api.request(method, CREATE).status_code == 405
    assert api.post(CREATE, json=EVENT).status_code == 201


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        (CREATE, {"email": "a@b.example", "tokens": {}}, ["eventTemplateId"]),
        (CREATE, {"email": "a@b.example"}, ["eventTemplateId", "tokens"]),
        (CREATE, {**EVENT, "id": ""}, ["id"]),
        (CREATE, {**EVENT, "email": " "}, ["email"]),
        (CREATE, {**EVENT, "customObjectTypeId": "2-1"}, ["objectId"]),
        (CREATE_BATCH, {"inputs": [EVENT, {**EVENT, "customObjectTypeId": "2-1"}]}, ["inputs[1].objectId"]),
        (CREATE, {**EVENT, "eventTemplateId": ""}, ["eventTemplateId"]),
        (CREATE, {**EVENT, "eventTemplateId": 1001298}, ["eventTemplateId"]),
        (CREATE, {**EVENT, "tokens": {"petName": None}}, ["tokens.petName"]),
        (CREATE, {**EVENT, "tokens": {"pets": ["Art3mis"]}}, ["tokens.pets"]),
        (CREATE, {**EVENT, "timestamp": "yesterday"}, ["timestamp"]),
        (CREATE, {**EVENT, "timestamp": "2026-03-01T09:30:00"}, ["timestamp"]),
        (CREATE, {**EVENT, "objectId": 28001}, ["objectId"]),
        (CREATE, {**EVENT, "domain": None}, ["domain"]),
        (
            CREATE,
            {**EVENT, "timelineIFrame": {"linkLabel": "", "url": "", "width": 1.5, "height": 1}},
            ["timelineIFrame.headerLabel", "timelineIFrame.width"],
        ),
        (CREATE, [EVENT], ["body"]),
        (CREATE_BATCH, EVENT, ["inputs"]),
        (CREATE_BATCH, {"inputs": []}, ["inputs"]),
        (CREATE_BATCH, {"inputs": [EVENT, {**EVENT, "tokens": "none"}]}, ["inputs[1].tokens"]),
        (UPSERT, {"inputs": [{**WEBINAR, "eventCancelled": "no"}]}, ["inputs[0].eventCancelled"]),
        (
            UPSERT,
            {"inputs": [{**WEBINAR, "customProperties": [{"name": "track", "value": 1, "dataSensitivity": "low"}]}]},
            ["inputs[0].customProperties[0].value", "inputs[0].customProperties[0].dataSensitivity"],
        ),
        (UPDATE, {"inputs": [{"eventName": "Python"}]}, ["inputs[0].objectId"]),
    ],
)
def test_what_the_specs_forbid_is_400_and_names_the_field(
    path: str, body: Any, fields: list[str], api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    answer = api.post(path, json=body)
    assert answer.status_code == 400
    error = answer.json()
    assert error["status"] == "error"
    assert error["category"] == "VALIDATION_ERROR"
    assert sorted(fault["in"] for fault in error["errors"]) == sorted(fields)
    assert all(field in error["message"] for field in fields)
    assert embedded_hubspot.writes == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"tokens": {"age": NaN}}',
        b'{"tokens": {"age": 1e400}}',
        b'{"tokens": {"age": ' + b"9" * 5000 + b"}}",
        b"\xff\xfe\xfa",
        b'{"email": "\xed\xa0\x80"}',
        json.dumps(EVENT).encode("utf-16"),
        json.dumps(EVENT).encode("utf-8-sig"),
        b"[" * 501 + b"]" * 501,
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_a_body_that_is_no_json_is_400(content: bytes, api: httpx.Client) -> None:
    answer = api.post(CREATE, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["in"] == "body"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "", ";;;=", "application/json, application/json", "application/x-www-form-urlencoded"],
)
def test_another_content_type_is_415(content_type: str, api: httpx.Client) -> None:
    answer = api.post(CREATE, content=json.dumps(EVENT), headers={"Content-Type": content_type})
    assert answer.status_code == 415
    assert answer.json()["category"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=foo", "application/json;=;;a=b=c"],
)
def test_the_parameters_of_the_content_type_mean_nothing(content_type: str, api: httpx.Client) -> None:
    answer = api.post(CREATE, content=json.dumps(EVENT), headers={"Content-Type": content_type})
    assert answer.status_code == 201


def test_a_chunked_body_is_read_and_the_connection_stays_usable(api: httpx.Client) -> None:
    body = json.dumps(EVENT).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    for _ in range(2):
        assert api.post(CREATE, content=iter([body[:10], body[10:]]), headers=headers).status_code == 201


def test_a_connection_serves_many_requests(embedded_hubspot: EmbeddedHubSpot) -> None:
    limits = httpx.Limits(max_connections=1)
    streams = set()
    with httpx.Client(base_url=embedded_hubspot.base_url, limits=limits, trust_env=False, verify=False) as api:
        for _ in range(3):
            with api.stream("POST", CREATE, json=EVENT) as answer:
                streams.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
                answer.read()
    assert len(streams) == 1


# Timeline events


def test_an_event_is_stored_and_returned_as_hubspot_stores_it() -> None:
    with serving(now=lambda: NOON) as (hubspot, api):
        answer = api.post(CREATE, json={**EVENT, "id": "visit-1", "extraData": {"questions": [{"a": 1}]}})
        assert answer.status_code == 201
        assert answer.json() == {
            **EVENT,
            "id": "visit-1",
            "extraData": {"questions": [{"a": 1}]},
            "objectType": "contacts",
            "timestamp": "2026-03-01T12:00:00.000Z",
            "createdAt": "2026-03-01T12:00:00.000Z",
        }
        assert hubspot.timeline_events == [answer.json()]


def test_what_is_nested_deeply_and_half_a_surrogate_pair_are_stored_and_returned(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    nested: Any = "\ud83d"
    for _ in range(490):
        nested = [nested]
    content = json.dumps({**EVENT, "extraData": {"a": nested}})
    answer = api.post(CREATE, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert embedded_hubspot.timeline_events == [answer.json()]
    assert embedded_hubspot.timeline_events[0]["extraData"] == {"a": nested}


def test_what_the_specs_do_not_know_changes_nothing_and_does_not_come_back(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    sent = {**EVENT, "createdAt": 1, "objectType": [], "mood": "happy"}
    assert api.post(CREATE, json=sent).json().keys() == api.post(CREATE, json=EVENT).json().keys()
    created = api.post(UPSERT, json={"inputs": [WEBINAR]}).json()["results"][0]
    update = {"objectId": created["id"], "eventCompleted": "yes", "appInfo": 1, "mood": "happy"}
    answer = api.post(UPDATE, json={"inputs": [update]})
    assert answer.status_code == 200
    assert not answer.json()["results"][0].keys() & {"eventCompleted", "appInfo", "mood"}
    assert [write.input for write in embedded_hubspot.writes if "mood" in write.input] == [sent, update]


def test_a_timestamp_that_is_sent_is_kept(api: httpx.Client) -> None:
    answer = api.post(CREATE, json={**EVENT, "timestamp": "2020-01-30T18:42:10.276+01:00"})
    assert answer.json()["timestamp"] == "2020-01-30T18:42:10.276+01:00"


def test_tokens_come_back_as_text(api: httpx.Client) -> None:
    tokens = {"text": "3", "whole": 3, "part": 4.5, "yes": True, "no": False, "bornOn": 1609459200000}
    assert api.post(CREATE, json={**EVENT, "tokens": tokens}).json()["tokens"] == {
        "text": "3",
        "whole": "3",
        "part": "4.5",
        "yes": "true",
        "no": "false",
        "bornOn": "1609459200000",
    }


def test_the_placeholder_in_an_id_is_filled_for_every_event_anew(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    body = {"inputs": [{**EVENT, "id": "visit-{{uuid}}-x"}] * 2}
    ids = [result["id"] for result in api.post(CREATE_BATCH, json=body).json()["results"]]
    assert len(set(ids)) == 2
    assert all(id_.startswith("visit-") and id_.endswith("-x") and "{{" not in id_ for id_ in ids)
    assert [event["id"] for event in embedded_hubspot.timeline_events] == ids


def test_an_id_is_made_where_none_is_sent(api: httpx.Client) -> None:
    first, second = (api.post(CREATE, json=EVENT).json()["id"] for _ in range(2))
    assert first
    assert first != second


def test_the_object_type_is_the_custom_one_when_it_is_given(api: httpx.Client) -> None:
    event = {**EVENT, "customObjectTypeId": "2-3465404", "objectId": "28002"}
    assert api.post(CREATE, json=event).json()["objectType"] == "2-3465404"


def test_an_event_that_names_no_record_is_400_and_says_which_fields_would_do(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    event = {"eventTemplateId": "1", "tokens": {}, "domain": "petspot.example"}
    for path, body, place in ((CREATE, event, "body"), (CREATE_BATCH, {"inputs": [EVENT, event]}, "inputs[1]")):
        answer = api.post(path, json=body)
        assert answer.status_code == 400
        assert answer.json()["message"] == f"Invalid input JSON: {place} needs one of email, utk, objectId"
        assert [fault["in"] for fault in answer.json()["errors"]] == [place]
    assert embedded_hubspot.writes == []


@pytest.mark.parametrize("record", [{"objectId": "1"}, {"email": "a@b.example"}, {"utk": "9b1e"}])
def test_an_object_id_or_an_address_or_a_user_token_names_a_record(record: dict[str, str], api: httpx.Client) -> None:
    assert api.post(CREATE, json={"eventTemplateId": "1", "tokens": {}, **record}).status_code == 201


def test_a_used_id_replaces_the_event_and_both_writes_are_remembered(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    api.post(CREATE, json={**EVENT, "id": "visit-1"})
    api.post(CREATE, json={**EVENT, "id": "visit-2"})
    answer = api.post(CREATE, json={**EVENT, "id": "visit-1", "email": "ruby@petspot.example"})
    assert answer.status_code == 201
    stored = [(event["id"], event["email"]) for event in embedded_hubspot.timeline_events]
    assert stored == [("visit-2", "art3mis@petspot.example"), ("visit-1", "ruby@petspot.example")]
    assert [write.id for write in embedded_hubspot.writes] == ["visit-1", "visit-2", "visit-1"]
    assert embedded_hubspot.writes[0].path == CREATE
    assert embedded_hubspot.writes[0].input == {**EVENT, "id": "visit-1"}


def test_the_same_id_for_another_template_is_another_event(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    for template in ("1", "2"):
        api.post(CREATE, json={**EVENT, "eventTemplateId": template, "id": "visit-1"})
    assert len(embedded_hubspot.timeline_events) == 2


def test_a_used_id_can_be_rejected_as_the_older_api_does() -> None:
    with serving(on_used_id="reject") as (hubspot, api):
        api.post(CREATE, json={**EVENT, "id": "visit-1"})
        answer = api.post(CREATE, json={**EVENT, "id": "visit-1"})
        assert answer.status_code == 400
        assert answer.json()["message"] == "Event ID already in use"
        answer = api.post(CREATE_BATCH, json={"inputs": [{**EVENT, "id": f"visit-{number}"} for number in (1, 2, 2)]})
        assert answer.status_code == 207
        assert [result["id"] for result in answer.json()["results"]] == ["visit-2"]
        assert [error["context"] for error in answer.json()["errors"]] == [{"ids": ["visit-1"]}, {"ids": ["visit-2"]}]
        assert len(hubspot.writes) == 2


def test_a_used_id_can_be_a_conflict_of_the_whole_batch() -> None:
    with serving(on_used_id="conflict") as (hubspot, api):
        api.post(CREATE, json={**EVENT, "id": "visit-1"})
        for ids in (["visit-1", "visit-2"], ["visit-3", "visit-3"]):
            answer = api.post(CREATE_BATCH, json={"inputs": [{**EVENT, "id": id_} for id_ in ids]})
            assert answer.status_code == 409
            assert answer.json()["category"] == "CONFLICT"
            assert answer.json()["context"] == {"ids": [ids[0]]}
        assert api.post(CREATE, json={**EVENT, "id": "visit-1"}).status_code == 409
        placeholders = {"inputs": [{**EVENT, "id": "{{uuid}}"}, {**EVENT, "id": "{{uuid}}"}, EVENT, EVENT]}
        assert api.post(CREATE_BATCH, json=placeholders).status_code == 201
        assert len(hubspot.writes) == 5


def test_a_batch_that_succeeds_is_201_without_errors() -> None:
    with serving(now=lambda: NOON) as (hubspot, api):
        answer = api.post(CREATE_BATCH, json={"inputs": [EVENT, {**EVENT, "id": "visit-2"}]})
        assert answer.status_code == 201
        assert answer.json() == {
            "status": "COMPLETE",
            "requestedAt": "2026-03-01T12:00:00.000Z",
            "startedAt": "2026-03-01T12:00:00.000Z",
            "completedAt": "2026-03-01T12:00:00.000Z",
            "results": hubspot.timeline_events,
        }


def test_more_inputs_than_the_limit_are_400() -> None:
    with serving(max_inputs=2) as (hubspot, api):
        assert api.post(CREATE_BATCH, json={"inputs": [EVENT] * 2}).status_code == 201
        answer = api.post(CREATE_BATCH, json={"inputs": [EVENT] * 3})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["in"] == "inputs"
        assert len(hubspot.writes) == 2


# Rejected inputs


def test_rejected_inputs_of_a_batch_are_errors_of_a_207_that_name_their_ids(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.reject(lambda event: event.get("id") != "good", category="CONFLICT", message="No.")
    inputs = [{**EVENT, "id": "bad"}, {**EVENT, "id": "good"}, {**EVENT, "id": "b-{{uuid}}"}, EVENT]
    answer = api.post(CREATE_BATCH, json={"inputs": inputs})
    assert answer.status_code == 207
    assert [result["id"] for result in answer.json()["results"]] == ["good"]
    assert answer.json()["numErrors"] == 3
    error = {"status": "error", "category": "CONFLICT", "message": "No."}
    assert answer.json()["errors"] == [
        {**error, "context": {"ids": ["bad"]}},
        {**error, "context": {"ids": ["b-{{uuid}}"]}},
        {**error, "context": {}},
    ]
    assert [write.id for write in embedded_hubspot.writes] == ["good"]


def test_a_rejected_single_event_is_400(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    embedded_hubspot.reject(lambda event: True)
    answer = api.post(CREATE, json=EVENT)
    assert answer.status_code == 400
    assert answer.json()["message"] == "The input was rejected."


def test_a_rejected_upsert_is_an_error_within_a_200_that_names_the_external_ids(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.reject(lambda event: event["externalEventId"] == "webinar-2")
    answer = api.post(UPSERT, json={"inputs": [WEBINAR, {**WEBINAR, "externalEventId": "webinar-2"}]})
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == answer.json()["numErrors"] == 1
    context = {"externalAccountId": ["petspot"], "externalEventId": ["webinar-2"]}
    assert answer.json()["errors"][0]["context"] == context


def test_a_function_that_rejects_may_look_at_what_was_written(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.reject(lambda event: len(embedded_hubspot.writes) >= 2)
    assert api.post(CREATE_BATCH, json={"inputs": [EVENT] * 4}).json()["numErrors"] == 2


# Marketing events


def test_an_upsert_creates_a_record_and_returns_its_id_twice_but_no_external_ids() -> None:
    with serving(now=lambda: NOON) as (hubspot, api):
        properties = [{"name": "track", "value": "python", "source": "API", "timestamp": 1}]
        answer = api.post(UPSERT, json={"inputs": [{**WEBINAR, "customProperties": properties}]})
        assert answer.status_code == 200
        [result] = answer.json()["results"]
        assert result == {
            "id": result["objectId"],
            "objectId": result["objectId"],
            "eventName": "Python at the vet",
            "eventOrganizer": "Petspot",
            "customProperties": properties,
            "createdAt": "2026-03-01T12:00:00.000Z",
            "updatedAt": "2026-03-01T12:00:00.000Z",
        }
        external_ids = {"externalAccountId": "petspot", "externalEventId": "webinar-1"}
        assert hubspot.marketing_events == [{**result, **external_ids}]


def test_a_second_upsert_changes_the_record_and_keeps_what_is_left_out() -> None:
    seconds = [NOON]
    with serving(now=lambda: seconds[0]) as (hubspot, api):
        first = {"eventType": "WEBINAR", "customProperties": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]}
        second = {"eventName": "New", "customProperties": [{"name": "b", "value": "3"}]}
        created = api.post(UPSERT, json={"inputs": [{**WEBINAR, **first}]}).json()["results"][0]
        seconds[0] += 60
        changed = api.post(UPSERT, json={"inputs": [{**WEBINAR, **second}]}).json()["results"][0]
        assert changed == {
            **created,
            "eventName": "New",
            "customProperties": [{"name": "a", "value": "1"}, {"name": "b", "value": "3"}],
            "updatedAt": "2026-03-01T12:01:00.000Z",
        }
        assert len(hubspot.marketing_events) == 1
        assert [write.id for write in hubspot.writes] == [created["id"]] * 2


@pytest.mark.parametrize("other", [{"externalAccountId": "other"}, {"externalEventId": "other"}])
def test_other_external_ids_are_another_record(
    other: dict[str, str], api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    answer = api.post(UPSERT, json={"inputs": [WEBINAR, {**WEBINAR, **other}]})
    assert len({result["id"] for result in answer.json()["results"]}) == 2
    assert len(embedded_hubspot.marketing_events) == 2


def test_no_request_changes_the_ids_of_a_record(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    [created] = api.post(UPSERT, json={"inputs": [{**WEBINAR, "objectId": "1", "id": "2"}]}).json()["results"]
    update = {"objectId": created["objectId"], "id": "3", "externalEventId": "other", "createdAt": "never"}
    assert api.post(UPDATE, json={"inputs": [update]}).status_code == 200
    [record] = embedded_hubspot.marketing_events
    assert record["id"] == record["objectId"] == created["id"] == created["objectId"]
    assert (record["externalEventId"], record["createdAt"]) == ("webinar-1", created["createdAt"])


def test_properties_that_the_account_does_not_know_are_dropped_without_a_word() -> None:
    with serving(known_properties={"track"}) as (_, api):
        properties = [{"name": "track", "value": "python"}, {"name": "seats", "value": "40"}]
        answer = api.post(UPSERT, json={"inputs": [{**WEBINAR, "customProperties": properties}]})
        assert answer.json()["results"][0]["customProperties"] == [{"name": "track", "value": "python"}]
        assert "errors" not in answer.json()


def test_an_update_changes_the_records_it_finds_and_reports_the_others_in_one_error(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    properties = [{"name": "track", "value": "python", "source": "API"}]
    created = api.post(UPSERT, json={"inputs": [{**WEBINAR, "customProperties": properties}]}).json()["results"][0]
    updates = [{"objectId": "1"}, {"objectId": created["objectId"], "eventName": "New"}, {"objectId": "2"}]
    answer = api.post(UPDATE, json={"inputs": updates})
    assert answer.status_code == 207
    [result] = answer.json()["results"]
    assert (result["objectId"], result["eventName"]) == (created["objectId"], "New")
    assert result["customProperties"] == [{"name": "track", "value": "python"}]
    assert not result.keys() & {"id", "externalAccountId", "externalEventId"}
    [error] = answer.json()["errors"]
    assert (error["category"], error["context"]) == ("OBJECT_NOT_FOUND", {"ids": ["1", "2"]})
    assert answer.json()["numErrors"] == 1
    assert embedded_hubspot.marketing_events[0]["eventName"] == "New"
    assert embedded_hubspot.marketing_events[0]["customProperties"] == properties


def test_an_update_of_records_that_all_exist_is_200(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    created = api.post(UPSERT, json={"inputs": [WEBINAR]}).json()["results"][0]
    answer = api.post(UPDATE, json={"inputs": [{"objectId": created["id"], "eventCancelled": True}]})
    assert answer.status_code == 200
    assert "errors" not in answer.json()
    assert embedded_hubspot.marketing_events[0]["eventCancelled"] is True


@pytest.mark.parametrize(("word", "shown"), [(None, {}), ("COMPLETED", {"status": "COMPLETED"})])
def test_the_status_word_of_a_batch_can_be_another_one_or_left_out(word: str | None, shown: dict[str, str]) -> None:
    with serving(status_word=word) as (_, api):
        for path, item in ((CREATE_BATCH, EVENT), (UPSERT, WEBINAR), (UPDATE, {"objectId": "1"})):
            answer = api.post(path, json={"inputs": [item]}).json()
            assert {name: answer[name] for name in answer if name == "status"} == shown


# What a test sees


def test_requests_are_logged_without_the_access_token(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    api.post(CREATE, json=EVENT, headers={"X-Trace": "7"})
    api.post(CREATE, content=b"{")
    api.get("/")
    first, second, third = embedded_hubspot.requests
    assert (first.method, first.path, first.json, first.status, first.processed) == ("POST", CREATE, EVENT, 201, True)
    assert first.headers["authorization"] == "***"
    assert first.headers["x-trace"] == "7"
    assert embedded_hubspot.access_token not in repr(embedded_hubspot.requests)
    assert (second.json, second.status, second.processed) == (None, 415, False)
    assert (third.method, third.path, third.status) == ("GET", "/", 404)


def test_what_a_test_reads_is_a_copy(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    api.post(CREATE, json=EVENT)
    api.post(UPSERT, json={"inputs": [WEBINAR]})
    embedded_hubspot.timeline_events[0]["tokens"].clear()
    embedded_hubspot.marketing_events.clear()
    embedded_hubspot.writes.clear()
    embedded_hubspot.requests.clear()
    assert embedded_hubspot.timeline_events[0]["tokens"] == {"petName": "Art3mis"}
    assert len(embedded_hubspot.marketing_events) == 1
    assert len(embedded_hubspot.writes) == len(embedded_hubspot.requests) == 2


def test_reset_forgets_everything(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    embedded_hubspot.reject(lambda event: event.get("id") == "bad")
    api.post(CREATE_BATCH, json={"inputs": [EVENT]})
    api.post(UPSERT, json={"inputs": [WEBINAR]})
    embedded_hubspot.reset()
    assert embedded_hubspot.timeline_events == embedded_hubspot.marketing_events == []
    assert (embedded_hubspot.writes, embedded_hubspot.requests) == ([], [])
    assert api.post(CREATE, json={**EVENT, "id": "bad"}).status_code == 201


def test_requests_of_many_threads_are_all_written(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: api.post(CREATE, json={**EVENT, "id": str(number)}), range(100)))
    assert {answer.status_code for answer in answers} == {201}
    assert {write.id for write in embedded_hubspot.writes} == {str(number) for number in range(100)}
    assert len(embedded_hubspot.timeline_events) == len(embedded_hubspot.requests) == 100


def test_an_answer_of_its_own_that_the_specs_forbid_is_500_and_raises_on_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Timeline, "create", lambda self, event: {"id": "visit-1"})
    hubspot = EmbeddedHubSpot().start()
    with client_of(hubspot) as api:
        answer = api.post(CREATE, json=EVENT)
    assert answer.status_code == 500
    assert "embedded HubSpot failed" in answer.json()["message"]
    assert hubspot.requests[0].status == 500
    with pytest.raises(RuntimeError, match="failed 1 times"):
        hubspot.close()
    hubspot.close()


def test_a_function_of_the_test_that_raises_is_500_and_raises_on_close() -> None:
    def broken(event: dict[str, Any]) -> bool:
        raise KeyError("no such field")

    hubspot = EmbeddedHubSpot().start()
    hubspot.reject(broken)
    with client_of(hubspot) as api:
        assert api.post(CREATE, json=EVENT).status_code == 500
    with pytest.raises(RuntimeError, match="no such field"):
        hubspot.close()
