"""`make changes` says of each change of the specs and of the library whether it adds, breaks or is not seen, and lets a
break pass only with the version that semantic versioning asks for.
"""

import copy
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from changes import ADDED, BREAKS, INVISIBLE, OF_REQUESTS, judged, python_changes, version_for_a_break
from specs import Document, differences

ROOT = Path(__file__).parent.parent
GIT = {f"GIT_{who}_{what}": "vet@petspot.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

Json = dict[str, Any]


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def content(name: str) -> Json:
    return {"content": {"application/json": {"schema": ref(name)}}}


ZOO: Json = {
    "openapi": "3.1.0",
    "info": {"title": "Zoo", "version": "1"},
    "servers": [{"url": "https://zoo.example"}],
    "paths": {
        "/visit": {
            "post": {
                "operationId": "visit",
                "description": "Look at the animals.",
                "requestBody": {"required": True, **content("Asked")},
                "responses": {
                    "200": {"description": "Done.", **content("Answered")},
                    "404": {"description": "No such animal."},
                },
            }
        },
        "/feed": {"post": {"operationId": "feed", "responses": {"204": {"description": "Done."}}}},
    },
    "components": {
        "schemas": {
            "Asked": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 10},
                    "age": {"type": "integer", "format": "int32"},
                    "kind": ref("Kind"),
                    "cages": {"type": "array", "items": {"type": "object", "properties": {"size": {"type": "number"}}}},
                },
            },
            "Answered": {
                "type": "object",
                "readOnly": True,
                "required": ["id"],
                "properties": {
                    "id": {"type": "string"},
                    "age": {"type": "integer", "format": "int32"},
                    "kind": ref("Kind"),
                    "at": {"type": "string", "format": "date-time"},
                },
            },
            "Kind": {"type": "string", "enum": ["bird", "reptile"]},
        }
    },
}

Edit = Callable[[Json, Json, Json], Any]  # of the schemas of the request and the answer, and of the whole document


def said(edit: Edit) -> set[tuple[str, str]]:
    """What a change of the zoo means: with the part and the place of each line."""
    new = copy.deepcopy(ZOO)
    schemas = new["components"]["schemas"]
    edit(schemas["Asked"], schemas["Answered"], new)
    found = set()
    for difference in differences(Document(ZOO), Document(new)):
        meaning, says = judged(difference)
        found.add((meaning, f"{difference.operation}, {difference.part}, {difference.place}: {says}"))
    return found


