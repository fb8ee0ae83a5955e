"""What the command line makes of tables: the events that a client would send, or what is wrong with a row."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hubspot_events import MarketingEventUpdate, MarketingEventUpsert, TimelineEvent, TimelineEvent202603, event_id
from hubspot_events.cli._check import check
from hubspot_events.cli._errors import UsageError
from hubspot_events.cli._failed import FailedRows, default_path
from hubspot_events.cli._fields import Fields, Key
from hubspot_events.cli._tables import opened
from hubspot_events.cli._targets import Target, find, targets
from hubspot_events.cli._values import field_named, kinds
from hubspot_events_runtime.operations import Body
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

V3 = find("timeline.create_many", [])
DATED = find("timeline.create_many_2026_03", [])
UPSERT = find("marketing_events.upsert_many_2026_09", [])

BERLIN = ZoneInfo("Europe/Berlin")


def body_of(target: Target) -> Body:
    assert target.operation.body
    return target.operation.body


def events(
    *files: str | Path,
    target: Target = V3,
    sql: str | None = None,
    form: str | None = None,
    stdin: bytes = b"",
    **options: Any,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the JSON of the good rows, and what is said of the bad ones."""
    fields = Fields(body_of(target), **options)
    zone = options.get("time_zone")
    with opened(
        [*map(str, files)], sql=sql, form=form, stdin=io.BytesIO(stdin), time_zone=zone.key if zone else "UTC"
    ) as tables:
        problems = [*check(tables, target.operation, fields)]
        rows = [*tables.rows()]
        good = [fields.make(row.values).to_dict() for row, problem in zip(rows, problems, strict=True) if not problem]
        return good, [str(problem) for problem in problems if problem]


def of_v3(*files: str | Path, **options: Any) -> tuple[list[dict[str, Any]], list[str]]:
    return events(*files, constants={"eventTemplateId": "1001298", **options.pop("constants", {})}, **options)


def query(select: str, **options: Any) -> tuple[list[dict[str, Any]], list[str]]:
    return of_v3(sql=f"SELECT 'a@petspot.example' AS email, {select}", **options)


