"""`make compare` lists what an OpenAPI document says otherwise than our specs, whichever way it says it, and no more.

The documents are written here, in other words and other schemas than ours, as those of HubSpot's own would be.
"""

import contextlib
import copy
import datetime
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import compare
import httpx
import pytest
import upstream
import yaml
from bundle import bundle
from bundled_spec import BUNDLE
from compare import Known, known_differences
from hypothesis import given, settings
from hypothesis import strategies as st
from specs import Document, NotOpenAPI, differences
from upstream import compared, in_3_0

ROOT = Path(__file__).parent.parent

Json = dict[str, Any]

OURS: Json = yaml.safe_load("""
openapi: 3.1.0
info: {title: Ours, version: "1"}
servers: [{url: "https://api.example"}]
paths:
  /timeline/v3/events:
    post:
      operationId: createEvent
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Event"}}}}
      responses:
        "201": {content: {application/json: {schema: {$ref: "#/components/schemas/EventResponse"}}}}
        default: {content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
  /marketing/2026-03/batch/update:
    post:
      operationId: updateEvents
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Event"}}}}
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Batch"}}}}
components:
  schemas:
    Frame: {type: object, required: [url], properties: {url: {type: string}, width: {type: integer, format: int32}}}
    Event:
      type: object
      required: [template, tokens]
      properties:
        template: {type: string, description: The template.}
        id: {type: string, minLength: 1}
        tokens: {type: object, additionalProperties: {anyOf: [{type: string}, {type: number}]}}
        email: {type: string}
        frame: {$ref: "#/components/schemas/Frame"}
        timestamp: {type: string, format: date-time}
    EventResponse:
      type: object
      required: [template, id, tokens]
      properties:
        template: {type: string}
        id: {type: string}
        tokens: {type: object, additionalProperties: {type: string}}
        email: {type: string}
        frame: {$ref: "#/components/schemas/Frame"}
        timestamp: {type: string, format: date-time}
        objectType: {type: string}
    Batch: {type: object, properties: {status: {$ref: "#/components/schemas/Status"}}}
    Status: {type: string, enum: [COMPLETE, PENDING]}
    Error: {type: object, required: [message], properties: {message: {type: string}, context: {}}}
""")
KNOWN = """
- operations: [createEvent]
  differences: ["request, id: ours optional, theirs required"]
  reason: It may be left out.
- operations: [createEvent]
  differences: ["request, tokens{}: ours number | string, theirs string"]
  reason: Numbers are accepted.
- differences: ["response default, context: ours any, theirs object"]
  reason: It is text in some answers.
"""

# The first of them in the words of somebody else: OpenAPI 3.0, schemas of other names, other parts, another server.
UPSTREAM: Json = yaml.safe_load("""
openapi: 3.0.1
info: {title: Upstream, version: v3}
servers: [{url: "https://api.example/timeline"}]
paths:
  /v3/events:
    post:
      operationId: post-/timeline/v3/events_create
      requestBody: {$ref: "#/components/requestBodies/Event"}
      responses:
        "201": {content: {"*/*": {schema: {$ref: "#/components/schemas/StoredEvent"}}}}
        default: {content: {"*/*": {schema: {$ref: "#/components/schemas/Problem"}}}}
components:
  requestBodies:
    Event: {content: {application/json: {schema: {$ref: "#/components/schemas/EventRequest"}}}}
  schemas:
    Problem:
      required: [message]
      properties: {message: {type: string}, context: {type: object, additionalProperties: {type: string}}}
    Window: {type: object, required: [url], properties: {url: {type: string}, width: {type: integer, format: int32}}}
    Common:
      type: object
      required: [template, id]
      properties:
        email: {type: string}
        frame: {$ref: "#/components/schemas/Window"}
        id: {type: string}
        template: {type: string, description: In other words.}
        timestamp: {type: string, format: date-time}
        tokens: {type: object, additionalProperties: {type: string}}
    EventRequest: {required: [tokens], allOf: [{$ref: "#/components/schemas/Common"}]}
    StoredEvent:
      type: object
      required: [tokens]
      properties: {objectType: {type: string}}
      allOf: [{$ref: "#/components/schemas/Common"}]
""")
SINGLE = "createEvent (POST /timeline/v3/events)\n"


