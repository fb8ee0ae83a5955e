"""What is generated depends on the specs, the configuration and the templates alone, and what the templates do not know
stops the generator instead of becoming a client that is subtly wrong.
"""

import asyncio
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import attrs
import httpx
import pytest
from document import Unsupported
from generator import TEMPLATES
from generator import generate as generate_here
from hubspot_events import AsyncHubSpotEvents, HubSpotEvents, JournalError
from hubspot_events.testing import ManualClock
from hubspot_events_runtime.answers import Response, ResultList
from hubspot_events_runtime.errors import InputError, ServerError
from hypothesis import example, given, settings
from hypothesis import strategies as st
from operations import TAKEN_BY_CLIENTS

ROOT = Path(__file__).parent.parent
GENERATED = ROOT / "generated/hubspot_events_api"

Json = dict[str, Any]


def generate(project: Path, destination: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["tools/generate", str(destination)],
        cwd=project,
        env={**os.environ, "BIN": str(Path(sys.executable).parent)},
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


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Json) -> Json:
    return {"type": "array", "items": items}


def mapped(values: Json) -> Json:
    return {"type": "object", "additionalProperties": values}


def thing(required: list[str] | None = None, /, **properties: Json) -> Json:
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


def answer(schema: Json) -> Json:
    return {"200": {"description": "Done.", "content": {"application/json": {"schema": schema}}}}


def body(schema: Json, **more: Any) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema}}, **more}


def parameter(name: str, where: str, schema: Json | None = None, **more: Any) -> Json:
    required = {"required": True} if where == "path" else {}
    return {"name": name, "in": where, "schema": schema or TEXT, **required, **more}


def operation(name: str, **more: Any) -> Json:
    return {"operationId": name, "tags": ["zoo"], "summary": "Visit", "responses": answer(ref("Answered")), **more}


TEXT: Json = {"type": "string"}
TIME: Json = {"type": "string", "format": "date-time"}
ANSWERED = thing(name=TEXT) | {"readOnly": True}
ERROR: Json = {
    **thing(
        message=TEXT,
        category=TEXT,
        context={},
        errors=listed(ref("ErrorDetail")),
        errorType=TEXT,
        correlationId=TEXT,
        policyName=TEXT,
    ),
    "required": ["message", "correlationId"],
    "readOnly": True,
}
DETAIL = thing(["message"], message=TEXT, code=TEXT, context={}, **{"in": TEXT}) | {"readOnly": True}
SCHEMAS: Json = {"Asked": thing(name=TEXT), "Answered": ANSWERED, "Error": ERROR, "ErrorDetail": DETAIL}


def project_with(folder: Path, schemas: Json, paths: Json | None = None, tags: Sequence[Json] = ()) -> Path:
    """A copy of what makes the generated package, with another spec: an endpoint takes Asked and answers Answered."""
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copytree(ROOT / "overrides/templates", folder / "overrides/templates")
    (folder / "overrides/hubspot_events").mkdir()
    shutil.copy(ROOT / "overrides/hubspot_events/__init__.py", folder / "overrides/hubspot_events/__init__.py")
    shutil.copy(ROOT / "generator-config.yaml", folder)
    (folder / "openapi").mkdir()
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "Zoo", "version": "1"},
        "servers": [{"url": "https://zoo.example"}],
        "tags": [*tags],
        "paths": paths or {"/zoo": {"post": operation("visit", requestBody=body(ref("Asked")))}},
        "components": {"schemas": {**SCHEMAS, **schemas}},
    }
    (folder / "openapi/common.yaml").write_text(json.dumps(spec), "utf-8")
    return folder


def stop(folder: Path, schemas: Json, paths: Json | None = None) -> str:
    """Generate from a spec that is not supported, and return why not."""
    return stopped(project_with(folder / "project", schemas, paths))


def stopped(project: Path) -> str:
    """Generate from a spec that is not supported, in this process, and return why not."""
    package = project / "package"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        with pytest.raises((Unsupported, ValueError)) as caught:
            generate_here(package)
    assert not package.exists()
    return " ".join(str(caught.value).split())


def test_generating_anywhere_gives_the_committed_package_byte_for_byte(tmp_path: Path) -> None:
    second = tmp_path / "further/down/the/path"
    second.mkdir(parents=True)
    (second / "left_over.py").touch()
    for place in (tmp_path / "here", second):
        done = generate(ROOT, place)
        assert done.returncode == 0, done.stderr
        assert done.stdout + done.stderr == ""
        assert contents(place) == contents(GENERATED)