@pytest.mark.parametrize(
    ("edit", "meaning", "line"),
    [
        # Operations
        (lambda q, a, d: d["paths"].pop("/feed"), BREAKS, "feed, operation, : the operation POST /feed is gone"),
        (
            lambda q, a, d: d["paths"].update({"/leave": {"get": {"operationId": "leave"}}}),
            ADDED,
            "leave, operation, : new operation GET /leave",
        ),
        (
            lambda q, a, d: d["paths"]["/feed"]["post"].update(deprecated=True),
            ADDED,
            "feed, operation, : now marked as deprecated",
        ),
        (
            lambda q, a, d: d["paths"]["/feed"]["post"].update(
                parameters=[{"name": "food", "in": "query", "required": True, "schema": {"type": "string"}}]
            ),
            BREAKS,
            "feed, parameters, query food: new field, string, required",
        ),
        (
            lambda q, a, d: d["paths"]["/visit"]["post"].update(description="See them."),
            INVISIBLE,
            "visit, operation, : other words or examples",
        ),
        # Responses
        (
            lambda q, a, d: d["paths"]["/visit"]["post"]["responses"].pop("200"),
            BREAKS,
            "visit, response 200, : the response is gone",
        ),
        (
            lambda q, a, d: d["paths"]["/feed"]["post"]["responses"].update({"207": {"description": "In part."}}),
            ADDED,
            "feed, response 207, : new response",
        ),
        # Fields
        (
            lambda q, a, d: q["properties"].update(food={"type": "string"}),
            ADDED,
            "visit, request, food: new field, string",
        ),
        (
            lambda q, a, d: (q["properties"].update(food={"type": "string"}), q["required"].append("food")),
            BREAKS,
            "visit, request, food: new field, string, required",
        ),
        (
            lambda q, a, d: (a["properties"].update(food={"type": "string"}), a["required"].append("food")),
            ADDED,
            "visit, response 200, food: new field, string, required",
        ),
        (
            lambda q, a, d: q["properties"].pop("age"),
            BREAKS,
            "visit, request, age: the field is gone; it was integer (int32)",
        ),
        (
            lambda q, a, d: a["properties"].pop("at"),
            BREAKS,
            "visit, response 200, at: the field is gone; it was string (date-time)",
        ),
        # Required flags
        (lambda q, a, d: q["required"].append("age"), BREAKS, "visit, request, age: now required"),
        (lambda q, a, d: q["required"].clear(), ADDED, "visit, request, name: no longer required"),
        (lambda q, a, d: a["required"].append("at"), ADDED, "visit, response 200, at: now required"),
        (lambda q, a, d: a["required"].clear(), BREAKS, "visit, response 200, id: no longer required"),
        # Types
        (
            lambda q, a, d: a["properties"].update(at={"type": "string"}),
            BREAKS,
            "visit, response 200, at: the type was string (date-time) and is string",
        ),
        (
            lambda q, a, d: a["properties"].update(id={"type": ["string", "null"]}),
            BREAKS,
            "visit, response 200, id: the type was string and is null | string",
        ),
        (
            lambda q, a, d: q["properties"].update(name={"type": ["string", "number"], "maxLength": 10}),
            ADDED,
            "visit, request, name: the type was string and is number | string",
        ),
        (
            lambda q, a, d: q["properties"].update(age={"type": "integer", "format": "int64"}),
            INVISIBLE,
            "visit, request, age: the type was integer (int32) and is integer (int64)",
        ),
        (
            lambda q, a, d: q["properties"]["cages"]["items"]["properties"].update(size={"type": "string"}),
            BREAKS,
            "visit, request, cages[].size: the type was number and is string",
        ),
        # Limits
        (
            lambda q, a, d: q["properties"]["name"].update(maxLength=5),
            BREAKS,
            "visit, request, name: the limit was maxLength 10 and is maxLength 5",
        ),
        (
            lambda q, a, d: q["properties"]["name"].update(maxLength=20),
            ADDED,
            "visit, request, name: the limit was maxLength 10 and is maxLength 20",
        ),
        (
            lambda q, a, d: q["properties"]["name"].pop("maxLength"),
            ADDED,
            "visit, request, name: the limit was maxLength 10 and is none",
        ),
        (
            lambda q, a, d: a["properties"]["id"].update(minLength=1),
            INVISIBLE,
            "visit, response 200, id: the limit was none and is minLength 1",
        ),
        (
            lambda q, a, d: q.update(additionalProperties=False),
            BREAKS,
            "visit, request, : the limit was none and is additionalProperties False",
        ),
        (
            lambda q, a, d: a.update(additionalProperties=False),
            INVISIBLE,
            "visit, response 200, : the limit was none and is additionalProperties False",
        ),
        # Words of a description
        (
            lambda q, a, d: a["properties"]["id"].update(description="Its id."),
            INVISIBLE,
            "visit, response 200, id: other words or examples",
        ),
    ],
)
def test_one_change_of_the_specs_is_one_line_with_its_meaning(edit: Edit, meaning: str, line: str) -> None:
    assert said(edit) == {(meaning, line)}


def between(old: Json, new: Json, at: str) -> set[tuple[str, str]]:
    """What a change means of what the zoo says besides: of an operation, of what is asked or of what is answered."""
    documents = []
    for more in (old, new):
        document = copy.deepcopy(ZOO)
        places = {"visit": document["paths"]["/visit"]["post"], **document["components"]["schemas"]}
        places[at].update(more)
        documents.append(Document(document))
    return {(meaning, says) for meaning, says in map(judged, differences(*documents))}


def scopes(*alternatives: list[str]) -> Json:
    return {"security": [{"bearer": one} for one in alternatives]}


@pytest.mark.parametrize(
    ("old", "new", "meaning"),
    [
        (scopes(), scopes(["birds"]), BREAKS),
        (scopes(["birds"]), scopes(["birds", "fish"]), BREAKS),
        (scopes(["birds"], ["fish"]), scopes(["birds"]), BREAKS),
        (scopes(["birds"]), scopes(), ADDED),
        (scopes(["birds"]), scopes(["birds"], ["fish"]), ADDED),
        (scopes(["birds", "fish"]), scopes(["fish"]), ADDED),
    ],
)
def test_a_scope_that_is_needed_now_breaks_and_one_that_is_not_adds(old: Json, new: Json, meaning: str) -> None:
    assert [found for found, _ in between(old, new, "visit")] == [meaning]