def write(path: Path, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows into a file of the form that its name says; columns with their types in DuckDB."""
    names = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    if path.suffix == ".parquet":
        with duckdb.connect() as database:
            database.execute(f"CREATE TABLE rows ({names})")
            if rows:
                marks = ", ".join("?" for _ in columns)
                database.executemany(
                    f"INSERT INTO rows VALUES ({marks})", [[row[name] for name in columns] for row in rows]
                )
            database.execute(f"COPY rows TO '{path}'")
    elif path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_as_text(row[name]) for name in columns] for row in rows)
    else:
        path.write_text("".join(json.dumps(row, default=_as_text) + "\n" for row in rows), "utf-8")
    return path


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime) else None if value is None else str(value)


# The same rows in every form

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)
TIMES = st.datetimes(
    datetime(1970, 1, 2),
    datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), BERLIN]),
    allow_imaginary=False,
)
ROWS = st.fixed_dictionaries(
    {
        "objectId": st.integers(0, 10**12).map("{:07}".format),
        "properties.name": st.none() | TEXTS,
        "properties.age": st.none() | st.integers(-(2**63), 2**63 - 1),
        "properties.price": st.none() | st.decimals(-10_000, 10_000, places=2, allow_nan=False),
        "properties.vaccinated": st.none() | st.booleans(),
        "timestamp": st.none() | TIMES,
    }
)
COLUMNS = {
    "objectId": "VARCHAR",
    "properties.name": "VARCHAR",
    "properties.age": "BIGINT",
    "properties.price": "DECIMAL(18, 2)",
    "properties.vaccinated": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
}


@given(rows=st.lists(ROWS, max_size=5))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_rows_are_the_same_events_in_every_form(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    # What is written is what a person would have written by hand.
    expected = []
    for row in rows:
        properties = {
            name.partition(".")[2]: f"{value:f}" if isinstance(value, Decimal) else _as_text(value)
            for name, value in row.items()
            if name.startswith("properties.") and value is not None
        }
        event = TimelineEvent202603(
            event_type_name="pe1_x", object_id=row["objectId"], properties=properties, timestamp=row["timestamp"]
        )
        expected.append(event.to_dict())
    for form in ("csv", "ndjson", "parquet"):
        path = write(tmp_path / f"rows.{form}", COLUMNS, rows)
        good, bad = events(path, target=DATED, constants={"eventTypeName": "pe1_x"})
        assert bad == []
        assert good == expected, form


# Columns


def test_columns_are_fields_by_their_names_in_json_and_in_python_and_entries_of_maps_after_a_dot(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "objectId,custom_object_type_id,EMAIL,tokens.petName,extraData.note,timelineIFrame.url,timelineIFrame.linkLabel,"
        "timelineIFrame.headerLabel,timelineIFrame.width,timeline_i_frame.height\n"
        "007,2-1,a@petspot.example,Art3mis,n,https://petspot.example,View,Header,600,400\n"
    )
    assert of_v3(path, constants={"tokens.source": "import"}) == (
        [
            {
                "eventTemplateId": "1001298",
                "objectId": "007",
                "customObjectTypeId": "2-1",
                "email": "a@petspot.example",
                "tokens": {"petName": "Art3mis", "source": "import"},
                "extraData": {"note": "n"},
                "timelineIFrame": {
                    "linkLabel": "View",
                    "headerLabel": "Header",
                    "url": "https://petspot.example",
                    "width": 600,
                    "height": 400,
                },
            }
        ],
        [],
    )


@pytest.mark.parametrize("model", [TimelineEvent, TimelineEvent202603, MarketingEventUpsert, MarketingEventUpdate])
def test_every_field_is_found_by_its_name_in_json(model: Any) -> None:
    for name in kinds(model):
        first, *rest = name.split("_")
        assert field_named(first + "".join(part.capitalize() for part in rest), model) == name


def test_columns_that_are_no_field_are_named_with_the_ways_out_and_can_be_sent_or_left_out(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("email,petName,petAge\na@petspot.example,Art3mis,3\n")
    with pytest.raises(UsageError, match=r"petName, petAge.*tokens\.petName.*--rest-as tokens.*--rest-as nothing"):
        of_v3(path)
    assert of_v3(path, rest_as="tokens")[0][0]["tokens"] == {"petName": "Art3mis", "petAge": "3"}
    assert of_v3(path, rest_as="nothing")[0][0]["tokens"] == {}
    with pytest.raises(UsageError, match="--rest-as email: it takes tokens"):
        of_v3(path, rest_as="email")


@pytest.mark.parametrize(
    ("header", "options", "said"),
    [
        ("email,EMAIL", {}, "EMAIL: is given twice: the column email gives it, too"),
        ("email,eventTemplateId", {}, "eventTemplateId: is given twice: an option such as --set gives it, too"),
        ("email,tokens.a,Tokens.a", {}, "Tokens.a: is given twice"),
        ("email,,objectId", {}, "the name of column 2 is empty"),
        ("email,email", {}, "has two columns email"),
        ("email", {"constants": {"petName": "x"}}, "has no petName; it has event_template_id"),
        ("email", {"key": Key("{order_id}:paid")}, "--key names the column order_id"),
        ("email,order_id", {"key": Key("{orderid}")}, "--key names the column orderid, and there are email, order_id"),
        ("email,order_id", {"key": Key("{0}")}, "--key names the column 0, and there are email, order_id"),
    ],
)
def test_what_is_wrong_with_all_rows_is_said_at_once(
    tmp_path: Path, header: str, options: dict[str, Any], said: str
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(header + "\n" + "x," * header.count(",") + "x\n")
    with pytest.raises(UsageError) as caught:
        of_v3(path, **options)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("constants", "said"),
    [
        ({"eventTemplateId": ""}, "event_template_id, which is the same in every row: must not be empty"),
        ({"tokens": "1"}, "tokens, which is the same in every row: must be an object to have entries beside it"),
        ({"extraData": "{"}, "extra_data, which is the same in every row: must be JSON"),
        ({"extraData": '{"a": NaN}'}, "extra_data.a, which is the same in every row: is nan"),
        ({"timestamp": "2026-03-01"}, "timestamp, which is the same in every row: 2026-03-01T00:00:00 has no time"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_constant_that_cannot_be_sent_is_a_mistake_in_the_command_and_not_in_each_row(
    tmp_path: Path, constants: dict[str, str], said: str, form: str
) -> None:
    rows = [{"email": f"{name}@petspot.example", "tokens.name": name} for name in "abc"]
    path = write(tmp_path / f"rows.{form}", dict.fromkeys(rows[0], "VARCHAR"), rows)
    with pytest.raises(UsageError) as caught:
        of_v3(path, constants=constants)
    assert str(caught.value).startswith(said)


def test_what_a_row_has_beside_a_constant_is_a_mistake_in_the_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text(
        '{"email": "a@petspot.example", "tokens.list": [1]}\n{"email": "b@petspot.example"}\n'
        '{"email": "c@petspot.example", "tokens": {}}\n'
    )
    good, bad = of_v3(path, constants={"tokens": '{"name": "x"}'})
    assert [event["email"] for event in good] == ["b@petspot.example"]
    assert bad[0].startswith(f"{path}:1: tokens['list']: must be text")
    assert bad[1:] == [f"{path}:3: tokens: is given twice: an option such as --set gives it, too"]


def test_a_field_that_every_event_needs_and_no_column_has_is_named_with_the_option(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("email\na@petspot.example\n")
    with pytest.raises(UsageError, match=r"event_template_id.*--set event_template_id="):
        events(path)


def test_a_column_for_the_reason_of_a_failure_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("email,_error\na@petspot.example,no such contact\n")
    assert of_v3(path)[1] == []


# Keys


def test_a_key_makes_the_id_that_event_id_makes_in_every_form(tmp_path: Path) -> None:
    rows = [{"order_id": 1881, "email": "a@petspot.example"}]
    for form in ("csv", "ndjson", "parquet"):
        path = write(tmp_path / f"rows.{form}", {"order_id": "INTEGER", "email": "VARCHAR"}, rows)
        (event,), _ = of_v3(path, key=Key("order-{order_id}:paid", "4711"))
        assert event["id"] == event_id(key="order-1881:paid", account="4711")


def test_a_key_takes_no_date_that_is_infinite_and_decimals_as_they_are(tmp_path: Path) -> None:
    select = "SELECT x, 'a@petspot.example' AS email FROM (VALUES"
    assert of_v3(sql=f"{select} (DATE 'infinity')) AS t(x)", key=Key("{x}"))[1] == ["query row 1: x: is no date"]
    (event,), _ = of_v3(sql=f"{select} (1::DECIMAL(5, 2))) AS t(x)", key=Key("{x}"))
    assert event["id"] == event_id(key="1.00")


def test_a_key_needs_a_value_and_an_id_of_the_row_goes_before_it(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("order_id,id,email\n,,a@petspot.example\n1,own,a@petspot.example\n2,,a@petspot.example\n")
    good, bad = of_v3(path, key=Key("{order_id}"))
    assert bad == [f"{path}:2: order_id: has no value, and the key is made of it"]
    assert [event["id"] for event in good] == ["own", event_id(key="2")]


@pytest.mark.parametrize("template", ["paid", "{}", "{a!r}", "{a:>3}", "{a", "a}"])
def test_a_key_that_is_no_template_of_columns_is_refused(template: str) -> None:
    with pytest.raises(UsageError, match="--key"):
        Key(template)


def test_a_key_is_refused_where_inputs_have_no_id() -> None:
    with pytest.raises(UsageError, match="MarketingEventUpsert has none"):
        Fields(body_of(UPSERT), key=Key("{a}"))


def test_the_same_id_twice_is_found_over_all_files_with_the_place_of_the_first(tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text("id,email\n7,a@petspot.example\n")
    second.write_text("id,email\n8,a@petspot.example\n7,b@petspot.example\n,c@petspot.example\n,d@petspot.example\n")
    _, bad = of_v3(first, second)
    assert bad == [f"{second}:3: id: '7' is that of {first}:2 too"]
    path = tmp_path / "3.csv"
    path.write_text("n,email\n7,a@petspot.example\n7,b@petspot.example\n")
    assert of_v3(path, key=Key("{n}:paid"))[1] == [f"{path}:3: --key: '7:paid' is that of {path}:2 too"]


def test_the_name_of_a_file_need_not_be_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/rows-\xff.csv"
    with open(path, "w") as file:
        file.write("id,email\n7,a@petspot.example\n7,b@petspot.example\n")
    name = os.fsdecode(path)
    assert of_v3(name)[1] == [f"{name}:3: id: '7' is that of {name}:2 too"]


def test_a_full_disk_of_temporary_files_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(sqlite3.Connection):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.execute("PRAGMA max_page_count = 2")

    path = tmp_path / "rows.csv"
    path.write_text("id,email\n" + "".join(f"{number},a@petspot.example\n" for number in range(1000)))
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Full))
    with pytest.raises(UsageError, match="the ids of the rows cannot be kept in a temporary file: "):
        of_v3(path)


# CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_read_with_whichever_delimiter_with_a_mark_of_utf_8_and_packed(tmp_path: Path, delimiter: str) -> None:
    text = f'objectId{delimiter}tokens.note\r\n007{delimiter}"a{delimiter}\nü"\r\n'
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(text.encode("utf-8-sig")))
    (event,), bad = of_v3(path)
    assert (event["objectId"], event["tokens"], bad) == ("007", {"note": f"a{delimiter}\nü"}, [])


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_first_line_with_the_delimiter_as_excel_knows_it_is_no_row(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(mark + b"sep=;\r\nemail;tokens.a,b\r\na@petspot.example;x,y\r\nb@petspot.example\r\n")
    (event,), bad = of_v3(path)
    assert event["tokens"] == {"a,b": "x,y"}
    assert bad == [f"{path}:4: has 1 cells, and there are 2 columns"]
    path.write_bytes(mark + b"sep=;\r\n")
    with pytest.raises(UsageError, match="is empty"):
        of_v3(path)


def test_a_bad_row_of_csv_has_the_line_where_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(
        b'email,tokens.note\n"a@petspot.example","two\nlines"\n\n,x\nb@petspot.example\nc@petspot.example,x,y\n'
        b"d@petspot.example,\xff\n \ne@petspot.example,\n"
    )
    good, bad = of_v3(path)
    assert [event["email"] for event in good] == ["a@petspot.example", "e@petspot.example"]
    assert "tokens" in good[1], "an empty cell is left out"
    assert good[1]["tokens"] == {}
    assert bad == [
        f"{path}:5: email: give email, utk or object_id",
        f"{path}:6: has 1 cells, and there are 2 columns",
        f"{path}:7: has 3 cells, and there are 2 columns",
        f"{path}:8: is not UTF-8",
        f"{path}:9: has 1 cells, and there are 2 columns",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('email,tokens.note\na@petspot.example,x\nb@petspot.example,"y\nc@petspot.example,z\n', 3),
        ('email,tokens.note\na@petspot.example,"x', 2),
        ('email,"tokens.note\na@petspot.example,x\n', 1),
    ],
)
def test_a_quote_that_nothing_closes_does_not_swallow_the_rows_after_it(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=f"{path}:{line}: a quote is opened that nothing closes"):
        of_v3(path)


def test_quotes_that_can_be_read_in_two_ways_make_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        'email,tokens.note\na@petspot.example,"5" disc"\nb@petspot.example,"""Hi"",\nyou"\nc@petspot.example,5" disc\n'
        'd@petspot.example,"x"y'
    )
    good, bad = of_v3(path)
    assert [event["tokens"]["note"] for event in good] == ['"Hi",\nyou', '5" disc']
    said = "has quotes that can be read in two ways"
    assert [problem.rpartition(": ")[0] for problem in bad] == [f"{path}:2: {said}", f"{path}:6: {said}"]