@pytest.mark.parametrize(
    ("schemas", "said"),
    [
        ({"Owner": thing(pet={"const": "cat"})}, r"Owner\.pet: "),
        ({"Owner": thing(**{"a b": TEXT, "a-b": TEXT})}, r".*Owner.*'a.b' and 'a.b'"),
        ({"A" * 300: thing(name=TEXT)}, r".*File name too long: .*/a{300}\.py"),
    ],
    ids=["field", "names", "file"],
)
def test_a_stop_is_one_line_with_the_place_and_leaves_what_was_generated_before(
    tmp_path: Path, schemas: Json, said: str
) -> None:
    project = project_with(tmp_path / "project", schemas)
    package = project / "generated"
    package.mkdir()
    (package / "before.py").write_text("before", "utf-8")
    done = generate(project, Path("generated"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(rf"make generate stopped, and generated is as it was: {said}.*\n", done.stderr)
    assert contents(package) == {"before.py": b"before"}


# What the templates do not know

CAT, DOG = thing(kind=TEXT), thing(kind=TEXT)
CHOICE, OTHER = (
    {**thing(**dict.fromkeys(names, TEXT)), "anyOf": [{"required": [name]} for name in names]} for names in ("ab", "cd")
)


@pytest.mark.parametrize(
    ("schemas", "said"),
    [
        # The generator leaves out a schema that it cannot read, with a warning.
        ({"Herd": {"type": "array"}}, r"/components/schemas/Herd"),
        (
            {"Asked": thing(odd=listed({"anyOf": [ref("Cat"), TEXT]})), "Cat": CAT},
            r"Asked\.odd\[\]: .*kind union needs a line",
        ),
        (
            {"Asked": thing(odd={"oneOf": [ref("Cat"), ref("Dog")]}), "Cat": CAT, "Dog": DOG},
            r"Asked\.odd: .*kind union",
        ),
        ({"Asked": thing(odd={"const": "cat"})}, r"Asked\.odd: .*kind const"),
        ({"Asked": thing(odd={"type": "null"})}, r"Asked\.odd: .*kind null"),
        ({"Asked": thing(odd={"type": "string", "format": "binary"})}, r"Asked\.odd: .*kind file"),
        ({"Asked": thing(odd={"type": "string", "pattern": "^a"})}, r"Asked\.odd: of patterns only"),
        ({"Answered": {**thing(odd={"const": "cat"}), "readOnly": True}}, r"Answered\.odd: .*kind const"),
        ({"Odd": mapped({"const": "cat"})}, r"Odd\[\]: .*kind const"),
        ({"Odd": mapped(listed(ref("Odd")))}, r"Odd: a map that contains itself"),
        ({"Odd": {"allOf": [thing(pet=TEXT), thing(pet={"type": "integer"})]}}, r"Odd"),
        ({"Asked": thing(odd={"allOf": [TEXT, {"maxLength": 3}]})}, r"/Asked/properties/odd/allOf/0: of several parts"),
        ({"Odd": {**thing(a=TEXT), "allOf": [{"enum": ["a"]}]}}, r"/schemas/Odd/allOf/0: of several parts"),
        (
            {"Odd": {**ref("Asked"), **thing(a=TEXT)}},
            r"/schemas/Odd: properties stands beside a \$ref; make the \$ref a",
        ),
        ({"Odd": {**ref("Asked"), "required": ["name"]}}, r"/schemas/Odd: required stands beside a \$ref"),
        ({"Odd": {**thing(a=TEXT), "oneOf": [ref("Asked")]}}, r"/schemas/Odd: a oneOf beside fields is not supported"),
        ({"Odd": thing(["a", "b"], a=TEXT)}, r"Odd: b is required, and is no field of it"),
        ({"Asked": thing(odd={**TEXT, "readOnly": True})}, r"Asked\.odd: is sent with readOnly"),
        ({"Asked": thing(odd=listed(ref("Answered")))}, r"Asked\.odd\[\]: is sent with readOnly"),
        ({"Odd": mapped(ref("Answered"))}, r"Odd\[\]: is sent with readOnly"),
        ({"Odd": {"allOf": [ref("Odd"), thing(a=TEXT)]}}, r"^/components/schemas/Odd.*: is made of itself"),
        ({"Odd": ref("Even"), "Even": {"anyOf": [TEXT, ref("Odd")]}}, r"^/components/schemas/.*: is made of itself"),
        (
            {"Asked": thing(odd={**TEXT, "maxLenght": 3})},
            r"/Asked/properties/odd: there is no keyword maxLenght; maxLength\?",
        ),
        (
            {"Asked": thing(odd={**ref("Error"), "nullable": True})},
            r"/Asked/properties/odd: nullable says nothing without a type",
        ),
        ({"Asked": thing(odd={**TEXT, "nullable": "true"})}, r"/Asked/properties/odd: nullable is true or false"),
        (
            {"Asked": thing(odd={**TEXT, "enum": ["a"], "nullable": True})},
            r"/Asked/properties/odd: nullable says nothing beside words without null; put it among them",
        ),
        (
            {"Asked": thing(pet=ref("Pet")), "Pet": thing(["id"], id={**TEXT, "x-filled-by-client": True})},
            r"Pet\.id: x-filled-by-client is for a field of a body, or of the inputs of a batch",
        ),
        (
            {"Asked": thing(pets=listed(ref("Pet"))), "Pet": thing(at={**TIME, "x-defaults-to-now": True})},
            r"Pet\.at: x-defaults-to-now is for a field of a body, or of the inputs of a batch",
        ),
        ({"Odd": {"type": "object", "propertys": {"a": TEXT}}}, r"/Odd: there is no keyword propertys; properties\?"),
        ({"Odd": {**thing(a=TEXT), "anyOf": [{"required": ["a", "b"]}]}}, r"/schemas/Odd: an anyOf beside fields"),
        ({"Odd": {**thing(a=TEXT), "anyOf": [{"required": ["b"]}]}}, r"Odd: b is no field of it"),
        ({"Odd": {**thing(a=TEXT), "dependentRequired": {"a": ["b"]}}}, r"Odd: b is no field of it"),
        ({"Odd": {"type": "string", "enum": [1.5]}}, r"Odd"),
        ({"Odd": {"type": 3}}, r"/components/schemas/Odd"),
        ({"Odd": {"type": "string", "enum": [1, 2]}}, r"/schemas/Odd: 1 is a word of the enum, and not of its type"),
        ({"Odd": {"type": "string", "enum": ["a", None]}}, r"/schemas/Odd: null is a word of the enum, and not"),
        ({"Odd": {"allOf": [ref("Asked"), {"allOf": [thing(a=TEXT)]}]}}, r"/schemas/Odd/allOf/1: of several parts"),
        ({"Odd": {"allOf": [ref("One"), ref("Two")]}, "One": CHOICE, "Two": OTHER}, r"one can have an anyOf"),
        ({"Asked": thing(a={"type": "integer", "default": "x"})}, r"/schemas/Asked/properties/a: 'x' is not of type"),
        ({"HubSpotEvents": thing(a=TEXT)}, r"HubSpotEvents: hubspot_events has this name for something else"),
        ({"BatchOutcome": thing(a=TEXT)}, r"BatchOutcome: hubspot_events has this name for something else"),
        (
            {"Odd": thing(a={"$ref": "#/components/schemas/Gone"})},
            r"^\w+\.yaml#/components/schemas/Odd/properties/a: .*Gone' leads nowhere",
        ),
    ],
)
def test_a_schema_that_the_templates_do_not_know_stops_the_generator_with_its_place(
    tmp_path: Path, schemas: Json, said: str
) -> None:
    assert re.search(said, stop(tmp_path, schemas))


@pytest.mark.parametrize(
    "words",
    [["in person", "in-person"], ["none", "NONE"], ["a\nb", "c"], ["a.b", "a b"], ["é\u0301", "é"]],
    ids=["delimiters", "case", "line break", "dot", "accent"],
)
def test_words_that_would_become_one_name_stop_the_generator(tmp_path: Path, words: list[str]) -> None:
    enum = {"type": "string", "enum": words}
    assert "/components/schemas/Word: words of the enum" in stop(tmp_path / "named", {"Word": enum})
    inside = stop(tmp_path / "inside", {"Asked": thing(kinds=listed(enum))})
    assert "/components/schemas/Asked/properties/kinds/items: words of the enum" in inside


@pytest.mark.parametrize(
    ("words", "odd"),
    [(["", "+", "in person", "virtual", "in-person"], ["in person", "in-person"]), (["c", "a\nb"], ["a\nb"])],
)
def test_of_the_words_of_an_enum_those_are_told_that_need_a_name(
    tmp_path: Path, words: list[str], odd: list[str]
) -> None:
    assert stop(tmp_path, {"Word": {**TEXT, "enum": words}}).endswith(f"name them with x-enum-varnames: {odd}")


def test_synonyms_are_those_of_an_enum_with_any_name(tmp_path: Path) -> None:
    word = {**TEXT, "enum": ["a"], "x-synonyms": {"b": "a"}}
    done = generate(project_with(tmp_path / "project", {"2nd-word": word}), tmp_path / "second_word")
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        assert importlib.import_module("second_word.models").Field2NdWord.synonyms() == {"b": "a"}


# All that the templates import or define, such as Any, attrs and Mapping.
IMPORTED = re.findall(
    r"^(?:from [^.{].*|from \{\{.*|)import ([\w, ]+)$|^(\w+) = TypeVar",
    "\n".join(path.read_text("utf-8") for path in sorted((ROOT / TEMPLATES).glob("*_init.py.jinja"))),
    re.MULTILINE,
)
NAMES = {name for names in IMPORTED for name in re.findall(r"\b[A-Z](?![A-Z]+_)\w+", " ".join(names))}


def test_a_schema_with_a_name_that_the_module_has_for_something_else_stops_the_generator(tmp_path: Path) -> None:
    assert {"Any", "Mapping", "Response", "UUID", "Input", "Operation"} <= NAMES
    for name in sorted(NAMES):
        assert stop(tmp_path / name, {name: thing(a=TEXT)}).startswith(f"{name}: the generated module has this name")


FRAME: Json = {
    "BatchResponse": {
        **thing(status=TEXT, errors=listed(ref("BatchError")), numErrors={"type": "integer"}),
        "readOnly": True,
        "x-batch": True,
    },
    "BatchError": {**ERROR, "required": ["message", "category"]},
}


def batch_of(name: str) -> Json:
    results = thing(["results"], results=listed(ref("Answered")))
    return {
        f"{name}Batch": thing(["inputs"], inputs=listed(ref(name))),
        f"{name}BatchResponse": {"readOnly": True, "allOf": [ref("BatchResponse"), results]},
    }


@pytest.mark.parametrize(
    ("path", "method", "more", "said"),
    [
        ("/zoo", "get", {"parameters": [parameter("c", "cookie")]}, "c: a cookie parameter is not supported"),
        ("/zoo", "get", {"parameters": [parameter("f", "query", mapped(TEXT))]}, "f: a query parameter that is a map"),
        (
            "/zoo",
            "get",
            {"parameters": [parameter("f", "query", ref("Asked"))]},
            "f: a query parameter that is a model",
        ),
        ("/zoo", "get", {"parameters": [parameter("f", "query", listed(ref("Asked")))]}, "f: a query parameter"),
        (
            "/zoo",
            "get",
            {"parameters": [parameter("f", "query", {"type": ["string", "null"]})]},
            "f: a parameter that can",
        ),
        (
            "/zoo",
            "get",
            {"parameters": [parameter("f", "query", {"anyOf": [TEXT, {"type": "integer"}]})]},
            "f: a query",
        ),
        (
            "/zoo",
            "get",
            {"parameters": [parameter("f", "query", {**TEXT, "x-filled-by-client": True})]},
            "f: x-filled-by-client is for a field of a body",
        ),
        ("/zoo", "get", {"parameters": [parameter("f", "query", style="pipeDelimited")]}, "f: of styles only form"),
        ("/zoo", "get", {"parameters": [parameter("f", "query", allowReserved=True)]}, "f: of styles only form"),
        ("/zoo/{f}", "get", {"parameters": [parameter("f", "path", style="matrix")]}, "f: of styles only simple"),
        ("/zoo", "get", {"parameters": [parameter("Authorization", "header")]}, "Authorization: the client sends"),
        (
            "/zoo",
            "get",
            {"parameters": [{"name": "f", "in": "query", "content": {"application/json": {"schema": TEXT}}}]},
            "f: a parameter without a schema",
        ),
        ("/zoo/{f}", "get", {}, "f"),
        ("/zoo", "get", {"parameters": [parameter("f", "path")]}, "Path parameter 'f' .* was not resolved"),
        (
            "/zoo",
            "get",
            {"parameters": [parameter("timeout", "query"), parameter("timeout_", "query")]},
            "timeout_: two parameters have this name|same Python identifier",
        ),
        (
            "/zoo",
            "post",
            {"requestBody": {"content": {"text/csv": {"schema": TEXT}}}},
            "POST /zoo .*Unsupported content type text/csv",
        ),
        (
            "/zoo",
            "post",
            {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": ref("Asked")}}}},
            "of bodies only JSON is supported, not application/x-www-form-urlencoded",
        ),
        ("/zoo", "post", {"requestBody": body(listed(ref("Asked")))}, "a body that is a list is not supported"),
        ("/zoo", "post", {"requestBody": body(ref("Answered"))}, "POST /zoo: is sent with readOnly"),
        ("/zoo", "get", {"parameters": [parameter("Content-Length", "header")]}, "Content-Length: the client sends"),
        ("/zoo", "post", {"requestBody": body(ref("Asked"), **{"x-argument": "timeout"})}, "x-argument"),
        ("/zoo", "get", {"responses": answer(ref("Asked"))}, "Asked is answered without readOnly"),
        ("/zoo", "get", {"responses": answer(listed(ref("Asked")))}, "Asked is answered without readOnly"),
        ("/zoo", "get", {"responses": answer({"anyOf": [ref("Answered"), TEXT]})}, "200: a field of the kind union"),
        ("/zoo", "get", {"responses": {"default": {"description": "x"}}}, "has to have one that is a success"),
        (
            "/zoo",
            "get",
            {"responses": {**answer(ref("Answered")), "201": answer(listed(TEXT))["200"]}},
            r"bodies of more than one kind: Answered, list\[str\]",
        ),
        (
            "/zoo",
            "get",
            {"responses": {"200": {"description": "x", "content": {"text/csv": {"schema": TEXT}}}}},
            "200: of answers only JSON is supported, not text/csv",
        ),
        (
            "/zoo",
            "get",
            {"responses": {"200": {"description": "x", "content": {"*/*": {"schema": ref("Answered")}}}}},
            r"/get/responses/200: \*/\* may be anything; write application/json",
        ),
        ("/zoo", "get", {"parameters": [parameter("a", "query"), parameter("a", "query")]}, "/get: Duplicate .*'a'"),
        (
            "/zoo",
            "get",
            {"parameters": [parameter("a", "query", {**TEXT, "default": 3})]},
            "/get/parameters/0/schema: 3 is not of type",
        ),
        ("/zoo", "get", {"tags": ["zoo", "park"]}, "tags: has to have one"),
        ("/zoo", "get", {"tags": []}, "tags: has to have one"),
        ("/zoo", "get", {"tags": ["request"]}, "tags: the clients have request for something else"),
        ("/zoo", "get", {"servers": [{"url": "https://other.example"}]}, "servers: is not supported"),
        ("/zoo", "get", {"x-successor": "gone"}, "x-successor names gone"),
        ("/zoo?a=b", "get", {}, "a path with"),
        ("/zoo#a", "get", {}, "a path with"),
        *(
            (path, "get", {}, f"{re.escape(path)}: a path with")
            for path in ("/zoö", '/zo"o', "/zo%2Fo", "/zoo/.", "/../zoo")
        ),
        (
            "/zoo",
            "get",
            {"parameters": [parameter("f", "query", listed(listed(TEXT)))]},
            "f: a query parameter that is a list of the kind list is not supported",
        ),
        ("/zoo", "get", {"parameters": [parameter("f", "query")] * 2}, "/paths//zoo/get: Duplicate parameter 'f'"),
        (
            "/zoo",
            "get",
            {"x-method": "int", "parameters": [parameter("f", "query", {"type": "integer"})]},
            "GET /zoo: its method int is the name of a type",
        ),
        ("/zoo", "get", {"operationId": "UUID"}, "UUID is the name of something else"),
    ],
)
def test_an_operation_that_the_templates_do_not_know_stops_the_generator_with_its_place(
    tmp_path: Path, path: str, method: str, more: Json, said: str
) -> None:
    reason = stop(tmp_path, {}, {path: {method: operation("visit", **more)}})
    assert re.search(said, reason)
    assert path in reason


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("visit", "Visit", r"POST /zoo: its operationId is, in Python, that of /zoo too"),
        ("visitZoo", "visit_zoo", r"POST /zoo: its operationId is, in Python, that of /zoo too"),
    ],
)
def test_two_operations_with_one_name_stop_the_generator(tmp_path: Path, first: str, second: str, said: str) -> None:
    assert re.search(said, stop(tmp_path, {}, {"/zoo": {"get": operation(first), "post": operation(second)}}))


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (["timeline", "async_timeline"], "async_timeline: the resource of the tag would be called AsyncTimeline"),
        (["answered", "zoo"], "answered: the resource of the tag would be called Answered"),
        (["zoo", "resource"], "resource: the resource of the tag would be called AsyncResource"),
        (["client"], "client: the resource of the tag would be called AsyncClient"),
        (["none"], "none: the resource of the tag would be called None"),
    ],
)
def test_a_tag_whose_resource_would_be_called_as_something_else_stops_the_generator(
    tmp_path: Path, tags: list[str], said: str
) -> None:
    paths = {f"/{tag}": {"get": operation(f"visit_{tag}") | {"tags": [tag]}} for tag in tags}
    assert said in stop(tmp_path, {}, paths)