def test_scopes_are_named() -> None:
    found = between(scopes(["birds"]), scopes(["birds", "fish"], ["all"]), "visit")
    assert found == {(BREAKS, "the scopes needed were birds and are all or birds and fish")}


EITHER = {"anyOf": [{"required": ["age"]}, {"required": ["kind"]}]}


@pytest.mark.parametrize(
    ("old", "new", "line", "asked"),
    [
        ({}, EITHER, "the fields needed were nothing and are age or kind", BREAKS),
        (EITHER, {}, "the fields needed were age or kind and are nothing", ADDED),
        (
            EITHER,
            {"anyOf": [*EITHER["anyOf"], {"required": ["at"]}]},
            "the fields needed were age or kind and are age or at or kind",
            ADDED,
        ),
        (
            {},
            {"dependentRequired": {"age": ["kind"]}},
            "the fields needed beside it were nothing and are kind",
            BREAKS,
        ),
        (
            {"dependentRequired": {"age": ["id", "kind"]}},
            {"dependentRequired": {"age": ["kind"]}},
            "the fields needed beside it were id and kind and are kind",
            ADDED,
        ),
    ],
)
def test_fields_that_are_needed_together_or_instead_of_others_are_changes(
    old: Json, new: Json, line: str, asked: str
) -> None:
    assert between(old, new, "Asked") == {(asked, line)}
    answered = BREAKS if asked == ADDED else ADDED
    assert between(old, new, "Answered") == {(answered, line)}


def test_a_required_field_that_another_one_may_stand_in_for_adds() -> None:
    either = {"required": [], "anyOf": [{"required": ["name"]}, {"required": ["age"]}]}
    assert between({}, either, "Asked") == {
        (ADDED, "no longer required"),
        (ADDED, "the fields needed were nothing and are age or name"),
    }


@pytest.mark.parametrize(
    ("at", "name", "value", "other"),
    [
        ("visit", "x-method", "look", "see"),
        ("visit", "x-argument", "animal", "beast"),
        ("visit", "x-repeatable", True, False),
        ("Asked", "x-identity", ["name"], ["name", "age"]),
        ("Asked", "x-filled-by-client", "uuid", "now"),
        ("Asked", "x-unix-milliseconds", True, False),
        ("Asked", "x-name-value-map", True, False),
    ],
)
def test_a_word_of_our_own_that_goes_or_changes_breaks_and_one_that_comes_adds(
    at: str, name: str, value: Any, other: Any
) -> None:
    assert {meaning for meaning, _ in between({}, {name: value}, at)} == {ADDED}
    for changed in ({}, {name: other}):
        ((meaning, says),) = between({name: value}, changed, at)
        assert meaning == BREAKS
        assert f"({name}) was {value} and is " in says
    assert between({name: False}, {}, at) == set()


def test_a_word_of_requests_is_invisible_in_an_answer() -> None:
    for name in OF_REQUESTS:
        for old, new in (({}, {name: True}), ({name: True}, {}), ({name: 1}, {name: 2})):
            assert [meaning for meaning, _ in between(old, new, "Answered")] == [INVISIBLE]
    assert [meaning for meaning, _ in between({"x-batch": True}, {}, "Answered")] == [BREAKS]


def test_another_name_of_the_argument_is_a_change_of_the_operation() -> None:
    bodies = ({**content("Asked"), "x-argument": name} for name in ("animal", "beast"))
    old, new = ({"requestBody": body} for body in bodies)
    assert between(old, new, "visit") == {(BREAKS, "the name of the argument (x-argument) was animal and is beast")}


@pytest.mark.parametrize(("old", "new", "asked"), [(10, 20, BREAKS), (None, 20, INVISIBLE), (10, None, INVISIBLE)])
def test_another_default_breaks_a_request_and_one_that_comes_or_goes_is_only_told(
    old: int | None, new: int | None, asked: str
) -> None:
    said = f"what it is when it is left out was {old} and is {new}"
    before, after = ({"properties": {"age": {} if one is None else {"default": one}}} for one in (old, new))
    assert between(before, after, "Asked") == {(asked, said)}
    assert between(before, after, "Answered") == {(INVISIBLE, said)}


@pytest.mark.parametrize("at", ["Asked", "Answered"])
def test_a_synonym_more_adds(at: str) -> None:
    one, two = {"fowl": "bird"}, {"fowl": "bird", "snake": "reptile"}
    assert {meaning for meaning, _ in between({"x-synonyms": one}, {"x-synonyms": two}, at)} == {ADDED}
    assert {meaning for meaning, _ in between({"x-synonyms": two}, {"x-synonyms": one}, at)} == {BREAKS}


