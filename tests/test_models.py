"""The two promises of the generated models: an answer is read whatever is in it, and nothing of it is lost; a request
is checked before it is sent, and what is refused is named by its place.
"""

import copy
import json
import pickle
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import attrs
import hubspot_events
import pytest
from bundled_spec import SCHEMAS, bodies, properties, requests, required, resolved
from hubspot_events import HubSpotEvents
from hubspot_events_api import models
from hubspot_events_api.api.timeline import CREATE_TIMELINE_EVENT_BATCH
from hubspot_events_runtime.errors import InputError
from hubspot_events_runtime.words import OpenStrEnum
from hypothesis import assume, given, settings
from hypothesis import strategies as st

# The body of a batch has no model, and what the answers to all batches have is read with their results.
WITH_FIELDS = [
    name
    for name, schema in SCHEMAS.items()
    if properties(schema) and properties(schema).keys() != {"inputs"} and not schema.get("x-batch")
]
ANSWERS = [name for name in WITH_FIELDS if SCHEMAS[name].get("readOnly")]
REQUESTS = [name for name in WITH_FIELDS if not SCHEMAS[name].get("readOnly")]
ENUMS = [models.BatchStatus, models.DataSensitivity]

some = settings(deadline=None, max_examples=40)

# With half surrogate pairs, NaN and Infinity, which Python's parser takes.
TEXT = st.text(st.characters(), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
TIMES = st.datetimes(
    datetime(1, 1, 2),
    datetime(9999, 12, 30),
    timezones=st.timezones() | st.just(timezone(timedelta(minutes=-90))),
)
WORDS_OF_TIMES = ["1", "12", "2026", "Mar", "10:00", "+01:00", "Z", "EST", "am", "T", "-", "/", ".", "h", ","]
EDGES = st.sampled_from(["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-14:00", "9999-12-31T24:00:00Z"])
ODD_TIMES = st.lists(st.sampled_from(WORDS_OF_TIMES) | st.integers(0).map(str), max_size=6).map("".join)


def values(schema: Any) -> st.SearchStrategy[Any]:
    """Values as an answer may have them: of the documented type, nearly so, or of any other."""
    schema = resolved(schema)
    return JSON | nearly(schema)


def nearly(schema: Any) -> st.SearchStrategy[Any]:
    fields = properties(schema)
    if fields:
        known = st.fixed_dictionaries({}, optional={name: values(field) for name, field in fields.items()})
        return st.builds(lambda unknown, fields: unknown | fields, st.dictionaries(TEXT, JSON, max_size=2), known)
    match schema:
        case {"items": items}:
            return st.lists(values(items), max_size=3)
        case {"additionalProperties": entries}:
            return st.dictionaries(TEXT, values(entries), max_size=3)
        case {"enum": words}:
            return st.sampled_from([*words, *(word.lower() for word in words)]) | TEXT
        case {"format": "date-time"}:
            return TIMES.map(datetime.isoformat) | ODD_TIMES | EDGES | st.integers()
        case {"type": "integer"}:
            return st.integers() | st.integers(-9, 9).map(float)
        case {"type": "boolean"}:
            return st.booleans()
    return TEXT


def read(name: str, data: Any) -> Any:
    """Read JSON as the model of a schema; of the answer to a batch, with the model of its results."""
    model = getattr(models, name)
    if result := getattr(model, "__args__", ()):
        return models.Batch.from_dict(data, result[1].from_dict)
    return model.from_dict(data)


def attribute(name: str) -> str:
    """The Python name of a field."""
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return {"in": "in_"}.get(snake, snake)


def check_nothing_is_lost(schema: Any, data: dict[str, Any], model: Any) -> None:
    """Check that each value of the data was read, or stands in additional_properties as it came."""
    fields = properties(schema)
    rest = model.additional_properties
    assert rest.keys() <= data.keys()
    for name, value in data.items():
        field = resolved(fields.get(name, {}))
        kept: Any = getattr(model, attribute(name)) if name in fields else None
        if name not in fields and value is not None:
            assert rest[name] is value
        elif value is None:
            assert rest.get(name) is None
            assert not kept
        elif "items" in field and isinstance(value, list):
            assert len(kept) + len(rest.get(name, ())) == len(value)
            if properties(field["items"]):
                unread = rest.get(name, [])
                objects = [item for item in value if not any(item is other for other in unread)]
                for item, item_read in zip(objects, kept, strict=True):
                    check_nothing_is_lost(field["items"], item, item_read)
        elif "additionalProperties" in field and isinstance(value, dict):
            assert {*kept, *rest.get(name, ())} == set(value)
            assert len(kept) + len(rest.get(name, ())) == len(value)
        elif name in rest:
            assert rest[name] is value
            # Digits below a microsecond are kept beside what was read of a time.
            assert not kept or field.get("format") == "date-time"
        else:
            assert kept is not None
            if properties(field):
                check_nothing_is_lost(field, value, kept)


@pytest.mark.parametrize("name", ANSWERS)
def test_any_answer_is_read_and_nothing_of_it_is_lost(name: str) -> None:
    @some
    @given(nearly(SCHEMAS[name]))
    def check(data: dict[str, Any]) -> None:
        before = copy.deepcopy(data)
        model = read(name, data)
        assert repr(data) == repr(before)
        check_nothing_is_lost(SCHEMAS[name], data, model)

    check()


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize(
    "value", [None, "", 0, -1.5, True, [], {}, [None], [[]], {"": None}, "NaN", float("nan"), 10**400]
)
def test_an_answer_with_one_value_in_every_field_is_read(name: str, value: Any) -> None:
    data = dict.fromkeys(properties(SCHEMAS[name]), value)
    check_nothing_is_lost(SCHEMAS[name], data, read(name, data))


@pytest.mark.parametrize("name", ANSWERS)
def test_any_answer_that_was_read_can_be_written_and_read_again(name: str) -> None:
    @some
    @given(nearly(SCHEMAS[name]))
    def check(data: dict[str, Any]) -> None:
        written = read(name, data).to_dict()
        again = read(name, written).to_dict()
        assert json.dumps(again, sort_keys=True) == json.dumps(written, sort_keys=True)

    check()


@pytest.mark.parametrize("name", WITH_FIELDS)
@pytest.mark.parametrize("data", [None, [], "{}", 3])
def test_json_that_is_no_object_is_refused(name: str, data: Any) -> None:
    with pytest.raises(InputError, match="must be an object"):
        read(name, data)


def normal(value: Any) -> Any:
    """JSON with its times as datetimes, since one time can be written in several ways."""
    if isinstance(value, dict):
        return {key: normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return datetime.fromisoformat(value)
    return value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(content["schema"]["$ref"].rpartition("/")[2], example["value"], id=f"{place} {name}")
        for place, content in bodies()
        for name, example in content.get("examples", {}).items()
    ],
)
def test_each_example_is_read_whole_and_written_as_it_came(name: str, value: dict[str, Any]) -> None:
    if properties(SCHEMAS[name]).keys() == {"inputs"}:
        model = properties(SCHEMAS[name])["inputs"]["items"]["$ref"].rpartition("/")[2]
        for one in value["inputs"]:
            test_each_example_is_read_whole_and_written_as_it_came(model, one)
        return
    model = read(name, value)
    assert model.additional_properties == {}
    assert normal(model.to_dict()) == normal({name: field for name, field in value.items() if field != []})
    assert json.loads(json.dumps(model.to_dict())) == model.to_dict()