def test_a_cell_of_csv_may_be_long_and_an_error_has_the_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"email,tokens.note\na@petspot.example,{'x' * 200_000}\n")
    (event,), _ = of_v3(path)
    assert event["tokens"] == {"note": "x" * 200_000}
    path.write_bytes(b"email,tokens.note\na@petspot.example,x\nb@petspot.example,y\rc@petspot.example,z\n")
    with pytest.raises(UsageError, match=f"{path}:3: cannot be read: new-line character"):
        of_v3(path)


def test_text_of_csv_becomes_what_a_field_takes(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "eventName,eventOrganizer,externalAccountId,externalEventId,eventCancelled,startDateTime,customProperties.seats\n"
        "X,Petspot,007,1e5,TRUE,2026-03-01T10:00:00+01:00,40\n"
        "X,Petspot,007,2,maybe,2026-03-01T10:00:00+01:00,40\n"
        "X,Petspot,007,3,,2026-03-01T10:00:00,\n"
    )
    (event,), bad = events(path, target=UPSERT)
    assert event == {
        "eventName": "X",
        "eventOrganizer": "Petspot",
        "externalAccountId": "007",
        "externalEventId": "1e5",
        "eventCancelled": True,
        "startDateTime": "2026-03-01T09:00:00Z",
        "customProperties": [{"name": "seats", "value": "40"}],
    }
    assert bad[0] == f"{path}:3: eventCancelled: must be bool, not str"
    assert bad[1].startswith(f"{path}:4: startDateTime: 2026-03-01T10:00:00 has no time zone")
    good, _ = events(path, target=UPSERT, time_zone=BERLIN)
    assert good[1]["startDateTime"] == "2026-03-01T09:00:00Z"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("600", None),
        ("600.0", None),
        ("6e2", None),
        ("1,200", "'1,200'"),
        ("600px", "'600px'"),
        ("600.5", "'600.5'"),
        ("true", "'true'"),
    ],
)
def test_text_of_csv_becomes_a_whole_number_where_it_is_one(tmp_path: Path, cell: str, said: str | None) -> None:
    columns = ["email", *(f"timelineIFrame.{name}" for name in ("linkLabel", "headerLabel", "url", "width", "height"))]
    row = dict(zip(columns, ["a@petspot.example", "l", "h", "u", cell, "400"], strict=True))
    path = write(tmp_path / "rows.csv", dict.fromkeys(columns, "VARCHAR"), [row])
    good, bad = of_v3(path)
    assert [event["timelineIFrame"]["width"] for event in good] == ([] if said else [600])
    assert bad == ([f"{path}:2: timelineIFrame.width: must be a whole number, not {said}"] if said else [])