def test_two_tags_that_are_one_resource_stop_the_generator(tmp_path: Path) -> None:
    tags = [{"name": "Zoo Pets", "description": "Pets."}, {"name": "zooPets", "description": "Others."}]
    said = "tags: Zoo Pets and zooPets are one resource, zoo_pets; give it one name"
    assert stopped(project_with(tmp_path / "project", {}, tags=tags)) == said


@pytest.mark.parametrize("client", [HubSpotEvents("token"), AsyncHubSpotEvents("token")], ids=["sync", "async"])
def test_a_tag_called_as_what_clients_have_stops_the_generator(client: object) -> None:
    public = {name for name in dir(client) if not name.startswith("_")}
    resources = {path.name for path in (GENERATED / "api").iterdir()}
    assert public - resources <= TAKEN_BY_CLIENTS


@pytest.mark.parametrize("key", ["$ref", "servers"])
def test_what_a_path_has_beside_operations_and_parameters_stops_the_generator(tmp_path: Path, key: str) -> None:
    value = {"$ref": "#/components/schemas/Asked", "servers": [{"url": "https://other.example"}]}[key]
    paths = {"/zoo": {"get": operation("visit")}, "/park": {key: value}}
    assert stop(tmp_path, {}, paths) == f"/paths//park: {key} is not supported here"


