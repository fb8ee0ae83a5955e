"""What is generated depends on the specs, the configuration and the templates alone, and what the templates do not know
stops the generator instead of becoming a model that is subtly wrong.
"""

import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
GENERATED = ROOT / "generated/hubspot_events_api"

Json = dict[str, Any]


def generate(project: Path, destination: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["tools/generate", str(destination)],
        cwd=project,
        env={**os.environ, "BIN": str(Path(sys.executable).parent), "COLUMNS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def project_with(folder: Path, schemas: Json, path: str = "/zoo", **operation: Any) -> Path:
    """A copy of what makes the generated package, with another spec: an endpoint takes Asked and answers Answered."""
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copytree(ROOT / "overrides/templates", folder / "overrides/templates")
    shutil.copy(ROOT / "generator-config.yaml", folder)
    (folder / "openapi").mkdir()
    answered: Json = {"description": "Done.", "content": {"application/json": {"schema": ref("Answered")}}}
    body: Json = {"required": True, "content": {"application/json": {"schema": ref("Asked")}}}
    endpoint = {
        "operationId": "visit",
        "tags": ["zoo"],
        "summary": "Visit",
        "description": "Looks at the animals.",
        "requestBody": body,
        "responses": {"200": answered},
        **operation,
    }
    named: Json = {"type": "object", "properties": {"name": {"type": "string"}}}
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "Zoo", "version": "1"},
        "servers": [{"url": "https://zoo.example"}],
        "paths": {path: {"post": endpoint}},
        "components": {"schemas": {"Asked": named, "Answered": {**named, "readOnly": True}, **schemas}},
    }
    (folder / "openapi/common.yaml").write_text(yaml.safe_dump(spec), "utf-8")
    return folder


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Json) -> Json:
    return {"type": "array", "items": items}


def mapped(values: Json) -> Json:
    return {"type": "object", "additionalProperties": values}


def test_generating_anywhere_gives_the_committed_package_byte_for_byte(tmp_path: Path) -> None:
    second = tmp_path / "further/down/the/path"
    second.mkdir(parents=True)
    (second / "left_over.py").touch()
    for place in (tmp_path / "here", second):
        done = generate(ROOT, place)
        assert done.returncode == 0, done.stderr
        assert contents(place) == contents(GENERATED)


def test_a_warning_of_the_generator_is_a_failure(tmp_path: Path) -> None:
    # The generator leaves out a schema that it cannot read, with a warning.
    done = generate(project_with(tmp_path / "project", {"Herd": {"type": "array"}}), tmp_path / "package")
    assert done.returncode != 0
    assert "/components/schemas/Herd" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("owner", "field", "kind"),
    [
        ("Asked", {"type": "string", "format": "date"}, "date"),
        ("Answered", {"type": ["string", "null"]}, "union"),
        ("Asked", listed({"anyOf": [ref("Animal"), {"type": "string"}]}), "union"),
        ("Answered", {"enum": [1, 2], "type": "integer"}, "enum of numbers"),
    ],
    ids=["date", "text or null", "list of model or text", "enum of numbers"],
)
def test_a_field_that_the_templates_do_not_know_stops_the_generator_with_its_name_and_kind(
    tmp_path: Path, owner: str, field: Json, kind: str
) -> None:
    schemas = {
        owner: {"type": "object", "readOnly": owner == "Answered", "properties": {"odd": field}},
        "Animal": {"type": "object", "properties": {"name": {"type": "string"}}},
    }
    done = generate(project_with(tmp_path / "project", schemas), tmp_path / "package")
    assert done.returncode != 0
    assert re.search(rf"odd\w*: a field of the kind {kind} needs a line", done.stdout + done.stderr)


def test_an_operation_that_the_templates_do_not_know_stops_the_generator(tmp_path: Path) -> None:
    parameters = [{"name": "zoo", "in": "path", "required": True, "schema": {"type": "string"}}]
    project = project_with(tmp_path / "project", {}, path="/zoo/{zoo}", parameters=parameters)
    done = generate(project, tmp_path / "package")
    assert done.returncode != 0
    assert "an operation that has parameters" in done.stdout + done.stderr


# A spec with every kind of field that the templates know, and their combinations.