# Times


def read_time(value: Any) -> datetime | None:
    return models.TimelineEventResponse.from_dict({"timestamp": value}).timestamp


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-01T10:00:00.123456789Z", datetime(2026, 3, 1, 10, 0, 0, 123456, UTC)),
        ("2026-03-01T10:00:00.1Z", datetime(2026, 3, 1, 10, 0, 0, 100000, UTC)),
        ("2026-03-01T10:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T10:00:00+01:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01T10:00:00-0330", datetime(2026, 3, 1, 13, 30, tzinfo=UTC)),
        ("Sun, 01 Mar 2026 10:00:00 GMT", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (1772359200123, datetime(2026, 3, 1, 10, 0, 0, 123000, UTC)),
        (1772359200123.0, datetime(2026, 3, 1, 10, 0, 0, 123000, UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, 999000, UTC)),
    ],
)
def test_a_time_of_any_precision_is_read_and_is_utc_when_it_does_not_say(value: Any, expected: datetime) -> None:
    assert read_time(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "2026-13-01T00:00:00Z",
        "03/01/2026 10:00Z",
        "10:00 EST",
        1.5,
        10**30,
        True,
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_time_that_cannot_be_told_is_kept_as_it_came(value: Any) -> None:
    event = models.TimelineEventResponse.from_dict({"timestamp": value})
    assert event.timestamp is None
    assert event.additional_properties == {"timestamp": value}


@pytest.mark.parametrize(
    "value", ["9999999999999999999999999999999999999999h", "1 March 2026 10:00 EST", "٣ March ²", "\0"]
)
def test_text_on_which_the_parser_itself_stumbles_is_kept_as_it_came(value: str) -> None:
    assert models.TimelineEventResponse.from_dict({"timestamp": value}).additional_properties == {"timestamp": value}


@some
@given(st.integers(-62135596800000, 253402300799999))
def test_unix_milliseconds_are_read_to_the_millisecond(milliseconds: int) -> None:
    assert read_time(milliseconds) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


@some
@given(TIMES)
def test_an_aware_time_comes_back_as_the_same_moment(time: datetime) -> None:
    written = written_time(time)
    assert written.endswith("Z")
    # In UTC: Python holds an hour that a change of the clocks repeats for unequal to the same moment in another zone.
    assert read_time(written) == time.astimezone(UTC)
    assert written_time(time.isoformat()) == written


def written_time(value: Any) -> Any:
    event = models.TimelineEvent(event_template_id="1", email="a@petspot.example", tokens={}, timestamp=value)
    return event.to_dict()["timestamp"]


@pytest.mark.parametrize(
    "text",
    [
        "1 March 2026 10:00+01:00",
        "March 1, 2026 10:00 +0100",
        "Sunday, 1 March 2026, 10:00:00 +01:00",
        "Sun, 01 Mar 2026 09:00:00 GMT",
        "1 March 2026 9am UTC",
        "01-MAR-2026 09:00Z",
        "2026/3/1 09:00Z",
        "2026-03-01 10:00:00 +0100 (CET)",
        "2026-03-01T10:00:00,000+01",
        "2026-03-01T10+01:00",
        "2026-03-01_09:00:00 Z",
        "20260301T1000 +0100",
        "20260301090000Z",
        "2026-W09-7T09:00Z",
        "1 March 2026 10h00 +1",
        "Sun Mar  1 10:00:00 +0100 2026",
    ],
)
def test_a_time_as_people_write_it_is_sent_in_iso_8601(text: str) -> None:
    assert written_time(text) == "2026-03-01T09:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "03/01/2026 10:00Z",  # 3 January or 1 March
        "01.02.03 10:00Z",
        "March 2026 10:00Z",
        "1 March 10:00Z",
        "Sunday 10:00Z",
        "Monday, 1 March 2026, 10:00Z",  # which was a Sunday
        "10:00Z",
        "1 March 2026 Z",  # which is no midnight
        "1 March 2026 10:00 UTC+3",  # ahead of UTC, and behind it by POSIX
        "1 March 2026 10:00 EST-0500",
        "1 March 2026 10:00 EST",
        "1 March 2026 10:00 IST",  # in India, Israel or Ireland
        "tomorrow",
        "",
        "2026-02-30T10:00:00Z",
        "1 March 2026 10:00Z" + " " * 1000,
        "202603011000Z",  # or the first of December 2020, 03:01:10
        "2026-03-01100000Z",
        "20260600900Z",  # the sixtieth day of the year
        "2026-W09T10:00Z",  # a whole week
        "2026W097100000Z",
        "2026-03-01T10.5Z",  # half an hour, and no half second
        "2026-03-01T10:30.5Z",
        "1 March 2026 10:30.5Z",
        "2026-03-01T10-03",  # or three minutes past ten
        "2026-03-01T10:00:00+05:300",
        "2026-03-01T10:00:00+01:75",
        "2026-03-01T10:00:00+013000",
        "2026-03-01T10:00:00+17:00",
        "2026-03-01T10:00:00+01.5",
        "2026-03-01T10:00:00 +01:00 +02:00",
        "2026-03-01 10:00 UTC +0100",
        "1 March 2026 10:00Z 5h",
        "2026-03-01-05:00",  # a day, in a zone
    ],
)
def test_a_time_that_leaves_something_open_is_refused_with_the_form_to_use(text: str) -> None:
    with pytest.raises(InputError, match=r"timestamp: .*give ISO 8601 with an offset"):
        written_time(text)


