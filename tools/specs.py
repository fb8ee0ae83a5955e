"""What differs between two OpenAPI documents: the one answer that `make changes` and `make compare` both read.

The two documents are walked side by side, operation by operation and field by field, with references followed, `allOf`
joined and unions spread, so that neither the names of schemas nor the version of OpenAPI (3.0 or 3.1) matters. Whether
a difference is good or bad is for the tools to say.

Why by hand: the well-kept programs for this (oasdiff, openapi-diff, openapi-changes) are not Python, and what PyPI has
are young detectors of breaking changes, where both tools need the differences themselves.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Json = Mapping[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
UPPER_LIMITS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER_LIMITS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
LIMITS = (*UPPER_LIMITS, *LOWER_LIMITS, "pattern", "multipleOf", "uniqueItems")


class NotOpenAPI(ValueError):  # noqa: N818
    """What was given cannot be read as an OpenAPI document; the message says why."""


@dataclass(frozen=True)
class Difference:
    """One thing that two documents say otherwise.

    Attributes:
        operation: The name of the operation: its id, where it has one.
        part: Which part of it: "operation", "request", "parameters" or "response 201".
        place: The field, such as ``inputs[].tokens{}``; empty for the whole part.
        aspect: What about it: "operation", "deprecated", "response", "field", "required", "type", "word", "words",
            "limit" or "text".
        old: What the first document says; None when it does not have it.
        new: What the second document says.

    """

    operation: str
    part: str
    place: str
    aspect: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Shape:
    """What a schema says of a value, whichever way it says it. No types are any type, no words any text."""

    types: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    fields: Mapping[str, Json] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Json | None = None
    values: Json | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""

    @property
    def type(self) -> str:
        """The types in one word, such as ``integer (int64) | null``."""
        return " | ".join(sorted(self.types)) or "any"

    def __and__(self, other: "Shape") -> "Shape":
        """Return what both say together, as the parts of an allOf do."""
        return Shape(
            types=_narrower(self.types, other.types),
            words=_narrower(self.words, other.words),
            fields={**self.fields, **other.fields},
            required=self.required | other.required,
            items=other.items or self.items,
            values=other.values or self.values,
            limits={**self.limits, **other.limits},
            text=self.text or other.text,
        )

    def __or__(self, other: "Shape") -> "Shape":
        """Return what a value of either has, as the choices of an anyOf do."""
        return Shape(
            types=self.types | other.types if self.types and other.types else frozenset(),
            words=self.words | other.words,
            fields={
                name: _either(self.fields.get(name), other.fields.get(name))
                for name in [*self.fields, *(other.fields.keys() - self.fields.keys())]
            },
            # A text or a number beside an object says nothing of the object's fields.
            required=self.required & other.required
            if _is_object(self) and _is_object(other)
            else self.required | other.required,
            items=_either(self.items, other.items) if self.items or other.items else None,
            values=_either(self.values, other.values) if self.values or other.values else None,
            limits={name: value for name, value in self.limits.items() if other.limits.get(name) == value},
            text=self.text or other.text,
        )


@dataclass(frozen=True)
class Operation:
    """One operation of a document, with its parts resolved and its schemas as they stand."""

    method: str
    path: str
    id: str | None
    parameters: Mapping[str, Json]
    required_parameters: frozenset[str]
    request: Json | None
    responses: Mapping[str, Json | None]
    deprecated: bool
    texts: Mapping[str, str]  # descriptions and examples, by part

    @property
    def key(self) -> str:
        """The method and the path, the same whatever the path's parameters are called."""
        return f"{self.method} {re.sub(r'{[^}]*}', '{}', self.path)}"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.id or self.key


