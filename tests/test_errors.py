"""Every failure is one of our errors, says what HubSpot said, and whether the request may have been processed."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import hubspot_events
import pytest
from conftest import Driver, Script, created, event
from hubspot_events import (
    AuthenticationError,
    BadRequestError,
    BatchOutcome,
    ConflictError,
    HubSpotError,
    LockedError,
    MarketingEventUpdate,
    MarketingEventUpsert,
    MigrationError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ResponseError,
    ServerError,
    TimelineEventResponse,
    TransportError,
    UnreadableResponseError,
)
from hubspot_events.testing import ManualClock
from hypothesis import given
from hypothesis import strategies as st

VALIDATION = {
    "status": "error",
    "message": "Invalid input JSON",
    "correlationId": "corr-1",
    "category": "VALIDATION_ERROR",
    "subCategory": {"name": "x"},
    "errors": [
        {"message": "must not be empty", "in": "eventTemplateId", "code": "INVALID", "context": {"a": ["b"]}},
        {"message": "is odd", "subCategory": "odd"},
    ],
    "context": {"a": ["b"]},
    "links": {"docs": "https://developers.example"},
}
RATE_LIMIT = {
    "status": "error",
    "message": "You have reached your limit.",
    "errorType": "RATE_LIMIT",
    "correlationId": "corr-2",
    "policyName": "TEN_SECONDLY_ROLLING",
    "requestId": "r",
}


def fail(driver: Driver, *answers: httpx.Response | Exception, **options: Any) -> Any:
    """Return the error that a call ends with."""
    with pytest.raises(HubSpotError) as caught:
        driver.against(Script(*answers), lambda c: c.timeline.create(event(id="e-1")), **{"max_retries": 0, **options})
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind", "processed"),
    [
        (302, ResponseError, True),
        (400, BadRequestError, False),
        (401, AuthenticationError, False),
        (403, PermissionDeniedError, False),
        (404, NotFoundError, False),
        (405, ResponseError, False),
        (409, ConflictError, False),
        (413, BadRequestError, False),
        (415, BadRequestError, False),
        (423, LockedError, False),
        (429, RateLimitError, False),
        (477, MigrationError, False),
        (500, ServerError, True),
        (502, ServerError, True),
        (503, ServerError, True),
        (504, ServerError, True),
        (521, ServerError, False),
        (522, ServerError, True),
        (523, ServerError, False),
        (524, ServerError, True),
        (525, ServerError, False),
        (526, ServerError, False),
        (599, ServerError, True),
    ],
)
def test_a_status_code_has_its_class_and_says_whether_the_request_may_have_been_processed(
    driver: Driver, status: int, kind: type[HubSpotError], processed: bool
) -> None:
    error = fail(driver, httpx.Response(status, json=VALIDATION))
    assert type(error) is kind
    assert error.status_code == status
    assert error.may_have_been_processed is processed
    assert (error.method, error.path) == ("POST", "/integrators/timeline/v3/events")
    assert error.sent_ids == ["e-1"]


def test_a_validation_error_carries_all_that_hubspot_says(driver: Driver) -> None:
    error = fail(driver, httpx.Response(400, json=VALIDATION))
    assert error.message == "Invalid input JSON"
    assert error.category == "VALIDATION_ERROR"
    assert error.correlation_id == "corr-1"
    assert error.body == VALIDATION
    assert error.fields == ["eventTemplateId"]
    assert str(error) == (
        "POST /integrators/timeline/v3/events: 400 VALIDATION_ERROR: Invalid input JSON"
        " [eventTemplateId: must not be empty; is odd] (correlation id corr-1; not processed)"
    )


@pytest.mark.parametrize(
    "body",
    [
        {"context": {"missingScopes": ["timeline", "crm.objects.contacts.write"]}},
        {"context": "{missingScopes=[timeline, crm.objects.contacts.write]}"},
        {
            "errors": [
                {"message": "m", "context": {"requiredScopes": ["timeline"]}},
                {"context": "{missingScopes=[timeline, crm.objects.contacts.write]}"},
            ]
        },
    ],
)
def test_missing_scopes_are_named_in_each_form(driver: Driver, body: Any) -> None:
    error = fail(driver, httpx.Response(403, json={"category": "MISSING_SCOPES", "message": "m", **body}))
    assert error.missing_scopes == ["timeline", "crm.objects.contacts.write"]
    assert all(scope in str(error) for scope in error.missing_scopes)


def test_a_rate_limit_says_which_policy_and_how_long(driver: Driver) -> None:
    headers = {"X-HubSpot-RateLimit-Interval-Milliseconds": "10000", "X-HubSpot-RateLimit-Daily-Remaining": "17"}
    error = fail(driver, httpx.Response(429, json=RATE_LIMIT, headers=headers))
    assert (error.policy_name, error.retry_after, error.daily) == ("TEN_SECONDLY_ROLLING", 10.0, False)
    assert error.category == "RATE_LIMIT"
    assert error.correlation_id == "corr-2"
    assert error.headers["x-hubspot-ratelimit-daily-remaining"] == "17"


@pytest.mark.parametrize(
    ("body", "headers"),
    [({**RATE_LIMIT, "policyName": "DAILY"}, {}), ({}, {"X-HubSpot-RateLimit-Daily-Remaining": "0"})],
)
def test_the_daily_limit_says_that_today_is_over(driver: Driver, body: Any, headers: dict[str, str]) -> None:
    error = fail(driver, httpx.Response(429, json=body, headers=headers), max_retries=5)
    assert error.daily
    assert error.retry_after is None
    assert error.tries == 1


def test_a_migration_says_until_when(driver: Driver, clock: ManualClock) -> None:
    error = fail(driver, httpx.Response(477, headers={"Retry-After": "3600"}), clock=clock)
    assert error.until == datetime.fromtimestamp(clock.now, UTC) + timedelta(hours=1)
    assert fail(driver, httpx.Response(477)).until is None


def test_a_400_for_an_id_in_use_is_a_conflict(driver: Driver) -> None:
    error = fail(driver, httpx.Response(400, json={"status": "error", "message": "Event ID already in use"}))
    assert type(error) is ConflictError


def test_a_400_whose_details_all_say_that_an_id_is_in_use_is_a_conflict(driver: Driver) -> None:
    in_use = {"message": "Event ID already in use", "in": "id"}
    refusal = {"message": "Invalid input", "errors": [in_use]}
    assert type(fail(driver, httpx.Response(400, json=refusal))) is ConflictError
    more = {**refusal, "errors": [in_use, {"message": "no such template"}]}
    assert type(fail(driver, httpx.Response(400, json=more))) is BadRequestError
    script = Script(httpx.ReadTimeout("lost"), httpx.Response(400, json=refusal))
    assert driver.against(script, lambda client: client.timeline.create(event(id="a"))).response.known_already


def test_a_conflict_after_a_lost_answer_is_the_success_of_an_earlier_try(driver: Driver) -> None:
    script = Script(httpx.ReadTimeout("lost"), httpx.Response(409))
    result = driver.against(script, lambda client: client.timeline.create(event(id="a")), max_retries=1)
    assert (result.id, result.response.status_code, result.response.tries) == ("a", 409, 2)
    assert result.response.known_already


def test_a_conflict_without_a_lost_answer_is_one(driver: Driver) -> None:
    error = fail(driver, httpx.Response(429), httpx.Response(409), max_retries=1)
    assert type(error) is ConflictError
    assert not error.may_have_been_processed
    assert error.tries == 2


@pytest.mark.parametrize(
    ("exception", "kind", "processed"),
    [
        (httpx.ConnectError("refused"), TransportError, False),
        (httpx.ConnectTimeout("slow"), RequestTimeoutError, False),
        (httpx.PoolTimeout("full"), RequestTimeoutError, False),
        (httpx.ProxyError("proxy"), TransportError, False),
        (httpx.WriteTimeout("slow"), RequestTimeoutError, True),
        (httpx.WriteError("broken"), TransportError, True),
        (httpx.ReadTimeout("slow"), RequestTimeoutError, True),
        (httpx.ReadError("reset"), TransportError, True),
        (httpx.RemoteProtocolError("closed"), TransportError, True),
        (httpx.DecodingError("gzip"), TransportError, True),
        (RuntimeError("any"), TransportError, True),
    ],
)
def test_a_request_without_an_answer_says_whether_it_may_have_been_processed(
    driver: Driver, exception: Exception, kind: type[HubSpotError], processed: bool
) -> None:
    error = fail(driver, exception)
    assert type(error) is kind
    assert error.may_have_been_processed is processed
    assert error.__cause__ is exception
    assert error.status_code is None
    assert str(exception) in str(error)


@pytest.mark.parametrize(
    "content",
    [b"{}", b"<html><body>Welcome</body></html>", b'{"id": "e', b"null", b"[]", b'"x"', b"[" * 100_000, b"\xff\xfe"],
)
@pytest.mark.parametrize("status", [200, 201, 202, 204, 207])
def test_an_unreadable_answer_says_that_the_request_was_accepted(driver: Driver, status: int, content: bytes) -> None:
    script = Script(httpx.Response(status, content=content))
    with pytest.raises(UnreadableResponseError, match="accepted the request, but its answer cannot be read") as caught:
        driver.against(script, lambda client: client.timeline.create(event()))
    assert caught.value.may_have_been_processed
    assert caught.value.content == content
    assert caught.value.status_code == status
    assert len(script.requests) == 1, "a write that was accepted is not sent again"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_success_without_a_body_is_a_success_that_tells_no_result(driver: Driver, status: int) -> None:
    script = Script(httpx.Response(status))
    result = driver.against(script, lambda client: client.timeline.create(event(id="a")))
    assert (result.id, result.object_type, result.response.json) == ("a", "", None)
    batch = driver.against(script, lambda client: client.timeline.create_batch([event(), event()]))
    assert (batch.all_written, batch.results, batch.response.status_code) == (True, [], status)
    assert len(script.requests) == 2


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": "error", "message": "nope"},
        {"status": "ERROR", "message": "nope", "results": []},
        {"status": "Failure", "message": "nope", "id": "a"},
        {"error": "nope", "message": "nope"},
        {"status": "COMPLETE", "numErrors": 1, "errors": [{"message": "bad"}], "message": "nope"},
        {"category": "VALIDATION_ERROR", "message": "nope"},
        {"success": False, "message": "nope"},
        {"status": 500, "message": "nope"},
        {"failure": "nope", "id": "a", "message": "nope"},
        {"category": "VALIDATION_ERROR", "id": "a", "message": "nope"},
        {"errorType": "RATE_LIMIT", "id": "a", "message": "nope"},
        {"status": 409, "id": "a", "message": "nope"},
    ],
)
@pytest.mark.parametrize("status", [200, 201, 207])
def test_an_error_in_place_of_an_event_is_no_event(driver: Driver, status: int, refusal: Any) -> None:
    script = Script(httpx.Response(status, json=refusal))
    with pytest.raises(UnreadableResponseError) as caught:
        driver.against(script, lambda client: client.timeline.create(event()))
    assert caught.value.error.message == "nope"
    assert len(script.requests) == 1


@pytest.mark.parametrize("content", [b'{"errorType": "RATE_LIMIT"}', b'{"success": false}', b"{}", b"[]"])
def test_an_error_of_few_words_is_no_event(driver: Driver, content: bytes) -> None:
    with pytest.raises(UnreadableResponseError):
        driver.against(Script(httpx.Response(200, content=content)), lambda client: client.timeline.create(event()))


def test_a_success_that_nobody_knows_is_no_crash_after_the_write(driver: Driver) -> None:
    script = Script(httpx.Response(200, json={"seen": {"host": "api.hubapi.com"}}))
    result = driver.against(script, lambda client: client.timeline.create(event(id="a")))
    assert (result.id, result.additional_properties) == ("a", {"seen": {"host": "api.hubapi.com"}})


@pytest.mark.parametrize(
    "other",
    [
        {"ok": False},
        {"Error": "blocked"},
        {"fault": {"faultstring": "quota"}},
        {"data": {"error": "x"}},
        {"results": []},
        {"status": "COMPLETE", "results": [{"id": "another"}]},
        {"status": "FAIL"},
        {"status": "400"},
        {"status": "denied"},
        {"title": "Forbidden", "type": "about:blank"},
        {"code": "InternalError", "requestId": "x"},
    ],
)
def test_an_error_of_whoever_stands_in_between_is_no_event(driver: Driver, other: Any) -> None:
    with pytest.raises(UnreadableResponseError):
        driver.against(Script(httpx.Response(200, json=other)), lambda client: client.timeline.create(event(id="a")))


def test_a_207_without_a_body_does_not_say_that_one_event_was_written(driver: Driver) -> None:
    with pytest.raises(UnreadableResponseError, match="it is empty"):
        driver.against(Script(httpx.Response(207)), lambda client: client.timeline.create(event(id="a")))


@pytest.mark.parametrize(
    "other",
    [
        {"id": "x"},
        {"id": "x", "eventTemplateId": "1001298"},
        {"id": "a", "eventTemplateId": "2"},
        {"id": ["a", "x"], "email": "b"},
    ],
)
def test_an_answer_about_another_event_is_no_success(driver: Driver, other: Any) -> None:
    script = Script(httpx.Response(201, json=other))
    with pytest.raises(UnreadableResponseError, match="'1001298', id 'a', which was sent") as caught:
        driver.against(script, lambda client: client.timeline.create(event(id="a")))
    assert json.dumps(other) in str(caught.value)
    assert (caught.value.may_have_been_processed, caught.value.sent_ids) == (True, ["a"])
    assert len(script.requests) == 1


class _Incomparable(str):
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        raise RuntimeError


def test_text_of_a_kind_of_the_callers_names_an_event(driver: Driver) -> None:
    result = driver.against(
        Script(httpx.Response(201, json={"id": "a"})),
        lambda client: client.timeline.create(event(id=_Incomparable("a"))),
    )
    assert result.id == "a"


@pytest.mark.parametrize("given", [None, "a-{{uuid}}"])
@pytest.mark.parametrize("fill_ids", [True, False])
def test_where_the_caller_left_the_id_open_the_one_of_the_answer_counts(
    driver: Driver, given: str | None, fill_ids: bool
) -> None:
    script = Script(httpx.Response(201, json={"id": "x"}))
    result = driver.against(script, lambda client: client.timeline.create(event(id=given)), fill_ids=fill_ids)
    assert result.id == "x"


@pytest.mark.parametrize(
    "location", ["mailto:a@b", "https:foo", "https://xn--a/", "http://[::1", "https://elsewhere.example"]
)
def test_a_redirect_to_anywhere_is_one_of_our_errors(driver: Driver, location: str) -> None:
    error = fail(driver, httpx.Response(302, headers={"Location": location}))
    assert isinstance(error, ResponseError | TransportError)


def test_what_is_no_httpx_error_is_one_of_ours_and_not_tried_again(driver: Driver) -> None:
    error = fail(driver, RuntimeError("Event loop is closed"), max_retries=3)
    assert type(error) is TransportError
    assert error.may_have_been_processed
    assert error.tries == 1
    assert error.sent_ids == ["e-1"]


def test_a_hook_that_raises_for_a_status_is_read_as_the_answer(driver: Driver, clock: ManualClock) -> None:
    def raise_for_status(response: httpx.Response) -> None:
        response.raise_for_status()

    async def raise_for_status_async(response: httpx.Response) -> None:
        response.raise_for_status()

    script = Script(httpx.Response(503), created)
    transport = httpx.MockTransport(script)
    pool = (
        httpx.Client(transport=transport, event_hooks={"response": [raise_for_status]})
        if driver.kind == "sync"
        else httpx.AsyncClient(transport=transport, event_hooks={"response": [raise_for_status_async]})
    )
    assert driver.run(lambda client: client.timeline.create(event()), http_client=pool, clock=clock).id
    assert len(script.requests) == 2


@pytest.mark.parametrize(
    "met",
    [
        httpx.ConnectError("the caller's own server is away"),
        httpx.HTTPStatusError(
            "400", request=httpx.Request("POST", "https://own.example"), response=httpx.Response(400)
        ),
    ],
)
def test_what_the_own_request_of_a_hook_meets_says_nothing_of_the_call(driver: Driver, met: httpx.HTTPError) -> None:
    def hook(_: httpx.Response) -> None:
        raise met

    async def hook_async(_: httpx.Response) -> None:
        raise met

    script = Script(created)
    transport = httpx.MockTransport(script)
    pool = (
        httpx.Client(transport=transport, event_hooks={"response": [hook]})
        if driver.kind == "sync"
        else httpx.AsyncClient(transport=transport, event_hooks={"response": [hook_async]})
    )
    with pytest.raises(httpx.HTTPError) as caught:
        driver.run(lambda client: client.timeline.create(event(id="a")), http_client=pool, fill_ids=False)
    assert caught.value is met
    assert "may have been processed; its ids are ['a']" in met.__notes__[-1]
    assert len(script.requests) == 1


def test_what_a_clock_raises_reaches_the_caller(driver: Driver) -> None:
    class Clock(ManualClock):
        def sleep(self, seconds: float) -> None:
            raise StopIteration

        async def sleep_async(self, seconds: float) -> None:
            raise LookupError

    with pytest.raises((StopIteration, LookupError)):
        driver.against(Script(httpx.Response(503)), lambda c: c.timeline.create(event()), clock=Clock())


@pytest.mark.parametrize("size", [50_000])
def test_a_long_message_takes_no_time(driver: Driver, size: int) -> None:
    for text in ("id " * size, "id" * size, "x" * size):
        error = fail(
            driver, httpx.Response(400, json={"message": text, "context": text, "errors": [{"context": text}]})
        )
        assert type(error) is BadRequestError
        assert fail(driver, httpx.Response(403, json={"context": text})).missing_scopes == []


@given(st.data())
def test_the_text_of_an_error_is_one_line_whatever_hubspot_says(data: Any) -> None:
    controls = st.sampled_from("\0\a\b\t\n\v\f\r\x1b\x1c\x7f\x85\x9b\u2028\u2029\u202e\u2066\ud800")
    say = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]) | controls, min_size=1)
    body = {name: data.draw(say) for name in ("message", "category", "correlationId")}
    detail = {name: data.draw(say) for name in ("message", "in")}
    path = f"/a{quote(data.draw(say), errors='surrogatepass')}"
    script = Script(httpx.Response(400, content=json.dumps({**body, "errors": [detail]})))
    with pytest.raises(BadRequestError) as caught:
        Driver("sync").against(script, lambda c: c.request("POST", path, json={}))
    assert str(caught.value).isprintable()
    assert caught.value.message == body["message"]


def test_a_log_line_is_one_whatever_hubspot_says(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hubspot_events")
    script = Script(httpx.Response(503, json={"category": "X\r\nERROR forged\x1b"}))
    with pytest.raises(HubSpotError):
        driver.against(script, lambda c: c.request("GET", "/a%0AERROR%1B"), max_retries=1)
    assert [line.isprintable() for line in caplog.messages] == [True]


def test_words_of_any_language_are_shown_as_they_are(driver: Driver) -> None:
    words = "é 日本 שלום می\u200cخواهم 👩\u200d💻"
    assert words in str(fail(driver, httpx.Response(400, json={"message": words})))


def test_a_body_that_is_nested_deeply_does_not_keep_an_error_from_being_pickled(driver: Driver) -> None:
    error = fail(driver, httpx.Response(400, content=b'{"message": "m", "x": ' + b"[" * 900 + b"]" * 900 + b"}"))
    assert pickle.loads(pickle.dumps(error)).message == "m"
    assert copy.deepcopy(error).body == error.body


def test_html_is_shown_as_text_and_megabytes_are_not_shown(driver: Driver) -> None:
    page = "<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>"
    error = fail(driver, httpx.Response(502, html=page))
    assert error.message == "502 Bad Gateway nginx"
    assert error.body == page
    big = fail(driver, httpx.Response(502, content=b"x" * 5_000_000))
    assert len(str(big)) < 1000
    assert len(big.content) == 5_000_000


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400, json=VALIDATION),
        httpx.Response(429, json=RATE_LIMIT),
        httpx.Response(200, text="<html>"),
        httpx.ReadTimeout("lost"),
    ],
)
def test_an_error_survives_pickling_and_copying(driver: Driver, answer: httpx.Response | Exception) -> None:
    error = fail(driver, answer)
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert str(other) == str(error)
        assert other.body == error.body
        assert other.sent_ids == error.sent_ids
        assert other.args == error.args


def test_every_error_of_the_package_has_the_one_base() -> None:
    classes = [value for value in vars(hubspot_events).values() if isinstance(value, type)]
    errors = [one for one in classes if issubclass(one, Exception) and not issubclass(one, Warning)]
    assert len(errors) > 10
    assert all(issubclass(kind, HubSpotError) for kind in errors)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
#: Names that mean something to us, with values that are anything but what is meant.
known_names = st.sampled_from(
    [
        "id",
        "results",
        "errors",
        "status",
        "message",
        "category",
        "context",
        "subCategory",
        "correlationId",
        "numErrors",
        "links",
        "completedAt",
        "tokens",
        "timelineIFrame",
        "createdAt",
        "policyName",
        "errorType",
        "customProperties",
        "appInfo",
        "extraData",
        "objectId",
        "in",
        "name",
        "value",
    ]
)
bodies = (
    st.dictionaries(known_names, st.one_of(json_values, st.lists(st.dictionaries(known_names, json_values))))
    | json_values
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Retry-After": st.sampled_from(
            [
                "1",
                "-1",
                "soon",
                "1e9",
                "nan",
                "99999999999999999999",
                "",
                "Wed, 21 Oct 2015 07:28:00 GMT",
                "Wed, 99 Oct 9999 07:28:00 GMT",
                "Wed, 21 Oct 2015 07:28:00 +99999999999999999999",
            ]
        ),
        "X-HubSpot-RateLimit-Interval-Milliseconds": st.sampled_from(["10000", "x", "-5", ""]),
        "Content-Type": st.sampled_from(["application/json", "text/html; charset=nonsense", ""]),
    },
)
ACTIONS = [
    (lambda c: c.timeline.create(event()), TimelineEventResponse),
    (lambda c: c.timeline.create_batch([event(), event()]), BatchOutcome),
    (
        lambda c: c.marketing_events.upsert(
            [MarketingEventUpsert(event_name="a", event_organizer="b", external_account_id="c", external_event_id="d")]
        ),
        BatchOutcome,
    ),
    (lambda c: c.marketing_events.update([MarketingEventUpdate(object_id="1")]), BatchOutcome),
]


@given(
    st.sampled_from(ACTIONS),
    st.integers(200, 599),
    bodies.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=50),
    headers,
)
def test_any_answer_is_a_result_or_one_of_our_errors(action: Any, status: int, content: bytes, headers: Any) -> None:
    call, kind = action
    try:
        result = Driver("sync").against(
            lambda request: httpx.Response(status, content=content, headers=headers), call, max_retries=1
        )
    except HubSpotError as error:
        assert error.status_code == status
        assert str(error)
        assert str(pickle.loads(pickle.dumps(error))) == str(error)
        for name in ("fields", "missing_scopes", "daily", "retry_after", "until"):
            getattr(error, name, None)
        if status < 300:
            assert error.may_have_been_processed
        return
    assert isinstance(result, kind)
    if status >= 300:  # a batch of which HubSpot knows all, and says so by name
        assert status == 409
        assert result.known
        assert not result.all_written
    if isinstance(result, BatchOutcome):
        assert result.all_written in (True, False)
        assert isinstance(result.failures, list)
    assert repr(result)