@some
@given(
    TIMES,
    st.sampled_from(["T", " ", "t"]),
    st.from_regex(r"([.,]\d{0,9})?", fullmatch=True),
    st.sampled_from(["Z", "z", "+00:00", "-00:00", "ZZ", ""]),
)
def test_what_is_nearly_as_it_is_sent_goes_out_in_that_form_or_not_at_all(
    time: datetime, separator: str, fraction: str, offset: str
) -> None:
    text = f"{time.date().isoformat()}{separator}{time.strftime('%H:%M:%S')}{fraction}{offset}"
    try:
        written = written_time(text)
    except InputError:
        assert not (text.isascii() and separator == "T" and fraction[1:] and offset in ("Z", "+00:00"))
    else:
        assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z", written)
        assert read_time(written) == read_time(text)


DATES = ["%Y-%m-%d", "%Y%m%d", "%G-W%V-%u", "%GW%V%u", "%G%V%u", "%G-W%V", "%Y-%j", "%Y%j", "%d %B %Y", "%b %d, %Y"]
DATES += ["%a, %d %b %Y", "%d.%m.%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%b-%Y", "%y-%m-%d", "%y%m%d", "%d%m%Y", "%Y-%m", "%Y"]
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# How the time of day is written, what it counts, and how much more it says.
CLOCKS = {
    **dict.fromkeys(["%H:%M:%S.%f", "%H%M%S.%f"], (timedelta(microseconds=1), timedelta())),
    **dict.fromkeys(["%H:%M:%S", "%H%M%S", "%Hh%Mm%Ss", "%I:%M:%S %p"], (SECOND, timedelta())),
    **dict.fromkeys(["%H:%M", "%H%M", "%Hh%M", "%I:%M %p"], (MINUTE, timedelta())),
    **dict.fromkeys(["%H", "%Hh", "%I%p"], (HOUR, timedelta())),
    **dict.fromkeys(["%H:%M:%S.5", "%H%M%S,5"], (SECOND, SECOND / 2)),
    **dict.fromkeys(["%H:%M.5", "%H%M.5", "%H:%M,5"], (MINUTE, MINUTE / 2)),
    **dict.fromkeys(["%H.5", "%H,5", "%H.5h"], (HOUR, HOUR / 2)),
}