WHOLE, NUMBER, TEXT, ADDRESS = {"type": "integer"}, {"type": "number"}, {"type": "string"}, {"format": "email"}


@pytest.mark.parametrize(
    ("old", "new", "asked", "answered"),
    [
        (WHOLE, NUMBER, ADDED, BREAKS),
        (NUMBER, WHOLE, BREAKS, ADDED),
        (WHOLE, {"type": ["number", "null"]}, ADDED, BREAKS),
        # Python has no type of its own for it: to a reader it is text before and after.
        (TEXT, TEXT | ADDRESS, BREAKS, INVISIBLE),
        (TEXT | ADDRESS, TEXT, ADDED, INVISIBLE),
    ],
)
def test_a_type_that_another_one_holds_may_widen_in_a_request_and_narrow_in_an_answer(
    old: Json, new: Json, asked: str, answered: str
) -> None:
    for at, meaning in (("Asked", asked), ("Answered", answered)):
        before, after = ({"properties": {"size": schema}, "required": []} for schema in (old, new))
        assert [found for found, _ in between(before, after, at)] == [meaning]


def test_a_word_that_is_not_ours_and_the_headers_of_an_answer_are_invisible() -> None:
    assert {meaning for meaning, _ in between({"x-internal": 1}, {"x-internal": 2}, "visit")} == {INVISIBLE}
    success = ZOO["paths"]["/visit"]["post"]["responses"]["200"]
    bare = {"responses": {"200": success}}
    traced = {"responses": {"200": {**success, "headers": {"X-Trace": {"schema": {}}}}}}
    for old, new in ((bare, traced), (traced, bare)):
        assert between(old, new, "visit") == {(INVISIBLE, "the header is described otherwise")}


def query(**said: Any) -> Json:
    return {"parameters": [{"in": "query", "name": "kinds", "schema": {"type": "array"}, **said}]}


@pytest.mark.parametrize(
    ("old", "new", "meaning", "line"),
    [
        ({}, query(), ADDED, "new field, array"),
        (query(), {}, BREAKS, "the field is gone; it was array"),
        (query(), query(required=True), BREAKS, "now required"),
        (query(), query(explode=False), INVISIBLE, "written form, and not form, exploded"),
        (query(), query(deprecated=True), ADDED, "now marked as deprecated"),
        (
            query(**{"x-argument": "a"}),
            query(**{"x-argument": "b"}),
            BREAKS,
            "the name of the argument (x-argument) was",
        ),
    ],
)
def test_parameters_are_judged_as_fields_of_a_request_are(old: Json, new: Json, meaning: str, line: str) -> None:
    ((found, says),) = between(old, new, "visit")
    assert found == meaning
    assert says.startswith(line)


def test_a_change_of_words_is_said_wherever_they_are_used() -> None:
    def edit(asked: Json, answered: Json, document: Json) -> None:
        document["components"]["schemas"]["Kind"]["enum"] = ["bird", "fish"]

    assert said(edit) == {
        (meaning, f"visit, {part}, kind: {line}")
        for part in ("request", "response 200")
        for meaning, line in ((BREAKS, "the word reptile is gone"), (ADDED, "new word fish"))
    }


def test_a_list_of_words_that_opens_adds_and_one_that_closes_breaks() -> None:
    opened = said(lambda q, a, d: q["properties"].update(kind={"type": "string"}))
    assert opened == {(ADDED, "visit, request, kind: any word now")}
    closed = said(lambda q, a, d: a["properties"]["id"].update(enum=["a", "b"]))
    assert closed == {(BREAKS, "visit, response 200, id: only these words now: a, b")}


def test_schemas_that_are_named_or_put_together_otherwise_are_no_change() -> None:
    def edit(asked: Json, answered: Json, document: Json) -> None:
        schemas = document["components"]["schemas"]
        schemas["Named"] = {"type": "object", "required": ["name"], "properties": {"name": asked["properties"]["name"]}}
        schemas["Beast"] = schemas.pop("Kind")
        rest = {**asked["properties"], "kind": ref("Beast")}
        answered["properties"]["kind"] = ref("Beast")
        asked.clear()
        asked.update(allOf=[ref("Named"), {"type": "object", "properties": rest}])

    assert said(edit) == set()


