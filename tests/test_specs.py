"""The specs are the source of everything generated, so they are held against OpenAPI, against HubSpot's documentation
(as the tables here give it), and against themselves: each example against its schema.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from bundle import bundle, without_prose
from bundled_spec import BUNDLE, OPERATIONS, SCHEMAS, answers, bodies, parts, properties, requests, resolved
from document import METHODS
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename

ROOT = Path(__file__).parent.parent
SPECS = sorted((ROOT / "openapi").glob("*.yaml"))
ERROR = BUNDLE["components"]["responses"]["Error"]

# The operations as documented, those that the client began with: path, tag, scope, success codes, whether it is
# deprecated.
DOCUMENTED_OPERATIONS = {
    "createTimelineEvent": ("/integrators/timeline/v3/events", "timeline", "timeline", {"201"}, True),
    "createTimelineEventBatch": (
        "/integrators/timeline/v3/events/batch/create",
        "timeline",
        "timeline",
        {"201", "207"},
        True,
    ),
    "upsertMarketingEvents": (
        "/marketing/v3/marketing-events/events/upsert",
        "marketing_events",
        "crm.objects.marketing_events.write",
        {"200"},
        False,
    ),
    "updateMarketingEvents": (
        "/marketing/marketing-events/2026-03/batch/update",
        "marketing_events",
        "crm.objects.marketing_events.write",
        {"200", "207"},
        False,
    ),
}

# The fields as documented: those that the client takes for required, then the others. HubSpot's own list calls more
# of them required; here only those are without which a request is refused or, in an answer, that every example has.
PROPERTY_VALUE = (
    "name value",
    "dataSensitivity isEncrypted isLargeValue persistenceTimestamp requestId selectedByUser selectedByUserTimestamp"
    " source sourceId sourceLabel sourceMetadata sourceUpstreamDeployable sourceVid timestamp unit updatedByUserId"
    " useTimestampAsPersistenceTimestamp",
)
BATCH_ANSWER = ("completedAt results startedAt", "errors links numErrors requestedAt status")
DOCUMENTED_FIELDS = {
    "TimelineEvent": (
        "eventTemplateId tokens",
        "customObjectTypeId domain email extraData id objectId timelineIFrame timestamp utk",
    ),
    "TimelineEventIFrame": ("headerLabel height linkLabel url width", ""),
    "TimelineEventResponse": (
        "eventTemplateId id objectType tokens",
        "createdAt customObjectTypeId domain email extraData objectId timelineIFrame timestamp utk",
    ),
    "TimelineEventBatch": ("inputs", ""),
    "TimelineEventBatchResponse": BATCH_ANSWER,
    "MarketingEventUpsert": (
        "eventName eventOrganizer externalAccountId externalEventId",
        "customProperties endDateTime eventCancelled eventCompleted eventDescription eventType eventUrl startDateTime",
    ),
    "MarketingEventUpsertResponse": (
        "createdAt customProperties eventName eventOrganizer id updatedAt",
        "endDateTime eventCancelled eventCompleted eventDescription eventType eventUrl objectId startDateTime",
    ),
    "MarketingEventUpsertBatch": ("inputs", ""),
    "MarketingEventUpsertBatchResponse": BATCH_ANSWER,
    "MarketingEventUpdate": (
        "objectId",
        "customProperties endDateTime eventCancelled eventDescription eventName eventOrganizer eventType eventUrl"
        " startDateTime",
    ),
    "MarketingEventUpdateResponse": (
        "createdAt customProperties eventName objectId updatedAt",
        "appInfo endDateTime eventCancelled eventCompleted eventDescription eventOrganizer eventType eventUrl"
        " startDateTime",
    ),
    "MarketingEventUpdateBatch": ("inputs", ""),
    "MarketingEventUpdateBatchResponse": BATCH_ANSWER,
    "MarketingEventProperty": ("name value", ""),
    "PropertyValue": PROPERTY_VALUE,
    "PropertyValueResponse": PROPERTY_VALUE,
    "AppInfo": ("id", "name"),
    "BatchError": ("category message status", "context errors id links subCategory"),
    "ErrorDetail": ("message", "code context in subCategory"),
    "Error": (
        "correlationId message status",
        "category context errorType errors groupName links policyName requestId subCategory",
    ),
}

# What is documented as more than text, a flag or a nested object.
TIMES = {"completedAt", "startedAt", "requestedAt", "createdAt", "updatedAt", "startDateTime", "endDateTime"}
MILLISECONDS = {"persistenceTimestamp", "selectedByUserTimestamp", "timestamp"}


def schema_paths(schema: Any, place: str = "") -> Iterator[str]:
    """The place of every field below a schema, such as results[].tokens."""
    for name, field in properties(schema).items():
        yield f"{place}{name}"
        if "items" in resolved(field):
            yield from schema_paths(resolved(field)["items"], f"{place}{name}[].")
        else:
            yield from schema_paths(field, f"{place}{name}.")


def value_paths(value: Any, place: str = "") -> Iterator[str]:
    """The place of every field in an example, written likewise."""
    for name, field in value.items() if isinstance(value, dict) else ():
        yield f"{place}{name}"
        for item in field if isinstance(field, list) else ():
            yield from value_paths(item, f"{place}{name}[].")
        yield from value_paths(field, f"{place}{name}.")


EXAMPLES = [
    pytest.param(content["schema"], example["value"], id=f"{place} {name}")
    for place, content in bodies()
    for name, example in content.get("examples", {}).items()
]


@pytest.mark.parametrize(
    "path", [*SPECS, ROOT / "generated/hubspot_events_api/openapi.json"], ids=lambda path: path.name
)
def test_each_spec_is_valid_openapi(path: Path) -> None:
    document, address = read_from_filename(str(path))
    validate(document, base_uri=address)
    assert document["openapi"].startswith("3.1.")


def test_the_bundle_has_every_operation_and_schema_of_the_files() -> None:
    documents = [yaml.safe_load(path.read_text("utf-8")) for path in SPECS]
    assert set(BUNDLE["paths"]) == {path for document in documents for path in document["paths"]}
    assert set(SCHEMAS) == {name for document in documents for name in document["components"].get("schemas", {})}


@pytest.mark.parametrize(("schema", "value"), EXAMPLES)
def test_each_example_is_valid_by_its_schema(schema: Any, value: Any) -> None:
    validator = OAS31Validator({**schema, "components": BUNDLE["components"]}, format_checker=oas31_format_checker)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)] == []


def test_examples_are_validated_down_to_the_format_of_a_nested_time() -> None:
    content = requests()["createTimelineEventBatch"]
    validator = OAS31Validator(
        {**content["schema"], "components": BUNDLE["components"]}, format_checker=oas31_format_checker
    )
    event = {"eventTemplateId": "1", "tokens": {}, "email": "a@petspot.example", "timestamp": "1 March 2026"}
    assert [error.json_path for error in validator.iter_errors({"inputs": [event]})] == ["$.inputs[0].timestamp"]


def test_the_operations_are_the_documented_ones() -> None:
    found = {
        operation["operationId"]: (
            path,
            *operation["tags"],
            *(scope for security in operation["security"] for scope in security["bearer"]),
            operation["responses"].keys() - {"default"},
            operation.get("deprecated", False),
        )
        for path, methods in BUNDLE["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }
    assert {name: found[name] for name in DOCUMENTED_OPERATIONS} == DOCUMENTED_OPERATIONS
    assert OPERATIONS.keys() == found.keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_describes_itself_its_request_and_its_answers(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"]
    assert operation.get("requestBody", {"required": True})["required"] is True
    assert operation["responses"]["default"] == ERROR
    assert all(response["description"] for response in operation["responses"].values())


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_and_each_of_its_fields_has_a_description(name: str) -> None:
    assert SCHEMAS[name]["description"]
    assert [
        field for field, schema in properties(SCHEMAS[name]).items() if not resolved(schema).get("description")
    ] == []


# "At least", as a field that HubSpot adds is a change of the spec and of nothing else.
@pytest.mark.parametrize("name", DOCUMENTED_FIELDS)
def test_each_schema_has_at_least_the_documented_fields(name: str) -> None:
    required, optional = (set(names.split()) for names in DOCUMENTED_FIELDS[name])
    assert required | optional <= properties(SCHEMAS[name]).keys()
    said = {field for part in parts(SCHEMAS[name]) for field in part.get("required", ())}
    assert said & (required | optional) == required


@pytest.mark.parametrize("name", DOCUMENTED_FIELDS)
def test_each_time_is_of_the_documented_kind(name: str) -> None:
    documented = " ".join(DOCUMENTED_FIELDS[name]).split()
    fields = {field: resolved(properties(SCHEMAS[name])[field]) for field in documented}
    in_milliseconds = MILLISECONDS if name.startswith("PropertyValue") else set()
    assert {field for field, schema in fields.items() if schema.get("format") == "date-time"} == (
        fields.keys() & (TIMES | {"timestamp"}) - in_milliseconds
    )
    assert {field for field in in_milliseconds if fields[field].get("format") == "int64"} == in_milliseconds


def named(schema: Any) -> Iterator[str]:
    """The names of the schemas that a schema is made of, itself among them."""
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    whole = resolved(schema)
    for below in (*properties(whole).values(), *(whole[key] for key in ("items",) if key in whole)):
        yield from named(below)


def test_only_what_hubspot_alone_sends_is_marked_as_read_only() -> None:
    asked = {name for content in requests().values() for name in named(content["schema"])}
    with_fields = {name for name, schema in SCHEMAS.items() if properties(schema)}
    assert {name for name in with_fields if not SCHEMAS[name].get("readOnly")} == asked & with_fields


@pytest.mark.parametrize("name", requests())
def test_each_request_has_one_example_with_every_field(name: str) -> None:
    content = requests()[name]
    missing = set(schema_paths(content["schema"])) - set(value_paths(content["examples"]["full"]["value"]))
    assert missing == set()


@pytest.mark.parametrize("name", DOCUMENTED_OPERATIONS)
def test_the_success_answers_of_each_operation_have_one_example_with_every_field(name: str) -> None:
    contents = answers(name).values()
    missing = [
        set(schema_paths(content["schema"])) - set(value_paths(example["value"]))
        for content in contents
        for example in content["examples"].values()
    ]
    assert min(missing, key=len) == set()


def test_the_examples_of_errors_together_have_every_field() -> None:
    # Not one by itself: a rate limit has no category, and a validation error no policy.
    content = BUNDLE["components"]["responses"]["Error"]["content"]["application/json"]
    shown = {path for example in content["examples"].values() for path in value_paths(example["value"])}
    assert set(schema_paths(content["schema"])) - shown == set()


# tools/bundle.py


def write_specs(folder: Path, **files: dict[str, Any]) -> Path:
    frame = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "servers": []}
    for name, content in {"common": {}, **files}.items():
        document = {**frame, "paths": {}, "components": {}, **content}
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(document), "utf-8")
    return folder


def test_references_into_another_file_become_references_into_the_bundle(tmp_path: Path) -> None:
    folder = write_specs(
        tmp_path,
        common={"components": {"schemas": {"Id": {"type": "string"}}}},
        pets={
            "components": {"schemas": {"Pet": {"properties": {"id": {"$ref": "common.yaml#/components/schemas/Id"}}}}}
        },
    )
    assert bundle(folder)["components"]["schemas"] == {
        "Id": {"type": "string"},
        "Pet": {"properties": {"id": {"$ref": "#/components/schemas/Id"}}},
    }


def test_two_files_with_one_component_are_refused_by_its_name(tmp_path: Path) -> None:
    pet = {"components": {"schemas": {"Pet": {"type": "object"}}}}
    with pytest.raises(ValueError, match=r"pets\.yaml: Pet stands in another file"):
        bundle(write_specs(tmp_path, dogs=pet, pets=pet))


def test_two_files_with_one_path_are_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"pets\.yaml: /pets stands in another file"):
        bundle(write_specs(tmp_path, dogs={"paths": {"/pets": {}}}, pets={"paths": {"/pets": {}}}))


@pytest.mark.parametrize(
    "reference", ["#/components/schemas/Cat", "cats.yaml#/components/schemas/Pet", "#/info/title/x"]
)
def test_a_reference_that_leads_nowhere_is_refused_by_its_place_and_its_text(tmp_path: Path, reference: str) -> None:
    schemas = {"Pet": {"type": "object"}, "Litter": {"type": "array", "items": {"$ref": reference}}}
    with pytest.raises(ValueError, match=rf"^pets\.yaml#/components/schemas/Litter/items: \$ref '{reference}' leads"):
        bundle(write_specs(tmp_path, pets={"components": {"schemas": schemas}}))


def test_two_files_with_one_tag_are_refused_by_its_name(tmp_path: Path) -> None:
    tags = {"tags": [{"name": "pets"}]}
    with pytest.raises(ValueError, match=r"pets\.yaml: pets stands in another file"):
        bundle(write_specs(tmp_path, dogs=tags, pets=tags))


def broken(folder: Path, text: str) -> Path:
    (write_specs(folder) / "pets.yaml").write_text(text, "utf-8")
    return folder


def test_a_key_that_stands_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    pet = "components:\n  schemas:\n    Pet:\n      type: object\n      type: string\n"
    with pytest.raises(ValueError, match=r'pets\.yaml, line 5: found duplicate key "type"'):
        bundle(broken(tmp_path, pet))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("paths: [", r"pets\.yaml, line \d: expected"),
        ("paths: *pets", r"pets\.yaml, line 1: found undefined alias"),
        ("- paths", r"pets\.yaml: is no OpenAPI document"),
        ("", r"pets\.yaml: is no OpenAPI document"),
        ("paths:", r"pets\.yaml: is no OpenAPI document"),
        ("tags: [pets]", r"pets\.yaml: is no OpenAPI document"),
        ("components: {schemas: [Pet]}", r"pets\.yaml: is no OpenAPI document"),
        ("security: [{bearer: [a]}]", r"pets\.yaml: security is not read here"),
        ("openapi: 3.0.3", r"pets\.yaml: openapi must be what it is in common\.yaml"),
        ("servers: [{url: 'https://a.example'}]", r"pets\.yaml: servers must be what it is in common\.yaml"),
        ("info: &me {title: *me}", r"pets\.yaml: is no JSON in YAML and UTF-8: Circular"),
        ("info: {title: !!binary aGk=}", r"pets\.yaml: is no JSON in YAML and UTF-8: .*bytes"),
        ("info: {version: .nan}", r"pets\.yaml: is no JSON in YAML and UTF-8: .*float"),
        ('info: {title: "\\ud800"}', r"pets\.yaml: is no JSON in YAML and UTF-8: .*surrogates"),
        ("info: " + "[" * 2000 + "]" * 2000, r"pets\.yaml: is no JSON in YAML and UTF-8"),
    ],
)
def test_a_file_that_is_no_spec_is_refused_by_its_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bundle(broken(tmp_path, text))


def test_a_spec_in_another_encoding_is_refused_by_its_name(tmp_path: Path) -> None:
    folder = write_specs(tmp_path)
    (folder / "pets.yaml").write_text("info: {title: Höhle}", "latin-1")
    with pytest.raises(ValueError, match=r"pets\.yaml: is no JSON in YAML and UTF-8"):
        bundle(folder)


@pytest.mark.parametrize("name", ["pets.yml", "pets.json", "pets.YAML"])
def test_a_spec_that_would_not_be_read_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    (write_specs(tmp_path) / name).touch()
    with pytest.raises(ValueError, match=rf"{name}: is not read; the name of a spec ends with \.yaml"):
        bundle(tmp_path)


def test_keys_without_quotes_are_text_as_json_has_it(tmp_path: Path) -> None:
    pet = "components: {responses: {Done: {200: x, true: y, no: z, null: n, 1.5: f}}}"
    assert {*bundle(broken(tmp_path, pet))["components"]["responses"]["Done"]} == {"200", "true", "no", "null", "1.5"}


def test_what_stands_beside_a_reference_is_made_local_too(tmp_path: Path) -> None:
    there = {"$ref": "common.yaml#/components/schemas/Id"}
    common = {"components": {"schemas": {"Id": {"type": "string"}}}}
    pets = {"components": {"schemas": {"Pet": {**there, "properties": {"id": there}}}}}
    assert bundle(write_specs(tmp_path, common=common, pets=pets))["components"]["schemas"]["Pet"] == {
        "$ref": "#/components/schemas/Id",
        "properties": {"id": {"$ref": "#/components/schemas/Id"}},
    }


def test_a_date_without_quotes_is_text_as_json_has_it(tmp_path: Path) -> None:
    pet = "components: {schemas: {Day: {type: string, example: 2026-03-01}}}"
    assert bundle(broken(tmp_path, pet))["components"]["schemas"]["Day"]["example"] == "2026-03-01"


def test_the_bundle_of_the_embedded_hubspot_has_all_but_prose() -> None:
    plain = without_prose(BUNDLE)
    assert plain["components"]["schemas"].keys() == SCHEMAS.keys()
    assert all("description" not in schema for schema in plain["components"]["schemas"].values())
    assert "examples" not in json.dumps(plain["components"]["requestBodies"])
    assert "examples" in json.dumps(plain["components"]["responses"])


@pytest.mark.parametrize("name", ["description", "examples", "properties"])
def test_a_field_or_a_schema_may_have_the_name_of_what_is_left_out(tmp_path: Path, name: str) -> None:
    schema = {"type": "object", "description": "x", "properties": {name: {"type": "string", "description": "x"}}}
    plain = without_prose(bundle(write_specs(tmp_path, pets={"components": {"schemas": {name: schema}}})))
    assert plain["components"]["schemas"] == {name: {"type": "object", "properties": {name: {"type": "string"}}}}
