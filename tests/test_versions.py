"""The dated versions beside v3, against the embedded HubSpot: same client, other fields, other rules for a known id."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import warnings
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from conftest import Driver, Script, event
from hubspot_events import (
    AsyncHubSpotEvents,
    BadRequestError,
    Batch,
    ConflictError,
    HubSpotDeprecationWarning,
    HubSpotEvents,
    InputError,
    MarketingEventUpdate,
    MarketingEventUpsert,
    PartialFailureError,
    TimelineEvent202603,
    TimelineEvent202603Response,
)
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer, ManualClock, Respond


def adoption(**fields: Any) -> TimelineEvent202603:
    return TimelineEvent202603(
        **{"event_type_name": "pe1_adoption", "email": "a@petspot.example", "properties": {}, **fields}
    )


@pytest.fixture
def send(driver: Driver, embedded: EmbeddedHubSpot, clock: ManualClock) -> Any:
    return lambda action, **options: driver.run(action, base_url=embedded.base_url, clock=clock, **options)


def test_an_event_has_a_type_and_properties_as_text(send: Any, embedded: EmbeddedHubSpot) -> None:
    born = datetime(2021, 1, 1, tzinfo=UTC)
    properties = {"name": "Ruby", "age": 4.5, "good": True, "born": born}
    result = send(lambda c: c.timeline.create_2026_03(adoption(properties=properties, object_id="7")))
    assert isinstance(result, TimelineEvent202603Response)
    assert embedded.requests[0].path == "/integrators/timeline/2026-03/events"
    sent = {"name": "Ruby", "age": "4.5", "good": "true", "born": "1609459200000"}
    assert embedded.requests[0].json["properties"] == sent
    assert result.properties == sent
    assert result.id == embedded.requests[0].json["id"], "the client makes one, as HubSpot does not"


def test_an_empty_200_is_an_event_that_is_stored(driver: Driver) -> None:
    with EmbeddedHubSpot(accepts_later=True) as embedded:
        options = {"access_token": embedded.access_token, "base_url": embedded.base_url}
        one = driver.run(lambda c: c.timeline.create_2026_03(adoption(id="a")), **options)
        many = driver.run(lambda c: c.timeline.create_batch_2026_03([adoption(id="b"), adoption(id="c")]), **options)
        assert len(embedded.timeline_events) == 3
    assert (one.id, one.response.status_code, one.response.json) == ("a", 200, None)
    assert (many.all_written, many.results, many.sent_ids) == (True, [], ["b", "c"])


def test_an_id_that_is_known_is_a_conflict_unless_it_was_our_own_try(send: Any, embedded: EmbeddedHubSpot) -> None:
    embedded.plan(LoseAnswer())
    result = send(lambda c: c.timeline.create_2026_03(adoption(id="a")))
    assert (result.id, result.response.status_code, result.response.known_already) == ("a", 409, True)
    with pytest.raises(ConflictError) as caught:
        send(lambda c: c.timeline.create_2026_03(adoption(id="a")))
    assert not caught.value.may_have_been_processed
    assert len(embedded.timeline_events) == 1


@pytest.mark.parametrize(
    "action",
    [
        lambda c: c.marketing_events.update([MarketingEventUpdate(object_id="1", event_name="a")]),
        lambda c: c.marketing_events.upsert_2026_09(
            [MarketingEventUpsert(event_name="a", event_organizer="b", external_account_id="c", external_event_id="d")]
        ),
        lambda c: c.request("PUT", "/crm/v3/lists/1/memberships", json={}),
    ],
)
def test_a_conflict_of_what_has_no_id_of_ours_does_not_say_that_it_is_there(driver: Driver, action: Any) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        if len(tries) == 1:
            raise httpx.ReadTimeout("lost")
        return httpx.Response(409, json={"category": "CONFLICT", "message": "1 is being changed by another request"})

    tries: list[httpx.Request] = []
    with pytest.raises(ConflictError) as caught:
        driver.against(handler, action)
    assert (caught.value.may_have_been_processed, len(tries)) == (True, 2)


def test_a_batch_whose_events_hubspot_had_before_has_written_none_of_them(send: Any, embedded: EmbeddedHubSpot) -> None:
    inputs = [adoption(id="a"), adoption(id="b")]
    assert send(lambda client: client.timeline.create_batch_2026_03(inputs)).all_written
    batch = send(lambda client: client.timeline.create_batch_2026_03(inputs))
    assert (batch.known, batch.all_written) == ([0, 1], False)
    assert [failure.indexes for failure in batch.failures] == [[0, 1]]


def test_a_conflict_that_names_nobody_is_one_for_a_batch_of_one_too(driver: Driver) -> None:
    script = Script(httpx.Response(409, json={"message": "m"}))
    with pytest.raises(ConflictError):
        driver.against(script, lambda client: client.timeline.create_batch_2026_03([adoption(id="a")]))


def test_a_batch_goes_on_without_the_events_that_are_known_already(send: Any, embedded: EmbeddedHubSpot) -> None:
    send(lambda c: c.timeline.create_2026_03(adoption(id="e-1")))
    batch = send(lambda c: c.timeline.create_batch_2026_03([adoption(id=f"e-{number}") for number in range(4)]))
    assert [one["id"] for one in embedded.timeline_events] == ["e-1", "e-0", "e-2", "e-3"]
    assert batch.known == [1]
    assert batch.result_indexes == [0, 2, 3]
    assert [failure.indexes for failure in batch.failures] == [[1]], "somebody else wrote it, and nobody knows what"
    assert not batch.all_written
    with pytest.raises(PartialFailureError, match="3 of 4 inputs are known to be written; 1 failed"):
        batch.raise_for_errors()


def test_a_batch_whose_answer_was_lost_is_written(send: Any, embedded: EmbeddedHubSpot) -> None:
    embedded.plan(LoseAnswer())
    batch = send(lambda c: c.timeline.create_batch_2026_03([adoption(id="a"), adoption(id="b")]))
    assert len(embedded.writes) == 2
    assert (batch.known, batch.results, batch.failures) == ([0, 1], [], [])
    assert batch.all_written
    batch.raise_for_errors()


def test_a_conflict_that_names_no_event_of_a_batch_is_one(driver: Driver) -> None:
    script = Script(httpx.Response(409, json={"message": "no", "context": {"ids": ["of somebody else"]}}))
    with pytest.raises(ConflictError):
        driver.against(script, lambda c: c.timeline.create_batch_2026_03([adoption(id="a"), adoption(id="b")]))
    assert len(script.requests) == 1


def test_events_that_are_named_one_by_one_are_left_out_one_by_one(driver: Driver) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        known = [one["id"] for one in inputs if one["id"] in ("e-0", "e-2")]
        if known:
            return httpx.Response(409, json={"message": "known", "context": {"ids": known[:1]}})
        return httpx.Response(200, json={"results": inputs})

    events = [adoption(id=f"e-{number}") for number in range(4)]
    batch = driver.against(handler, lambda c: c.timeline.create_batch_2026_03(events))
    assert (batch.known, batch.result_indexes, batch.response.tries) == ([0, 2], [1, 3], 3)


def test_events_that_are_named_by_their_places_are_named_as_they_were_given(driver: Driver) -> None:
    """HubSpot counts the places of what it was sent, which is less after each try."""

    def handler(request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        known = [place for place, one in enumerate(inputs) if one["id"] in ("e-0", "e-2")]
        said = {"message": "Event ID already in use", "in": f"inputs[{known[0]}].id"} if known else {}
        bad = {"message": "is odd", "in": f"inputs[{len(inputs) - 1}].properties"}
        status, error = (409, said) if known else (400, bad) if inputs[-1]["id"] == "bad" else (200, {})
        return httpx.Response(status, json={"message": "m", "errors": [error]} if error else {"results": inputs})

    events = [adoption(id=f"e-{number}") for number in range(4)]
    batch = driver.against(handler, lambda c: c.timeline.create_batch_2026_03(events))
    assert (batch.known, batch.result_indexes) == ([0, 2], [1, 3])
    assert [failure.indexes for failure in batch.failures] == [[0], [2]]
    with pytest.raises(BadRequestError) as caught:
        driver.against(handler, lambda c: c.timeline.create_batch_2026_03([*events, adoption(id="bad")]))
    assert [detail.in_ for detail in caught.value.error.errors] == ["inputs[4].properties"]


@pytest.mark.parametrize("lost", [False, True])
def test_a_conflict_that_says_of_some_that_they_are_bad_knows_not_those(driver: Driver, lost: bool) -> None:
    words = {"known": "Event ID already in use: known", "bad": "is odd"}

    def handler(request: httpx.Request) -> httpx.Response:
        given = [one["id"] for one in json.loads(request.content)["inputs"]]
        said = [{"message": words[name], "context": {"id": [name]}} for name in given if name in words]
        status = 409 if "known" in given else 400
        return httpx.Response(status, json={"message": "m", "context": {"id": given}, "errors": said})

    script = Script(*[httpx.ReadError("lost")] * lost, handler)
    events = [adoption(id="good"), adoption(id="known"), adoption(id="bad")]
    with pytest.raises(BadRequestError) as caught:
        driver.against(script, lambda c: c.timeline.create_batch_2026_03(events))
    assert [detail.message for detail in caught.value.error.errors] == ["is odd"]
    assert [one["id"] for one in script.bodies[-1]["inputs"]] == ["good", "bad"]


@pytest.mark.parametrize("lost", [False, True])
def test_a_conflict_in_words_of_its_own_says_of_none_that_it_is_known_where_they_differ(
    driver: Driver, lost: bool
) -> None:
    said = [
        {"message": f"{name} {word}", "context": {"id": [name]}} for name, word in (("a", "exists"), ("b", "is odd"))
    ]
    script = Script(
        *[httpx.ReadError("lost")] * lost,
        httpx.Response(409, json={"message": "m", "context": {"id": ["a", "b"]}, "errors": said}),
    )
    with pytest.raises(ConflictError) as caught:
        driver.against(script, lambda c: c.timeline.create_batch_2026_03([adoption(id="a"), adoption(id="b")]))
    assert caught.value.may_have_been_processed is lost


def test_a_conflict_in_the_same_words_of_its_own_says_of_all_that_they_are_known(driver: Driver) -> None:
    said = [{"message": f"there is a {name}", "context": {"id": [name]}} for name in ("e-0", "e-1")]
    script = Script(httpx.Response(409, json={"message": "m", "context": {"id": ["e-0", "e-1"]}, "errors": said}))
    batch = driver.against(script, lambda c: c.timeline.create_batch_2026_03([adoption(id="e-0"), adoption(id="e-1")]))
    assert (batch.known, batch.all_written) == ([0, 1], False)


@pytest.mark.parametrize("status", [200, 400])
def test_places_are_those_of_what_was_given_in_what_is_said_and_not_in_what_is_written(
    driver: Driver, status: int
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        if inputs[0]["id"] == "known":
            return httpx.Response(409, json={"message": "m", "context": {"id": ["known"]}})
        said = {"message": "inputs[1].properties is odd", "in": "inputs[1].properties"}
        told = {"results": inputs[:1], "errors": [{**said, "errors": [said]}]}
        return httpx.Response(status, json=told if status == 200 else {**said, "errors": [said]})

    extra = {"in": "inputs[0].id"}
    events = [adoption(id="known"), adoption(id="good", extra_data=extra), adoption(id="bad")]

    def action(client: Any) -> Any:
        return client.timeline.create_batch_2026_03(events)

    if status == 400:
        with pytest.raises(
            BadRequestError, match=r"400: inputs\[2\]\.properties is odd \[inputs\[2\]\.properties: inputs\[2\]"
        ):
            driver.against(handler, action)
        return
    batch = driver.against(handler, action)
    assert batch.results[0].extra_data == extra
    failure = batch.failures[0]
    assert (failure.indexes, failure.error.message) == ([2], "inputs[2].properties is odd")


def test_a_conflict_by_its_category_after_a_lost_try_is_one_of_that_try(driver: Driver) -> None:
    error = {"category": "CONFLICT", "message": "there is one", "context": {"id": ["a"]}}
    answer = httpx.Response(207, json={"status": "COMPLETE", "results": [], "errors": [error], "numErrors": 1})
    batch = driver.against(Script(httpx.ReadError("lost"), answer), lambda c: c.timeline.create_batch([event(id="a")]))
    assert (batch.known, batch.all_written) == ([0], True)
    update = MarketingEventUpdate(object_id="a", event_name="n")
    batch = driver.against(Script(httpx.ReadError("lost"), answer), lambda c: c.marketing_events.update([update]))
    assert (batch.known, batch.all_written) == ([], False)


def test_a_batch_of_v3_whose_lost_try_wrote_it_is_written(driver: Driver, clock: ManualClock) -> None:
    with EmbeddedHubSpot(on_used_id="reject", now=clock.time) as embedded:
        embedded.plan(LoseAnswer())
        options = {"access_token": embedded.access_token, "base_url": embedded.base_url, "clock": clock}
        batch = driver.run(lambda c: c.timeline.create_batch([event(id="a"), event(id="b")]), **options)
        assert (batch.all_written, batch.known, batch.failures) == (True, [0, 1], [])
        again = driver.run(lambda c: c.timeline.create_batch([event(id="a"), event(id="c")]), **options)
        assert (again.all_written, [failure.indexes for failure in again.failures]) == (False, [[0]])


def test_one_bad_event_refuses_its_whole_batch(send: Any, embedded: EmbeddedHubSpot) -> None:
    embedded.reject(lambda sent: sent["id"] == "bad", message="is odd")
    with pytest.raises(BadRequestError, match="is odd"):
        send(lambda c: c.timeline.create_batch_2026_03([adoption(id="good"), adoption(id="bad")]))
    assert embedded.timeline_events == []


def test_an_event_needs_its_id_as_hubspot_makes_none(send: Any) -> None:
    for one in (adoption(), adoption(id="a-{{uuid}}")):
        with pytest.raises(InputError, match=r"^id: is needed, as HubSpot makes none here"):
            send(lambda c, one=one: c.timeline.create_2026_03(one), fill_ids=False)
        with pytest.raises(InputError) as caught:
            send(lambda c, one=one: c.timeline.create_batch_2026_03([adoption(id="a"), one]), fill_ids=False)
        assert (caught.value.field, caught.value.index) == ("inputs[1].id", 1)


def test_a_custom_object_needs_the_id_of_its_record(send: Any) -> None:
    with pytest.raises(InputError, match="object_id: is needed with object_type_fully_qualified_name"):
        send(lambda c: c.timeline.create_2026_03(adoption(object_type_fully_qualified_name="p1_pets")))


@pytest.mark.parametrize("version", ["2025_09", "2026_03", "2026_09"])
def test_marketing_events_of_every_version_take_the_same_inputs(
    send: Any, embedded: EmbeddedHubSpot, version: str
) -> None:
    webinar = MarketingEventUpsert(
        event_name="a", event_organizer="b", external_account_id="c", external_event_id="d", custom_properties={"e": 1}
    )
    upserted = send(lambda c: getattr(c.marketing_events, f"upsert_{version}")([webinar]))
    assert isinstance(upserted, Batch)
    assert upserted.all_written
    name = "update" if version == "2026_03" else f"update_{version}"
    update = MarketingEventUpdate(object_id=upserted.results[0].id, event_name="f")
    missing = MarketingEventUpdate(object_id="1")
    updated = send(lambda c: getattr(c.marketing_events, name)([missing, update]))
    assert embedded.requests[-1].path == f"/marketing/marketing-events/{version.replace('_', '-')}/batch/update"
    assert updated.result_of(1).event_name == "f"
    assert [failure.inputs for failure in updated.failures] == [[missing]]
    assert not updated.all_written
    assert updated.http_status == (207 if version == "2026_03" else 200)


# Deprecation


def test_a_deprecated_call_says_so_once_with_the_successor_and_the_last_month() -> None:
    code = """