# Python

API = """
import attrs

@attrs.define(kw_only=True)
class Asked:
    name: str
    age: int | None = None
    def to_dict(self) -> dict: ...

@attrs.define(kw_only=True)
class Answered:
    id: str = ""
    age: int | None = None

class Stored(Answered):
    place: str = ""

class Kind:
    BIRD = "bird"
    REPTILE = "reptile"
"""
CLIENT = """
from hubspot_events_api.models import Answered, Asked

class HubSpotEvents:
    def __init__(self, token: str, *, base_url: str | None = None) -> None: ...

    @property
    def zoo(self) -> Zoo: ...

class Zoo:
    def visit(self, asked: Asked, *, timeout: float = 1.0) -> Answered: ...
    def _inside(self) -> None: ...
"""


def library(folder: Path, api: str = API, client: str = CLIENT, version: str = "0.1.0", **exports: str) -> Path:
    """A small library with the layout of ours: models that are re-exported, and a client that is handwritten."""
    names = {"hubspot_events_api.models": "Answered, Asked, Kind, Stored", "._client": "HubSpotEvents", **exports}
    init = "\n".join(f"from {module} import {imported}" for module, imported in names.items())
    every = [name.strip() for imported in names.values() for name in imported.split(",")]
    (folder / "overrides/hubspot_events/testing").mkdir(parents=True)
    (folder / "generated/hubspot_events_api").mkdir(parents=True)
    (folder / "openapi").mkdir()
    for path, text in {
        "overrides/hubspot_events/__init__.py": f"{init}\n__all__ = {every}\n",
        "overrides/hubspot_events/_client.py": client,
        "overrides/hubspot_events/_version.py": f'__version__ = "{version}"\n',
        "overrides/hubspot_events/testing/__init__.py": "def lose_answer() -> None: ...\n__all__ = ['lose_answer']\n",
        "generated/hubspot_events_api/__init__.py": "",
        "generated/hubspot_events_api/models.py": api,
        "openapi/common.yaml": yaml.safe_dump(ZOO),
    }.items():
        (folder / path).write_text(text, "utf-8")
    return folder


def said_of(old: Path, new: Path) -> set[tuple[str, str]]:
    return {
        (change.meaning, change.line.removeprefix("python  hubspot_events.")) for change in python_changes(old, new)
    }


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        # Models that are generated and re-exported
        ("age: int | None = None\n    def", "def", {(BREAKS, "Asked.age: gone")}),
        (
            "    age: int | None = None\n    def",
            "    age: int\n    def",
            {(BREAKS, "Asked.age: now has to be given"), (BREAKS, "Asked.age: the type was int | None and is int")},
        ),
        ("    name: str\n", "    name: str\n    food: str | None = None\n", {(ADDED, "Asked.food: new")}),
        ("    name: str\n", "    name: str\n    food: str\n", {(BREAKS, "Asked.food: new, and has to be given")}),
        (
            "    name: str\n",
            "    name: str | int\n",
            {(ADDED, "Asked.name: the type was str and is str | int")},
        ),
        (
            '    id: str = ""\n',
            "    id: str | None = None\n",
            {(BREAKS, "Answered.id: the type was str and is str | None")},
        ),
        ('    place: str = ""\n', "    pass\n", {(BREAKS, "Stored.place: gone")}),
        # What a class inherits is said once, of the class that has it
        ('    id: str = ""\n', "", {(BREAKS, "Answered.id: gone")}),
        (
            '    REPTILE = "reptile"\n',
            '    FISH = "fish"\n',
            {(BREAKS, "Kind.REPTILE: gone"), (ADDED, "Kind.FISH: new")},
        ),
        ("class Kind", "class Beast", {(BREAKS, "Kind: gone")}),
        # The client, and what stands behind its properties
        (
            "base_url: str | None = None",
            "base_url: str | None",
            {(BREAKS, "HubSpotEvents.__init__: base_url: Parameter is now required")},
        ),
        (
            "timeout: float = 1.0",
            "timeout: float = 1.0, tries: int = 1",
            {(ADDED, "HubSpotEvents.zoo.visit: new parameter tries")},
        ),
        (
            ", *, timeout: float = 1.0",
            "",
            {(BREAKS, "HubSpotEvents.zoo.visit: timeout: Parameter was removed")},
        ),
        (
            "timeout: float = 1.0",
            "timeout: float | None = 1.0",
            {(ADDED, "HubSpotEvents.zoo.visit: timeout: the type was float and is float | None")},
        ),
        (
            "-> Answered",
            "-> Answered | None",
            {(BREAKS, "HubSpotEvents.zoo.visit: what it returns: the type was Answered and is Answered | None")},
        ),
        ("def visit", "def view", {(BREAKS, "HubSpotEvents.zoo.visit: gone"), (ADDED, "HubSpotEvents.zoo.view: new")}),
        # What nobody sees
        ("def _inside(self)", "def _deep_inside(self, how: int)", set()),
    ],
)
def test_one_change_of_the_library_is_said_by_the_name_that_users_write(
    tmp_path: Path, old: str, new: str, lines: set[tuple[str, str]]
) -> None:
    assert (API + CLIENT).count(old) == 1
    after = library(tmp_path / "new", API.replace(old, new), CLIENT.replace(old, new))
    assert said_of(library(tmp_path / "old"), after) == lines