def test_one_path_under_two_names_stops_the_generator(tmp_path: Path) -> None:
    paths = {
        f"/zoo/{{{name}}}": {"get": operation(f"visit_{name}", parameters=[parameter(name, "path")])} for name in "ab"
    }
    assert stop(tmp_path, {}, paths) == "GET /zoo/{b}: is /zoo/{a} by another name"


def test_two_operations_with_one_method_stop_the_generator(tmp_path: Path) -> None:
    paths = {"/zoo": {"get": operation("visit"), "post": operation("feed", **{"x-method": "visit"})}}
    assert stop(tmp_path, {}, paths) == "POST /zoo: its method visit is that of GET /zoo too; give it another x-method"


def test_an_answer_to_a_batch_has_its_further_fields_in_the_frame(tmp_path: Path) -> None:
    batch = batch_of("Asked")
    batch["AskedBatchResponse"]["allOf"][1]["properties"]["extra"] = TEXT
    visit = operation("visit", requestBody=body(ref("AskedBatch")), responses=answer(ref("AskedBatchResponse")))
    assert "POST /zoo: extra: beside the results" in stop(tmp_path, {**FRAME, **batch}, {"/zoo": {"post": visit}})


TREE = thing(["id"], id={**TEXT, "x-filled-by-client": True}, kind=TEXT)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({**TREE, "x-identity": ["gone"]}, "Asked: gone is no field"),
        ({**TREE, "x-identity": ["kind"]}, r"Asked\.id: x-filled-by-client is for one field, the last that x-identity"),
        ({**TREE, "x-identity": ["kind", "id"]}, r"Asked\.kind: x-identity names it, so that it has to be required"),
        ({**TREE, "x-identity": ["id"]}, "Answered: id is no field of it"),
    ],
)
def test_an_identity_that_could_not_be_told_stops_the_generator(tmp_path: Path, schema: Json, said: str) -> None:
    assert re.search(said, stop(tmp_path, {"Asked": schema}))


@pytest.mark.parametrize(
    ("place", "keyword", "value", "said"),
    [
        (
            "operation",
            "x-repeatble",
            True,
            r"/paths/~1zoo|/paths//zoo/post: there is no keyword x-repeatble; x-repeatable\?",
        ),
        ("operation", "x-internal", True, r"/paths//zoo/post: there is no keyword x-internal$"),
        ("operation", "x-repeatable", "yes", r"/paths//zoo/post: x-repeatable must be true or false"),
        ("operation", "x-method", "class", r"x-method must be a name"),
        ("operation", "x-method", "_client", r"x-method must be a name"),
        ("operation", "x-supported-until", "2027", r"x-supported-until must be a month"),
        ("operation", "x-identity", ["name"], r"x-identity is a keyword of a schema, and means nothing here"),
        ("path", "x-method", "visit", r"/paths//zoo: x-method is a keyword of a operation"),
        ("info", "x-repeatable", True, r"/info: x-repeatable is a keyword"),
        ("body", "x-argument", "a-b", r"/requestBody: x-argument must be a name"),
        ("schema", "x-repeatable", True, r"/components/schemas/Asked: x-repeatable is a keyword of a operation"),
        ("schema", "x-batch", True, r"/components/schemas/Asked: x-batch must be true, on an object with readOnly"),
        ("schema", "x-identity", "name", r"/components/schemas/Asked: x-identity must be a list"),
        ("schema", "x-synonyms", {"a": "b"}, r"x-synonyms must be a map to words"),
        (
            "field",
            "x-name-value-map",
            True,
            r"/components/schemas/Asked/properties/name: x-name-value-map must be true, on a",
        ),
        ("field", "x-unix-milliseconds", True, r"x-unix-milliseconds must be true, on text with x-as-text"),
        ("field", "x-filled-by-client", False, r"x-filled-by-client must be true"),
        ("field", "x-identity", ["name"], r"/components/schemas/Asked/properties/name: x-identity must be"),
    ],
)
def test_a_keyword_of_ours_that_means_nothing_stops_the_generator(
    tmp_path: Path, place: str, keyword: str, value: Any, said: str
) -> None:
    project = project_with(tmp_path / "project", {})
    file = project / "openapi/common.yaml"
    spec = json.loads(file.read_text("utf-8"))
    visit, asked = spec["paths"]["/zoo"]["post"], spec["components"]["schemas"]["Asked"]
    places = {
        "operation": visit,
        "path": spec["paths"]["/zoo"],
        "info": spec["info"],
        "body": visit["requestBody"],
        "schema": asked,
        "field": asked["properties"]["name"],
    }
    places[place][keyword] = value
    file.write_text(json.dumps(spec), "utf-8")
    assert re.search(said, stopped(project))


