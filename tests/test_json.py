"""With orjson or without, the same JSON is read, sent and refused."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
import uuid
from collections import OrderedDict
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from conftest import Driver, Script, event
from hubspot_events import HubSpotEvents, InputError
from hubspot_events_api.api.timeline import CREATE_TIMELINE_EVENT
from hubspot_events_runtime import json_text
from hypothesis import example, given, settings
from hypothesis import strategies as st


@pytest.fixture(params=["orjson", "standard library"], autouse=True)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    assert vars(json_text)["orjson"] is not None, "orjson is part of the development environment"
    if request.param != "orjson":
        monkeypatch.setattr(json_text, "orjson", None)
    return str(request.param)


over_examples = settings(max_examples=50, deadline=None)

TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


def reads(content: bytes) -> Any:
    """What a text reads as, in a form that tells 1 from 1.0 and from True; the kind of the error for what is none."""
    try:
        return repr(json_text.loads(content))
    except ValueError:
        return ValueError


def expected(content: bytes) -> Any:
    try:
        return repr(json.loads(content))
    except ValueError:
        return ValueError


@over_examples
@given(st.dictionaries(TEXT, VALUES))
@example({"number": 2**64, "other": -(2**63) - 1, "third": 2**63})
@example({"float": 1e16, "small": 5e-324, "large": 1.7976931348623157e308, "zero": -0.0})
@example({"null": None, "text": "null"})
def test_what_is_written_is_read_as_the_same(value: dict[str, Any]) -> None:
    content = json_text.dumps(value)
    assert repr(json.loads(content)) == repr(value)
    assert repr(json_text.loads(content)) == repr(value)


@over_examples
@given(VALUES, st.booleans(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-be"]))
def test_any_json_reads_as_with_the_standard_library(value: Any, ascii_only: bool, encoding: str) -> None:
    content = json.dumps(value, ensure_ascii=ascii_only, indent=1).encode(encoding)
    assert reads(content) == expected(content)


@over_examples
@given(st.binary(max_size=20) | st.text('[]{}",:0123456789.eE+-NaInfity\\ud8 ', max_size=20).map(str.encode))
def test_any_bytes_read_as_with_the_standard_library(content: bytes) -> None:
    assert reads(content) == expected(content)


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": NaN, "b": [Infinity, -Infinity]}',
        b"18446744073709551616",
        b"-9223372036854775809",
        b"[9223372036854775807, 18446744073709551615]",
        b"1" * 400,
        b"-0",
        b"1e400",
        b'{"a": 1, "b": 2, "a": 3}',
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b'\xef\xbb\xbf{"a": 1}',
        b"",
        b"{} {}",
        b"\x00",
    ],
)
def test_the_edges_read_as_with_the_standard_library(content: bytes) -> None:
    assert reads(content) == expected(content)


class Colour(enum.Enum):
    RED = "red"


class Word(enum.StrEnum):
    RED = "red"


class Number(enum.IntEnum):
    ONE = 1


class Odd(str, enum.Enum):  # noqa: UP042
    """What it is as text and what its value is are two things, and orjson writes the one, json the other."""

    TEXT = ("text", "value")

    def __new__(cls, text: str, value: str) -> Odd:
        self = str.__new__(cls, text)
        self._value_ = value
        return self


class Text(str):
    __slots__ = ()


@dataclasses.dataclass
class Day:
    month: int
    day: int


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        {"a": [1, -math.inf]},
        "\ud800",
        datetime(2026, 3, 1, tzinfo=UTC),
        b"a",
        {1, 2},
        1j,
        {1: 2},
        {(1, 2): 3},
        {"\ud800": 1},
        Day(1, 2),
        pytest.param(10**5000, id="5001 digits"),
    ],
    ids=repr,
)
def test_what_is_no_json_is_refused_before_it_is_sent(driver: Driver, value: Any) -> None:
    script = Script()
    with pytest.raises(InputError, match=r"extra_data\['a'\]"):
        driver.against(script, lambda client: client.timeline.create(event(extra_data={"a": value})))
    assert script.requests == []


ODD = st.sampled_from(
    [
        math.nan,
        -math.inf,
        2**64,
        -(2**63) - 1,
        "\ud800",
        Word.RED,
        Odd.TEXT,
        Number.ONE,
        Text("a"),
        Colour.RED,
        b"a",
        1j,
    ]
)
ANYTHING = st.recursive(
    VALUES | ODD,
    lambda inner: (
        st.lists(inner).map(tuple)
        | st.lists(inner)
        | st.dictionaries(TEXT | st.sampled_from(["\ud800", Word.RED, Odd.TEXT, Text("b"), 1, None]), inner)
        | st.dictionaries(TEXT, inner).map(OrderedDict)
    ),
    max_leaves=8,
)


@over_examples
@given(ANYTHING)
def test_any_value_is_sent_or_refused_as_with_the_standard_library(value: Any) -> None:
    settings = HubSpotEvents("token")._settings

    def outcome() -> str:
        try:
            sent = CREATE_TIMELINE_EVENT.call(settings, event(id="a", extra_data={"a": value}))
            return repr(json.loads(sent.content or b""))
        except InputError as error:
            assert error.field.startswith("extra_data['a']")
            return str(error)

    with pytest.MonkeyPatch.context() as patch:
        found = outcome()
        patch.setattr(json_text, "orjson", None)
        assert outcome() == found


@pytest.mark.parametrize("kind", [list, tuple])
@pytest.mark.parametrize(("levels", "is_sent"), [(190, True), (2_000, False), (20_000, False)])
def test_what_is_nested_too_deeply_is_refused_before_it_is_sent(
    driver: Driver, kind: Any, levels: int, is_sent: bool
) -> None:
    nested: Any = 1
    for _ in range(levels):
        nested = kind([nested])
    script = Script()
    with nullcontext() if is_sent else pytest.raises(InputError, match=r"extra_data.*nested too deeply"):
        driver.against(script, lambda client: client.timeline.create(event(extra_data={"a": nested})))
    assert len(script.requests) == is_sent


def test_what_contains_itself_is_refused_before_it_is_sent(driver: Driver) -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(InputError, match="contains itself"):
        driver.against(Script(), lambda client: client.timeline.create(event(extra_data={"a": endless})))


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (Word.RED, "red"),
        (Colour.RED, "red"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Odd.TEXT, "text"),
        (Number.ONE, 1),
        (Text("red"), "red"),
        (OrderedDict(a=1), {"a": 1}),
        ((1, (2, None)), [1, [2, None]]),
        ([Odd.TEXT, {"a": Number.ONE}], ["text", {"a": 1}]),
        ({Word.RED: {Odd.TEXT: 1, Text("a"): 2}}, {"red": {"text": 1, "a": 2}}),
        (10**30, 10**30),
        (None, None),
        (1e16, 1e16),
    ],
    ids=repr,
)
def test_what_can_be_json_is_sent(driver: Driver, value: Any, sent: Any) -> None:
    script = Script()
    driver.against(script, lambda client: client.timeline.create(event(extra_data={"a": value})))
    assert script.bodies[0]["extraData"] == {"a": sent}


def test_an_id_of_many_digits_is_read_to_the_last(driver: Driver) -> None:
    script = Script(httpx.Response(201, content=b'{"id": 18446744073709551617, "objectId": -9223372036854775809}'))
    result = driver.against(script, lambda client: client.timeline.create(event()))
    assert (result.id, result.object_id) == ("18446744073709551617", "-9223372036854775809")