import warnings
from hubspot_events import HubSpotDeprecationWarning, HubSpotEvents, TimelineEvent
import httpx

pool = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(201, json={"id": "a"})))
event = TimelineEvent(event_template_id="1", email="a@petspot.example", tokens={})
with warnings.catch_warnings(record=True) as caught, HubSpotEvents("token", http_client=pool) as hubspot:
    warnings.simplefilter("always")
    for _ in range(3):
        hubspot.timeline.create(event)
    hubspot.with_options(max_retries=1).timeline.create(event)
(warning,) = caught
assert issubclass(warning.category, HubSpotDeprecationWarning)
assert warning.filename == "<string>", warning.filename
print(warning.message)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "timeline.create_2026_03" in done.stdout
    assert "September 2027" in done.stdout


def test_a_call_that_is_not_deprecated_warns_of_nothing(send: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", HubSpotDeprecationWarning)
        send(lambda c: c.timeline.create_2026_03(adoption()))


# What came with an answer, and calls that the client has no method for


def test_every_result_says_what_came_with_it(send: Any, embedded: EmbeddedHubSpot) -> None:
    embedded.plan(Respond(503))
    one = send(lambda c: c.timeline.create(event(id="a")))
    assert (one.response.status_code, one.response.tries) == (201, 2)
    assert one.response.sent["id"] == one.response.json["id"] == "a"
    assert one.response.headers["x-hubspot-ratelimit-max"] == "1000000"
    batch = send(lambda c: c.timeline.create_batch([event(id="b")]))
    assert batch.response.sent == {"inputs": [{**one.response.sent, "id": "b"}]}
    assert batch.response.received_at.tzinfo is UTC


def test_a_request_to_any_path_has_the_token_the_retries_and_the_errors_of_the_client(driver: Driver) -> None:
    script = Script(
        httpx.Response(429, headers={"Retry-After": "1"}),
        httpx.Response(200, json=[1], headers={"X-HubSpot-Correlation-Id": "c"}),
    )
    response = driver.against(
        script, lambda c: c.request("post", "/crm/v3/lists", query={"a": [1, True], "b": None}, json={"c": 2})
    )
    assert (response.json, response.sent, response.tries, response.correlation_id) == ([1], {"c": 2}, 2, "c")
    request = script.requests[0]
    assert (request.method, request.url.raw_path, request.headers["Authorization"]) == (
        "POST",
        b"/crm/v3/lists?a=1&a=true",
        "Bearer token",
    )


@pytest.mark.parametrize(
    ("method", "repeatable", "tries"),
    [
        ("GET", False, 2),
        ("PUT", False, 2),
        ("DELETE", False, 2),
        ("POST", False, 1),
        ("PATCH", False, 1),
        ("POST", True, 2),
    ],
)
def test_a_request_is_sent_again_after_a_lost_answer_only_where_that_is_safe(
    driver: Driver, method: str, repeatable: bool, tries: int
) -> None:
    script = Script(httpx.ReadTimeout("lost"), httpx.Response(204))
    try:
        driver.against(script, lambda c: c.request(method, "/a", repeatable=repeatable))
    except Exception as error:
        assert "nothing says that what is sent twice is written once" in str(error)
        assert not error.retry_safe  # type: ignore[attr-defined]
    assert len(script.requests) == tries


@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("GET", "https://elsewhere.example/", "path"),
        ("GET", "//elsewhere.example/", "path"),
        ("GET", "\\\\elsewhere.example", "path"),
        ("GET", "crm", "path"),
        ("GET", "/a b", "path"),
        ("GET", "/a\r\nX: y", "path"),
        ("GET", "/a#b", "path"),
        ("GET", None, "path"),
        ("", "/a", "method"),
        ("GET /b", "/a", "method"),
    ],
)
def test_no_request_takes_the_token_to_another_address(driver: Driver, method: Any, path: Any, field: str) -> None:
    script = Script()
    with pytest.raises(InputError) as caught:
        driver.against(script, lambda c: c.request(method, path))
    assert caught.value.field == field
    assert script.requests == []