@pytest.mark.parametrize(
    ("old", "new", "meaning"),
    [
        ("int", "float", ADDED),
        ("Collection[str]", "Collection[str | None]", ADDED),
        ("Collection[str | None]", "Collection[str]", BREAKS),
        ("Mapping[str, int] | None", "Mapping[str, float | None] | None", ADDED),
        ("Mapping[str, Collection[int]]", "Mapping[str, Collection[float]]", ADDED),
        # Who gives a list that is written into would have another one written into.
        ("list[str]", "list[str | None]", BREAKS),
    ],
)
def test_what_is_given_may_hold_more_than_before(tmp_path: Path, old: str, new: str, meaning: str) -> None:
    before, after = (API.replace("    name: str\n", f"    name: {kind}\n") for kind in (old, new))
    (said,) = said_of(library(tmp_path / "old", before), library(tmp_path / "new", after))
    assert said == (meaning, f"Asked.name: the type was {old} and is {new}")


# The same library as it is generated now: what a tag can do is generated, and the runtime has what is common.

LAYERS = {
    "overrides/hubspot_events/__init__.py": """
from hubspot_events_api import models
from hubspot_events_api.models import *
from hubspot_events_runtime.batches import BatchFailure, ZooError
from ._client import HubSpotEvents
Outcome = models.Batch
__all__ = ["BatchFailure", "HubSpotEvents", "Outcome", "ZooError"]
__all__ += models.__all__
""",
    "overrides/hubspot_events/_client.py": """
from hubspot_events_api.client import SyncClient

class HubSpotEvents(SyncClient):
    def __init__(self, token: str, *, base_url: str | None = None) -> None: ...
""",
    "generated/hubspot_events_api/client.py": """
from hubspot_events_runtime import clients
from .api.zoo import Zoo

class SyncClient(clients.SyncClient):
    @property
    def zoo(self) -> Zoo: ...
""",
    "generated/hubspot_events_api/api/__init__.py": "",
    "generated/hubspot_events_api/api/zoo/__init__.py": """
from hubspot_events_runtime.clients import Resource
from ...models import Answered, Asked, Batch

class Zoo(Resource):
    def visit(self, asked: Asked, *, timeout: float = 1.0) -> Answered: ...
    def feed(self, inputs: Iterable[Asked]) -> Batch[Asked, Answered]: ...
""",
    "generated/hubspot_events_api/models.py": API
    + """
from typing import Any, TypeAlias, TypeVar
from hubspot_events_runtime.batches import BatchAnswer
__all__ = ("Answered", "Asked", "Batch", "Food", "Kind", "Stored", "ZooBatchResponse")
Input = TypeVar("Input")
Result = TypeVar("Result")

class Batch(BatchAnswer[Input, Result, Kind]):
    links: Any = None

Food: TypeAlias = Mapping[str, str]
ZooBatchResponse: TypeAlias = Batch[Asked, Answered]
""",
    "runtime/hubspot_events_runtime/__init__.py": "",
    "runtime/hubspot_events_runtime/batches.py": """
from typing import Generic, TypeVar
Input = TypeVar("Input")
Result = TypeVar("Result")
Fault = TypeVar("Fault")

class BatchFailure(Generic[Input]):
    inputs: list[Input]

class BatchAnswer(Generic[Input, Result, Fault]):
    results: list[Result] = []
    def retry(self, tries: int) -> None: ...

class ZooError(Exception):
    message: str
""",
    "runtime/hubspot_events_runtime/clients.py": """
class Resource:
    def __init__(self, client: SyncClient) -> None: ...

class SyncClient:
    def close(self) -> None: ...
""",
}