def run(
    document: Json | str, folder: Path, *arguments: str, name: str = "upstream.json", asked: str | None = None
) -> Any:
    """Compare a document with OURS, as `make compare` does."""
    (folder / "openapi/upstream").mkdir(parents=True)
    (folder / "openapi/common.yaml").write_text(yaml.safe_dump(OURS, sort_keys=False), "utf-8")
    (folder / "openapi/upstream/known-differences.yaml").write_text(KNOWN, "utf-8")
    text = document if isinstance(document, str) else json.dumps(document, indent="\t")
    (folder / name).write_text(yaml.safe_dump(document) if name.endswith(".yaml") else text, "utf-8")
    command = [sys.executable, str(ROOT / "tools/compare.py"), asked or name, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["upstream.json", "upstream.yaml"])
def test_on_a_quiet_day_nothing_is_listed(tmp_path: Path, name: str) -> None:
    done = run(UPSTREAM, tmp_path, name=name)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "updateEvents (POST /marketing/2026-03/batch/update) is not in this document\n"


def test_our_own_specs_lack_nothing(tmp_path: Path) -> None:
    done = run(OURS, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_differs_is_listed_both_ways(tmp_path: Path) -> None:
    document = copy.deepcopy(UPSTREAM)
    schemas = document["components"]["schemas"]
    common = schemas["Common"]
    common["properties"]["expiresAt"] = {"type": "string", "format": "date-time"}
    common["properties"]["email"] = {"type": "string", "nullable": True}
    common["required"].append("timestamp")
    del common["properties"]["template"]
    schemas["Window"]["properties"]["width"]["format"] = "int64"
    schemas["StoredEvent"]["properties"]["objectType"]["enum"] = ["contacts", "deals"]
    operation = document["paths"]["/v3/events"]["post"]
    operation["deprecated"] = True
    operation["responses"]["202"] = {"description": "Later."}
    operation["parameters"] = [{"name": "dryRun", "in": "query", "schema": {"type": "boolean"}}]
    done = run(document, tmp_path)
    assert done.returncode == 1
    assert done.stdout == SINGLE + (
        "  operation: theirs is deprecated\n"
        "  response 202: theirs only\n"
        "  parameters, query dryRun: theirs only (boolean, optional)\n"
        "  request, template: ours only (string, required)\n"
        "  request, email: ours string, theirs null | string\n"
        "  request, frame.width: ours integer (int32), theirs integer (int64)\n"
        "  request, timestamp: ours optional, theirs required\n"
        "  request, expiresAt: theirs only (string (date-time), optional)\n"
        "  response 201, template: ours only (string, required)\n"
        "  response 201, email: ours string, theirs null | string\n"
        "  response 201, frame.width: ours integer (int32), theirs integer (int64)\n"
        "  response 201, timestamp: ours optional, theirs required\n"
        "  response 201, objectType: ours any word, theirs contacts, deals\n"
        "  response 201, expiresAt: theirs only (string (date-time), optional)\n"
    )


def test_a_name_that_no_terminal_can_show_is_one_line_all_the_same(tmp_path: Path) -> None:
    document = copy.deepcopy(UPSTREAM)
    document["components"]["schemas"]["EventRequest"]["properties"] = {"\ud800\nb": {}}
    document["paths"]["x-note"] = "not a path"
    assert run(document, tmp_path).stdout == f"{SINGLE}  request, \\ud800 b: theirs only (any, optional)\n"


def test_words_are_compared_one_by_one(tmp_path: Path) -> None:
    document = copy.deepcopy(OURS)
    document["components"]["schemas"]["Status"]["enum"] = ["COMPLETE", "QUEUED"]
    assert run(document, tmp_path).stdout == (
        "updateEvents (POST /marketing/2026-03/batch/update)\n"
        "  response 200, status: word PENDING ours only\n"
        "  response 200, status: word QUEUED theirs only\n"
    )


@pytest.mark.parametrize("name", ["createEvent", "/timeline/v3/events"])
def test_one_operation_can_be_asked_for(tmp_path: Path, name: str) -> None:
    document = copy.deepcopy(UPSTREAM)
    document["components"]["schemas"]["Common"]["required"] = []
    done = run(document, tmp_path, "--operation", name)
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.startswith(f"{SINGLE}  request, template: ours required, theirs optional\n")


def test_a_later_dated_version_is_compared_where_ours_is_missing(tmp_path: Path) -> None:
    document = copy.deepcopy(OURS)
    paths = document["paths"]
    ours = "/marketing/2026-03/batch/update"
    later = ours.replace("2026-03", "2026-09")
    paths[ours.replace("2026-03", "2025-09")] = paths[later] = paths.pop(ours)
    assert run(document, tmp_path).stdout == f"updateEvents (POST {ours})\n  path: ours {ours}, theirs {later}\n"


@pytest.mark.parametrize(
    ("path", "theirs", "found"),
    [
        ("/timeline/v3/events", ["/timeline/2026-03/events", "/timeline/v4/events"], "/timeline/2026-03/events"),
        ("/timeline/v3/events", ["/timeline/events/v10", "/timeline/v9/events"], "/timeline/events/v10"),
        ("/marketing/v3/batch/update", ["/marketing/batch/2026-03/update"], "/marketing/batch/2026-03/update"),
        ("/timeline/v3/batch/create", ["/timeline/2026-03/batch"], "/timeline/2026-03/batch"),
        ("/timeline/{app}/v3/events", ["/timeline/{appId}/2026-03/events"], "/timeline/{appId}/2026-03/events"),
        ("/timeline/v3/events", ["/timeline/v2/events", "/timeline/2026-03/templates"], None),
        ("/timeline/2026-03/events", ["/timeline/2025-09/events", "/timeline/v3/events"], None),
        ("/timeline/v3/batch/create", ["/timeline/2026-03/batch/archive"], None),
    ],
)
def test_a_successor_differs_in_its_version_and_maybe_by_the_word_create(
    path: str, theirs: list[str], found: str | None
) -> None:
    ours, others = (
        Document({"openapi": "3.1.0", "paths": {one: {"post": {}} for one in paths}}).operations()
        for paths in ([path], theirs)
    )
    (operation,) = ours.values()
    successor = compare.their_operation(operation, ours, others)
    assert (successor and successor.path) == found


def test_only_the_newest_version_of_ours_has_a_successor() -> None:
    paths = [f"/timeline/{version}/events" for version in ("v3", "2026-03", "2026-09")]
    every = Document({"openapi": "3.1.0", "paths": {path: {"post": {}} for path in paths}}).operations()
    old, ours, newest = every.values()
    both = {one.key: one for one in (old, ours)}
    for theirs in ({newest.key: newest}, {ours.key: ours, newest.key: newest}):
        assert compare.their_operation(old, both, theirs) is None
    assert compare.their_operation(ours, both, {newest.key: newest}) == newest


# What is said of an operation beside its schemas


def edited(keys: str, value: Any) -> Json:
    """UPSTREAM with something else at a place of its operation."""
    document = copy.deepcopy(UPSTREAM)
    *steps, last = keys.split(".")
    node = document["paths"]["/v3/events"]["post"]
    for step in steps:
        node = node[step]
    node[last] = value
    return document


@pytest.mark.parametrize(
    ("keys", "value", "line"),
    [
        ("security", [{"oauth2": ["timeline"]}], "operation, scopes: ours nothing, theirs timeline"),
        (
            "security",
            [{"oauth2": ["timeline"]}, {"oauth2": ["crm.write"], "app": ["timeline"]}, {"app": ["tickets"]}],
            "operation, scopes: ours nothing, theirs tickets or timeline",
        ),
        (
            "responses.201.headers",
            {"X-Trace": {"required": True, "schema": {"type": "string"}}},
            "response 201 headers, x-trace: theirs only (string, required)",
        ),
        (
            "parameters",
            [{"in": "header", "name": "X-Trace", "required": True, "schema": {"type": "integer"}}],
            "parameters, header x-trace: theirs only (integer, required)",
        ),
    ],
)
def test_scopes_headers_and_parameters_are_compared(tmp_path: Path, keys: str, value: Any, line: str) -> None:
    assert run(edited(keys, value), tmp_path).stdout == f"{SINGLE}  {line}\n"


def listed(old: Json, new: Json) -> list[str]:
    """What two versions of an operation on a path with a parameter say otherwise."""
    documents = (
        {"openapi": "3.1.0", "security": [{"oauth2": ["read"]}], "paths": {path: {"get": {"responses": {}, **one}}}}
        for path, one in (("/pets/{pet}", old), ("/pets/{petId}", new))
    )
    return [
        f"{one.part}, {one.place}: {one.aspect} {one.old} {one.new}" for one in differences(*map(Document, documents))
    ]


def query(**said: Any) -> Json:
    return {"parameters": [{"in": "query", "name": "kinds", "schema": {"type": "array", "items": {}}, **said}]}


def answer(schema: Any) -> Json:
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ({"security": []}, {"security": []}, None),
        ({"security": [{"key": ["read"]}]}, {}, None),
        (query(), query(style="form", explode=True), None),
        (query(), query(explode=False), "parameters, query kinds: style form, exploded form"),
        (query(), query(required=True), "parameters, query kinds: required False True"),
        (query(), query(deprecated=True), "parameters, query kinds: deprecated False True"),
        (query(schema={"type": "string"}), query(schema={"type": "string"}, explode=False), None),
        (query(schema={"type": "string"}), query(schema={"type": "integer"}), "query kinds: type string integer"),
        (
            query(schema={"type": "integer"}),
            {"parameters": [{"in": "query", "name": "kinds", "content": {"application/json": {}}}]},
            "parameters, query kinds: type integer any",
        ),
        (
            {"parameters": [{"in": "path", "name": "pet", "required": True, "schema": {"type": "string"}}]},
            {"parameters": [{"in": "path", "name": "petId", "required": True, "schema": {"type": "string"}}]},
            None,
        ),
        (answer({"type": "array", "items": True}), answer({"type": "array"}), None),
        (
            answer({"type": "array", "items": {"type": "object", "required": ["id"], "properties": {"id": {}}}}),
            answer({"type": "array", "items": {"type": "object", "properties": {"id": {}}}}),
            "response 200, [].id: required True False",
        ),
        (answer({"type": "array"}), answer({"type": "array", "items": {"type": "string"}}), "[]: type any string"),
        (answer(True), answer({}), None),
        ({"requestBody": {}}, {}, None),
    ],
)
def test_operations_of_any_method_with_parameters_and_lists_are_compared(
    old: Json, new: Json, line: str | None
) -> None:
    found = listed(old, new)
    assert len(found) == (line is not None)
    assert found == [] or found[0].endswith(line or "")