def test_a_client_with_other_options_uses_the_same_connections(driver: Driver) -> None:
    script = Script(httpx.Response(503))

    def action(client: Any) -> Any:
        other = client.with_options(max_retries=0, access_token="another")
        return other.timeline.create(event())

    with pytest.raises(Exception, match="503"):
        driver.against(script, action, max_retries=3)
    assert len(script.requests) == 1
    assert script.tokens == ["another"]


def test_an_interrupted_call_leaves_the_connections_of_other_clients_open() -> None:
    def interrupt(_: httpx.Request) -> None:
        if len(embedded.timeline_events) == 1:
            raise KeyboardInterrupt

    with EmbeddedHubSpot() as embedded, HubSpotEvents(embedded.access_token, base_url=embedded.base_url) as first:
        other = first.with_options(max_retries=0)
        other.timeline.create(event(id="a"))
        first._connections.pool.event_hooks = {"request": [interrupt]}
        with pytest.raises(KeyboardInterrupt):
            first.timeline.create(event(id="b"))
        other.timeline.create(event(id="c"))
        other.close()
        first.timeline.create(event(id="d"))
    assert [one["id"] for one in embedded.timeline_events] == ["a", "c", "d"]


def test_a_header_of_the_callers_goes_in_place_of_ours_whatever_its_case(driver: Driver) -> None:
    script = Script(httpx.Response(200, json={}))
    headers = {"content-type": "application/merge-patch+json", "ACCEPT": "text/csv"}
    driver.against(script, lambda client: client.request("PATCH", "/crm/v3/a", json={}, headers=headers))
    (request,) = script.requests
    assert request.headers.get_list("Content-Type") == ["application/merge-patch+json"]
    assert request.headers.get_list("Accept") == ["text/csv"]


def test_options_that_are_of_no_use_are_named(driver: Driver) -> None:
    with pytest.raises(InputError, match="max_batch_size"):
        driver.against(Script(), lambda client: client.with_options(max_batch_size=0))


@pytest.mark.parametrize(("client", "waits"), [(HubSpotEvents, "sleep"), (AsyncHubSpotEvents, "sleep_async")])
def test_a_clock_that_cannot_wait_for_a_client_is_refused_when_that_is_made(client: Any, waits: str) -> None:
    class Clock:
        time = staticmethod(time.time)

    with pytest.raises(InputError, match="clock: must be a Clock"):
        client("token", clock=Clock())
    setattr(Clock, waits, print)
    client("token", clock=Clock())