ANIMAL: Json = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
PLAIN: Json = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}
FIELDS: Json = {
    "text": {"type": "string"},
    "flag": {"type": "boolean"},
    "count": {"type": "integer"},
    "weight": {"type": "number"},
    "anything": {},
    "plain": PLAIN,
    "time": {"type": "string", "format": "date-time"},
    "kind": ref("Kind"),
    "animal": ref("Animal"),
    "counts": listed({"type": "integer"}),
    "times": listed({"type": "string", "format": "date-time"}),
    "kinds": listed(ref("Kind")),
    "plains": listed(PLAIN),
    "cages": listed(listed(ref("Animal"))),
    "notes": mapped({}),
    "tags": mapped({"type": "string"}),
    "weights": mapped(listed({"type": "number"})),
    "byName": ref("ByName"),
    "closings": mapped({"type": "string", "format": "date-time"}),
    "class": {"type": "string"},
}
VALUES: Json = {
    "text": "hello",
    "flag": False,
    "count": 0,
    "weight": 4.5,
    "anything": {"deep": [1, None]},
    "plain": True,
    "time": "2026-03-01T10:00:00Z",
    "kind": "reptile",
    "animal": {"name": "Ruby"},
    "counts": [1, 2],
    "times": ["2026-03-01T10:00:00Z"],
    "kinds": ["bird", "reptile"],
    "plains": ["1", 1, 1.5, True],
    "cages": [[{"name": "Ruby"}, {"name": "Rex", "age": 3}], []],
    "notes": {"a": [1], "b": None},
    "tags": {"a": "b"},
    "weights": {"Ruby": [4.1, 4], "Rex": []},
    "byName": {"ruby": {"name": "Ruby"}},
    "closings": {"winter": "2026-12-01T00:00:00Z"},
    "class": "a word that Python keeps for itself",
}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The models generated for a spec with every kind of field."""
    folder = tmp_path_factory.mktemp("zoo")
    schemas = {
        "Kind": {"type": "string", "enum": ["bird", "reptile"]},
        "Animal": ANIMAL,
        "ByName": mapped(ref("Animal")),
        "Asked": {"type": "object", "required": list(FIELDS), "properties": FIELDS},
        "AskedForLess": {"type": "object", "properties": FIELDS},
        "Answered": {"type": "object", "readOnly": True, "required": list(FIELDS), "properties": FIELDS},
        "AnsweredLess": {"type": "object", "readOnly": True, "properties": FIELDS},
    }
    done = generate(project_with(folder / "project", schemas), folder / "zoo_of_the_tests")
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield importlib.import_module("zoo_of_the_tests.models")
    for name in [name for name in sys.modules if name.startswith("zoo_of_the_tests")]:
        del sys.modules[name]


MODELS = ["Asked", "AskedForLess", "Answered", "AnsweredLess"]


@pytest.mark.parametrize("name", MODELS)
def test_every_kind_of_field_comes_back_as_it_went_in(zoo: Any, name: str) -> None:
    read = getattr(zoo, name).from_dict(VALUES)
    assert read.additional_properties == {}
    assert read.to_dict() == VALUES


@pytest.mark.parametrize("name", MODELS)
def test_every_kind_of_field_is_read_as_its_python_type(zoo: Any, name: str) -> None:
    read = getattr(zoo, name).from_dict(VALUES)
    ruby = zoo.Animal(name="Ruby")
    time = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (read.time, read.times) == (time, [time])
    assert read.kind is zoo.Kind.REPTILE
    assert [kind.name for kind in read.kinds] == ["BIRD", "REPTILE"]
    assert read.animal == ruby
    assert read.cages[0][0] == ruby
    assert read.cages[0][1].additional_properties == {"age": 3}
    assert read.by_name == {"ruby": ruby}
    assert read.closings["winter"].month == 12
    assert [type(value) for value in read.plains] == [str, int, float, bool]


@pytest.mark.parametrize("name", ["AskedForLess", "AnsweredLess"])
def test_fields_that_are_left_out_stay_out(zoo: Any, name: str) -> None:
    assert getattr(zoo, name).from_dict({}).to_dict() == {}
    assert getattr(zoo, name)().to_dict() == {}


def test_an_answer_without_its_required_fields_is_read_and_a_request_is_refused(zoo: Any) -> None:
    assert zoo.Answered.from_dict({}).to_dict() == {}
    for field in FIELDS.keys() - {"anything"}:
        rest = {name: value for name, value in VALUES.items() if name != field}
        with pytest.raises(ValueError, match="is missing"):
            zoo.Asked.from_dict(rest)


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("counts", [1, "2"], "counts[1]"),
        ("counts", [True], "counts[0]"),
        ("times", ["2026-03-01T10:00:00Z", "soon"], "times[1]"),
        ("kinds", [3], "kinds[0]"),
        ("plain", None, "plain"),
        ("plains", [[]], "plains[0]"),
        ("cages", [[], [None]], "cages[1][0]"),
        ("weights", {"Ruby": [4.1, "heavy"]}, "weights['Ruby'][1]"),
        ("by_name", {"ruby": {"name": "Ruby"}}, "by_name['ruby']"),
        ("tags", {1: "b"}, "tags[1]"),
    ],
)
def test_a_value_that_cannot_be_sent_is_refused_by_its_place(zoo: Any, field: str, value: Any, place: str) -> None:
    asked = zoo.Asked.from_dict(VALUES)
    setattr(asked, field, value)
    with pytest.raises(ValueError, match=r"must be|is no date") as caught:
        asked.to_dict()
    assert getattr(caught.value, "field", None) == place


def test_the_readable_part_of_an_answer_is_read_and_the_rest_kept(zoo: Any) -> None:
    odd = {**VALUES, "counts": [1, "two"], "cages": [[{"name": "Ruby"}], [None]], "weights": {"a": [1], "b": 2}}
    read = zoo.Answered.from_dict(odd)
    assert read.counts == [1]
    assert read.cages == [[zoo.Animal(name="Ruby")]]
    assert read.weights == {"a": [1]}
    assert read.additional_properties == {"counts": ["two"], "cages": [[None]], "weights": {"b": 2}}