def test_a_map_in_one_cell_is_json(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        'email,tokens,tokens.b,extraData\na@petspot.example,"{""a"": 1}",2,"{""x"": [null]}"\nb@x.example,oops,,\n'
    )
    (event,), bad = of_v3(path)
    assert (event["tokens"], event["extraData"]) == ({"a": 1, "b": "2"}, {"x": [None]})
    assert bad == [f"{path}:3: tokens: must be JSON, not 'oops'"]


@pytest.mark.parametrize(("content", "said"), [(b"", "is empty"), (b"\xff,b\n1,2\n", "is not UTF-8")])
def test_csv_without_names_that_can_be_read_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        of_v3(path)


# NDJSON


def test_ndjson_is_read_line_by_line_with_all_that_json_has(tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text(
        '{"email": "a@petspot.example", "tokens": {"age": 3, "gone": null}, "extraData": {"x": null, '
        '"big": 12345678901234567890}}\n'
        "\n"
        '{"email": null, "objectId": "1", "tokens.a": 19.90}\n'
        '{"email": "b@petspot.example"\n'
        "[1]\n"
        '{"email": "b@petspot.example", "extraData": {"x": NaN}}\n'
        '{"email": "b@petspot.example", "petName": "x"}\n'
        '{"email": "\\ud800"}\n'
    )
    good, bad = of_v3(path)
    assert good == [
        {
            "eventTemplateId": "1001298",
            "email": "a@petspot.example",
            "tokens": {"age": 3},
            "extraData": {"x": None, "big": 12345678901234567890},
        },
        {"eventTemplateId": "1001298", "objectId": "1", "tokens": {"a": 19.9}},
    ]
    assert [problem.partition(": ")[0] for problem in bad] == [f"{path}:{line}" for line in (4, 5, 6, 7, 8)]
    assert "is no JSON" in bad[0]
    assert "is no JSON object" in bad[1]
    assert "NaN is no value in JSON" in bad[2]
    assert "petName: no field" in bad[3]
    assert "email: '\\ud800' has half a surrogate pair" in bad[4]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-32"])
def test_ndjson_in_another_encoding_has_bad_rows_and_none_with_other_letters(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_bytes('{"email": "a@petspot.example", "tokens": {"a": "é Œ"}}\n'.encode(encoding) * 3)
    good, bad = of_v3(path)
    assert good == []
    assert {problem.partition(": ")[2].partition(": ")[0] for problem in bad} <= {"is not UTF-8", "is no JSON"}
    assert len(bad) >= 3


def test_a_name_that_is_twice_in_an_object_of_json_makes_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text(
        '{"email": "a@petspot.example", "email": "b@petspot.example"}\n'
        '{"email": "c@petspot.example", "extraData": {"a": [{"x": 1, "x": 1}]}}\n{"email": "d@petspot.example"}\n'
    )
    good, bad = of_v3(path)
    assert [event["email"] for event in good] == ["d@petspot.example"]
    assert bad == [f"{path}:1: is no JSON: 'email' is there twice", f"{path}:2: is no JSON: 'x' is there twice"]


# What DuckDB has


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ('19.90::DECIMAL(10, 2) AS "tokens.x"', {"tokens": {"x": "19.90"}}),
        ('0.1::FLOAT AS "tokens.x"', {"tokens": {"x": 0.1}}),
        ('0.1::DOUBLE AS "tokens.x"', {"tokens": {"x": 0.1}}),
        ('3 AS "tokens.x"', {"tokens": {"x": 3}}),
        ('170141183460469231731687303715884105727::HUGEINT AS "tokens.x"', {"tokens": {"x": str(2**127 - 1)}}),
        ('true AS "tokens.x"', {"tokens": {"x": True}}),
        ('NULL AS "tokens.x", NULL::VARCHAR AS domain', {"tokens": {}}),
        ("'Art3mis' AS \"tokens.x\"", {"tokens": {"x": "Art3mis"}}),
        ("DATE '2026-03-01' AS \"tokens.x\"", {"tokens": {"x": 1772323200000}}),
        ('1881::DECIMAL(38, 10) AS "objectId"', {"objectId": "1881", "tokens": {}}),
        ('19.90::DECIMAL(5, 2) AS "objectId"', {"objectId": "19.90", "tokens": {}}),
        ("TIMESTAMPTZ '2026-03-01 01:00:00+01' AS \"tokens.x\"", {"tokens": {"x": 1772323200000}}),
        (
            "'6f4b3c1e-57d2-4c8a-9f0b-8d1e2a7c5b36'::UUID AS \"tokens.x\"",
            {"tokens": {"x": "6f4b3c1e-57d2-4c8a-9f0b-8d1e2a7c5b36"}},
        ),
        ("{'a': 1, 'b': NULL::INTEGER} AS tokens", {"tokens": {"a": 1}}),
        ("MAP {'a': 1} AS tokens, 2 AS \"tokens.b\"", {"tokens": {"a": 1, "b": 2}}),
        ("'big'::ENUM ('big', 'small') AS \"tokens.x\"", {"tokens": {"x": "big"}}),
        ('7::BIGINT AS "objectId"', {"tokens": {}, "objectId": "7"}),
        ('7.0::DOUBLE AS "objectId"', {"tokens": {}, "objectId": "7"}),
        ('9007199254740991::DOUBLE AS "objectId"', {"tokens": {}, "objectId": "9007199254740991"}),
        ('7::DECIMAL(18, 0) AS "objectId"', {"tokens": {}, "objectId": "7"}),
        ("'007' AS \"objectId\"", {"tokens": {}, "objectId": "007"}),
        (
            "[{'when': TIMESTAMPTZ '2026-03-01 01:00:00+01', 'n': 1.5::DECIMAL(3, 1), 'f': 0.1::FLOAT, 'no': NULL}]"
            ' AS "extraData.list"',
            {"tokens": {}, "extraData": {"list": [{"when": "2026-03-01T00:00:00Z", "n": 1.5, "f": 0.1}]}},
        ),
        ('\'{"a": [1, null]}\'::JSON AS "extraData"', {"tokens": {}, "extraData": {"a": [1, None]}}),
        (
            "{'linkLabel': 'l', 'header_label': 'h', 'url': 'u', 'width': 6.0, 'height': '4'} AS timelineIFrame",
            {
                "tokens": {},
                "timelineIFrame": {"linkLabel": "l", "headerLabel": "h", "url": "u", "width": 6, "height": 4},
            },
        ),
        (
            "{'linkLabel': 'l', 'headerLabel': 'h', 'url': 'u', 'width': 6::DOUBLE, 'height': 4} AS timelineIFrame",
            {
                "tokens": {},
                "timelineIFrame": {"linkLabel": "l", "headerLabel": "h", "url": "u", "width": 6, "height": 4},
            },
        ),
        ("TIMESTAMPTZ '2026-03-01 01:00:00+01' AS \"timestamp\"", {"tokens": {}, "timestamp": "2026-03-01T00:00:00Z"}),
        ("'2026-03-01T01:00:00+01:00' AS \"timestamp\"", {"tokens": {}, "timestamp": "2026-03-01T00:00:00Z"}),
        ('to_timestamp(1772323200000 / 1000) AS "timestamp"', {"tokens": {}, "timestamp": "2026-03-01T00:00:00Z"}),
    ],
)
def test_a_value_of_a_table_is_taken_for_what_it_is(select: str, expected: dict[str, Any]) -> None:
    good, bad = query(select)
    assert bad == []
    assert good == [{"eventTemplateId": "1001298", "email": "a@petspot.example", **expected}]


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("'nan'::DOUBLE AS \"tokens.x\"", "tokens.x: is nan, which is no number"),
        ("'inf'::DOUBLE AS \"objectId\"", "objectId: is inf, which is no number"),
        ("{'a': ['nan'::DOUBLE]} AS extraData", "extraData.a[0]: is nan"),
        (
            "TIMESTAMP '2026-03-01 00:00:00' AS \"timestamp\"",
            "timestamp: 2026-03-01T00:00:00 has no time zone; say with --time-zone",
        ),
        ("TIMESTAMP_NS '2026-03-01 00:00:00' AS \"tokens.x\"", "tokens.x: 2026-03-01T00:00:00 has no time zone"),
        ("{'a': TIMESTAMP '2026-03-01 00:00:00'} AS extraData", "extraData.a: 2026-03-01T00:00:00 has no time zone"),
        (
            "DATE '2026-03-01' AS \"timestamp\"",
            "timestamp: is a date and no time; with --time-zone it is midnight there",
        ),
        ('1772323200000 AS "timestamp"', "timestamp: is a number and no time; of Unix milliseconds, to_timestamp"),
        ("TIMESTAMP 'infinity' AS \"timestamp\"", "timestamp: is no time"),
        ("DATE 'infinity' AS \"tokens.x\"", "tokens.x: is no date"),
        ("DATE '-infinity' AS \"timestamp\"", "timestamp: is no date"),
        ("{'a': DATE 'infinity'} AS extraData", "extraData.a: is no date"),
        (
            "'2026-03-01 10:00' AS \"timestamp\"",
            "timestamp: 2026-03-01T10:00:00 has no time zone; say with --time-zone",
        ),
        ("TIMESTAMPTZ '200000-01-01 00:00:00+00' AS \"timestamp\"", "timestamp: "),
        ("'ab'::BLOB AS \"tokens.x\"", "tokens['x']: must be text, a number, true or false, or a datetime, not bytes"),
        ('[1, 2] AS "tokens.x"', "tokens['x']: must be text"),
        ("TIME '10:00' AS \"tokens.x\"", "tokens['x']: must be text"),
        ('true AS "objectId"', "objectId: must be str, not bool"),
        ('12345678901234567::DOUBLE AS "objectId"', "objectId: 1.2345678901234568e+16 is a float, whose digits"),
        ('9007199254740992::DOUBLE AS "objectId"', "objectId: 9007199254740992.0 is a float"),
        ('1.5::DOUBLE AS "objectId"', "objectId: 1.5 is a float, whose digits may be others than were meant; cast it"),
        ('5e-324::DOUBLE AS "objectId"', "objectId: 5e-324 is a float"),
        (
            '0.1234567890123456789::DECIMAL(20, 19) AS "extraData.x"',
            "extraData.x: 0.1234567890123456789 has more digits",
        ),
        ("MAP {1: 2} AS extraData", "extraData[1]: the key must be str, not int"),
        ("'x' AS timelineIFrame", "timelineIFrame: must be JSON"),
        ("{'url': 'u'} AS timelineIFrame", "timelineIFrame.link_label: is missing"),
    ],
)
def test_a_value_that_cannot_be_sent_or_can_be_meant_in_two_ways_is_refused_by_name(select: str, said: str) -> None:
    good, bad = query(select)
    assert good == []
    assert bad[0].startswith(f"query row 1: {said}")


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ("TIMESTAMP '2026-03-01 00:00:00' AS \"timestamp\"", {"timestamp": "2026-02-28T23:00:00Z"}),
        ("TIMESTAMP '2026-07-01 00:00:00' AS \"timestamp\"", {"timestamp": "2026-06-30T22:00:00Z"}),
        ("'2026-07-01 00:00:00' AS \"timestamp\"", {"timestamp": "2026-06-30T22:00:00Z"}),
        ("'2026-07-01T00:00:00Z' AS \"timestamp\"", {"timestamp": "2026-07-01T00:00:00Z"}),
        ("DATE '2026-07-01' AS \"timestamp\"", {"timestamp": "2026-06-30T22:00:00Z"}),
        # In autumn, the first of the two.
        ("TIMESTAMP '2026-10-25 02:30:00' AS \"timestamp\"", {"timestamp": "2026-10-25T00:30:00Z"}),
        # HubSpot's dates are midnight in UTC.
        ("DATE '2026-07-01' AS \"tokens.x\"", {"tokens": {"x": 1782864000000}}),
        ("TIMESTAMP '2026-07-01 02:00:00' AS \"tokens.x\"", {"tokens": {"x": 1782864000000}}),
        # Where the query itself makes times, it does so in that zone.
        ("TIMESTAMP '2026-07-01 00:00:00'::TIMESTAMPTZ AS \"timestamp\"", {"timestamp": "2026-06-30T22:00:00Z"}),
    ],
)
def test_a_time_zone_says_which_times_are_meant(select: str, expected: dict[str, Any]) -> None:
    good, bad = query(select, time_zone=BERLIN)
    assert bad == []
    assert good[0] == {"eventTemplateId": "1001298", "email": "a@petspot.example", "tokens": {}, **expected}