@settings(deadline=None, max_examples=500)
@given(
    moment=st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30)),
    date=st.sampled_from(DATES),
    clock=st.sampled_from([*CLOCKS.items()]),
    between=st.sampled_from(["T", "t", " ", "_", "-", "+", ",", ", ", ""]),
    clock_first=st.booleans(),
    offset=st.sampled_from([0, 0, 60, 90, 720, -90, -180, -570]),
    zone=st.sampled_from(["Z", "z", " UTC", "GMT", "%z", " %z", "%:z", " %:z", "%:z:00", "%z00"]),
)
def test_a_moment_in_any_format_is_sent_as_the_same_or_refused(
    moment: datetime,
    date: str,
    clock: tuple[str, tuple[timedelta, timedelta]],
    between: str,
    clock_first: bool,
    offset: int,
    zone: str,
) -> None:
    form, (unit, more) = clock
    moment -= (moment - datetime(1970, 1, 1)) % unit
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=offset if "%" in zone else 0)))
    digits = aware.strftime("%z")
    zone = zone.replace("%:z", f"{digits[:3]}:{digits[3:]}").replace("%z", digits)
    text = aware.strftime(form + between + date if clock_first else date + between + form) + zone
    try:
        sent = written_time(text)
    except InputError:
        return
    assert datetime.fromisoformat(sent) == aware + more, text