# Schemas that go in circles


def circles(**schemas: Json) -> Document:
    body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{next(iter(schemas))}"}}}}
    paths = {"/tree": {"post": {"requestBody": body, "responses": {}}}}
    return Document({"openapi": "3.0.3", "paths": paths, "components": {"schemas": schemas}})


def refer(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def tree(name: str, child: str | None = None, **fields: Json) -> Json:
    children = {"type": "array", "items": refer(child or name)}
    return {"type": "object", "properties": {"name": {"type": "string"}, "children": children, **fields}}


def places(one: Document, other: Document) -> list[str]:
    return [f"{difference.place}: {difference.aspect}" for difference in differences(one, other)]


def test_a_recursion_ends_and_is_the_same_however_it_is_unrolled() -> None:
    once = circles(Tree=tree("Tree"))
    unrolled = circles(Trunk=tree("Trunk", "Branch"), Branch=tree("Branch", "Twig"), Twig=tree("Twig", "Trunk"))
    assert places(once, unrolled) == places(unrolled, once) == []


def test_what_differs_within_a_recursion_is_found() -> None:
    once = circles(Tree=tree("Tree"))
    other = circles(Trunk=tree("Trunk", "Branch"), Branch=tree("Branch", "Trunk", age={"type": "integer"}))
    assert places(once, other) == ["children[].age: field"]


def test_choices_and_parts_that_refer_to_themselves_end_too() -> None:
    def value(name: str, inner: str) -> dict[str, Json]:
        listed = {"type": "array", "items": refer(name)}
        mapped = {"type": "object", "additionalProperties": refer(name)}
        return {
            name: {"oneOf": [{"type": "string"}, listed, mapped, refer(inner)]},
            inner: {"allOf": [refer(name), {"type": "object", "properties": {"next": refer(inner)}}]},
        }

    assert places(circles(**value("Value", "Inner")), circles(**value("Any", "More"))) == []


def test_many_schemas_that_all_refer_to_each_other_are_compared_in_no_time() -> None:
    def thicket(prefix: str) -> Document:
        names = [f"{prefix}{number}" for number in range(40)]
        fields = {f"to{number}": refer(name) for number, name in enumerate(names)}
        return circles(**{name: {"type": "object", "properties": fields} for name in names})

    assert places(thicket("A"), thicket("B")) == []


# One meaning, said in two ways

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": True}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"nullable": True, "allOf": [{"type": "string", "enum": ["a"]}]}, {"type": ["null", "string"], "enum": ["a"]}),
        ({"type": "string", "enum": ["a"]}, {"const": "a", "type": "string"}),
        ({"type": "string", "enum": ["a", "b"]}, {"oneOf": [{"type": "string", "enum": [x]} for x in "ba"]}),
        ({"type": "object"}, {"type": "object", "additionalProperties": True}),
        ({"type": "object"}, {"type": "object", "properties": {}, "additionalProperties": {}}),
        ({"properties": {"a": {}}}, {"type": "object", "properties": {"a": True}}),
        ({"allOf": [{"type": "integer", "format": "int32"}]}, {"type": "integer", "format": "int32"}),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, {"enum": ["a", None]}),
        ({"enum": ["a", None]}, {"anyOf": [{"const": "a"}, {"type": "null"}]}),
        ({"const": None}, {"type": "null"}),
        ({"enum": [1, 2]}, {"type": "integer", "enum": [2, 1]}),
        ({"type": ["string", "integer"]}, {"oneOf": [{"type": "integer"}, {"type": "string"}]}),
        ({"type": ["integer", "string"], "format": "int64"}, {"anyOf": [{"type": "integer", "format": "int64"}, TEXT]}),
        ({"anyOf": [TEXT, {"type": "string", "format": "date-time"}]}, TEXT),
        ({"type": ["string", "integer"], "enum": ["a", 1]}, {"anyOf": [{"const": "a"}, {"const": 1}]}),
        ({"type": ["string", "integer"], "enum": ["a"]}, {"const": "a"}),
        ({"allOf": [TEXT, {"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, {"const": "b"}),
        ({"anyOf": [TEXT, {"type": "string", "enum": ["a"]}]}, TEXT),
        (
            {"anyOf": [{"type": "number"}, {"type": "integer", "enum": [1]}, {"type": "null"}]},
            {"type": ["number", "null"]},
        ),
        ({"allOf": [TEXT, {"type": "string", "format": "date-time"}]}, {"type": "string", "format": "date-time"}),
        ({"allOf": [{"type": "number"}, {"type": "integer"}]}, {"type": "integer"}),
        ({"allOf": [{"$ref": "#/components/schemas/Value/not"}], "not": TEXT}, TEXT),
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": True}, {"type": "integer", "exclusiveMinimum": 5}),
        (
            {"type": "object", "properties": {"a": TEXT}, "anyOf": [{"required": ["a"]}, {"required": ["a", "b"]}]},
            {"type": "object", "properties": {"a": TEXT}, "required": ["a"]},
        ),
        (
            {"oneOf": [TEXT, {"type": "object", "required": ["a"], "properties": {"a": TEXT}}]},
            {"type": ["string", "object"], "required": ["a"], "properties": {"a": TEXT}},
        ),
    ],
)
def test_what_is_said_in_two_ways_is_no_difference(one: Json, other: Json) -> None:
    assert places(circles(Value=one), circles(Value=other)) == []


FORMS: list[Json] = [{"type": one} for one in ("string", "integer", "number", "boolean", "object", "array", "null")]
FORMS += [{"type": "string", "format": "date-time"}, {"type": "integer", "format": "int64"}, {}]
FORMS += [{"type": "string", "enum": ["a", "b"]}, {"type": "string", "const": "c"}, {"type": ["string", "null"]}]
FORMS += [{"type": "string", "minLength": 1}, {"enum": [1, "1"]}, {"type": "number", "const": 1.5}]


def composed(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    fields = st.dictionaries(st.sampled_from("abc"), inner, min_size=1)
    return st.one_of(
        st.builds(lambda one: {"type": "array", "items": one}, inner),
        st.builds(lambda one: {"type": "object", "additionalProperties": one}, inner),
        st.builds(
            lambda one, all_of: {"type": "object", "properties": one, "required": list(one)[all_of:]},
            fields,
            st.integers(0, 2),
        ),
        st.builds(lambda choices: {"anyOf": choices}, st.lists(inner, min_size=2, max_size=4)),
    )


@st.composite
def respelled(draw: st.DrawFn, schema: Json) -> Json:
    """The same said otherwise: unions in another order and other groups, types and words as unions, wrapped."""
    again = {key: value for key, value in schema.items() if key != "anyOf"}
    for key in ("items", "additionalProperties"):
        if key in schema:
            again[key] = draw(respelled(schema[key]))
    if "properties" in schema:
        again["properties"] = {name: draw(respelled(field)) for name, field in schema["properties"].items()}
    if "anyOf" in schema:
        choices = [draw(respelled(one)) for one in draw(st.permutations(schema["anyOf"]))]
        cut = draw(st.integers(0, len(choices) - 1))
        word = draw(st.sampled_from(["anyOf", "oneOf"]))
        again[word] = [*choices[:cut], {"anyOf": choices[cut:]}]
    if isinstance(named := again.get("type"), list) and draw(st.booleans()):
        again = {"oneOf": [{"type": one} for one in named]}
    if "enum" in again and draw(st.booleans()):
        again = {"oneOf": [{"const": word} for word in draw(st.permutations(again["enum"]))]}
    wrapping = draw(st.sampled_from(["", "allOf", "anyOf", "oneOf"]))
    return {wrapping: [again]} if wrapping else again


@settings(deadline=None)
@given(st.data(), st.recursive(st.sampled_from(FORMS), composed, max_leaves=6))
def test_however_a_schema_is_spelled_it_is_read_the_same(data: st.DataObject, schema: Json) -> None:
    other = data.draw(respelled(schema))
    assert places(circles(Value=schema), circles(Value=other)) == []


EITHER = {"anyOf": [{"required": ["email"]}, {"required": ["id"]}]}
CONTACT = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "email": TEXT, "id": TEXT}}


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (CONTACT, {**CONTACT, **EITHER}, [": needs"]),
        ({**CONTACT, **EITHER}, {"allOf": [CONTACT, EITHER]}, []),
        ({**CONTACT, **EITHER}, {**CONTACT, "required": ["name", "id"]}, [": needs", "id: required"]),
        (CONTACT, {**CONTACT, "dependentRequired": {"email": ["id"]}}, ["email: dependent"]),
        (CONTACT, {**CONTACT, "deprecated": True}, [": deprecated"]),
        ({"anyOf": [TEXT, CONTACT]}, CONTACT, [": type"]),
        ({"anyOf": [{"const": "a"}, {"type": "integer"}]}, {"type": ["string", "integer"]}, [": words"]),
        ({"anyOf": [{"const": "a"}, {"type": "string", "format": "date"}]}, {"const": "a"}, [": type"]),
        ({"anyOf": [{"const": "a"}, {"const": "b"}]}, {"const": "a"}, [": word"]),
        ({"anyOf": [{"type": "string"}, {}]}, TEXT, [": type"]),
        (
            {"anyOf": [{"type": "array"}, {"type": "array", "items": TEXT}]},
            {"type": "array", "items": TEXT},
            ["[]: type"],
        ),
        (
            {"allOf": [{"properties": {"id": {"type": "integer"}}}], "properties": {"id": TEXT}},
            {"properties": {"id": TEXT}},
            [],
        ),
    ],
)
def test_unions_and_alternatives_of_required_fields_are_read_as_what_they_are(
    one: Json, other: Json, found: list[str]
) -> None:
    assert places(circles(Value=one), circles(Value=other)) == found