def test_a_time_that_the_clocks_skipped_is_refused() -> None:
    _, bad = query("TIMESTAMP '2026-03-29 02:30:00' AS \"timestamp\"", time_zone=BERLIN)
    assert bad == [
        "query row 1: timestamp: 2026-03-29T02:30:00 was skipped in Europe/Berlin, when the clocks went forward"
    ]


def test_a_query_reads_files_and_keeps_its_order(tmp_path: Path) -> None:
    for number in (2, 1):
        write(tmp_path / f"{number}.parquet", {"n": "INTEGER"}, [{"n": number * 1000 + one} for one in range(3)])
    good, bad = of_v3(
        sql=f"FROM '{tmp_path}/*.parquet' SELECT 'a@petspot.example' AS email, n AS \"tokens.n\" ORDER BY n DESC; "
    )
    assert bad == []
    assert [event["tokens"]["n"] for event in good] == [2002, 2001, 2000, 1002, 1001, 1000]


def test_many_rows_of_parquet_come_in_their_order_with_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    with duckdb.connect() as database:
        database.execute(
            "COPY (SELECT CASE WHEN i = 250000 THEN NULL ELSE 'a@petspot.example' END AS email, i AS \"tokens.i\""
            f" FROM range(300000) AS t(i)) TO '{path}' (ROW_GROUP_SIZE 10000)"
        )
    with opened([str(path)], sql=None, form=None, stdin=io.BytesIO()) as tables:
        for number, row in enumerate(tables.rows()):
            assert (row.place.number, row.values["tokens.i"]) == (number + 1, number)
    _, bad = of_v3(path)
    assert bad == [f"{path} row 250001: email: give email, utk or object_id"]