@pytest.mark.parametrize("time", [datetime(2026, 3, 1, 10), "2026-03-01T10:00:00", "2026-03-01", "1 March 2026 10:00"])
def test_a_time_without_a_zone_is_refused_with_ways_out(time: Any) -> None:
    with pytest.raises(InputError, match="has no time zone") as caught:
        written_time(time)
    assert "tzinfo=UTC" in caught.value.reason
    assert "+01:00" in caught.value.reason


@pytest.mark.parametrize(
    "time", [datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))), "0001-01-01T00:00:00+01:00"]
)
def test_a_time_that_utc_does_not_have_is_refused(time: Any) -> None:
    with pytest.raises(InputError, match="outside the years 1 to 9999"):
        written_time(time)


def test_the_zone_of_the_machine_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.tzname", ("IST", "IDT"))
    assert read_time("1 March 2026 10:00 IST") is None


# Enums


@pytest.mark.parametrize("enum", ENUMS)
@some
@given(word=TEXT | st.sampled_from(["COMPLETED", "QUEUED", "secret"]))
def test_an_unknown_word_is_kept_and_behaves_as_a_member(enum: type[OpenStrEnum], word: str) -> None:
    assume(word.casefold() not in {documented.casefold() for documented in enum} | enum.synonyms().keys())
    member = enum(word)
    assert isinstance(member, enum)
    assert member == word
    assert hash(member) == hash(word)
    assert str(member) == member.value == member.name == word
    assert f"{member}" == word
    assert repr(word) in repr(member)
    assert enum(word) == member
    assert member not in list(enum)
    assert pickle.loads(pickle.dumps(member)) == member
    assert type(pickle.loads(pickle.dumps(member))) is enum
    assert copy.deepcopy({member: [member]}) == {word: [word]}
    assert json.dumps(member) == json.dumps(word)


@pytest.mark.parametrize("enum", ENUMS)
def test_a_documented_word_is_found_whatever_its_case(enum: type[OpenStrEnum]) -> None:
    for member in enum:
        assert [enum(word) for word in (member.lower(), member.upper(), member.title())] == [member] * 3
        assert all(enum(word) is member for word in (member.lower(), member.upper(), member.title()))


@pytest.mark.parametrize("word", ["COMPLETED", "Completed", "completed"])
def test_another_word_that_means_the_same_is_the_documented_one(word: str) -> None:
    assert models.BatchStatus(word) is models.BatchStatus.COMPLETE


@pytest.mark.parametrize("enum", ENUMS)
@pytest.mark.parametrize("value", [None, 3, [], {}, ["COMPLETE"]])
def test_only_text_is_a_word(enum: type[Enum], value: Any) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        enum(value)


def test_a_model_with_an_unknown_word_is_equal_after_pickling() -> None:
    batch = read("TimelineEventBatchResponse", {"status": "QUEUED", "results": [{"id": "1"}], "new": [1]})
    again = pickle.loads(pickle.dumps(batch))
    assert again == batch
    assert type(again.status) is models.BatchStatus


