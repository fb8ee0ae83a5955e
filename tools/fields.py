"""What the templates write for a field, a parameter or an answer, by the kind of its schema.

What is not here stops the generator, with the place, instead of becoming code that is subtly wrong.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

import attrs
from document import Node, Unsupported, nodes, nodes_of, resolved
from hubspot_events_runtime.batches import BatchAnswer
from keywords import AS_TEXT, BATCH, FILLED, IDENTITY, MILLISECONDS, NAME_VALUES, SYNONYMS
from openapi_python_client import strings
from openapi_python_client.parser.openapi import GeneratorData
from openapi_python_client.parser.properties import EnumProperty, ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.union import UnionProperty

Json = Mapping[str, Any]

# The Python type of what JSON has a type for, as it stands in an annotation, and what a value may be instead.
SCALARS = {"string": "str", "boolean": "bool", "int": "int", "float": "float"}
ACCEPTED = {**SCALARS, "float": "float, int"}

# What a model has beside its fields. What the answer to a batch has beside the fields that HubSpot documents.
TAKEN = frozenset({"additional_properties", "from_dict", "response", "to_dict"})
TAKEN_OF_BATCH = ({*dir(BatchAnswer)} | {*attrs.fields_dict(BatchAnswer)}) - {"errors", "num_errors", "status"}

# What a schema says of an object itself.
_OWN = ("additionalProperties", "anyOf", "dependentRequired", "properties", "required", BATCH, IDENTITY)

# Where `prepare` puts the anyOf that stands beside the fields of an object.
_ALTERNATIVES = "x-any-of"


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value in JSON: a field, an item of a list, a value of a map, a body, an answer.

    Attributes:
        property: What the generator knows of it.
        schema: Its schema.
        nullable: Whether null is a value of its own.
        answered: Whether HubSpot sends it, so that what is asked of a request is not asked of it.
        place: Where it stands, for errors.
    """

    property: Any
    schema: Json
    nullable: bool
    answered: bool
    place: str


@dataclass(frozen=True, kw_only=True)
class Field(Value):
    """A field of a model, or a parameter of an operation.

    Attributes:
        name: JSON's name.
        python_name: Python's name.
        description: What it is, in a sentence.
        required: Whether it has to be given.
    """

    name: str
    python_name: str
    description: str
    required: bool


def prepare(document: dict[str, Any]) -> None:
    """Write in another way what the generator reads as something else."""
    for node in [*nodes(document)]:
        if node.kind != "schema":
            continue
        data = node.data
        _check_parts(node)
        # Taken for what it refers to, without what stands beside it.
        parts = data.get("allOf", [])
        is_own = not data.keys().isdisjoint(_OWN) or (data.get("readOnly") and node.place.count("/") == 3)
        if len(parts) == 1 and "$ref" in parts[0] and is_own:
            parts.append({"type": "object"})
        if data.get("readOnly"):
            # What has no name of its own is sent by whom the whole is sent.
            for inner in nodes_of(node):
                if inner.data.get("type") == "object" or "properties" in inner.data:
                    inner.data["readOnly"] = True
        # A union, if it stands beside the fields of an object.
        if "anyOf" in data and ("properties" in data or "allOf" in data):
            choices = data[_ALTERNATIVES] = data.pop("anyOf")
            if any(choice.keys() != {"required"} or len(choice["required"]) != 1 for choice in choices):
                raise Unsupported(f"{node.place}: an anyOf beside fields is for one required field each")
        # A union of the enum and of any text.
        kinds = data.get("type")
        if None in data.get("enum", ()) and isinstance(kinds, list) and len(kinds) == 2 and "null" in kinds:
            words = [word for word in data["enum"] if word is not None]
            (kind,) = {*kinds} - {"null"}
            enum = {**data, "type": kind, "enum": words, "title": node.place.rpartition("/")[2]}
            data.clear()
            data["oneOf"] = [{"type": "null"}, enum]


def _check_parts(node: Node) -> None:
    """Stop at parts of a schema that the generator would pass over, or read as those of an object without fields."""
    if "$ref" in node.data and (own := sorted(node.data.keys() & {*_OWN, "allOf", "oneOf"})):
        raise Unsupported(f"{node.place}: {own[0]} stands beside a $ref; make the $ref a part of an allOf")
    if "oneOf" in node.data and "properties" in node.data:
        raise Unsupported(f"{node.place}: a oneOf beside fields is not supported; an anyOf of required fields is")
    parts = node.data.get("allOf", [])
    for index, part in enumerate(parts if len(parts) > 1 or "properties" in node.data else ()):
        if part.get("type", "object") != "object" or not part.keys().isdisjoint(
            ("allOf", "anyOf", "const", "enum", "items", "oneOf")
        ):
            raise Unsupported(f"{node.place}/allOf/{index}: of several parts each has to be an object")