# Files


def test_the_name_of_a_folder_is_no_column_of_parquet(tmp_path: Path) -> None:
    path = tmp_path / "country=1" / "rows.parquet"
    path.parent.mkdir()
    duckdb.sql(f"COPY (SELECT 'a@petspot.example' AS email, 'DE' AS country) TO '{path}'")
    good, bad = of_v3(path, rest_as="tokens")
    assert ([event["tokens"] for event in good], bad) == ([{"country": "DE"}], [])


@pytest.mark.parametrize("name", ["orders[1]", "order*", "order?1", "it's[1]"])
def test_a_file_whose_name_is_like_a_glob_is_sent_and_no_other(tmp_path: Path, name: str) -> None:
    for stem in ("orders1", "its1", "it's1", name):
        made = tmp_path / "made.parquet"  # by this name, as DuckDB takes others for globs
        duckdb.sql(f"COPY (SELECT '{stem == name}@petspot.example' AS email) TO '{made}'")
        made.rename(tmp_path / f"{stem}.parquet")
    good, bad = of_v3(tmp_path / f"{name}.parquet")
    assert ([event["email"] for event in good], bad) == (["True@petspot.example"], [])


def test_files_come_in_the_order_in_which_they_are_named_and_globs_sorted_without_those_of_failed_rows(
    tmp_path: Path,
) -> None:
    for name in ("b", "a", "c", "a.failed"):
        (tmp_path / f"{name}.csv").write_text(f"email\n{name}@petspot.example\n")
    good, _ = of_v3(tmp_path / "c.csv", tmp_path / "[ab]*.csv", tmp_path / "*.csv")
    assert [event["email"][0] for event in good] == ["c", "a", "b"]
    good, _ = of_v3(tmp_path / "a.failed.csv")
    assert len(good) == 1, "by its name it is sent"


def test_a_file_is_sent_once_by_however_many_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_text("email\nb@petspot.example\n")
    Path("a.csv").write_text("email\na@petspot.example\n")
    Path("link.csv").symlink_to("a.csv")
    files: list[Any] = ["a.csv", "-", "./a.csv", tmp_path / "a.csv", "*.csv", "link.csv", tmp_path / "-"]
    good, bad = of_v3(*files, form="csv", stdin=b"email\nc@petspot.example\n")
    assert ([event["email"][0] for event in good], bad) == (["a", "c", "b"], [])