# What cannot be compared


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no OpenAPI document"),
        ("just words", "no OpenAPI document"),
        ("[1, 2]", "no OpenAPI document"),
        ("{broken", "neither JSON nor YAML"),
        ("a: b: c", "neither JSON nor YAML"),
        ('{"swagger": "2.0", "paths": {}}', "no OpenAPI document of version 3.0 or 3.1, but swagger 2.0"),
        ('{"openapi": "4.0.0", "paths": {}}', "no OpenAPI document of version 3.0 or 3.1, but openapi 4.0.0"),
        ('{"openapi": "3.1.0"}', "no OpenAPI document"),
        ('{"openapi": "3.1.0", "paths": {"/a": 5}}', "upstream.json#/paths/~1a is 5, and should be an object"),
        ('{"openapi": "3.1.0", "paths": {"/a": null}}', "it has none of the operations "),
        ('{"openapi": "3.1.0", "servers": [{"url": "http://["}], "paths": {}}', "upstream.json#/servers/0/url: "),
        ('{"openapi": "3.1.0", "paths": ' + '{"a":' * 5000 + "1" + "}" * 5001, "it nests too deeply"),
        ("openapi: 3.1.0\npaths: &a\n  /a: *a", "upstream.json#/paths/~1a leads back to what it stands in"),
        ("openapi: !!timestamp now", "neither JSON nor YAML"),
        ('{"openapi": "3.1.0", "paths": {}}', "it has none of the operations "),
        ('{"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/nowhere"}}}', "$ref '#/nowhere' leads nowhere"),
        ('{"openapi": "3.1.0", "paths": {"/a": {"$ref": "b.yaml#/b"}}}', "leads to another file"),
        ('{"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/paths/~1a"}}}', "leads to itself"),
    ],
)
def test_what_is_no_openapi_document_is_a_clear_error(tmp_path: Path, text: str, message: str) -> None:
    done = run(text, tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.startswith("upstream.json")
    assert (done.stderr.count("\n"), done.stdout) == (1, "")


def test_our_own_specs_as_openapi_3_0_are_no_difference() -> None:
    assert compared(in_3_0(BUNDLE), ours=BUNDLE) == (0, "", "")


def test_dates_in_an_enum_and_keys_that_are_numbers_are_read_as_their_text() -> None:
    document = copy.deepcopy(BUNDLE)
    status = document["components"]["schemas"]["BatchStatus"]
    status["enum"] = [*status["enum"], datetime.date(2026, 3, 1)]
    for path in document["paths"].values():
        for operation in path.values():
            codes = operation["responses"]
            operation["responses"] = {int(code) if code.isdecimal() else code: codes[code] for code in codes}
    status, printed, failed = compared(document)
    assert (status, failed) == (1, "")
    assert {line.partition(": ")[2] for line in printed.splitlines() if line.startswith(" ")} == {
        "word 2026-03-01 theirs only"
    }


def nodes(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all that stands in a document."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield (*place, key)
        yield from nodes(value, (*place, key))


DOCUMENTS = [upstream.OURS, in_3_0(upstream.OURS)]
PLACES = [list(nodes(document)) for document in DOCUMENTS]
POINTERS = ["#" + "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in place) for place in PLACES[0]]
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, False, "", "text", "\ud800", 5, 1.5, float("nan"), datetime.date(2026, 3, 1), b"x"]),
    st.sampled_from([[], {}, [None], ["text"], [[]], [{}], {"a": None}, {1: 2}, {None: {}}, {datetime.date.min: []}]),
    st.sampled_from([*POINTERS, "#", "#/", "#a", "other.yaml#/a", "#/%zz"]).map(lambda pointer: {"$ref": pointer}),
)
KEYWORDS = ["$ref", "allOf", "anyOf", "oneOf", "enum", "const", "type", "nullable", "required", "dependentRequired"]
KEYWORDS += ["properties", "items", "additionalProperties", "parameters", "security", "headers", "content", "format"]


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """Our own specs with some places replaced, gone, added or leading back to what they stand in."""
    which = draw(st.sampled_from([0, 1]))
    document = copy.deepcopy(DOCUMENTS[which])
    for *steps, last in draw(st.lists(st.sampled_from(PLACES[which]), min_size=1, max_size=3)):
        holder: Any = document
        with contextlib.suppress(LookupError, TypeError):  # it went with another place
            for step in steps:
                holder = holder[step]
            match draw(st.sampled_from(["replaced", "gone", "added", "circle"])):
                case "replaced":
                    holder[last] = draw(JUNK)
                case "gone":
                    del holder[last]
                case "added":
                    holder[last][draw(st.sampled_from(KEYWORDS))] = draw(st.one_of(JUNK, st.lists(JUNK, max_size=2)))
                case _:
                    holder[last] = draw(st.sampled_from([holder, [holder], document]))
    return document