class Fields:
    """What is written for each kind of field, for the schemas of one document."""

    def __init__(self, document: dict[str, Any], openapi: GeneratorData, taken: Collection[str]) -> None:
        self._document = document
        self._taken = {*taken, *TAKEN}
        self._models: dict[str, ModelProperty] = {model.class_info.name: model for model in openapi.models}
        self._enums: set[str] = {enum.class_info.name for enum in openapi.enums}
        self._synonyms = {
            strings.ClassName(name, "field_"): schema[SYNONYMS]
            for name, schema in document["components"]["schemas"].items()
            if SYNONYMS in schema
        }
        self._python_names = {
            name: strings.PythonIdentifier(name, prefix="field_")
            for node in nodes(document)
            if node.kind == "schema"
            for name in node.data.get("properties", ())
        }
        self.raw = cache(self._raw)
        self._maps = self._sorted_maps()

    # Models and enums

    @property
    def names(self) -> set[str]:
        """The names of all classes."""
        return {*self._models, *self._enums}

    def used_by(self, names: Collection[str]) -> set[str]:
        """Return the names of the classes that the fields of some models are of."""
        models = [self._models[name] for name in names if name in self._models]
        annotations = " ".join(self.annotation(field) for model in models for field in self.of(model))
        return self.names & {*re.findall(r"\w+", annotations)}

    def model(self, field: ModelProperty) -> ModelProperty:
        """Return a model; a reference to one may be a copy from before the generator knew its parts."""
        return self._models[field.class_info.name]

    def _raw(self, name: str) -> Json:
        """Return the schema of a model, by its class, the parts of an allOf put together."""
        data = self._models[name].data
        merged = self._merged(json.loads(data.model_dump_json(by_alias=True, exclude_unset=True)))
        for field in merged["required"]:
            if field not in merged["properties"]:
                raise Unsupported(f"{name}: {field} is required, and is no field of it")
        return merged

    def _merged(self, schema: Json) -> dict[str, Any]:
        schema = resolved(self._document, dict(schema))
        if "anyOf" in schema and ("properties" in schema or "allOf" in schema):  # of the document before `prepare`
            schema[_ALTERNATIVES] = schema.pop("anyOf")
        merged: dict[str, Any] = {"properties": {}, "required": [], "dependentRequired": {}}
        for part in (*map(self._merged, schema.get("allOf", ())), schema):
            if merged.get(_ALTERNATIVES, part.get(_ALTERNATIVES)) != part.get(_ALTERNATIVES, merged.get(_ALTERNATIVES)):
                raise Unsupported(f"{', '.join(merged['properties'])}: of the parts of an allOf one can have an anyOf")
            more = {
                "properties": merged["properties"] | part.get("properties", {}),
                "required": [*merged["required"], *part.get("required", ())],
                "dependentRequired": _joined(merged["dependentRequired"], part.get("dependentRequired", {})),
            }
            merged = merged | part | more
        # These are so by a schema's own word, not by that of a part.
        return merged | {word: schema.get(word, False) for word in ("readOnly", BATCH)}

    def is_answered(self, model: ModelProperty) -> bool:
        """Whether only HubSpot sends a model."""
        return bool(self.raw(model.class_info.name)["readOnly"])

    def is_frame(self, model: ModelProperty) -> bool:
        """Whether a model has what every answer to a batch has."""
        return bool(self.raw(model.class_info.name)[BATCH])

    @property
    def frame(self) -> ModelProperty | None:
        """What every answer to a batch has; None in a document without batches."""
        frames = [model for model in self._models.values() if self.is_frame(model)]
        if len(frames) > 1:
            raise Unsupported(f"{frames[1].class_info.name}: {BATCH} is for one schema alone")
        return frames[0] if frames else None

    def fault(self, frame: ModelProperty) -> str:
        """Return the class of an error of a batch."""
        for field in self.of(frame):
            if field.name == "errors" and self.kind(field) == "list" and self.kind(self.item(field)) == "model":
                return self._base(self.item(field))
        raise Unsupported(f"{frame.class_info.name}: needs a list of objects named errors")

    def of(self, model: ModelProperty) -> list[Field]:
        """Return the fields of a model, those first that it must have."""
        name = model.class_info.name
        schema = self.raw(name)
        # A field with the name of a class would hide it from the types of the others.
        taken = self._taken | self.names | (TAKEN_OF_BATCH if self.is_frame(model) else set())
        fields = [
            self._field(prop, schema["properties"], name, taken, answered=schema["readOnly"])
            for prop in (*(model.required_properties or ()), *(model.optional_properties or ()))
        ]
        for python_name, count in Counter(field.python_name for field in fields).items():
            if count > 1:
                raise Unsupported(f"{name}.{python_name}: two fields have this name in Python")
        return fields

    def _field(self, prop: Any, schemas: Json, owner: str, taken: Collection[str], *, answered: bool) -> Field:
        json_name = prop.name.get_untrusted_value()
        value = self.value(prop, schemas[json_name], f"{owner}.{json_name}", answered=answered)
        return Field(
            **vars(value),
            name=json_name,
            python_name=f"{prop.python_name}_" if prop.python_name in taken else str(prop.python_name),
            description=value.schema.get("description", ""),
            required=prop.required and not value.schema.get(FILLED),
        )

    def field(self, model: ModelProperty, name: str) -> Field:
        """Return the field with a name; raises Unsupported when there is none."""
        for field in self.of(model):
            if field.name == name:
                return field
        raise Unsupported(f"{model.class_info.name}: {name} is no field of it")

    def alternatives(self, model: ModelProperty) -> list[Field]:
        """Return the fields of which a model needs one, by an anyOf of what is required."""
        choices = self.raw(model.class_info.name).get(_ALTERNATIVES, ())
        return [self.field(model, choice["required"][0]) for choice in choices]

    def dependents(self, model: ModelProperty) -> list[tuple[Field, Field]]:
        """Return the fields that need another one, each with the other."""
        dependents = self.raw(model.class_info.name).get("dependentRequired", {})
        return [
            (self.field(model, name), self.field(model, needed))
            for name, all_needed in dependents.items()
            for needed in all_needed
        ]

    def synonyms(self, enum: EnumProperty) -> dict[str, str]:
        """Return the other words for those of an enum, without case."""
        synonyms = self._synonyms.get(enum.class_info.name, {})
        return {word.casefold(): meant.casefold() for word, meant in synonyms.items()}

    def prose(self, text: str) -> str:
        """Return what the spec says for readers of Python: the fields by Python's names, in one line."""
        return re.sub(
            r"`(\w+)`", lambda match: f"`{self._python_names.get(match[1], match[1])}`", " ".join(text.split())
        )

    def class_prose(self, schema: ModelProperty | EnumProperty) -> str:
        """Return what the spec says of a model or an enum, or else its name."""
        said = schema.description
        return self.prose(said.get_untrusted_value()) if said else schema.class_info.name

    # Kinds of values

    def value(self, prop: Any, schema: Any, place: str, *, answered: bool) -> Value:
        """Return a value; null beside one type or more makes it nullable."""
        schema = self._merged(schema if isinstance(schema, Mapping) else {})
        if schema["readOnly"] and not answered:
            raise Unsupported(f"{place}: is sent with readOnly: true, which is for answers")
        kept = [one for one in getattr(prop, "inner_properties", ()) if not isinstance(one, NoneProperty)]
        nullable = isinstance(prop, UnionProperty) and 0 < len(kept) < len(prop.inner_properties)
        if nullable:
            prop = kept[0] if len(kept) == 1 else attrs.evolve(prop, inner_properties=kept)
            choices = [one for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ())) if one.get("type") != "null"]
            if len(choices) == 1:
                schema = {**self._merged(choices[0]), **{word: value for word, value in schema.items() if value}}
        return Value(property=prop, schema=schema, nullable=nullable, answered=answered, place=place)

    def item(self, value: Value) -> Value:
        """Return what each item of a list is."""
        schema, place = value.schema.get("items", {}), f"{value.place}[]"
        return self.value(value.property.inner_property, schema, place, answered=value.answered)

    def entry(self, value: Value) -> Value:
        """Return what each value of a map is."""
        model = self.model(value.property)
        schema, place = self.raw(model.class_info.name).get("additionalProperties"), f"{value.place}[]"
        return self.value(model.additional_properties, schema, place, answered=value.answered)

    def is_map(self, prop: Any) -> bool:
        """Whether an object is a map: without named fields."""
        model = self.model(prop)
        return not (model.required_properties or model.optional_properties)

    def kind(self, value: Value) -> str:
        """Return the kind of a value in a word."""
        prop = value.property
        if isinstance(prop, ModelProperty):
            return "map" if self.is_map(prop) else "model"
        if prop is None:  # what additionalProperties: false leaves of a map
            return "any"
        if isinstance(prop, NoneProperty):
            return "null"
        name: str = prop.template.removesuffix("_property.py.jinja") if prop.template else "any"
        # Text shares its template with any JSON.
        if prop.get_base_type_string() == strings.PythonCode("str"):
            return "string"
        if isinstance(prop, EnumProperty) and prop.value_type is not str:
            return "enum of numbers"
        return "scalars" if name == "union" and not value.answered and value.schema.get(MILLISECONDS) else name

    def _choices(self, value: Value) -> list[Value]:
        choices = value.property.inner_properties
        return [self.value(choice, {}, value.place, answered=value.answered) for choice in choices]

    def _base(self, value: Value) -> str:
        return self._base_of(value.property)

    def _base_of(self, prop: Any) -> str:
        base: str = prop.get_type_string(no_optional=True).as_unembedded_code() if prop else "Any"
        return base

    # Maps

    def _sorted_maps(self) -> list[str]:
        """Return the names of the maps, those first that others are maps of."""
        inside = {}
        for name, model in sorted(self._models.items()):
            if self.is_map(model):
                inside[name] = {*re.findall(r"\w+", self._base_of(model.additional_properties))}
        try:
            return [name for name in TopologicalSorter(inside).static_order() if name in self._models]
        except CycleError as error:
            raise Unsupported(f"{error.args[1][0]}: a map that contains itself is not supported") from None

    def maps(self, models: Iterable[ModelProperty]) -> list[ModelProperty]:
        """Return the maps among models, those first that others are maps of."""
        maps = {model.class_info.name: model for model in models if self.is_map(model)}
        return sorted(maps.values(), key=lambda model: self._maps.index(model.class_info.name))

    def map_type(self, model: ModelProperty) -> str:
        """Return the annotation of a map."""
        place = model.class_info.name
        entry = self.entry(self.value(model, {}, place, answered=self.is_answered(model)))
        # Checked here, as no field may have the map.
        self.writer(entry)
        return f"Mapping[str, {self.annotation(entry, null=True)}]"

    # Annotations

    def annotation(self, value: Value, *, null: bool = False) -> str:
        """Return the annotation of what is read, or the wider one of what is given; with None for a null inside."""
        base = self._read_type(value) if value.answered else self._written_type(value)
        return f"{base} | None" if null and value.nullable and base != "Any" else base

    def _read_type(self, value: Value) -> str:
        match self.kind(value):
            case "list":
                return f"list[{self.annotation(self.item(value), null=True)}]"
            case "union":
                return " | ".join(map(self._read_type, self._choices(value)))
            case _:
                return self._base(value)

    def _written_type(self, value: Value) -> str:
        kind, base = self.kind(value), self._base(value)
        if kind == "scalars" or value.schema.get(AS_TEXT):
            return "Scalar"
        match kind:
            case "list":
                items = self.annotation(self.item(value), null=True)
                if value.schema.get(NAME_VALUES):
                    # A Collection could be a dict too, and mypy would not know what to take one for.
                    return f"Mapping[str, Scalar] | Sequence[{items}]"
                return f"Collection[{items}]"
            case "union":
                return " | ".join(map(self._written_type, self._choices(value)))
            case "datetime" | "date" | "enum" | "uuid":
                return f"{base} | str"
            case "enum of numbers":
                return f"{base} | int"
            case _:
                return base

    # Functions of the runtime

    def writer(self, value: Value) -> str:
        """Return the function that checks a value and makes JSON of it, with its arguments."""
        writer = self._writer(value)
        return f"write_optional, {writer}" if value.nullable else writer

    def _writer(self, value: Value) -> str:  # noqa: PLR0912 - one for each kind
        kind, schema = self.kind(value), {} if value.answered else value.schema
        match kind:
            case "string" if schema.get(AS_TEXT):
                return "write_text"
            case "string" if schema.get("minLength") or schema.get("pattern"):
                if schema.get("pattern", r"\S") != r"\S":
                    raise Unsupported(rf"{value.place}: of patterns only \S is known, text that is not blank")
                return "write_filled"
            case "string" | "boolean" | "int" | "float":
                return f"write_plain, {ACCEPTED[kind]}"
            case "scalars":
                return "write_value"
            case "any" | "date" | "uuid":
                return f"write_{kind}"
            case "datetime":
                return "write_time"
            case "enum":
                return "write_plain, str"
            case "enum of numbers":
                return "write_plain, int"
            case "list":
                return self._list_writer(value)
            case "map":
                return f"write_map, {self.writer(self.entry(value))}"
            case "model":
                return f"write_object, {self._base(value)}"
            case "union":
                kinds = [self.kind(choice) for choice in self._choices(value)]
                if {*kinds} <= ACCEPTED.keys():
                    return f"write_plain, {', '.join(ACCEPTED[choice] for choice in kinds)}"
        raise _unsupported(value, kind)

    def _list_writer(self, value: Value) -> str:
        item = self.item(value)
        if value.schema.get(NAME_VALUES) and not value.answered:
            needed = {field.name for field in self.of(self.model(item.property)) if field.required}
            if needed != {"name", "value"}:
                raise Unsupported(f"{value.place}: {NAME_VALUES} is for objects that need a name and a value alone")
            return f"write_name_values, {self._base(item)}"
        if self.kind(item) == "model" and not item.nullable:
            return f"write_objects, {self._base(item)}"
        return f"write_list, {self.writer(item)}"

    def reader(self, value: Value) -> str:
        """Return the function that makes a Python value of JSON; raises Unsupported for what cannot be."""
        reader = self._reader(value)
        return f"lambda value: read_optional(value, {reader})" if value.nullable else reader

    def _reader(self, value: Value) -> str:
        kind = self.kind(value)
        match kind:
            case "string" | "boolean" | "int" | "float":
                return f"read_{SCALARS[kind]}"
            case "any" | "date" | "uuid":
                return f"read_{kind}"
            case "datetime":
                return "read_time"
            case "enum" | "enum of numbers":
                return self._base(value)
            case "list":
                return f"lambda value: read_list(value, {self.reader(self.item(value))})"
            case "map":
                return f"lambda value: read_map(value, {self.reader(self.entry(value))})"
            case "model" if self.is_answered(value.property):
                return f"{self._base(value)}.from_dict"
            case "model":
                return f"lambda value: read_whole(value, {self._base(value)})"
            case "union":
                # Text comes last: it would take a number too.
                choices = sorted(self._choices(value), key=lambda choice: self.kind(choice) == "string")
                if {self.kind(choice) for choice in choices} <= SCALARS.keys():
                    return f"lambda value: read_union(value, {', '.join(map(self.reader, choices))})"
        raise _unsupported(value, kind)

    # Expressions

    def own_type(self, value: Value) -> str:
        """Return the type of what is most often there, and needs no function to be read: one of JSON's own."""
        kind = self.kind(value)
        if kind in ("string", "boolean", "int"):
            return SCALARS[kind]
        return "dict" if kind == "map" and self.kind(self.entry(value)) == "any" else ""

    def write(self, field: Field) -> str:
        """Return what the `value` of a field is as JSON."""
        function, _, arguments = self._writer(field).partition(", ")
        own = self.own_type(field)
        shortcut = ""
        if own and own != "dict":
            condition = " and value.strip()" if function == "write_filled" else ""
            shortcut = f"value if type(value) is {own}{condition} else "
        if field.nullable:
            shortcut = f"None if value is None else {shortcut}"
        return f'{shortcut}{function}(value, "{field.python_name}"{f", {arguments}" if arguments else ""})'

    def take(self, field: Field) -> str:
        """Return what the value of an answer's field, popped out of the `rest`, reads as."""
        arguments = f'rest, "{strings.in_double_quote_literal(field.name)}", value'
        match self.kind(field):
            # The readable part is worth having.
            case "list":
                return f"take_list({arguments}, {self.reader(self.item(field))})"
            case "map":
                return f"take_map({arguments}, {self.reader(self.entry(field))})"
            case "datetime":
                return f"take_time({arguments})"
            case "model" if not self.is_answered(field.property):
                return f"take_whole({arguments}, {self._base(field)})"
            case _:
                return f"take({arguments}, {self._reader(field)})"

    def give(self, field: Field) -> str:
        """Return what the `value` of an input's field becomes: models; all else stays, and is checked when sent."""
        function, _, arguments = self._giver(field).partition(", ")
        return f'{function}(value, "{field.python_name}", {arguments})' if function else "value"

    def _giver(self, value: Value) -> str:
        match self.kind(value):
            case "model":
                return f"give_object, {self._base(value)}"
            case "list" if inner := self._giver(self.item(value)):
                return f"give_list, {inner}"
            case "map" if inner := self._giver(self.entry(value)):
                return f"give_map, {inner}"
            case _:
                return ""


def _joined(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return lists by name, those of both put together."""
    return {name: [*dict.fromkeys((*one.get(name, ()), *other.get(name, ())))] for name in (*one, *other)}


def _unsupported(value: Value, kind: str) -> Unsupported:
    return Unsupported(
        f"{value.place}: a field of the kind {kind} needs a line in tools/fields.py; without a type, it is any JSON"
    )
