"""`make compare` lists what an OpenAPI document says otherwise than our specs, whichever way it says it, and no more.

The documents are written here, in other words and other schemas than ours, as those of HubSpot's own would be.
"""

import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import compare
import httpx
import pytest
import yaml
from bundle import bundle
from compare import Known, known_differences
from specs import Document, NotOpenAPI, differences

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
    ],
)
def test_what_is_said_in_two_ways_is_no_difference(one: Json, other: Json) -> None:
    assert places(circles(Value=one), circles(Value=other)) == []


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
        ('{"openapi": "3.1.0", "paths": {"/a": null}}', "no OpenAPI document"),
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
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_not_there_and_an_operation_that_is_not_ours_are_clear_errors(tmp_path: Path) -> None:
    done = run(UPSTREAM, tmp_path / "one", "--operation", "deleteEverything")
    assert done.returncode == 2
    assert "we have no operation deleteEverything; ours are createEvent " in done.stderr
    done = run(UPSTREAM, tmp_path / "other", "--operation", "createEvent", name="found.json", asked="missing.json")
    assert done.returncode == 2
    assert "missing.json: [Errno 2] No such file" in done.stderr
    assert "Traceback" not in done.stderr


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
