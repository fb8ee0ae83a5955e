"""What became of a batch: one question, answered over all the places where HubSpot says something about it."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from typing import Any

import attrs
import httpx
import pytest
from conftest import Driver, Script, event
from hubspot_events import (
    Batch,
    BatchStatus,
    MarketingEventUpdate,
    MarketingEventUpsert,
    PartialFailureError,
)

RESULT = {"id": "e-0", "eventTemplateId": "1001298", "objectType": "contacts", "tokens": {}}
OTHER = {**RESULT, "id": "e-1"}
FAILED = {"status": "error", "category": "VALIDATION_ERROR", "message": "is odd"}


def batch(driver: Driver, status: int, body: Any, inputs: int = 2) -> Any:
    events = [event(id=f"e-{index}", object_id=f"{100 + index}") for index in range(inputs)]
    return driver.against(Script(httpx.Response(status, json=body)), lambda c: c.timeline.create_batch(events))


@pytest.mark.parametrize(
    ("http_status", "body", "written"),
    [
        (201, {"status": "COMPLETE", "results": [RESULT, OTHER]}, True),
        (200, {"status": "COMPLETE", "results": [RESULT, OTHER]}, True),
        (201, {"status": "COMPLETED", "results": [RESULT, OTHER]}, True),
        (201, {"status": "complete", "results": [RESULT, OTHER], "errors": [], "numErrors": 0}, True),
        (200, {"results": [RESULT, OTHER]}, True),
        (200, {"status": None, "results": [RESULT, OTHER], "errors": None, "numErrors": None}, True),
        (200, {"status": "FINISHED_LATER", "results": [RESULT, OTHER]}, False),
        (200, {"status": "COMPLETE", "results": [RESULT], "errors": [FAILED], "numErrors": 1}, False),
        (200, {"status": "COMPLETE", "results": [RESULT, OTHER], "numErrors": 1}, False),
        (207, {"status": "COMPLETE", "results": [RESULT], "errors": [FAILED]}, False),
        (207, {"status": "COMPLETE", "results": [RESULT]}, False),
        (207, {"status": "COMPLETE", "results": [RESULT, OTHER]}, False),
        (201, {"status": "COMPLETE", "results": [RESULT]}, False),
        (201, {"status": "COMPLETE"}, False),
        (201, {}, False),
        (201, {"status": "CANCELED", "results": [RESULT, OTHER]}, False),
        (201, {"status": "CANCELED", "results": []}, False),
        (202, {"status": "PENDING", "results": []}, False),
        (202, {"status": "processing", "results": [RESULT, OTHER]}, False),
        (201, {"status": "COMPLETE", "results": [RESULT, RESULT]}, False),
        (201, {"status": "FAILED", "results": [{}, {}]}, False),
        (201, {"results": [RESULT, {"status": "error", "message": "bad"}]}, False),
        (201, {"status": ["COMPLETE"], "results": [RESULT, OTHER]}, False),
        (201, {"results": [RESULT, OTHER | {"failure": "boom"}]}, False),
        (201, {"results": [RESULT, OTHER], "error": "boom"}, False),
        (201, {"results": [RESULT, OTHER], "errors": "boom"}, False),
        (201, {"results": [RESULT, OTHER], "errors": ["boom"]}, False),
        (201, {"results": [RESULT, OTHER], "numErrors": "one"}, False),
    ],
)
def test_all_written_is_true_only_when_the_whole_answer_says_so(
    driver: Driver, http_status: int, body: Any, written: bool
) -> None:
    result = batch(driver, http_status, body)
    assert result.all_written is written
    if written:
        result.raise_for_errors()
        return
    with pytest.raises(PartialFailureError) as caught:
        result.raise_for_errors()
    assert caught.value.results == result.results
    assert caught.value.batch is result
    assert caught.value.status_code == http_status
    assert caught.value.sent_ids == ["e-0", "e-1"]
    assert re.search(r"[012] of 2 inputs are known to be written", str(caught.value))


def test_the_exception_says_why_and_survives_pickling(driver: Driver) -> None:
    result = batch(driver, 207, {"results": [RESULT], "errors": [{**FAILED, "context": {"ids": ["101"]}}]})
    with pytest.raises(PartialFailureError, match="1 failed: is odd") as caught:
        result.raise_for_errors()
    other = pickle.loads(pickle.dumps(caught.value))
    assert str(other) == str(caught.value)
    assert other.category == "VALIDATION_ERROR"
    assert [failure.indexes for failure in other.failures] == [[1]]
    assert other.results == result.results


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda batch: pickle.loads(pickle.dumps(batch))])
def test_a_copy_of_an_answer_knows_what_was_sent(driver: Driver, again: Callable[[Any], Any]) -> None:
    result = batch(driver, 207, {"results": [RESULT], "errors": [{**FAILED, "context": {"ids": ["101"]}}]})
    other = again(result)
    assert other == result
    assert (other.sent_ids, other.http_status, other.all_written) == (["e-0", "e-1"], 207, False)
    assert other.failures == result.failures


@pytest.mark.parametrize(
    ("error", "indexes"),
    [
        ({"context": {"ids": ["e-1"]}}, [1]),
        ({"context": {"objectId": ["100"]}}, [0]),
        ({"context": {"id": "e-0"}}, [0]),
        ({"context": {"ids": ["100", "101"]}}, [0, 1]),
        ({"context": {"ids": ["e-0"], "objectId": ["100", "101"]}}, [0]),
        ({"context": "{ids=[e-1, e-0]}"}, [0, 1]),
        ({"id": "e-1"}, [1]),
        ({"errors": [{"message": "m", "context": {"ids": ["e-1"]}}]}, [1]),
        ({"errors": [{"message": "m", "in": "inputs[1].tokens"}]}, [1]),
        ({"errors": [{"message": "m", "in": "inputs[11].tokens"}]}, []),
        ({"context": {"ids": ["e-11"]}}, []),
        ({"context": {"INVALID_OBJECT_IDS": ["101"]}}, [1]),
        ({"context": {"contactIds": ["101"]}}, [1]),
        ({"context": "{objectid=[101]}"}, [1]),
        ({"context": {"vids": [101]}}, [1]),
        ({"context": {"duplicates": ["e-1"]}}, [1]),
        ({"context": {"maxLength": ["101"], "limit": 101, "invalid": "100", "statuses": ["100"]}}, []),
        ({"context": {"ids": ["100"]}, "errors": [{"message": "m", "context": {"maxLength": ["101"]}}]}, [0]),
        ({"context": None, "errors": None}, []),
        ({}, []),
    ],
)
def test_a_failure_is_tied_to_its_inputs_where_hubspot_names_them(
    driver: Driver, error: Any, indexes: list[int]
) -> None:
    result = batch(driver, 207, {"results": [], "errors": [{**FAILED, **error}]})
    (failure,) = result.failures
    assert failure.indexes == indexes
    assert failure.inputs == [result.inputs[index] for index in indexes]
    assert failure.error.message == "is odd"


def test_an_address_that_two_events_share_does_not_hide_the_id_of_one(driver: Driver) -> None:
    error = {**FAILED, "context": {"ids": ["e-1"], "emails": ["a@petspot.example"]}}
    result = batch(driver, 207, {"results": [], "errors": [error]})
    assert result.failures[0].indexes == [1]


def test_failures_of_marketing_events_are_tied_by_their_own_ids(driver: Driver) -> None:
    upserts = [
        MarketingEventUpsert(event_name="a", event_organizer="b", external_account_id="c", external_event_id=str(n))
        for n in range(2)
    ]
    answer = {"results": [{}], "errors": [{**FAILED, "context": {"externalEventId": ["1"]}}]}
    script = Script(httpx.Response(200, json=answer))
    result = driver.against(script, lambda client: client.marketing_events.upsert(upserts))
    assert result.failures[0].inputs == [upserts[1]]
    assert result.sent_ids == []

    other = attrs.evolve(upserts[1], external_account_id="another")
    answer = {
        "results": [{}],
        "errors": [{**FAILED, "context": {"externalAccountId": ["c"], "externalEventId": ["1"]}}],
    }
    script = Script(httpx.Response(200, json=answer))
    result = driver.against(script, lambda client: client.marketing_events.upsert([other, upserts[1]]))
    assert result.failures[0].inputs == [upserts[1]], "the account counts too"

    updates = [MarketingEventUpdate(object_id="7"), MarketingEventUpdate(object_id="8")]
    answer = {"results": [{}], "errors": [{**FAILED, "category": "OBJECT_NOT_FOUND", "context": {"ids": ["7"]}}]}
    script = Script(httpx.Response(207, json=answer))
    result = driver.against(script, lambda client: client.marketing_events.update(updates))
    assert result.failures[0].inputs == [updates[0]]


def test_the_ids_that_were_sent_stand_beside_the_inputs(driver: Driver) -> None:
    script = Script(httpx.Response(201, json={"results": [RESULT, OTHER]}))
    events = [event(), event(id="b")]
    result = driver.against(script, lambda client: client.timeline.create_batch(events))
    assert result.sent_ids == [script.bodies[0]["inputs"][0]["id"], "b"]
    assert result.inputs == events


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("COMPLETE", BatchStatus.COMPLETE),
        ("COMPLETED", BatchStatus.COMPLETE),
        ("completed", BatchStatus.COMPLETE),
        ("Canceled", BatchStatus.CANCELED),
        ("PENDING", BatchStatus.PENDING),
        ("processing", BatchStatus.PROCESSING),
        (None, None),
        (7, None),
        ({}, None),
    ],
)
def test_a_status_is_read_in_every_spelling(driver: Driver, word: Any, status: BatchStatus | None) -> None:
    result = batch(driver, 201, {"status": word, "results": [RESULT, OTHER]})
    assert result.status is status


def test_a_status_that_nobody_knows_is_kept(driver: Driver) -> None:
    status = batch(driver, 201, {"status": "Halted"}).status
    assert isinstance(status, BatchStatus)
    assert status == "Halted"
    assert f"{status}" == "Halted"
    assert status != BatchStatus.COMPLETE
    assert status not in list(BatchStatus)
    assert pickle.loads(pickle.dumps(status)) == status
    assert hash(status) == hash("Halted")
    match status:
        case BatchStatus.COMPLETE:
            raise AssertionError
        case other:
            assert other == BatchStatus("Halted")


def test_the_documented_words_are_members() -> None:
    assert {"CANCELED", "COMPLETE", "PENDING", "PROCESSING"} <= {*BatchStatus}


def test_results_that_cannot_be_read_do_not_hide_the_others(driver: Driver) -> None:
    result = batch(driver, 201, {"results": [RESULT, "what is this"], "errors": "none", "novelty": 1})
    assert isinstance(result, Batch)
    assert [one.id for one in result.results] == ["e-0"]
    assert result.additional_properties == {"results": ["what is this"], "errors": "none", "novelty": 1}
    assert not result.all_written


@pytest.mark.parametrize("index", [-1, None, 2, "0"])
def test_a_place_that_no_input_has_has_no_result(driver: Driver, index: Any) -> None:
    results = [{"objectId": "1", "id": "a"}, {"objectId": "foreign", "id": "b"}, {"eventName": "untold"}]
    inputs = [MarketingEventUpdate(object_id="1"), MarketingEventUpdate(object_id="2")]
    script = Script(httpx.Response(200, json={"results": results}))
    result = driver.against(script, lambda client: client.marketing_events.update(inputs))
    assert result.result_indexes == [0, None, None]
    assert result.result_of(0) is result.results[0]
    assert result.result_of(1) is None
    assert result.result_of(index) is None


def nested(levels: int) -> Any:
    return [nested(levels - 1)] if levels else 1


@pytest.mark.parametrize("odd", [nested(250), "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"], ids=[0, 1, 2])
@pytest.mark.parametrize("name", ["novelty", "createdAt", "startDateTime", "customProperties", "objectId"])
def test_a_result_that_cannot_be_sent_again_can_be_asked_whether_it_was_written(
    driver: Driver, name: str, odd: Any
) -> None:
    inputs = [
        MarketingEventUpsert(event_name=one, event_organizer="o", external_account_id="1", external_event_id=one)
        for one in ("a", "b")
    ]
    results: list[dict[str, Any]] = [{"eventName": "a", "id": "a", name: odd}, {"eventName": "b", "id": "b"}]
    body = {"status": "COMPLETE", "results": results}
    result = driver.against(Script(httpx.Response(200, json=body)), lambda c: c.marketing_events.upsert(inputs))
    assert result.all_written
    assert result.failures == []
    assert result.result_indexes in ([0, 1], [None, 1])
    result.raise_for_errors()
