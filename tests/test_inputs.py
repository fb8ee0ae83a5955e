"""What cannot be sent is refused before anything is sent, with the field and the way out."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from conftest import Driver, Script, created, event
from hubspot_events import (
    HubSpotEvents,
    InputError,
    MarketingEventUpdate,
    MarketingEventUpsert,
    PropertyValue,
    TimelineEvent,
    TimelineEventIFrame,
)
from hypothesis import given
from hypothesis import strategies as st


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError("something was sent")


def upsert(**fields: Any) -> MarketingEventUpsert:
    required = {"event_name": "a", "event_organizer": "b", "external_account_id": "c", "external_event_id": "d"}
    return MarketingEventUpsert(**{**required, **fields})


class Unprintable:
    def __repr__(self) -> str:
        raise LookupError


class FarOff(tzinfo):
    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta(days=2)

    dst = utcoffset

    def tzname(self, _: datetime | None) -> str:
        return "far off"


class Unreadable(Mapping[str, str]):
    """A mapping over something that is closed."""

    def __getitem__(self, key: str) -> str:
        raise LookupError

    def __iter__(self) -> Iterator[str]:
        raise LookupError

    def __len__(self) -> int:
        return 1


class UnreadableDict(dict[str, Any]):
    def items(self) -> Any:
        raise LookupError


class UnreadableList(list[Any]):
    def __iter__(self) -> Any:
        raise LookupError


CYCLE: list[Any] = []
CYCLE.append(CYCLE)

CASES: list[tuple[Any, str, str]] = [
    (lambda c: c.timeline.create(event(email=None)), "email", "utk or object_id"),
    (lambda c: c.timeline.create(event(email="")), "email", "must not be empty"),
    (lambda c: c.timeline.create(event(event_template_id="")), "event_template_id", "not be empty"),
    (lambda c: c.timeline.create(event(event_template_id=1001298)), "event_template_id", "must be str, not int"),
    (lambda c: c.timeline.create(event(id="")), "id", "must not be empty"),
    (lambda c: c.timeline.create(event(additional_properties={"id": 5})), "id", "must be str, not int"),
    (
        lambda c: c.timeline.create_batch([event(additional_properties={"id": []})]),
        "inputs[0].id",
        "must be str, not list",
    ),
    (lambda c: c.timeline.create(event(tokens={"a": None})), "tokens['a']", "not None"),
    (lambda c: c.timeline.create(event(tokens={1: "a"})), "tokens[1]", "the key must be str"),
    (lambda c: c.timeline.create(event(tokens={"a": float("nan")})), "tokens['a']", "JSON has no float nan"),
    (lambda c: c.timeline.create(event(tokens=["a"])), "tokens", "must be a dict, not list"),
    (lambda c: c.timeline.create(event(tokens={"at": datetime(2026, 1, 1)})), "tokens['at']", "time zone"),
    (lambda c: c.timeline.create(event(extra_data=[1])), "extra_data", "must be a dict"),
    (
        lambda c: c.timeline.create(event(extra_data={"a": [{"b": {1, 2}}]})),
        "extra_data['a'][0]['b']",
        "JSON has no set",
    ),
    (lambda c: c.timeline.create(event(extra_data={"a": {(1, 2): 3}})), "extra_data['a'][(1, 2)]", "key must be"),
    (lambda c: c.timeline.create(event(extra_data={"a": {"b": {1, 2}}})), "extra_data['a']['b']", "no set"),
    (lambda c: c.timeline.create(event(extra_data={"a": "\ud800"})), "extra_data['a']", "surrogate"),
    (lambda c: c.timeline.create(event(email="\ud800")), "email", "surrogate"),
    (lambda c: c.timeline.create(event(tokens={"\ud800": "a"})), "tokens['\\ud800']", "surrogate"),
    (
        lambda c: c.timeline.create(event(additional_properties={"fooBar": "\ud800"})),
        "additional_properties['fooBar']",
        "surrogate",
    ),
    (
        lambda c: c.marketing_events.upsert([upsert(), upsert(external_event_id="2", event_type="\ud800")]),
        "inputs[1].event_type",
        "surrogate",
    ),
    (lambda c: c.timeline.create(event(timestamp=datetime(2026, 1, 1))), "timestamp", "make it aware"),
    (lambda c: c.timeline.create(event(timestamp=datetime(2026, 1, 1, tzinfo=FarOff()))), "timestamp", "a day off"),
    (lambda c: c.timeline.create(event(timestamp="2026-01-01T10:00")), "timestamp", "Z or an offset"),
    (lambda c: c.timeline.create(event(timestamp="soon")), "timestamp", "such as '2026-03-01T10:00:00Z'"),
    (lambda c: c.timeline.create(event(timestamp=1772359200000)), "timestamp", "must be datetime or str, not int"),
    (
        lambda c: c.timeline.create(event(timeline_i_frame={"url": "x"})),
        "timeline_i_frame",
        "TimelineEventIFrame, not dict",
    ),
    (
        lambda c: c.timeline.create(
            event(
                timeline_i_frame=TimelineEventIFrame(
                    link_label="a",
                    header_label="b",
                    url="c",
                    width="600",  # type: ignore[arg-type]
                    height=400,
                )
            )
        ),
        "timeline_i_frame.width",
        "must be int, not str",
    ),
    (lambda c: c.timeline.create(event(tokens={"a": 10**5000})), "tokens['a']", "JSON has no int a int"),
    (lambda c: c.timeline.create(event(extra_data={"a": Unprintable()})), "extra_data['a']", "JSON has no Unprintable"),
    (lambda c: c.timeline.create(event(extra_data=Unreadable())), "extra_data", "cannot be read: LookupError"),
    (
        lambda c: c.timeline.create(event(extra_data={"a": [UnreadableList([1])]})),
        "extra_data['a'][0]",
        "cannot be read: LookupError",
    ),
    (lambda c: c.timeline.create(event(extra_data={"a": UnreadableDict(b=1)})), "extra_data['a']", "cannot be read"),
    (lambda c: c.timeline.create(event(tokens=UnreadableDict(a=1))), "tokens", "cannot be read: LookupError"),
    (
        lambda c: c.timeline.create(event(additional_properties=np.array([1, 2]))),
        "additional_properties",
        "must be a dict, not ndarray",
    ),
    (lambda c: c.timeline.create_batch([event(), event(tokens=Unreadable())]), "inputs[1].tokens", "cannot be read"),
    *(
        (
            lambda c, value=value: c.marketing_events.upsert([upsert(custom_properties=value)]),
            "inputs[0].custom_properties",
            "cannot be read",
        )
        for value in (Unreadable(), UnreadableDict(a=1), UnreadableList([1]), np.array(5))
    ),
    (
        lambda c: c.timeline.create(event(custom_object_type_id="2-1")),
        "object_id",
        "is needed with custom_object_type_id",
    ),
    (lambda c: c.marketing_events.upsert([upsert(external_event_id="")]), "inputs[0].external_event_id", "empty"),
    (
        lambda c: c.marketing_events.upsert([upsert(custom_properties={"a": 10**5000})]),
        "inputs[0].custom_properties['a']",
        "",
    ),
    (
        lambda c: c.timeline.create({"email": "a"}),
        "event",
        "must be a TimelineEvent, not dict; make one of HubSpot's JSON with TimelineEvent.from_dict",
    ),
    (lambda c: c.timeline.create_batch([]), "inputs", "must not be empty"),
    (lambda c: c.timeline.create_batch(iter([])), "inputs", "must not be empty"),
    (lambda c: c.timeline.create_batch(event()), "inputs", "must be a list of TimelineEvent"),
    (lambda c: c.timeline.create_batch("abc"), "inputs", "not str"),
    (
        lambda c: c.timeline.create_batch([event(), {}]),
        "inputs[1]",
        "must be a TimelineEvent, not dict; make one of HubSpot's JSON with TimelineEvent.from_dict",
    ),
    (lambda c: c.timeline.create_batch([event(), event(email=None)]), "inputs[1].email", "object_id"),
    (lambda c: c.timeline.create_batch([event(), event(tokens={"a": []})]), "inputs[1].tokens['a']", "not list"),
    (lambda c: c.timeline.create_batch([event(), event(extra_data={"a": 1j})]), "inputs[1].extra_data['a']", "complex"),
    (lambda c: c.timeline.create_batch(itertools.repeat(event())), "inputs", "more than 100; give them to the method"),
    (lambda c: c.marketing_events.upsert([upsert(), upsert()]), "inputs[1].external_event_id", "inputs[0]"),
    (lambda c: c.marketing_events.upsert([upsert(event_name=None)]), "inputs[0].event_name", "not None"),
    (lambda c: c.marketing_events.upsert([upsert(event_cancelled="no")]), "inputs[0].event_cancelled", "must be bool"),
    (
        lambda c: c.marketing_events.upsert([upsert(start_date_time="03/04/2026 10:00Z")]),
        "inputs[0].start_date_time",
        "",
    ),
    (lambda c: c.marketing_events.upsert([event()]), "inputs[0]", "must be a MarketingEventUpsert"),
    (
        lambda c: c.marketing_events.upsert([upsert(custom_properties="a")]),
        "inputs[0].custom_properties",
        "must be a list",
    ),
    (lambda c: c.marketing_events.upsert([upsert(custom_properties=[{}])]), "inputs[0].custom_properties[0]", "dict"),
    (
        lambda c: c.marketing_events.upsert([upsert(custom_properties={"a": None})]),
        "inputs[0].custom_properties['a']",
        "None",
    ),
    (
        lambda c: c.marketing_events.upsert([upsert(custom_properties={"a": float("inf")})]),
        "inputs[0].custom_properties['a']",
        "inf",
    ),
    (lambda c: c.marketing_events.update([MarketingEventUpdate(object_id="")]), "inputs[0].object_id", "empty"),
    (
        lambda c: c.marketing_events.update([MarketingEventUpdate(object_id="1"), MarketingEventUpdate(object_id="1")]),
        "inputs[1].object_id",
        "inputs[0]",
    ),
]


@pytest.mark.parametrize(("action", "field", "way_out"), CASES, ids=[f"{field}: {why}" for _, field, why in CASES])
def test_bad_input_is_refused_with_its_field(driver: Driver, action: Any, field: str, way_out: str) -> None:
    with pytest.raises(InputError) as caught:
        driver.against(never, action)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")
    assert way_out in str(caught.value)
    assert not caught.value.may_have_been_processed
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"access_token": None}, "access_token"),
        ({"access_token": ""}, "access_token"),
        ({"access_token": "a", "auth": httpx.Auth()}, "auth"),
        ({"access_token": "a", "base_url": "http://api.hubapi.example"}, "base_url"),
        ({"access_token": "a", "base_url": "ftp://127.0.0.1"}, "base_url"),
        ({"access_token": "a", "base_url": "api.hubapi.com"}, "base_url"),
        ({"access_token": "a", "base_url": "https://user:secret@api.hubapi.com"}, "base_url"),
        *(
            ({"access_token": "a", "base_url": f"https://api.hubapi.com{end}"}, "base_url")
            for end in ("?a=b", "?", "/?", "#", "/#", "/a?/", "?#", "#a")
        ),
        ({"access_token": "a", "base_url": "https://\n"}, "base_url"),
        ({"access_token": "a", "max_retries": -1}, "max_retries"),
        ({"access_token": "a", "max_wait": float("nan")}, "max_wait"),
        ({"access_token": "a", "max_batch_size": 0}, "max_batch_size"),
        ({"access_token": "a", "max_retries": -(10**5000)}, "max_retries"),
        ({"access_token": "a", "max_wait": float("inf")}, "max_wait"),
        ({"access_token": "a", "fill_ids": None}, "fill_ids"),
        ({"auth": "secret"}, "auth"),
        ({"access_token": "a", "base_url": "https://h:999999"}, "base_url"),
        ({"access_token": "a", "base_url": "https://xn--a"}, "base_url"),
        ({"access_token": "a", "timeout": float("inf")}, "timeout"),
        ({"access_token": "a", "timeout": 0}, "timeout"),
        ({"access_token": "a", "timeout": httpx.Timeout(5, connect=-1)}, "timeout"),
        ({"access_token": "a", "timeout": "soon"}, "timeout"),
        ({"access_token": "a", "timeout": httpx.Timeout(-1)}, "timeout"),
        ({"access_token": "a", "timeout": httpx.Timeout(5, read=float("nan"))}, "timeout"),
        ({"access_token": "a", "http_client": object()}, "http_client"),
        ({"access_token": "a", "clock": time.time}, "clock"),
        ({"access_token": "a", "account": ""}, "account"),
        ({"access_token": "a", "account": "\ud800"}, "account"),
    ],
)
def test_bad_options_are_refused_with_their_name(driver: Driver, options: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        driver.run(lambda client: None, **options)
    assert caught.value.field == field
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "http://127.8.8.8/x/", "http://[::1]:1", "http://localhost"]
)
def test_plain_http_is_for_this_machine(address: str) -> None:
    with HubSpotEvents("token", base_url=address) as client:
        assert repr(client) == f"<HubSpotEvents {address.rstrip('/')}>"


def test_a_call_has_no_other_options_than_the_documented_ones(driver: Driver) -> None:
    with pytest.raises(TypeError, match="max_retry"):
        driver.against(never, lambda client: client.timeline.create(event(), max_retry=0))
    with pytest.raises(InputError, match="max_retries"):
        driver.against(never, lambda client: client.timeline.create(event(), max_retries=-1))


@pytest.mark.parametrize(
    ("path", "arguments", "field"),
    [
        ("/\ud800", {}, "path"),
        ("/" + "x" * 70_000, {}, "path"),
        ("/x", {"query": {"a": "x" * 70_000}}, "path"),
        ("/x", {"query": {"\ud800": "a"}}, "query"),
        ("/x", {"query": {1: "a"}}, "query"),
        ("/x", {"query": "a=b"}, "query"),
        ("/x", {"query": {"a": {"b": 1}}}, "query['a']"),
        ("/x", {"headers": [("X-A", "b")]}, "headers"),
        ("/x", {"headers": {"X-A\r\nX-B": "c"}}, "headers"),
        ("/x", {"headers": {"X-Ä": "b"}}, "headers"),
        ("/x", {"headers": {"": "b"}}, "headers"),
        ("/x", {"headers": {"X-A": b"b"}}, "headers['X-A']"),
        ("/x", {"headers": {"X-A": "b\nX-B: c"}}, "X-A"),
        ("/x", {"json": CYCLE}, "json"),
        ("/x", {"json": {"a": float("nan")}}, "json['a']"),
        ("/x", {"json": [{1}]}, "json[0]"),
    ],
)
def test_a_bad_request_to_any_other_path_is_refused_with_its_field(
    driver: Driver, path: str, arguments: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        driver.against(never, lambda client: client.request("POST", path, **arguments))
    assert caught.value.field == field


def test_an_empty_token_is_refused_and_not_replaced_by_the_environments(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "of-another-account")
    with pytest.raises(InputError, match="access_token"):
        driver.against(never, lambda client: client.timeline.create(event()), access_token="")


def test_the_environment_says_who_and_where(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "from-the-environment")
    monkeypatch.setenv("HUBSPOT_BASE_URL", "https://hubspot.example/prefix/")
    script = Script(created)
    driver.against(script, lambda client: client.timeline.create(event()), access_token=None)
    assert script.requests[0].headers["Authorization"] == "Bearer from-the-environment"
    assert str(script.requests[0].url) == "https://hubspot.example/prefix/integrators/timeline/v3/events"


def test_the_batch_size_is_the_callers_to_set(driver: Driver) -> None:
    script = Script(created)
    driver.against(script, lambda c: c.timeline.create_batch(event() for _ in range(101)), max_batch_size=101)
    assert len(script.bodies[0]["inputs"]) == 101
    with pytest.raises(InputError, match="more than 2; give them to the method for any number"):
        driver.against(never, lambda client: client.timeline.create_batch([event()] * 3), max_batch_size=2)


def generator() -> Iterator[TimelineEvent]:
    yield event(id="a")
    yield event(id="b")


@pytest.mark.parametrize(
    "inputs", [generator, lambda: (event(id="a"), event(id="b")), lambda: {1: event(id="a"), 2: event(id="b")}.values()]
)
def test_any_iterable_is_a_batch(driver: Driver, inputs: Any) -> None:
    script = Script(created)
    driver.against(script, lambda client: client.timeline.create_batch(inputs()))
    assert [sent["id"] for sent in script.bodies[0]["inputs"]] == ["a", "b"]


def test_json_with_the_names_of_python_is_refused_and_not_sent_to_be_passed_over(driver: Driver) -> None:
    update = MarketingEventUpdate.from_dict({"objectId": "1", "event_cancelled": True})
    with pytest.raises(InputError, match=r"^inputs\[0\]\.event_cancelled: is the name in Python"):
        driver.against(never, lambda client: client.marketing_events.update([update]))
    with pytest.raises(InputError, match=r"^object_id: is missing; the name in JSON is objectId$"):
        MarketingEventUpdate.from_dict({"object_id": "1"})
    assert MarketingEventUpdate.from_dict({"objectId": "1", "new_field": 2}).to_dict() == {
        "objectId": "1",
        "new_field": 2,
    }


def test_a_structure_that_contains_itself_is_refused(driver: Driver) -> None:
    with pytest.raises(InputError, match="contains itself") as caught:
        driver.against(never, lambda client: client.timeline.create(event(extra_data={"a": CYCLE})))
    assert len(str(caught.value)) < 700


def test_plain_python_becomes_what_hubspot_takes(driver: Driver) -> None:
    script = Script(created)
    born = datetime(2021, 1, 1, tzinfo=UTC)
    driver.against(
        script,
        lambda client: client.timeline.create(
            event(
                id="a",
                tokens={"a": "x", "b": 3, "c": 4.5, "d": True, "price": Decimal("19.90"), "born": born},
                timestamp="1 March 2026 10:00+01:00",
            )
        ),
    )
    tokens = {"a": "x", "b": 3, "c": 4.5, "d": True, "price": "19.90", "born": 1609459200000}
    assert script.bodies[0]["tokens"] == tokens
    assert script.bodies[0]["timestamp"] == "2026-03-01T09:00:00Z"

    given_properties = {"track": "python", "seats": 40, "price": 1.5, "open": False, "from": born}
    driver.against(script, lambda c: c.marketing_events.upsert([upsert(custom_properties=given_properties)]))
    assert script.bodies[1]["inputs"][0]["customProperties"] == [
        {"name": "track", "value": "python"},
        {"name": "seats", "value": "40"},
        {"name": "price", "value": "1.5"},
        {"name": "open", "value": "false"},
        {"name": "from", "value": "1609459200000"},
    ]


def test_the_long_form_of_a_custom_property_can_be_sent_too(driver: Driver) -> None:
    script = Script(created)
    properties = [PropertyValue(name="track", value="python", source="ACADEMY", source_vid=(1, 2))]
    driver.against(script, lambda c: c.marketing_events.upsert([upsert(custom_properties=properties)]))
    assert script.bodies[0]["inputs"][0]["customProperties"] == [
        {"name": "track", "value": "python", "source": "ACADEMY", "sourceVid": [1, 2]}
    ]


@pytest.mark.parametrize(
    "value",
    [
        *(np.datetime64(5, unit) for unit in ("Y", "M", "D", "h", "s", "ms", "us", "ns", "as")),
        *(np.datetime64("NaT"), np.timedelta64(5), np.timedelta64(5, "ns"), np.longdouble(1.5), np.complex64(1)),
    ],
    ids=repr,
)
def test_what_numpy_has_and_json_has_not_is_refused(driver: Driver, value: Any) -> None:
    for field in ("tokens", "extra_data"):
        with pytest.raises(InputError) as caught:
            driver.against(never, lambda client: client.timeline.create(event(**{field: {"a": value}})))  # noqa: B023
        assert caught.value.field == f"{field}['a']"
        assert type(value).__name__ in caught.value.reason
    with pytest.raises(InputError, match=r"custom_properties\['a'\]"):
        driver.against(never, lambda client: client.marketing_events.upsert([upsert(custom_properties={"a": value})]))


def test_a_time_of_numpys_is_sent_as_it_is_said_to_be(driver: Driver) -> None:
    time = np.datetime64("2026-03-01T10:00", "ns")
    with pytest.raises(InputError, match=r"not datetime64; give pandas.Timestamp\(value, tz='UTC'\)"):
        driver.against(never, lambda client: client.timeline.create(event(tokens={"at": time})))
    script = Script(created)
    tokens: Any = {"at": pd.Timestamp(time, tz="UTC"), "n": np.int32(3), "x": np.float32(1.5), "b": np.True_}
    driver.against(script, lambda client: client.timeline.create(event(tokens=tokens)))
    assert script.bodies[0]["tokens"] == {"at": 1772359200000, "n": 3, "x": 1.5, "b": True}


def test_a_field_that_the_client_does_not_know_yet_can_be_sent_and_read(driver: Driver) -> None:
    script = Script(created)
    result = driver.against(script, lambda c: c.timeline.create(event(additional_properties={"mood": "happy"})))
    assert script.bodies[0]["mood"] == "happy"
    assert result.additional_properties == {"mood": "happy"}


@given(st.datetimes(timezones=st.timezones() | st.integers(-720, 720).map(lambda m: timezone(timedelta(minutes=m)))))
def test_any_aware_time_is_sent_as_the_same_moment(time: datetime) -> None:
    script = Script(created)
    try:
        Driver("sync").against(script, lambda client: client.timeline.create(event(timestamp=time)))
    except InputError as error:
        assert "outside the years" in str(error)
        return
    sent = script.bodies[0]["timestamp"]
    assert sent.endswith("Z")
    # Not ==, by which a time that a clock shows twice a year equals nothing in another zone.
    assert datetime.fromisoformat(sent).timestamp() == time.timestamp()