class Document:
    """An OpenAPI document of version 3.0 or 3.1, read as shapes."""

    def __init__(self, contents: Any) -> None:
        if not isinstance(contents, Mapping):
            raise NotOpenAPI("no OpenAPI document: it is no object")
        if not str(contents.get("openapi")).startswith(("3.0", "3.1")):
            found = " and ".join(f"{name} {contents[name]}" for name in ("openapi", "swagger") if name in contents)
            raise NotOpenAPI(f"no OpenAPI document of version 3.0 or 3.1, but {found or 'without a version'}")
        paths = contents.get("paths")
        if not isinstance(paths, Mapping) or not all(isinstance(item, Mapping) for item in paths.values()):
            raise NotOpenAPI("no OpenAPI document: its paths are no objects")
        self._contents = contents
        self._shapes: dict[str, Shape] = {}

    def operations(self) -> dict[str, Operation]:
        """Return the operations by method and path, with the path of the server in front."""
        servers = self._contents.get("servers") or [{"url": ""}]
        prefix = urlsplit(servers[0]["url"]).path.rstrip("/")
        found = [
            self._operation(method, prefix + path, item, item[method])
            for path, item in ((path, self._resolve(item)) for path, item in self._contents["paths"].items())
            for method in METHODS
            if method in item
        ]
        return {operation.key: operation for operation in found}

    def _operation(self, method: str, path: str, item: Json, operation: Json) -> Operation:
        listed = [self._resolve(one) for one in (*item.get("parameters", ()), *operation.get("parameters", ()))]
        parameters = {f"{one['in']} {one['name']}": one for one in listed}
        body = self._resolve(operation.get("requestBody", {}))
        # YAML reads the key 200 as a number.
        responses = {str(code): self._resolve(answer) for code, answer in operation.get("responses", {}).items()}
        return Operation(
            method.upper(),
            path,
            operation.get("operationId"),
            {name: one.get("schema", {}) for name, one in parameters.items()},
            frozenset(name for name, one in parameters.items() if one.get("required")),
            _json_schema(body),
            {code: _json_schema(answer) for code, answer in responses.items()},
            bool(operation.get("deprecated", False)),
            {
                "operation": _text(operation),
                "request": _documentation(body),
                **{f"response {code}": _documentation(answer) for code, answer in responses.items()},
            },
        )

    def shape(self, schema: Json) -> Shape:
        """Return what a schema says, remembered: what recurses is asked for again and again."""
        key = spelled(schema)
        if key not in self._shapes:
            shape = self._read(schema, frozenset()) or Shape()
            # An object that names no fields is a map of anything; one that does may have more of them anyway.
            is_map = "object" in shape.types and not shape.fields
            self._shapes[key] = replace(shape, values=shape.values or ({} if is_map else None))
        return self._shapes[key]

    def _read(self, schema: Json, seen: frozenset[str]) -> Shape | None:
        """Return the shape of a schema; None when it says no more than that it is itself."""
        shape = _own_shape(schema)
        parts = []
        if isinstance(reference := schema.get("$ref"), str):
            if reference in seen:
                return None
            seen |= {reference}
            parts.append(self._read(self._target(reference), seen))
        parts += [self._read(part, seen) for part in schema.get("allOf", ())]
        for choice in ("anyOf", "oneOf"):
            choices = [one for one in (self._read(part, seen) for part in schema.get(choice, ())) if one]
            if choices:
                parts.append(reduce(Shape.__or__, choices))
        shape = reduce(Shape.__and__, (part for part in parts if part), shape)
        # OpenAPI 3.0 says beside a type or a reference what 3.1 says as the type null.
        if schema.get("nullable") and shape.types:
            shape = replace(shape, types=shape.types | {"null"})
        return shape

    def _resolve(self, node: Json) -> Json:
        """Follow the reference of a path, a parameter, a body or a response."""
        seen: set[str] = set()
        while isinstance(reference := node.get("$ref"), str):
            if reference in seen:
                raise NotOpenAPI(f"$ref {reference!r} leads to itself")
            seen.add(reference)
            node = self._target(reference)
        return node

    def _target(self, reference: str) -> Json:
        file, _, pointer = reference.partition("#")
        if file:
            raise NotOpenAPI(f"$ref {reference!r} leads to another file; bundle the document first")
        target: Any = self._contents
        for key in pointer.strip("/").split("/"):
            target = target.get(key.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        if not isinstance(target, Mapping):
            raise NotOpenAPI(f"$ref {reference!r} leads nowhere")
        return target


def differences(old: Document, new: Document) -> Iterator[Difference]:
    """Yield what two versions of a document say otherwise, operation by operation."""
    before, after = old.operations(), new.operations()
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            yield Difference(before[key].name, "operation", "", "operation", key, None)
        elif key not in before:
            yield Difference(after[key].name, "operation", "", "operation", None, key)
        else:
            yield from operation_differences(old, before[key], new, after[key])


def operation_differences(old: Document, before: Operation, new: Document, after: Operation) -> Iterator[Difference]:
    """Yield what two documents say otherwise of one operation."""
    name = before.name
    if before.deprecated != after.deprecated:
        yield Difference(name, "operation", "", "deprecated", before.deprecated, after.deprecated)
    for part, text in before.texts.items():
        if text != after.texts.get(part, text):
            yield Difference(name, part, "", "text", text, after.texts[part])

    comparison = _Comparison(old, new)
    parameters = comparison.fields(
        Shape(fields=before.parameters, required=before.required_parameters),
        Shape(fields=after.parameters, required=after.required_parameters),
    )
    parts = {"parameters": parameters, "request": comparison.bodies(before.request, after.request)}
    for code in sorted(before.responses.keys() | after.responses.keys()):
        part = f"response {code}"
        if code not in after.responses:
            yield Difference(name, part, "", "response", code, None)
        elif code not in before.responses:
            yield Difference(name, part, "", "response", None, code)
        else:
            parts[part] = comparison.bodies(before.responses[code], after.responses[code])
    for part, found in parts.items():
        for one in found:
            yield Difference(name, part, one.place.lstrip("."), one.aspect, one.old, one.new)


class _Found(NamedTuple):
    """A difference below a schema, with the place from there on."""

    place: str
    aspect: str
    old: Any
    new: Any


class _Comparison:
    """The schemas of two documents, each pair of them compared once: so a recursion ends, and a thicket of them too."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._compared: dict[tuple[str, str], list[_Found]] = {}

    def bodies(self, old: Json | None, new: Json | None) -> list[_Found]:
        if old is None or new is None:
            return (
                []
                if old is new
                else [_Found("", "type", *("no JSON" if one is None else "JSON" for one in (old, new)))]
            )
        return self._schemas(old, new)

    def fields(self, old: Shape, new: Shape) -> list[_Found]:
        found = []
        for name in [*old.fields, *(name for name in new.fields if name not in old.fields)]:
            place = f".{name}"
            required = name in old.required, name in new.required
            if name not in old.fields:
                found.append(_Found(place, "field", None, (self._new.shape(new.fields[name]).type, required[1])))
            elif name not in new.fields:
                found.append(_Found(place, "field", (self._old.shape(old.fields[name]).type, required[0]), None))
            else:
                if required[0] != required[1]:
                    found.append(_Found(place, "required", *required))
                found += self._below(place, old.fields[name], new.fields[name])
        return found

    def _schemas(self, old_schema: Json, new_schema: Json) -> list[_Found]:
        pair = spelled(old_schema), spelled(new_schema)
        if pair not in self._compared:
            self._compared[pair] = []  # met again while it is compared, it has nothing to add
            self._compared[pair] = self._compare(self._old.shape(old_schema), self._new.shape(new_schema))
        return self._compared[pair]

    def _compare(self, old: Shape, new: Shape) -> list[_Found]:
        found = []
        if old.types != new.types:
            found.append(_Found("", "type", old.type, new.type))
        if old.words and new.words:
            words = sorted(old.words ^ new.words)
            found += [
                _Found("", "word", *(word if word in one.words else None for one in (old, new))) for word in words
            ]
        elif old.words != new.words:
            found.append(_Found("", "words", *(", ".join(sorted(one.words)) or None for one in (old, new))))
        for name in LIMITS:
            if old.limits.get(name) != new.limits.get(name):
                limits = ((name, one.limits[name]) if name in one.limits else None for one in (old, new))
                found.append(_Found("", "limit", *limits))
        if old.text != new.text:
            found.append(_Found("", "text", old.text, new.text))
        found += self.fields(old, new)
        if old.items is not None and new.items is not None:
            found += self._below("[]", old.items, new.items)
        if old.values is not None and new.values is not None:
            found += self._below("{}", old.values, new.values)
        return found

    def _below(self, step: str, old: Json, new: Json) -> list[_Found]:
        return [one._replace(place=step + one.place) for one in self._schemas(old, new)]


def spelled(node: Any) -> str:
    """Return a node as text: the same for the same content."""
    return json.dumps(node, sort_keys=True, default=str)


def _own_shape(schema: Json) -> Shape:
    """Return what the keywords of a schema say, without those that lead to other schemas."""
    fields = {name: _schema(one) for name, one in schema.get("properties", {}).items()}
    items = _schema(schema["items"]) if "items" in schema else None
    more = schema.get("additionalProperties")
    words = [word for word in schema.get("enum", [schema["const"]] if "const" in schema else ()) if word is not None]

    named = schema.get("type", ())
    types = {named} if isinstance(named, str) else set(named)
    if not types:
        types |= {"object"} if fields or more else set()
        types |= {"array"} if items is not None else set()
        types |= {"string"} if words and all(isinstance(word, str) for word in words) else set()
    if types and None in schema.get("enum", ()):
        types.add("null")
    form = f" ({schema['format']})" if "format" in schema else ""
    return Shape(
        frozenset(one + form if one != "null" else one for one in types),
        frozenset(word if isinstance(word, str) else json.dumps(word) for word in words),
        fields,
        frozenset(schema.get("required", ())) if isinstance(schema.get("required"), list) else frozenset(),
        items,
        _schema(more) if more else None,
        {name: schema[name] for name in LIMITS if name in schema and schema[name] is not False},
        _text(schema),
    )


def _schema(node: Any) -> Json:
    """Return a schema that may be written as true, anything, or false."""
    return node if isinstance(node, Mapping) else {}


def _narrower(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Return what both allow, where nothing said is all."""
    return (one & other or one | other) if one and other else one | other


def _either(one: Json | None, other: Json | None) -> Json:
    """Return the schema of a value that is of one or the other."""
    choices: list[Json] = []
    for schema in (one, other):
        if schema is not None:
            # Flat and without repetition, or a union that recurses would grow at every turn.
            listed = schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
            choices += [choice for choice in listed if choice not in choices]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _is_object(shape: Shape) -> bool:
    return "object" in shape.types


def _json_schema(body: Json) -> Json | None:
    """Return the schema of the JSON in a request body or a response."""
    content = body.get("content", {})
    for kind in ("application/json", *(kind for kind in content if "json" in kind), "*/*"):
        if kind in content:
            schema: Json = content[kind].get("schema", {})
            return schema
    return None


def _documentation(part: Json) -> str:
    examples = [(media.get("example"), media.get("examples")) for media in part.get("content", {}).values()]
    return spelled([part.get("description"), examples])


def _text(node: Json) -> str:
    return " ".join(str(node[name]) for name in ("summary", "title", "description") if name in node)


def merged(lines: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group pairs by the first: a schema that several operations share differs in all of them alike."""
    groups: dict[str, list[str]] = {}
    for line, where in lines:
        if where not in (places := groups.setdefault(line, [])):
            places.append(where)
    return groups