def layered(folder: Path, old: str = "", new: str = "") -> Path:
    """A small library with the layers of ours."""
    library(folder)
    for path, text in LAYERS.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace(old, new) if old else text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("def visit", "def view", {(BREAKS, "HubSpotEvents.zoo.visit: gone"), (ADDED, "HubSpotEvents.zoo.view: new")}),
        (
            "def close(self)",
            "def close(self, how: int)",
            {(BREAKS, "HubSpotEvents.close: how: Parameter was added as required")},
        ),
        # What the frame of all batches has is said once, by the first of its names
        ("def retry", "def again", {(BREAKS, "Batch.retry: gone"), (ADDED, "Batch.again: new")}),
        ("tries: int", "tries: str", {(BREAKS, "Batch.retry: tries: the type was int and is str")}),
        (
            "results: list[Result]",
            "results: Sequence[Result]",
            {(BREAKS, "Batch.results: the type was list[Result] and is Sequence[Result]")},
        ),
        ("links: Any = None", "pass", {(BREAKS, "Batch.links: gone")}),
        # Other names for a class
        ('"Outcome", ', "", {(BREAKS, "Outcome: gone")}),
        (
            "Batch[Asked, Answered]\n",
            "Batch[Asked, Stored]\n",
            {(BREAKS, "ZooBatchResponse: the type was Batch[Asked, Answered] and is Batch[Asked, Stored]")},
        ),
        (
            "Food: TypeAlias = Mapping[str, str]",
            "Food: TypeAlias = Mapping[str, str] | str",
            {(ADDED, "Food: the type was Mapping[str, str] and is Mapping[str, str] | str")},
        ),
        # What a class is
        ("class ZooError(Exception)", "class ZooError(ValueError)", {(BREAKS, "ZooError: no longer a Exception")}),
        (
            "BatchFailure(Generic[Input])",
            "BatchFailure(Generic[Input, Fault])",
            {(BREAKS, "BatchFailure: generic over 2 types, and was over 1")},
        ),
        (
            "class ZooError(Exception):\n    message: str",
            "def ZooError() -> None: ...",
            {
                (BREAKS, "ZooError: was of the kind class and is of the kind function"),
                (BREAKS, "ZooError.message: gone"),
            },
        ),
        # How the client makes a resource is its own affair
        ("client: SyncClient", "client: SyncClient, more: int", set()),
    ],
)
def test_a_change_of_a_layer_is_said_by_the_name_that_users_write(
    tmp_path: Path, old: str, new: str, lines: set[tuple[str, str]]
) -> None:
    assert "".join(LAYERS.values()).count(old) == 1
    assert said_of(layered(tmp_path / "old"), layered(tmp_path / "new", old, new)) == lines


def test_what_moves_into_another_layer_is_no_change(tmp_path: Path) -> None:
    found = said_of(library(tmp_path / "old"), layered(tmp_path / "new"))
    assert {meaning for meaning, _ in found} == {ADDED}


def test_a_class_that_becomes_a_name_for_a_generic_one_breaks_and_what_returns_it_does_not(tmp_path: Path) -> None:
    before = layered(tmp_path / "old")
    models = before / "generated/hubspot_events_api/models.py"
    models.write_text(
        models.read_text("utf-8").replace(
            "ZooBatchResponse: TypeAlias = Batch[Asked, Answered]",
            "class ZooBatchResponse(Batch[Asked, Answered]): ...",
        ),
        "utf-8",
    )
    zoo = before / "generated/hubspot_events_api/api/zoo/__init__.py"
    zoo.write_text(zoo.read_text("utf-8").replace("-> Batch[Asked, Answered]", "-> ZooBatchResponse"), "utf-8")
    assert said_of(before, layered(tmp_path / "new")) == {
        (BREAKS, "ZooBatchResponse: was of the kind class and is of the kind attribute")
    }


def test_a_field_that_attrs_converts_has_to_be_given_all_the_same(tmp_path: Path) -> None:
    field = "    name: str = attrs.field(converter=str)\n"
    assert said_of(library(tmp_path / "old"), library(tmp_path / "new", API.replace("    name: str\n", field))) == set()
    optional = field.replace("converter", "default='', converter")
    after = library(tmp_path / "newest", API.replace("    name: str\n", optional))
    assert said_of(after, library(tmp_path / "older")) == {(BREAKS, "Asked.name: now has to be given")}