@settings(max_examples=150, deadline=None)
@given(broken())
def test_any_document_ends_in_one_of_three_statuses(document: Any) -> None:
    status, printed, failed = compared(document)
    *absent, why = ["", *failed.splitlines()]
    assert status in (0, 1, 2)
    if status < 2:
        assert (status == 1) == bool(printed)
        assert why.endswith("is not in this document") or not failed
    else:
        assert why.startswith("upstream.json")
        assert all(line.endswith("is not in this document") for line in absent if line)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda one: (
            st.lists(one)
            | st.dictionaries(st.sampled_from(["openapi", "paths", "/a", "get", "responses", *KEYWORDS]), one)
        ),
    )
)
def test_what_is_no_document_at_all_cannot_be_compared(contents: Any) -> None:
    status, printed, failed = compared(contents)
    assert (status, printed, failed.count("\n")) == (2, "", 1)


def test_a_file_that_is_not_there_and_an_operation_that_is_not_ours_are_clear_errors(tmp_path: Path) -> None:
    done = run(UPSTREAM, tmp_path / "one", "--operation", "deleteEverything")
    assert done.returncode == 2
    assert "we have no operation deleteEverything; ours are createEvent " in done.stderr
    done = run(UPSTREAM, tmp_path / "other", "--operation", "createEvent", name="found.json", asked="missing.json")
    assert done.returncode == 2
    assert done.stderr.startswith("missing.json: [Errno 2] No such file")