# Requests


def instances(schema: Any, value: Any) -> Iterator[tuple[str, Any]]:
    """The objects in an example, each with the name of its schema."""
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2], value
    for name, field in properties(schema).items():
        if name in value:
            yield from instances(field, value[name])
    if "items" in resolved(schema):
        yield from instances(resolved(schema)["items"], value[-1])


# The examples have every field.
EXAMPLES = {
    name: value
    for content in requests().values()
    for name, value in instances(content["schema"], content["examples"]["full"]["value"])
}


def full(name: str) -> Any:
    """A request model with every field."""
    return read(name, EXAMPLES[name])


def wrong(schema: Any) -> list[Any]:
    """Values that cannot be sent as a field."""
    match resolved(schema):
        case {"x-as-text": True}:
            return [[], {}, b"text", float("nan"), datetime(2026, 3, 1)]
        case {"x-name-value-map": True}:
            return ["text", b"text", 3, iter(())]
        case {"format": "date-time"}:
            return [3, 1.5, True, [], b"2026-03-01T10:00:00Z", "soon"]
        case {"type": "string", "pattern": _}:
            return [3, True, [], {}, b"text", "", " "]
        case {"type": "string"}:
            return [3, True, [], {}, b"text"]
        case {"type": "integer"}:
            return ["3", 3.5, True, []]
        case {"type": "boolean"}:
            return ["true", 0, 1, []]
        case {"type": "array"}:
            return ["text", b"text", {}, 3, iter(())]
        case {"type": "object"}:
            return ["text", [], 3, [("name", "value")], object()]
    raise AssertionError(f"a request has a field of a new kind: {schema}")


def needed(name: str) -> list[str]:
    """The fields that a request has to have; one that the client fills can be left out."""
    fields = properties(SCHEMAS[name])
    return [field for field in required(SCHEMAS[name]) if not fields[field].get("x-filled-by-client")]


FIELDS = [(name, field) for name in REQUESTS for field in properties(SCHEMAS[name])]


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_value_of_a_wrong_type_is_refused_by_the_name_of_its_field(name: str, field: str) -> None:
    for value in wrong(properties(SCHEMAS[name])[field]):
        model = attrs.evolve(full(name), **{attribute(field): value})
        with pytest.raises(InputError) as caught:
            model.to_dict()
        assert caught.value.field == attribute(field)
        assert str(caught.value) == f"{caught.value.field}: {caught.value.reason}"


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_none_leaves_an_optional_field_out_and_is_refused_for_a_required_one(name: str, field: str) -> None:
    dependents = {name for name, others in SCHEMAS[name].get("dependentRequired", {}).items() if field in others}
    model = attrs.evolve(full(name), **{attribute(one): None for one in (field, *dependents)})
    if field in needed(name):
        with pytest.raises(InputError, match=f"{attribute(field)}: must be .*not None"):
            model.to_dict()
    else:
        assert model.to_dict().keys() == full(name).to_dict().keys() - {field, *dependents}


DEPENDENTS = [
    (name, field, other)
    for name in REQUESTS
    for field, others in SCHEMAS[name].get("dependentRequired", {}).items()
    for other in others
]


@pytest.mark.parametrize(("name", "field", "other"), DEPENDENTS)
def test_a_field_that_needs_another_one_is_refused_without_it(name: str, field: str, other: str) -> None:
    model = attrs.evolve(full(name), **{attribute(other): None})
    with pytest.raises(InputError, match=f"^{attribute(other)}: is needed with {attribute(field)}$"):
        model.to_dict()