def test_what_is_no_longer_exported_is_gone_though_it_still_exists(tmp_path: Path) -> None:
    after = library(tmp_path / "new", **{"hubspot_events_api.models": "Answered, Asked, Stored"})
    (change,) = python_changes(library(tmp_path / "old"), after)
    assert (change.meaning, change.line) == (BREAKS, "python  hubspot_events.Kind: gone")


def test_the_embedded_hubspot_is_public_too(tmp_path: Path) -> None:
    after = library(tmp_path / "new")
    (after / "overrides/hubspot_events/testing/__init__.py").write_text(
        "def find() -> None: ...\n__all__ = ['find']\n", "utf-8"
    )
    change, _ = python_changes(library(tmp_path / "old"), after)
    assert (change.meaning, change.line) == (BREAKS, "python  hubspot_events.testing.lose_answer: gone")


# The command


def git(project: Path, *arguments: str) -> None:
    environment = {**os.environ, **GIT, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *arguments], cwd=project, env=environment, check=True, capture_output=True)


def changes_of(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools/changes.py"), *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A project in git, with the tag of a release, and nothing changed since."""
    project = library(tmp_path / "project")
    git(project, "init", "--quiet")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "The first version")
    git(project, "tag", "v0.1.0")
    return project


def test_without_changes_there_is_nothing_to_say(released: Path) -> None:
    done = changes_of(released)
    assert (done.returncode, done.stdout) == (0, "Nothing changed for users since HEAD.\n")


def test_a_break_fails_until_the_version_is_raised_for_it(released: Path) -> None:
    client = released / "overrides/hubspot_events/_client.py"
    client.write_text(CLIENT.replace("visit", "view"), "utf-8")
    done = changes_of(released)
    assert done.returncode == 1
    assert "Breaks somebody's code\n  python  hubspot_events.HubSpotEvents.zoo.visit: gone" in done.stdout
    assert "A breaking change needs version 0.2.0 or higher" in done.stdout

    git(released, "commit", "--quiet", "--all", "--message", "Call it a view")
    assert changes_of(released).returncode == 0
    assert changes_of(released, "--since", "v0.1.0").returncode == 1

    version = released / "overrides/hubspot_events/_version.py"
    version.write_text('__version__ = "0.1.1"\n', "utf-8")
    assert changes_of(released, "--since", "v0.1.0").returncode == 1
    version.write_text('__version__ = "0.2.0"\n', "utf-8")
    done = changes_of(released, "--since", "v0.1.0")
    assert done.returncode == 0
    assert "The version was raised for it, to 0.2.0." in done.stdout


def test_what_adds_and_what_nobody_sees_passes(released: Path) -> None:
    spec = copy.deepcopy(ZOO)
    spec["components"]["schemas"]["Asked"]["properties"]["food"] = {"type": "string"}
    (released / "openapi/common.yaml").write_text(yaml.safe_dump(spec), "utf-8")
    client = released / "overrides/hubspot_events/_client.py"
    client.write_text(CLIENT + "\n# A comment.\n", "utf-8")
    done = changes_of(released)
    assert done.returncode == 0
    assert done.stdout == (
        "Changes since HEAD\n\n"
        "Added\n"
        "  wire    food: new field, string\n"
        "      visit, request\n\n"
        "Invisible\n"
        "  code    changed, and does no more to users than is said above\n"
        "      overrides/hubspot_events/_client.py\n"
    )


def test_an_unknown_revision_is_a_clear_error(released: Path) -> None:
    done = changes_of(released, "--since", "v9")
    assert done.returncode == 2
    assert done.stderr.startswith("v9: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("openapi/common.yaml", "paths: [", "common.yaml, line 1: "),
        ("openapi/common.yaml", "{openapi: 3.1.0, info: {}, servers: [], paths: {/zoo: 3}}", "#/paths/~1zoo is 3"),
        ("overrides/hubspot_events/_version.py", "", "overrides/hubspot_events/_version.py has no line"),
    ],
)
def test_a_project_that_cannot_be_read_is_a_clear_error(released: Path, file: str, text: str, place: str) -> None:
    (released / file).write_text(text, "utf-8")
    done = changes_of(released)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("since HEAD: ")
    assert place in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_lowest_version_that_may_break_follows_semantic_versioning() -> None:
    assert version_for_a_break((0, 1, 3)) == (0, 2, 0)
    assert version_for_a_break((1, 4, 2)) == (2, 0, 0)