def test_a_document_behind_a_url_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def get(url: str, **options: Any) -> httpx.Response:
        return httpx.Response(404 if "missing" in url else 200, json={"a": 1}, request=httpx.Request("GET", url))

    monkeypatch.setattr(httpx, "get", get)
    assert compare.read("https://specs.example/timeline.json") == {"a": 1}
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        compare.read("https://specs.example/missing.json")


# Known differences


def test_a_known_difference_covers_its_line_and_its_operations_only() -> None:
    known = Known("request, *tokens{}: ours *, theirs string", ["createTimelineEvent"])
    line = "request, inputs[].tokens{}: ours number | string, theirs string"
    assert known.covers("createTimelineEvent", line)
    assert not known.covers("createTimelineEventBatch", line)
    assert not known.covers("createTimelineEvent", f"{line} (date)")
    assert Known("response 201: *", []).covers("anything", "response 201: theirs only")


def test_a_known_difference_without_a_reason_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text("- differences: [a]\n", "utf-8")
    with pytest.raises(ValueError, match="has no reason"):
        known_differences(file)


def test_known_differences_name_operations_that_we_have() -> None:
    ours = {operation.id for operation in Document(bundle(ROOT / "openapi")).operations().values()}
    named = {name for known in known_differences(ROOT / compare.KNOWN) for name in known.operations}
    assert named <= ours


# Our templates and their originals


def test_an_original_that_changed_is_named_until_somebody_has_looked(tmp_path: Path) -> None:
    def originals(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "tools/originals.py"), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    shutil.copytree(ROOT / "overrides/templates", tmp_path / "overrides/templates")
    record = tmp_path / "overrides/templates/originals.sha256"
    recorded = record.read_text("utf-8")
    done = originals()
    assert (done.returncode, done.stdout) == (0, "")

    changed = [
        line.replace(line[:8], "0" * 8) if line.endswith(" model.py.jinja") else line for line in recorded.split("\n")
    ]
    record.write_text("\n".join(changed), "utf-8")
    done = originals()
    assert done.returncode == 1
    assert "overrides/templates/model.py.jinja" in done.stdout
    assert "str_enum" not in done.stdout

    assert originals("--renew").returncode == 0
    assert record.read_text("utf-8") == recorded


def test_a_reference_within_a_document_that_leads_nowhere_is_refused_by_its_text() -> None:
    with pytest.raises(NotOpenAPI, match="'#/components/schemas/Missing' leads nowhere"):
        places(circles(A=tree("Missing")), circles(A=tree("A")))
