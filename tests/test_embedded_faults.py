"""The faults of the embedded HubSpot, as a plain HTTP client meets them."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hubspot_events.testing import (
    CloseBeforeReading,
    CutAnswer,
    Delay,
    EmbeddedHubSpot,
    Fault,
    Hold,
    LoseAnswer,
    Respond,
    ShortenAnswer,
    Transform,
)

CREATE = "/integrators/timeline/v3/events"
CREATE_BATCH = "/integrators/timeline/v3/events/batch/create"
TOKEN = "/oauth/2026-03/token"
EVENT = {"eventTemplateId": "1001298", "email": "art3mis@petspot.example", "tokens": {"petName": "Art3mis"}}


@pytest.fixture
def api(embedded_hubspot: EmbeddedHubSpot) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {embedded_hubspot.access_token}"}
    with httpx.Client(base_url=embedded_hubspot.base_url, headers=headers, trust_env=False, verify=False) as client:
        yield client


def outcome(hubspot: EmbeddedHubSpot) -> tuple[int, int | None, bool]:
    """How many events were written, and of the last request the status and whether it was processed."""
    last = hubspot.requests[-1]
    return len(hubspot.writes), last.status, last.processed


@pytest.mark.parametrize("status", [200, 400, 403, 423, 429, 477, 500, 502, 503, 504, 521, 522, 523, 524, 525, 526])
def test_any_status_can_be_answered_without_processing(
    status: int, api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.plan(Respond(status))
    answer = api.post(CREATE, json=EVENT)
    assert answer.status_code == status
    assert {"status", "message", "correlationId"} <= answer.json().keys()
    assert outcome(embedded_hubspot) == (0, status, False)


def test_a_planned_429_looks_like_the_ten_second_limit(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    embedded_hubspot.plan(Respond(429, headers={"Retry-After": "3"}))
    answer = api.post(CREATE, json=EVENT)
    assert answer.headers["Retry-After"] == "3"
    assert (answer.json()["errorType"], answer.json()["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    assert "category" not in answer.json()


def test_an_answer_can_come_after_processing_all_the_same(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    embedded_hubspot.plan(Respond(502, "<html>Bad gateway</html>", processed=True))
    answer = api.post(CREATE, json=EVENT)
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text == "<html>Bad gateway</html>"
    assert outcome(embedded_hubspot) == (1, 502, True)


@pytest.mark.parametrize(
    ("body", "headers", "content", "content_type"),
    [
        ({"a": 1}, {}, b'{"a": 1}', "application/json;charset=utf-8"),
        ([], {}, b"[]", "application/json;charset=utf-8"),
        ("<p>ä</p>", {}, "<p>ä</p>".encode(), "text/html; charset=utf-8"),
        ("{}", {"Content-Type": "application/json"}, b"{}", "application/json"),
        (b"", {"Content-Type": "application/json"}, b"", "application/json"),
        (b"\xff\x00", {"Content-Type": "image/png"}, b"\xff\x00", "image/png"),
    ],
)
def test_the_body_of_a_planned_answer_is_json_or_html_or_bytes(
    body: Any,
    headers: dict[str, str],
    content: bytes,
    content_type: str,
    api: httpx.Client,
    embedded_hubspot: EmbeddedHubSpot,
) -> None:
    embedded_hubspot.plan(Respond(201, body, headers, processed=True))
    answer = api.post(CREATE, json=EVENT)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (201, content, content_type)


def test_a_planned_answer_after_processing_still_needs_a_good_request_to_write(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.plan(Respond(502, processed=True))
    assert api.post(CREATE, json={}).status_code == 502
    assert outcome(embedded_hubspot) == (0, 502, False)


def test_a_lost_answer_is_processed_and_the_client_gets_no_byte(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.plan(LoseAnswer())
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        api.post(CREATE, json=EVENT)
    assert outcome(embedded_hubspot) == (1, None, True)
    assert api.post(CREATE, json=EVENT).status_code == 201


def test_a_connection_closed_before_reading_leaves_nothing_processed(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.plan(CloseBeforeReading())
    with pytest.raises(httpx.TransportError):
        api.post(CREATE, json={**EVENT, "extraData": {"text": "x" * 1_000_000}})
    assert outcome(embedded_hubspot) == (0, None, False)
    assert embedded_hubspot.requests[0].json is None


@pytest.mark.parametrize("after_bytes", [0, 1, 50, 1_000_000])
def test_a_cut_answer_is_processed_and_its_body_ends_too_early(
    after_bytes: int, api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.plan(CutAnswer(after_bytes))
    with api.stream("POST", CREATE, json=EVENT) as answer:
        assert answer.status_code == 201
        promised = int(answer.headers["Content-Length"])
        received = min(after_bytes, promised - 1)
        with pytest.raises(httpx.RemoteProtocolError, match=f"received {received} bytes, expected {promised}"):
            answer.read()
    assert outcome(embedded_hubspot) == (1, 201, True)


def test_a_shortened_answer_is_processed_and_complete_for_http_but_no_json(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.plan(ShortenAnswer(5))
    answer = api.post(CREATE, json=EVENT)
    assert answer.status_code == 201
    assert len(answer.content) == int(answer.headers["Content-Length"]) == 5
    with pytest.raises(ValueError, match="Unterminated string"):
        answer.json()
    assert outcome(embedded_hubspot) == (1, 201, True)


def test_an_answer_can_be_transformed_after_processing(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    def strange(answer: dict[str, Any]) -> dict[str, Any]:
        answer["results"][0]["id"] = None
        del answer["completedAt"]
        return {**answer, "status": "X", "novel": {"field": 1}}

    embedded_hubspot.plan(Transform(strange))
    answer = api.post(CREATE_BATCH, json={"inputs": [EVENT]})
    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["novel"]) == ("X", {"field": 1})
    assert "completedAt" not in answer.json()
    assert answer.json()["results"][0]["id"] is None
    assert embedded_hubspot.timeline_events[0]["id"]


def test_a_held_answer_is_processed_at_once_and_comes_when_it_is_released(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    hold = Hold()
    embedded_hubspot.plan(hold)
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(api.post, CREATE, json=EVENT)
        assert hold.reached.wait(10)
        assert outcome(embedded_hubspot) == (1, 201, True)
        assert not pending.done()
        hold.release.set()
        assert pending.result(10).status_code == 201


def test_a_client_that_does_not_wait_for_a_held_answer_times_out_after_the_write(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    hold = Hold()
    embedded_hubspot.plan(hold)
    with pytest.raises(httpx.ReadTimeout):
        api.post(CREATE, json=EVENT, timeout=httpx.Timeout(10, read=0.05))
    assert hold.reached.wait(10)
    assert len(embedded_hubspot.writes) == 1


def test_a_delayed_answer_comes_late(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    embedded_hubspot.plan(Delay(0.02))
    answer = api.post(CREATE, json=EVENT)
    assert answer.status_code == 201
    assert answer.elapsed.total_seconds() >= 0.02


def test_a_client_that_does_not_wait_for_a_delayed_answer_times_out_although_it_is_processed(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    processing = threading.Event()

    def watch(event: dict[str, Any]) -> bool:
        processing.set()
        return False

    embedded_hubspot.reject(watch)
    embedded_hubspot.plan(Delay(60))
    with pytest.raises(httpx.ReadTimeout):
        api.post(CREATE, json=EVENT, timeout=httpx.Timeout(10, read=0.05))
    assert processing.wait(10)
    assert len(embedded_hubspot.writes) == 1


@pytest.mark.parametrize("fault", [Hold(), Delay(3600)])
def test_closing_ends_requests_that_wait_without_an_answer(fault: Fault) -> None:
    hubspot = EmbeddedHubSpot().start()
    reached = Hold()
    hubspot.plan(fault, reached)
    with httpx.Client(base_url=hubspot.base_url, trust_env=False, verify=False) as api, ThreadPoolExecutor(2) as pool:
        pending = [pool.submit(api.post, CREATE, json=EVENT) for _ in range(2)]
        assert reached.reached.wait(10)
        hubspot.close()
        for request in pending:
            with pytest.raises(httpx.TransportError):
                request.result(10)


# Plans


def test_planned_faults_meet_one_request_each_in_order_and_none_lets_one_pass(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.plan(Respond(500), None, Respond(501))
    embedded_hubspot.plan(Respond(502))
    assert [api.post(CREATE, json=EVENT).status_code for _ in range(5)] == [500, 201, 501, 502, 201]


def test_a_plan_for_a_path_waits_for_that_path(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    embedded_hubspot.plan(Respond(500), path=CREATE_BATCH)
    assert api.post(CREATE, json=EVENT).status_code == 201
    assert api.post(CREATE_BATCH, json={"inputs": [EVENT]}).status_code == 500
    assert api.post(CREATE_BATCH, json={"inputs": [EVENT]}).status_code == 201


def test_token_requests_meet_only_faults_that_name_their_path(
    api: httpx.Client, embedded_hubspot: EmbeddedHubSpot
) -> None:
    embedded_hubspot.plan(Respond(500))
    embedded_hubspot.misbehave(seed=1, rates={Respond(501): 1})
    assert api.post(TOKEN).status_code == 415
    assert api.post(CREATE, json=EVENT).status_code == 500
    embedded_hubspot.plan(Respond(503), path=TOKEN)
    assert api.post(TOKEN).status_code == 503


def test_reset_forgets_what_was_planned(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    embedded_hubspot.plan(Respond(500), path=CREATE)
    embedded_hubspot.plan(Respond(501))
    embedded_hubspot.misbehave(seed=1, rates={Respond(502): 1})
    embedded_hubspot.reset()
    assert api.post(CREATE, json=EVENT).status_code == 201


def test_a_function_that_transforms_and_raises_is_500_and_raises_on_close() -> None:
    hubspot = EmbeddedHubSpot().start()
    hubspot.plan(Transform(lambda answer: answer["missing"]))
    answer = httpx.post(hubspot.base_url + CREATE, json=EVENT, trust_env=False, verify=False)
    assert answer.status_code == 500
    with pytest.raises(RuntimeError, match=re.escape("KeyError('missing')")):
        hubspot.close()


# Chance


STORM: dict[Fault, float] = {LoseAnswer(): 0.2, Respond(503): 0.2, Respond(502, {}, processed=True): 0.2}


def storm(hubspot: EmbeddedHubSpot, seed: int, requests: int = 200) -> list[int | None]:
    hubspot.reset()
    hubspot.misbehave(seed=seed, rates=STORM)
    headers = {"Authorization": f"Bearer {hubspot.access_token}"}
    with httpx.Client(base_url=hubspot.base_url, headers=headers, trust_env=False, verify=False) as api:
        for _ in range(requests):
            try:
                api.post(CREATE, json=EVENT)
            except httpx.RemoteProtocolError:
                continue
    return [request.status for request in hubspot.requests]


def test_faults_by_chance_come_about_as_often_as_asked_for(embedded_hubspot: EmbeddedHubSpot) -> None:
    counts = Counter(storm(embedded_hubspot, seed=7))
    assert counts.keys() == {None, 503, 502, 201}
    assert all(20 <= counts[status] <= 60 for status in (None, 503, 502))
    assert len(embedded_hubspot.writes) == 200 - counts[503]


def test_the_same_seed_gives_the_same_faults_and_another_seed_others(embedded_hubspot: EmbeddedHubSpot) -> None:
    first = storm(embedded_hubspot, seed=7, requests=30)
    assert storm(embedded_hubspot, seed=7, requests=30) == first
    assert storm(embedded_hubspot, seed=8, requests=30) != first


def test_planned_faults_come_before_those_by_chance(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    embedded_hubspot.misbehave(seed=1, rates={Respond(503): 1})
    embedded_hubspot.plan(Respond(500), None)
    assert [api.post(CREATE, json=EVENT).status_code for _ in range(3)] == [500, 201, 503]
    embedded_hubspot.misbehave(seed=1, rates={})
    assert api.post(CREATE, json=EVENT).status_code == 201


@pytest.mark.parametrize("rates", [{LoseAnswer(): 0.6, Respond(503): 0.6}, {LoseAnswer(): -0.1}])
def test_rates_that_are_no_probabilities_are_refused(
    rates: dict[Fault, float], embedded_hubspot: EmbeddedHubSpot
) -> None:
    with pytest.raises(ValueError, match="probabilities"):
        embedded_hubspot.misbehave(seed=1, rates=rates)


def test_what_is_no_function_is_refused_where_it_is_given(embedded_hubspot: EmbeddedHubSpot) -> None:
    given: Any = "ruby"
    with pytest.raises(TypeError, match="told by a function, not by 'ruby'"):
        embedded_hubspot.reject(given)
    with pytest.raises(TypeError, match=r"now is a function .*, not 'ruby'"):
        EmbeddedHubSpot(now=given)


@pytest.mark.parametrize("fault", [LoseAnswer, 503, [Respond(503)], "LoseAnswer"])
def test_what_is_no_fault_is_refused_where_it_is_planned(embedded_hubspot: EmbeddedHubSpot, fault: Any) -> None:
    with pytest.raises(TypeError, match="give one such as"):
        embedded_hubspot.plan(None, fault)
    if not isinstance(fault, list):
        with pytest.raises(TypeError, match="give one such as"):
            embedded_hubspot.misbehave(seed=1, rates={fault: 0.1})


def test_concurrent_requests_share_a_plan_without_loss(api: httpx.Client, embedded_hubspot: EmbeddedHubSpot) -> None:
    embedded_hubspot.plan(*[Respond(503)] * 10, *[None] * 10)
    start = threading.Barrier(4)

    def send(_: int) -> list[int]:
        start.wait(10)
        return [api.post(CREATE, json=EVENT).status_code for _ in range(5)]

    with ThreadPoolExecutor(4) as pool:
        statuses = Counter(status for batch in pool.map(send, range(4)) for status in batch)
    assert statuses == {503: 10, 201: 10}