def test_standard_input_is_read_twice_by_way_of_a_file() -> None:
    good, bad = of_v3("-", form="csv", stdin=b"email\na@petspot.example\n\n,\n")
    assert (len(good), bad) == (1, ["stdin:4: has 2 cells, and there are 1 columns"])
    with pytest.raises(UsageError, match="--format"):
        of_v3("-", stdin=b"email\n")


@pytest.mark.parametrize(
    ("files", "options", "said"),
    [
        (["no.csv"], {}, "no.csv: No such file"),
        (["no.parquet"], {}, "no.parquet: No such file"),
        (["no*.csv"], {}, "no*.csv: there is no such file"),
        ([], {}, "name a file"),
        (["rows.csv"], {"sql": "SELECT 1"}, "--sql goes in place of files"),
        (["rows.csv"], {"form": "parquet"}, "rows.csv is no Parquet file"),
        (["rows.json"], {}, "rows.json: the name does not end with"),
        (["rows.csv", "rows.ndjson"], {}, "files of more than one form: csv, ndjson"),
        ([], {"sql": "SELECT 1 AS rowid"}, "query: DuckDB has a column rowid of its own"),
        ([], {"sql": "SELEC"}, "--sql: cannot be read: Parser Error"),
        ([], {"sql": "SELECT * FROM 'no.parquet'"}, "--sql: cannot be read: IO Error"),
        (["packed.csv.gz"], {}, "packed.csv.gz: cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str], options: dict[str, Any], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.csv").write_text("email\n")
    (tmp_path / "rows.ndjson").write_text("")
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(b"email\na@petspot.example\n" * 1000)[:-20])
    with pytest.raises(UsageError) as caught:
        of_v3(*files, **options)
    assert str(caught.value).startswith(said)


def test_what_changes_after_it_was_opened_is_not_taken_for_the_same(tmp_path: Path) -> None:
    for form in ("csv", "ndjson", "parquet"):
        path = write(tmp_path / f"rows.{form}", {"email": "VARCHAR"}, [{"email": "a@petspot.example"}])
        other = write(tmp_path / f"other.{form}", {"domain": "VARCHAR"}, [{"domain": "petspot.example"}])
        with opened([str(path)], sql=None, form=None, stdin=io.BytesIO()) as tables:
            assert len([*tables.rows()]) == 1
            other.replace(path)
            with pytest.raises(UsageError, match=f"{path} was changed after it was opened"):
                list(tables.rows())


def test_what_is_written_to_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.csv", {"email": "VARCHAR"}, [{"email": "a@petspot.example"}])
    with opened([str(path)], sql=None, form=None, stdin=io.BytesIO()) as tables:
        rows = tables.rows()
        next(rows)
        with path.open("a") as file:
            file.write("b@petspot.example\n")
        with pytest.raises(UsageError, match="was changed after it was opened"):
            list(rows)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_with_a_name_is_read_twice_by_way_of_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "rows.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("email\na@petspot.example\n",))
    writer.start()
    good, bad = of_v3(pipe)
    writer.join()
    assert (len(good), bad) == (1, [])


# Operations


def test_every_operation_that_sends_any_number_can_be_named_with_hyphens_or_underscores() -> None:
    there = targets()
    assert {target.resource for target in there} == {"timeline", "marketing_events"}
    for target in there:
        assert find(str(target), []) == find(str(target).replace("_", "-"), []) == target


@pytest.mark.parametrize(
    ("name", "constants", "method"),
    [("timeline", ["eventTemplateId"], "create_many"), ("timeline", ["eventTypeName"], "create_many_2026_03")],
)
def test_a_constant_field_tells_which_operation_is_meant(name: str, constants: list[str], method: str) -> None:
    assert find(name, constants).method == method


@pytest.mark.parametrize(
    ("name", "constants", "said"),
    [
        ("timeline", [], "timeline may be timeline.create_many, timeline.create_many_2026_03; say which"),
        ("timeline", ["eventTemplateId", "eventTypeName"], "timeline: none of"),
        ("marketing-events", [], "marketing-events may be marketing_events.update_many"),
        ("contacts", [], "contacts: there is no contacts; there are marketing_events, timeline"),
        ("timeline.create", [], "timeline.create: there is no such operation; there are timeline.create_many"),
    ],
)
def test_what_names_no_operation_or_several_lists_them(name: str, constants: list[str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(name, constants)
    assert str(caught.value).startswith(said)


# Failed rows


@given(rows=st.lists(ROWS, min_size=1, max_size=4), data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_failed_rows_are_written_so_that_they_are_the_same_events_again(
    rows: list[dict[str, Any]], data: st.DataObject, tmp_path: Path
) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1))
    for form in ("csv", "ndjson", "parquet"):
        path = write(tmp_path / f"rows.{form}", COLUMNS, rows)
        good, _ = events(path, target=DATED, constants={"eventTypeName": "pe1_x"})
        with opened([str(path)], sql=None, form=None, stdin=io.BytesIO()) as tables:
            failed = FailedRows(default_path(tables, None), tables, "id")
            for index, row in enumerate(tables.rows()):
                if index in chosen:
                    failed.add(row, "no 'such' \"contact\"", f"id-{index}")
            failed.close()
        again, bad = events(failed.path, target=DATED, constants={"eventTypeName": "pe1_x"})
        assert bad == []
        assert again == [{**good[index], "id": f"id-{index}"} for index in sorted(chosen)]


def test_a_reason_names_the_place_and_replaces_that_of_an_earlier_run(tmp_path: Path) -> None:
    for form in ("csv", "ndjson", "parquet"):
        columns = {"email": "VARCHAR", "id": "VARCHAR", "_error": "VARCHAR"}
        rows = [{"email": "a@petspot.example", "id": "own", "_error": "old"}]
        path = write(tmp_path / f"rows.{form}", columns, rows)
        target = tmp_path / f"mended.{form}"
        target.write_text("mended by hand")
        with opened([str(path)], sql=None, form=None, stdin=io.BytesIO()) as tables:
            failed = FailedRows(target, tables, "id")
            for row in tables.rows():
                failed.add(row, "new", "another")
            failed.close()
        with opened([str(target)], sql=None, form=None, stdin=io.BytesIO()) as tables:
            (row,) = tables.rows()
        where = f"{path} row 1" if form == "parquet" else f"{path}:{1 if form == 'ndjson' else 2}"
        assert row.values == {"email": "a@petspot.example", "id": "own", "_error": f"{where}: new"}
        assert Path(f"{target}~").read_text() == "mended by hand"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.csv", "email,tokens.note\na@petspot.example,hello, world\n"),
        ("rows.csv", "email,tokens.note\na@petspot.example\n"),
        ("rows.csv", 'email,tokens.note\na@petspot.example,"5" disc"\n'),
        ("rows.ndjson", '{"email": "a@petspot.example", "tokens": {"note": "hel\n'),
    ],
)
def test_a_row_that_cannot_be_read_stays_bad_in_the_file_of_failed_rows_and_is_there_as_it_stands(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with opened([str(path)], sql=None, form=None, stdin=io.BytesIO()) as tables:
        failed = FailedRows(default_path(tables, None), tables, "id")
        (row,) = tables.rows()
        assert row.fault
        failed.add(row, row.fault)
        failed.close()
    with opened([str(failed.path)], sql=None, form=None, stdin=io.BytesIO()) as tables:
        ((_, values, _, _),) = tables.rows()
    assert values["_error"].endswith(text.splitlines()[-1])
    assert [name for name, value in values.items() if value] == ["_error"]
    assert of_v3(failed.path)[0] == []


def test_failed_rows_of_several_files_have_the_columns_of_all(tmp_path: Path) -> None:
    for form in ("csv", "ndjson", "parquet"):
        first = write(tmp_path / f"1.{form}", {"email": "VARCHAR", "a": "INTEGER"}, [{"email": "x", "a": 1}] * 3)
        second = write(tmp_path / f"2.{form}", {"a": "INTEGER", "b": "BIGINT"}, [{"a": 2, "b": 3}] * 2)
        with opened([str(first), str(second)], sql=None, form=None, stdin=io.BytesIO()) as tables:
            failed = FailedRows(tmp_path / f"failed.{form}", tables, None)
            for number, row in enumerate(tables.rows()):
                if number in (2, 3):
                    failed.add(row, "no")
            failed.close()
        with opened([str(failed.path)], sql=None, form=None, stdin=io.BytesIO()) as tables:
            rows = [{name: value for name, value in row.values.items() if name != "_error"} for row in tables.rows()]
        kept = [{name: str(value) for name, value in row.items() if value is not None} for row in rows]
        assert kept == [{"email": "x", "a": "1"}, {"a": "2", "b": "3"}], form


def test_failed_rows_of_a_query_have_its_columns_and_whole_numbers_of_any_size(tmp_path: Path) -> None:
    big = f"(i + {2**100})::HUGEINT"
    select = f"SELECT i AS n, {big} AS big, {{'a': {big}}} AS s FROM range(5) AS t(i) ORDER BY n DESC"
    with opened([], sql=select, form=None, stdin=io.BytesIO()) as tables:
        failed = FailedRows(tmp_path / "failed.parquet", tables, None)
        for row in tables.rows():
            if row.values["n"] in (1, 3):
                failed.add(row, "no")
        failed.close()
    with duckdb.connect() as database:
        rows = database.execute(f"FROM '{failed.path}'").fetchall()
    assert rows == [
        (3, str(2**100 + 3), f'{{"a":{2**100 + 3}}}', "query row 2: no"),
        (1, str(2**100 + 1), f'{{"a":{2**100 + 1}}}', "query row 4: no"),
    ]


@pytest.mark.parametrize(
    ("files", "journal", "expected"),
    [
        (["in/orders.csv"], None, "in/orders.failed.csv"),
        (["in/orders.tsv.gz"], None, "in/orders.failed.csv"),
        (["in/orders.csv"], "runs/may.journal", "runs/may.failed.csv"),
        (["in/orders.csv"], "runs/may", "runs/may.failed.csv"),
    ],
)
def test_failed_rows_go_beside_the_journal_or_the_first_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str], journal: str | None, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for file in files:
        (tmp_path / file).write_text("email\n")
    with opened(files, sql=None, form=None, stdin=io.BytesIO()) as tables:
        assert str(default_path(tables, journal)) == expected


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rows.csv", "is what is sent"),
        ("in/../rows.csv", "is what is sent"),
        ("in/../journal.csv", "is the journal"),
        ("failed.parquet", "end with .csv or .tsv"),
        ("no/failed.csv", "say with --failed where they go"),
        ("/dev/fd/63.failed.csv", "say with --failed where they go"),  # of a pipe of the shell's
    ],
)
def test_failed_rows_go_to_a_file_of_the_same_form_and_not_over_what_is_sent(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "rows.csv").write_text("email\n")
    files = [str(tmp_path / "rows.csv")]
    with (
        opened(files, sql=None, form=None, stdin=io.BytesIO()) as tables,
        pytest.raises(UsageError, match=said),
    ):
        FailedRows(tmp_path / name, tables, None, str(tmp_path / "journal.csv")).check_folder()


def test_a_journal_without_a_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("email\n")
    with (
        opened([str(tmp_path / "rows.csv")], sql=None, form=None, stdin=io.BytesIO()) as tables,
        pytest.raises(UsageError, match=r"--journal \. is no name of a file"),
    ):
        default_path(tables, ".")
