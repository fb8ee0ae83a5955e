"""The quick check of the embedded HubSpot allows nothing that openapi-core forbids, and is enough for what is right."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import h11
import pytest
from bundled_spec import BUNDLE, resolved
from embedded import serving
from hubspot_events.testing._answers import Answer, Refusal
from hubspot_events.testing._http import Request
from hubspot_events.testing._spec import Operation, Spec, load_spec
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_core import OpenAPI

SPEC = load_spec()
OPERATIONS = {path: item["post"] for path, item in BUNDLE["paths"].items() if "post" in item}


def examples(container: Any) -> list[Any]:
    content = resolved(container).get("content", {}).get("application/json", {})
    return [one["value"] for one in content.get("examples", {}).values()]


BODIES = [(path, body) for path, operation in OPERATIONS.items() for body in examples(operation["requestBody"])]
# One of each, as versions have the same ones.
FIELDS = {json.dumps(OPERATIONS[path]["requestBody"]): (path, body) for path, body in BODIES}.values()
ANSWERS = {
    json.dumps(response): (path, int(code), body)
    for path, operation in OPERATIONS.items()
    for code, response in operation["responses"].items()
    if code.isdigit()
    for body in examples(response)
}.values()

# What the two libraries see otherwise, and what either may not take at all.
TIMES = [
    "2026-03-01T09:30:00Z",
    "2026-03-01t09:30:00Z",
    "2026-03-01T09:30:00z",
    "2026-03-01T09:30:00.123456789+01:00",
    "2016-12-31T23:59:60Z",
    "0000-01-01T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-03-01T09:30:00Z\n",
    "2026-03-01T24:00:00Z",
    "2026-03-01 09:30:00Z",
    "２026-03-01T09:30:00Z",
]
BLANKS = ["", " ", "\n", "\x1c", "\x1f", "\x85", "\u00a0", "\u2003", "\u200b", "\ufeff", "\ud800"]
NUMBERS = [0, -1, 2**31, -(2**31) - 1, 2**63, 2**70, 1.0, 1.5, 2.0**31, 1e300, True]
HEADERS = [("Host", "localhost"), ("Content-Type", "application/json")]
ODD: list[Any] = [None, *TIMES, *BLANKS, *NUMBERS, [], {}]
leaves = (
    st.sampled_from(ODD) | st.text(max_size=3) | st.integers() | st.datetimes().map(lambda time: time.isoformat() + "Z")
)
values = leaves | st.lists(leaves, max_size=2) | st.dictionaries(st.sampled_from(["name", "value", "a"]), leaves)


def request_of(path: str, body: Any) -> Request:
    head = h11.Request(method="POST", target=path, headers=HEADERS)
    request = Request(head, json.dumps(body).encode)
    request.read_body()
    return request


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container in a JSON value, with each of its keys."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def with_each_field_changed(value: Any) -> Iterator[Any]:
    """Yield the JSON with one field gone or of another value, in turn for each; it is the same object, changed."""
    value = copy.deepcopy(value)
    for container, key in places(value):
        kept = container[key]
        for other in ODD:
            container[key] = other
            yield value
        if isinstance(container, dict):
            del container[key]
            yield value
        container[key] = kept


@st.composite
def changed_somehow(draw: st.DrawFn, value: Any) -> Any:
    """Something that was right, and may be so no longer."""
    value = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, 3))):
        if not (there := list(places(value))):
            return draw(values)
        container, key = draw(st.sampled_from(there))
        if isinstance(container, dict) and draw(st.booleans()):
            del container[key]
            container |= draw(st.dictionaries(st.sampled_from(["id", "objectId", "utk", "a"]), values, max_size=1))
        else:
            container[key] = draw(values)
    return value


def check_request(path: str, body: Any) -> None:
    request = request_of(path, body)
    operation, parameters = SPEC.find(request)
    if operation.surely_allows(request):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Operation, "surely_allows", lambda *_: False)
            SPEC.check_request(request, operation, parameters)


def check_answer(path: str, code: int, body: Any) -> None:
    request = request_of(path, {})
    operation, _ = SPEC.find(request)
    answer = Answer(code, body)
    if operation.surely_answers(answer):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Operation, "surely_answers", lambda *_: False)
            SPEC.check_answer(request, operation, answer)


@pytest.mark.parametrize(("path", "body"), FIELDS)
def test_what_it_allows_in_a_field_of_a_request_openapi_core_allows(path: str, body: Any) -> None:
    for changed in with_each_field_changed(body):
        check_request(path, changed)


@pytest.mark.parametrize(("path", "code", "body"), ANSWERS)
def test_what_it_allows_in_a_field_of_an_answer_openapi_core_allows(path: str, code: int, body: Any) -> None:
    for changed in with_each_field_changed(body):
        check_answer(path, code, changed)


@settings(deadline=None)
@given(st.data(), st.sampled_from(BODIES))
def test_what_it_allows_in_a_request_openapi_core_allows(data: st.DataObject, was: tuple[str, Any]) -> None:
    path, body = was
    check_request(path, data.draw(changed_somehow(body)))


@settings(deadline=None)
@given(st.data(), st.sampled_from(list(ANSWERS)))
def test_what_it_allows_in_an_answer_openapi_core_allows(data: st.DataObject, was: tuple[str, int, Any]) -> None:
    path, code, body = was
    check_answer(path, data.draw(st.sampled_from([code, 400, 429])), data.draw(changed_somehow(body)))


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_it_is_enough_for_what_is_right_and_for_its_answer(
    path: str, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        raise AssertionError("a closer look was needed")

    monkeypatch.setattr(OpenAPI, "validate_request", slow)
    monkeypatch.setattr(OpenAPI, "validate_response", slow)
    with serving(requests_per_ten_seconds=2) as (_, api):
        assert [api.post(path, json=body).status_code for _ in range(3)][2] == 429


def test_an_unknown_format_or_pattern_is_left_to_openapi_core() -> None:
    contents = json.loads(json.dumps(BUNDLE))
    event = contents["components"]["schemas"]["TimelineEvent"]["properties"]
    event["utk"] = {"type": "string", "pattern": "^[a-z]+$"}
    event["domain"] = {"type": "string", "format": "hostname"}
    spec = Spec(json.dumps(contents))
    path = "/integrators/timeline/v3/events"
    body = {"eventTemplateId": "1", "email": "a@b.example", "tokens": {}}
    operation, _ = spec.find(request_of(path, body))
    assert operation.surely_allows(request_of(path, body))
    for field in ({"utk": "abc"}, {"domain": "b.example"}):
        request = request_of(path, body | field)
        assert not operation.surely_allows(request)
        spec.check_request(request, operation, {})
    with pytest.raises(Refusal):
        spec.check_request(request_of(path, body | {"utk": "ABC"}), operation, {})