@pytest.mark.parametrize("name", [name for name in REQUESTS if "anyOf" in SCHEMAS[name]])
def test_one_of_several_fields_is_enough_and_none_of_them_is_too_little(name: str) -> None:
    fields = [choice["required"][0] for choice in SCHEMAS[name]["anyOf"]]
    dependents = SCHEMAS[name].get("dependentRequired", {})
    without = attrs.evolve(full(name), **{attribute(field): None for field in (*fields, *dependents)})
    with pytest.raises(InputError, match=f"^{attribute(fields[0])}: give .* or "):
        without.to_dict()
    for field in fields:
        one = attrs.evolve(without, **{attribute(field): "1"})
        assert one.to_dict().keys() & {*fields} == {field}


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in REQUESTS for field in needed(name)])
def test_a_request_without_a_required_field_is_not_read(name: str, field: str) -> None:
    data = full(name).to_dict()
    del data[field]
    with pytest.raises(InputError, match=f"{attribute(field)}: is missing"):
        getattr(models, name).from_dict(data)


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_request_that_is_read_keeps_its_values_and_is_checked_when_it_is_sent(name: str, field: str) -> None:
    for value in wrong(properties(SCHEMAS[name])[field]):
        model = read(name, {**EXAMPLES[name], field: value})
        with pytest.raises(InputError, match=f"^{attribute(field)}: "):
            model.to_dict()


def call(events: Any) -> Any:
    """What is sent for a batch of timeline events."""
    return CREATE_TIMELINE_EVENT_BATCH.call_batch(HubSpotEvents("token")._settings, events).sent


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda event: attrs.evolve(event, timestamp="soon"), "inputs[1].timestamp"),
        (lambda event: attrs.evolve(event, tokens={"petAge": None}), "inputs[1].tokens['petAge']"),
        (lambda event: attrs.evolve(event, tokens={3: "three"}), "inputs[1].tokens[3]"),
        (
            lambda event: attrs.evolve(event, timeline_i_frame=attrs.evolve(event.timeline_i_frame, width="wide")),
            "inputs[1].timeline_i_frame.width",
        ),
        (lambda event: event.timeline_i_frame, "inputs[1]"),
    ],
)
def test_a_value_inside_a_batch_is_refused_by_its_place(change: Any, place: str) -> None:
    event = attrs.evolve(full("TimelineEvent"), id="1")
    with pytest.raises(InputError) as caught:
        call([event, change(attrs.evolve(event, id="2"))])
    assert caught.value.field == place
    assert caught.value.index == 1


def test_any_collection_will_do_for_a_list() -> None:
    event = attrs.evolve(full("TimelineEvent"), id="1")
    expected = [event.to_dict()]
    for inputs in ([event], (event,), {1: event}.values(), iter([event])):
        assert call(inputs) == {"inputs": expected}
    value = models.PropertyValue(name="track", value="python")
    for values in ([value], (value,), {"track": "python"}):
        update = models.MarketingEventUpdate(object_id="1", custom_properties=values)
        assert update.to_dict()["customProperties"] == [{"name": "track", "value": "python"}]


def test_fields_that_the_models_do_not_know_can_be_sent() -> None:
    event = attrs.evolve(full("TimelineEvent"), additional_properties={"newField": 1})
    assert event.to_dict() == full("TimelineEvent").to_dict() | {"newField": 1}


@pytest.mark.parametrize("value", [None, "newField", [], {1: 1}])
def test_additional_properties_that_are_no_json_object_are_refused_by_name(value: Any) -> None:
    with pytest.raises(InputError, match=r"^additional_properties"):
        attrs.evolve(full("TimelineEvent"), additional_properties=value).to_dict()


def test_an_empty_list_or_map_is_not_a_field_that_is_left_out() -> None:
    update = models.MarketingEventUpdate.from_dict({"objectId": "1", "customProperties": []})
    assert update.to_dict() == {"objectId": "1", "customProperties": []}
    data: dict[str, Any] = {"eventTemplateId": "1", "email": "a@petspot.example", "tokens": {}, "extraData": {}}
    assert models.TimelineEvent.from_dict(data).to_dict() == data


def test_every_model_is_a_public_name() -> None:
    assert {*models.__all__} <= {*hubspot_events.__all__}
    assert hubspot_events.MaskedSubstring is models.MaskedSubstring