def test_a_field_a_header_or_a_word_may_begin_as_our_keywords_do(tmp_path: Path) -> None:
    visit = operation("visit", parameters=[parameter("x-trace", "header")])
    visit["responses"]["200"]["headers"] = {"x-remaining": {"schema": TEXT}}
    project = project_with(tmp_path / "project", {"Asked": thing(**{"x-ray": TEXT})}, {"/zoo": {"get": visit}})
    done = generate(project, tmp_path / "package")
    assert done.returncode == 0, done.stderr


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
    "day": {"type": "string", "format": "date"},
    "days": listed({"type": "string", "format": "date"}),
    "code": {"type": "string", "format": "uuid"},
    "size": ref("Size"),
    "sizes": listed(ref("Size")),
    "maybe": {"type": ["string", "null"]},
    "maybes": listed({"type": ["integer", "null"]}),
    "maybeTimes": mapped({"type": ["string", "null"], "format": "date-time"}),
    "maybeAnimal": {"anyOf": [ref("Animal"), {"type": "null"}]},
    "maybeAnimals": listed({"anyOf": [ref("Animal"), {"type": "null"}]}),
    "old": {"type": "string", "nullable": True},
    "maybeKind": {"type": ["string", "null"], "enum": ["bird", "reptile", None]},
    "maybeSize": ref("MaybeSize"),
    "closed": ref("Closed"),
    "Closed": ref("Closed"),
    "empty": {"type": "object", "additionalProperties": False},
    "byTeam": mapped(mapped({"type": "string"})),
    "herds": mapped(listed(ref("Animal"))),
    "byHouse": mapped(ref("ByName")),
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
    "day": "2026-03-01",
    "days": ["2026-03-01", "2026-12-31"],
    "code": "2f0c6d34-3f7e-4a52-9a3c-6d8f2b1e7c90",
    "size": 2,
    "sizes": [1, 2],
    "maybe": "hello",
    "maybes": [1, None],
    "maybeTimes": {"opened": "2026-03-01T10:00:00Z", "closed": None},
    "maybeAnimal": {"name": "Ruby"},
    "maybeAnimals": [{"name": "Ruby"}, None],
    "old": "hello",
    "maybeKind": "bird",
    "maybeSize": 2,
    "closed": {"name": "Ruby"},
    "Closed": {"name": "Rex"},
    "empty": {"more": 1},
    "byTeam": {"a": {"b": "c"}},
    "herds": {"north": [{"name": "Ruby"}]},
    "byHouse": {"reptiles": {"ruby": {"name": "Ruby"}}},
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The package generated for a spec with every kind of field and of operation."""
    folder = tmp_path_factory.mktemp("zoo")
    schemas = {
        "Kind": {"type": "string", "enum": ["bird", "reptile"]},
        "Size": {"type": "integer", "enum": [1, 2]},
        "MaybeSize": {"type": ["integer", "null"], "enum": [1, 2, None]},
        "Animal": ANIMAL,
        "ByName": mapped(ref("Animal")),
        "Housed": {
            "allOf": [
                {**thing(cage=TEXT, keeper=TEXT), "dependentRequired": {"cage": ["keeper"]}},
                {**thing(keeper=TEXT, key=TEXT), "dependentRequired": {"keeper": ["key"]}},
            ]
        },
        "Choice": CHOICE,
        "Chosen": {"allOf": [ref("Choice"), thing(c=TEXT)]},
        "Closed": {**thing(name=TEXT), "additionalProperties": False},
        "Asked": {"type": "object", "required": list(FIELDS), "properties": FIELDS},
        "AskedForLess": {"type": "object", "properties": FIELDS},
        "Answered": {"type": "object", "readOnly": True, "required": list(FIELDS), "properties": FIELDS},
        "AnsweredLess": {"type": "object", "readOnly": True, "properties": FIELDS},
        **OPERATION_SCHEMAS,
    }
    done = generate(project_with(folder / "project", schemas, PATHS), folder / "zoo_of_the_tests")
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield folder / "zoo_of_the_tests"
    for name in [name for name in sys.modules if name.startswith("zoo_of_the_tests")]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def zoo(package: Path) -> Any:
    """The models of the package."""
    return importlib.import_module(f"{package.name}.models")


NULLABLE = {"maybe", "maybeAnimal", "old", "maybeKind", "maybeSize"}
MODELS = ["Asked", "AskedForLess", "Answered", "AnsweredLess"]


@pytest.mark.parametrize("name", MODELS)
def test_every_kind_of_field_comes_back_as_it_went_in(zoo: Any, name: str) -> None:
    read = getattr(zoo, name).from_dict(VALUES)
    assert read.additional_properties == {}
    assert read.to_dict() == VALUES


@pytest.mark.parametrize("name", MODELS)
def test_every_object_is_read_as_its_model(zoo: Any, name: str) -> None:
    read = getattr(zoo, name).from_dict(VALUES)
    ruby = zoo.Animal(name="Ruby")
    assert read.animal == ruby
    assert read.cages[0][0] == ruby
    assert read.cages[0][1].additional_properties == {"age": 3}
    assert read.by_name == {"ruby": ruby}
    assert [type(value) for value in read.plains] == [str, int, float, bool]
    assert [read.maybe_animal, read.maybe_animals] == [ruby, [ruby, None]]
    assert read.herds == {"north": [ruby]}
    assert read.by_house == {"reptiles": {"ruby": ruby}}
    assert read.closed == zoo.Closed(name="Ruby")


@pytest.mark.parametrize("name", ["Answered", "AnsweredLess"])
def test_every_kind_of_field_of_an_answer_is_read_as_its_python_type(zoo: Any, name: str) -> None:
    read = getattr(zoo, name).from_dict(VALUES)
    time = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (read.time, read.times) == (time, [time])
    assert read.kind is zoo.Kind.REPTILE
    assert [kind.name for kind in read.kinds] == ["BIRD", "REPTILE"]
    assert [size.name for size in read.sizes] == ["VALUE_1", "VALUE_2"]
    assert read.size is zoo.Size.VALUE_2
    assert read.closings["winter"].month == 12
    assert (read.day, read.days[1]) == (date(2026, 3, 1), date(2026, 12, 31))
    assert read.code == uuid.UUID(VALUES["code"])
    assert read.maybe_times == {"opened": time, "closed": None}


def test_a_number_that_an_enum_does_not_have_is_kept(zoo: Any) -> None:
    read = zoo.Answered.from_dict({"size": 7})
    assert (read.size, type(read.size)) == (7, zoo.Size)
    assert read.to_dict() == {"size": 7}


@pytest.mark.parametrize("name", ["Asked", "AskedForLess"])
def test_every_kind_of_field_of_a_request_takes_its_python_type(zoo: Any, name: str) -> None:
    model = getattr(zoo, name).from_dict(VALUES)
    model.time = datetime(2026, 3, 1, 10, tzinfo=UTC)
    model.times = (model.time,)
    model.kind, model.kinds = zoo.Kind.REPTILE, [zoo.Kind.BIRD, "reptile"]
    model.size, model.sizes = zoo.Size.VALUE_2, [zoo.Size.VALUE_1, 2]
    model.day, model.days = date(2026, 3, 1), [date(2026, 3, 1), "2026-12-31"]
    model.code = uuid.UUID(VALUES["code"])
    model.maybe_times = {"opened": model.time, "closed": None}
    assert model.to_dict() == VALUES


@pytest.mark.parametrize("name", ["AskedForLess", "AnsweredLess"])
def test_fields_that_are_left_out_stay_out(zoo: Any, name: str) -> None:
    assert getattr(zoo, name).from_dict({}).to_dict() == {}
    assert getattr(zoo, name)().to_dict() == {}


@pytest.mark.parametrize("name", MODELS)
def test_null_is_a_value_of_a_field_that_can_be_null(zoo: Any, name: str) -> None:
    nulls = dict.fromkeys(NULLABLE)
    model = getattr(zoo, name).from_dict({**VALUES, **nulls})
    fields = (model.maybe, model.maybe_animal, model.old, model.maybe_kind, model.maybe_size)
    assert [*fields] == [None] * len(NULLABLE)
    assert model.additional_properties == {}
    # Where the field can be left out, null leaves it out.
    sent = nulls if name == "Asked" else {}
    assert model.to_dict() == {key: value for key, value in VALUES.items() if key not in nulls} | sent


def test_an_answer_without_its_required_fields_is_read_and_a_request_is_refused(zoo: Any) -> None:
    assert zoo.Answered.from_dict({}).to_dict() == {}
    for field in FIELDS.keys() - NULLABLE:
        rest = {name: value for name, value in VALUES.items() if name != field}
        with pytest.raises(InputError, match="is missing"):
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
        ("day", "1 March", "day"),
        ("days", [datetime(2026, 3, 1, tzinfo=UTC)], "days[0]"),
        ("code", "2f0c", "code"),
        ("size", "2", "size"),
        ("maybe", 3, "maybe"),
        ("maybes", [None, "1"], "maybes[1]"),
        ("maybe_animals", [None, 3], "maybe_animals[1]"),
        ("by_team", {"a": {"b": 1}}, "by_team['a']['b']"),
        ("herds", {"north": [None]}, "herds['north'][0]"),
    ],
)
def test_a_value_that_cannot_be_sent_is_refused_by_its_place(zoo: Any, field: str, value: Any, place: str) -> None:
    asked = zoo.Asked.from_dict(VALUES)
    setattr(asked, field, value)
    with pytest.raises(InputError, match=r"must be|is no date") as caught:
        asked.to_dict()
    assert caught.value.field == place


def test_the_readable_part_of_an_answer_is_read_and_the_rest_kept(zoo: Any) -> None:
    odd = {**VALUES, "counts": [1, "two"], "cages": [[{"name": "Ruby"}], [None]], "weights": {"a": [1], "b": 2}}
    read = zoo.Answered.from_dict(odd)
    assert read.counts == [1]
    assert read.cages == [[zoo.Animal(name="Ruby")]]
    assert read.weights == {"a": [1]}
    assert read.additional_properties == {"counts": ["two"], "cages": [[None]], "weights": {"b": 2}}


@pytest.mark.parametrize(("field", "place"), [("cage", "keeper"), ("keeper", "key")])
def test_what_is_needed_beside_a_field_is_so_by_each_part_of_a_schema(zoo: Any, field: str, place: str) -> None:
    with pytest.raises(InputError, match="is needed with") as caught:
        zoo.Housed(**{field: "1"}).to_dict()
    assert caught.value.field == place


def test_one_of_some_fields_is_needed_also_where_a_part_of_a_schema_says_so(zoo: Any) -> None:
    assert zoo.Chosen(a="1").to_dict() == {"a": "1"}
    with pytest.raises(InputError, match="give a or b"):
        zoo.Chosen(c="1").to_dict()


def test_what_stands_beside_an_allof_of_one_schema_counts(tmp_path: Path) -> None:
    base = [ref("Base")]
    schemas = {
        "Base": thing(["name"], name=TEXT, at=TIME),
        "More": {"allOf": base, "properties": {"more": TEXT}},
        "Stricter": {"allOf": base, "required": ["at"]},
        "Either": {"allOf": base, "anyOf": [{"required": ["at"]}]},
        "Read": {"allOf": base, "readOnly": True},
        "Pet": thing(last={"allOf": base, "description": "The last one."}),
        "PetBatch": thing(["inputs"], inputs=listed(ref("Named"))),
        "Named": {"allOf": base, "x-identity": ["name"]},
        "BatchResult": thing(name=TEXT) | {"readOnly": True},
        "PetBatchResponse": {
            "readOnly": True,
            "allOf": [ref("BatchResponse"), thing(["results"], results=listed(ref("BatchResult")))],
        },
        **FRAME,
    }
    visit = operation("visit", requestBody=body(ref("PetBatch")), responses=answer(ref("PetBatchResponse")))
    done = generate(project_with(tmp_path / "project", schemas, {"/zoo": {"post": visit}}), tmp_path / "beside_one")
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        models = importlib.import_module("beside_one.models")
    assert models.More(name="Ruby", more="x").to_dict() == {"name": "Ruby", "more": "x"}
    assert models.Pet(last=models.Base(name="Ruby")).to_dict() == {"last": {"name": "Ruby"}}
    assert models.Read.from_dict({}).name == ""
    with pytest.raises(InputError, match=r"^at: is missing"):
        models.Stricter.from_dict({"name": "Ruby"})
    with pytest.raises(InputError, match="give at"):
        models.Either(name="Ruby").to_dict()
    assert "identity={'name': 'name'}" in (tmp_path / "beside_one/api/zoo/__init__.py").read_text("utf-8").replace(
        '"', "'"
    )


def test_what_stands_in_an_answer_without_a_name_is_answered_too(tmp_path: Path) -> None:
    inner = thing(["id"], id=TEXT)
    answered = thing(near=inner, far=mapped(listed(inner)), below=mapped(ref("Answered"))) | {"readOnly": True}
    parts = {"allOf": [ref("Answered"), thing(last=inner)], "readOnly": True}
    project = project_with(tmp_path / "project", {"Answered": answered, "Parts": parts})
    done = generate(project, tmp_path / "without_names")
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        models = importlib.import_module("without_names.models")
    read = models.Parts.from_dict({"near": {}, "far": {"a": [{}]}, "below": {"b": {"near": {}}}, "last": {}})
    assert [one.id for one in (read.near, read.far["a"][0], read.below["b"].near, read.last)] == [""] * 4
    assert read.additional_properties == {}


# Names

ODD_NAMES = [
    "class",
    "from",
    "self",
    "id",
    "options",
    "attrs",
    "to_dict",
    "from_dict",
    "response",
    "str",
    "datetime",
    "Any",
]
ODD_NAMES += [
    "any",
    "objectId",
    "objectID",
    "object_id",
    "$ref",
    "_id",
    "__typename",
    "2fa",
    "a b",
    "größe",
    "value",
    "rest",
]
ODD_NAMES += ["data", "cls", "pop", "additional_properties", "Mapping", "mro", 'say "hi"', "back\\\\slash", "{{ x }}"]
ODD_PROSE = 'Says """hi""" to `objectId`, \\N{x} {{ x }} {% raw %} and C:\\Users\\x' + "\\" * 200


@pytest.mark.parametrize("read_only", [False, True])
def test_fields_of_any_name_and_prose_are_sent_and_read(tmp_path: Path, read_only: bool) -> None:
    fields = {name: {"type": "string", "description": ODD_PROSE} for name in ODD_NAMES}
    odd = {"type": "object", "properties": fields, "description": ODD_PROSE, "readOnly": read_only}
    word = {"type": "string", "enum": ["", 'say "hi"', "back\\slash", "2"], "description": ODD_PROSE}
    name = f"odd_names_{read_only}"
    project = project_with(tmp_path / "project", {"odd-thing.v2": odd, "Word": word})
    done = generate(project, tmp_path / name)
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        models = importlib.import_module(f"{name}.models")
    data = {name: f"the value of {name}" for name in ODD_NAMES}
    model = models.OddThingV2.from_dict(data)
    assert model.additional_properties == {}
    assert model.to_dict() == data
    assert attrs.evolve(model) == model
    assert {word.value for word in models.Word} == {"", 'say "hi"', "back\\slash", "2"}


@pytest.mark.parametrize(
    "said", ['Says """hi""" to {{ x }} in C:\\Users: "so"', '"', ""], ids=["odd", "quote", "nothing"]
)
def test_a_tag_a_map_and_a_summary_have_any_prose(tmp_path: Path, said: str) -> None:
    visit = operation("visit", summary=f"Two\nlines: {said}") | {"description": said}
    project = project_with(
        tmp_path / "project",
        {"Notes": {**mapped(TEXT), "description": said}},
        {"/zoo": {"get": visit}},
        [{"name": "zoo", "description": said}],
    )
    name = f"prose_{len(said)}"
    done = generate(project, tmp_path / name)
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        resource = importlib.import_module(f"{name}.api.zoo").Zoo
    assert resource.__doc__.strip() == (said or "The operations of the tag zoo.")
    assert resource.visit.__doc__.startswith(f"Two lines: {said}".strip() + ": GET /zoo.\n")


# A spec with every kind of operation that the templates know


def path_of(method: str, name: str, *parameters: Json, **more: Any) -> Json:
    return {method: operation(name, parameters=[*parameters], **more)}


BARE = {"responses": {"204": {"description": "Done."}}}
OPERATION_SCHEMAS: Json = {
    "Pet": thing(["name"], name=TEXT),
    "PetResponse": {**thing(id=TEXT, name=TEXT), "readOnly": True},
    **FRAME,
    "PetBatch": thing(["inputs"], inputs=listed(ref("Pet"))),
    "PetBatchResponse": {
        "readOnly": True,
        "allOf": [ref("BatchResponse"), thing(["results"], results=listed(ref("PetResponse")))],
    },
}
INTEGER: Json = {"type": "integer"}
PET = answer(ref("PetResponse"))
NAMED = [
    "class",
    "from",
    "self",
    "id",
    "options",
    "timeout",
    "json",
    "data",
    "value",
    "client",
    "url",
    "body",
    "write_any",
]
PATHS: Json = {
    "/pets/{petId}": {
        "parameters": [parameter("petId", "path", description="Which pet.")],
        **path_of("get", "getPet", responses=PET),
        **path_of("delete", "deletePet", **BARE),
        **path_of("patch", "changePet", requestBody=body(ref("Pet"), **{"x-argument": "pet"}), responses=PET),
        **path_of("put", "replacePet", requestBody=body(ref("Pet")), responses=PET),
        **path_of(
            "post",
            "feedPet",
            *(parameter(name, "query") for name in ("journal", "concurrency")),  # which runs of many have as options
            parameter("X-Zoo", "header"),
            requestBody=body(ref("PetBatch")),
            responses=answer(ref("PetBatchResponse")),
        ),
    },
    "/pets/{kind}/{day}/{count}/{code}/{flag}": path_of(
        "get",
        "listPets",
        # In another order than in the path.
        parameter("flag", "path", {"type": "boolean"}),
        parameter("code", "path", {"type": "string", "format": "uuid"}),
        parameter("count", "path", INTEGER),
        parameter("day", "path", {"type": "string", "format": "date"}),
        parameter("kind", "path", ref("Kind")),
        responses=answer(listed(ref("PetResponse"))),
    ),
    "/search": {
        **path_of(
            "get",
            "search",
            parameter("text", "query", required=True),
            parameter("ids", "query", listed(INTEGER)),
            parameter("kinds", "query", listed(ref("Kind")), explode=False),
            parameter("since", "query", {"type": "string", "format": "date-time"}),
            parameter("weight", "query", {"type": "number"}),
            parameter("alive", "query", {"type": "boolean"}),
            parameter("X-Trace", "header"),
            parameter("X-Days", "header", listed({"type": "string", "format": "date"})),
            responses=answer(listed(TEXT)),
        ),
        **path_of("post", "findAnything", requestBody=body(ref("Pet")), responses=answer({}), **{"x-repeatable": True}),
        **path_of("put", "countPets", responses=answer(mapped(INTEGER))),
    },
    "/shelves/{codes}": path_of("get", "listShelves", parameter("codes", "path", listed(INTEGER)), responses=PET),
    "/archive": path_of("post", "archivePets", requestBody=body(ref("PetBatch")), **BARE),
    "/named/{from}": path_of("get", "named", parameter("from", "path"), *(parameter(name, "query") for name in NAMED)),
    "/parks": {"get": {**operation("listParks", **{"x-method": "list"}), "tags": ["parks"], "responses": PET}},
}
PATHS["/search"]["post"]["x-method"] = "find"


class Ids:
    """Makes no ids."""

    def fill(self, pattern: str | None) -> str | None:
        return pattern

    def is_fixed(self, identity: str | None) -> bool:
        return identity is not None


Handler = Callable[[httpx.Request], httpx.Response]


class Zoo:
    """Calls the generated package, with the sync client or the async one."""

    def __init__(self, package: str, kind: str) -> None:
        self.models = importlib.import_module(f"{package}.models")
        clients = importlib.import_module(f"{package}.client")
        self.kind = kind
        self.client_type = clients.SyncClient if kind == "sync" else clients.AsyncClient
        self.client_type._user_agent = "tests"
        self.requests: list[httpx.Request] = []

    def client(self, answer: Handler) -> Any:
        def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return answer(request)

        transport = httpx.MockTransport(handle)
        pool = httpx.Client(transport=transport) if self.kind == "sync" else httpx.AsyncClient(transport=transport)
        return self.client_type(
            auth=httpx.Auth(),
            ids=Ids(),
            base_url="https://zoo.example",
            timeout=1,
            max_retries=0,
            max_wait=60,
            max_batch_size=10,
            http_client=pool,
            clock=ManualClock(),
        )

    def run(self, action: Callable[[Any], Any], answer: Any = None, status: int = 200) -> Any:
        """Return what a method returns; the answer is JSON, or none."""
        client = self.client(
            lambda _: httpx.Response(status, json=answer) if answer is not None else httpx.Response(status)
        )
        if self.kind == "sync":
            return action(client)

        async def main() -> Any:
            return await action(client)

        return asyncio.run(main())

    @property
    def sent(self) -> tuple[str, str, Any]:
        request = self.requests[-1]
        return request.method, request.url.raw_path.decode(), json.loads(request.content) if request.content else None


@pytest.fixture(params=["sync", "async"])
def caller(package: Path, request: pytest.FixtureRequest) -> Zoo:
    return Zoo(package.name, request.param)


def test_a_path_parameter_goes_into_the_path(caller: Zoo) -> None:
    pet = caller.run(lambda client: client.zoo.get_pet("a b/c"), {"id": "1", "name": "Ruby"})
    assert caller.sent == ("GET", "/pets/a%20b%2Fc", None)
    assert pet == caller.models.PetResponse(id="1", name="Ruby")
    assert pet.response.status_code == 200


def test_what_is_answered_without_a_body_returns_what_came(caller: Zoo) -> None:
    done = caller.run(lambda client: client.zoo.delete_pet("1"), status=204)
    assert caller.sent == ("DELETE", "/pets/1", None)
    assert (type(done), done.status_code, done.json) == (Response, 204, None)


@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("PATCH", lambda client, pet: client.zoo.change_pet("1", pet)),
        ("PATCH", lambda client, pet: client.zoo.change_pet(pet_id="1", pet=pet)),
        ("PUT", lambda client, pet: client.zoo.replace_pet("1", body=pet)),
    ],
)
def test_a_body_goes_with_path_parameters(caller: Zoo, method: str, call: Any) -> None:
    pet = caller.models.Pet(name="Ruby")
    assert caller.run(lambda client: call(client, pet), {"name": "Ruby"}).name == "Ruby"
    assert caller.sent == (method, "/pets/1", {"name": "Ruby"})


def test_a_batch_goes_with_path_parameters(caller: Zoo) -> None:
    pets = [caller.models.Pet(name="Ruby"), caller.models.Pet(name="Rex")]
    results = [{"name": "Rex"}, {"name": "Ruby"}]
    batch = caller.run(lambda client: client.zoo.feed_pet("1", pets), {"status": "COMPLETE", "results": results})
    assert caller.sent == ("POST", "/pets/1", {"inputs": [{"name": "Ruby"}, {"name": "Rex"}]})
    assert batch.all_written
    assert batch.result_of(0) == caller.models.PetResponse(name="Ruby")
    assert batch.to_dict()["results"] == results


def test_a_journal_is_of_a_path_a_query_and_headers(package: Path, tmp_path: Path) -> None:
    caller = Zoo(package.name, "sync")
    results = {"status": "COMPLETE", "results": [{"name": "Ruby"}]}

    def feed(pet: str, concurrency: str, zoo: str = "Berlin") -> list[bool]:
        client = caller.client(lambda _: httpx.Response(200, json=results))
        pets, journal = [caller.models.Pet(name="Ruby")], tmp_path / "journal"
        found = client.zoo.feed_pet_many(pet, pets, concurrency_=concurrency, x_zoo=zoo, journal=journal)
        return [one.earlier for one in found]

    assert [feed("1", "a b"), feed("1", "a b")] == [[False], [True]]
    for other in (("2", "a b"), ("1", "b"), ("1", "a b", "Paris")):
        said = r"its operation is 'POST /pets/1\?concurrency=a\+b with headers \w+', and not 'POST /pets/"
        with pytest.raises(JournalError, match=said) as caught:
            feed(*other)
        assert "Berlin" not in str(caught.value)
    assert len(caller.requests) == 1


def test_a_list_of_inputs_whose_answer_is_none_to_a_batch_is_a_body_like_any_other(caller: Zoo) -> None:
    pets = caller.models.PetBatch(inputs=[caller.models.Pet(name="Ruby")])
    assert caller.run(lambda client: client.zoo.archive_pets(pets), status=204).status_code == 204
    assert caller.sent == ("POST", "/archive", {"inputs": [{"name": "Ruby"}]})


def test_path_parameters_of_every_kind_are_written(caller: Zoo) -> None:
    code = "2f0c6d34-3f7e-4a52-9a3c-6d8f2b1e7c90"
    sent = "/pets/bird/2026-03-01/3/" + code + "/true"
    pets = caller.run(
        lambda client: client.zoo.list_pets("bird", date(2026, 3, 1), 3, uuid.UUID(code), True), [{"id": "1"}]
    )
    assert caller.sent == ("GET", sent, None)
    assert type(pets) is ResultList
    assert pets == [caller.models.PetResponse(id="1")]
    assert pets.response.status_code == 200
    caller.run(lambda client: client.zoo.list_pets(caller.models.Kind.BIRD, "2026-03-01", 3, code, True), [])
    assert caller.sent == ("GET", sent, None)


def test_a_list_in_a_path_is_one_text_with_commas(caller: Zoo) -> None:
    caller.run(lambda client: client.zoo.list_shelves([1, 2]), {"id": "1"})
    assert caller.sent == ("GET", "/shelves/1%2C2", None)
    with pytest.raises(InputError, match=r"^codes: must not be empty"):
        caller.run(lambda client: client.zoo.list_shelves([]), {"id": "1"})


def test_query_and_header_parameters_of_every_kind_are_written(caller: Zoo) -> None:
    found = caller.run(
        lambda client: client.zoo.search(
            text="a&b=c",
            ids=[1, 2],
            kinds=[caller.models.Kind.BIRD, "reptile"],
            since=datetime(2026, 3, 1, tzinfo=UTC),
            weight=4.5,
            alive=False,
            x_trace="trace",
            x_days=[date(2026, 3, 1), "2026-03-02"],
        ),
        ["Ruby"],
    )
    assert found == ["Ruby"]
    assert caller.requests[-1].url.params.multi_items() == [
        ("text", "a&b=c"),
        ("ids", "1"),
        ("ids", "2"),
        ("kinds", "bird,reptile"),
        ("since", "2026-03-01T00:00:00Z"),
        ("weight", "4.5"),
        ("alive", "false"),
    ]
    assert caller.requests[-1].headers["X-Trace"] == "trace"
    assert caller.requests[-1].headers["X-Days"] == "2026-03-01,2026-03-02"


def test_parameters_that_are_left_out_are_not_sent(caller: Zoo) -> None:
    caller.run(lambda client: client.zoo.search(text=""), [])
    assert caller.sent == ("GET", "/search?text=", None)
    assert not {"x-trace", "x-days"} & caller.requests[-1].headers.keys()
    with pytest.raises(TypeError, match="text"):
        caller.run(lambda client: client.zoo.search(), [])


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"text": 3}, "text"),
        ({"text": "", "ids": ["1"]}, "ids[0]"),
        ({"text": "", "since": "soon"}, "since"),
        ({"text": "", "alive": "no"}, "alive"),
        ({"text": "", "kinds": ["bird", "cat,dog"]}, "kinds[1]"),
        ({"text": "", "x_days": ["soon"]}, "x_days[0]"),
        ({"text": "", "x_trace": "a\r\nAuthorization: b"}, "X-Trace"),
        ({"text": "", "x_trace": "é"}, "X-Trace"),
        ({"text": "", "x_trace": " a"}, "X-Trace"),
        ({"text": "", "weight": float("nan")}, "weight"),
        ({"text": "", "weight": 10**5000}, "weight"),
        ({"text": "\ud800"}, "text"),
    ],
)
def test_a_parameter_that_cannot_be_sent_is_refused_by_its_name(caller: Zoo, arguments: Json, place: str) -> None:
    with pytest.raises(InputError) as caught:
        caller.run(lambda client: client.zoo.search(**arguments))
    assert caught.value.field == place
    assert caller.requests == []


@pytest.mark.parametrize("answer", [{"a": [1, None]}, [1], "text", 3])
def test_an_answer_of_any_json_is_what_came(caller: Zoo, answer: Any) -> None:
    done = caller.run(lambda client: client.zoo.find(caller.models.Pet(name="Ruby")), answer)
    assert caller.sent == ("POST", "/search", {"name": "Ruby"})
    assert done.json == answer
    assert caller.run(lambda client: client.zoo.count_pets(), {"birds": 3}).json == {"birds": 3}


def test_parameters_may_have_any_name(caller: Zoo) -> None:
    names = ["class_", "from_query", "self_", "id", "options_", "timeout_", "json", "data", "value"]
    names += ["client_query", "url_query", "body", "write_any_"]
    caller.run(lambda client: client.zoo.named("here", timeout=3, **{name: name for name in names}), {"old": "hello"})
    assert caller.requests[-1].url.path == "/named/here"
    assert dict(caller.requests[-1].url.params) == dict(zip(NAMED, names, strict=True))
    assert caller.requests[-1].extensions["timeout"]["read"] == 3


def test_a_new_tag_is_a_resource_of_its_own(caller: Zoo) -> None:
    assert caller.run(lambda client: client.parks.list(), {"name": "Ueno"}).name == "Ueno"
    assert caller.sent == ("GET", "/parks", None)


SEGMENTS = [
    "..",
    ".",
    "",
    "/",
    "//",
    "../zoo",
    "..%2F",
    "%2e%2e",
    "?a=b",
    "#a",
    "a;b",
    "\\",
    "\0",
    "é",
    "\ud800",
    "{x}",
    " ",
]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_no_path_parameter_can_reach_another_path(package: Path, kind: str) -> None:
    caller = Zoo(package.name, kind)

    @settings(deadline=None, max_examples=150)
    @given(st.text(st.characters(), max_size=8) | st.lists(st.sampled_from(SEGMENTS), max_size=4).map("".join))
    @example("..")
    @example("")
    def check(text: str) -> None:
        caller.requests.clear()
        try:
            caller.run(lambda client: client.zoo.get_pet(text), {"id": "1"})
        except InputError as error:
            assert error.field == "pet_id"
            assert text in ("", ".", "..") or re.search("[\ud800-\udfff]", text)
            assert caller.requests == []
        else:
            path = caller.requests[-1].url.raw_path.decode("ascii")
            empty, pets, segment = path.split("/")
            assert (empty, pets) == ("", "pets")
            assert unquote(segment) == text
            assert not {"?", "#", "\\"} & {*segment}
            assert segment not in (".", "..")

    check()


@pytest.mark.parametrize(
    ("call", "tries"),
    [
        (lambda client, pet: client.zoo.get_pet("1", max_retries=1), 2),
        (lambda client, pet: client.zoo.delete_pet("1", max_retries=1), 2),
        (lambda client, pet: client.zoo.replace_pet("1", pet, max_retries=1), 2),
        (lambda client, pet: client.zoo.find(pet, max_retries=1), 2),
        (lambda client, pet: client.zoo.change_pet("1", pet, max_retries=1), 1),
        (lambda client, pet: client.zoo.feed_pet("1", [pet], max_retries=1), 1),
    ],
    ids=["GET", "DELETE", "PUT", "POST that its spec calls repeatable", "PATCH", "POST"],
)
def test_only_what_http_or_the_spec_calls_repeatable_is_sent_again(caller: Zoo, call: Any, tries: int) -> None:
    with pytest.raises(ServerError):
        caller.run(lambda client: call(client, caller.models.Pet(name="Ruby")), status=500)
    assert len(caller.requests) == tries


def test_a_docstring_says_what_the_spec_says(package: Path) -> None:
    zoo = importlib.import_module(f"{package.name}.api.zoo").Zoo
    assert zoo.get_pet.__doc__.startswith("Visit: GET /pets/{petId}.\n")
    assert "pet_id: Which pet." in zoo.get_pet.__doc__
    assert "lost answer" not in zoo.get_pet.__doc__
    assert "Not sent again after a lost answer" in zoo.change_pet.__doc__
    assert "Sent again after a lost answer, what has the same body is written once." in zoo.find.__doc__
    assert "HubSpot promises no order of the results" in " ".join(zoo.feed_pet.__doc__.split())


def test_what_is_generated_passes_the_type_checker(package: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, package.name],
        cwd=package.parent,
        env={**os.environ, "MYPYPATH": str(ROOT / "runtime")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
