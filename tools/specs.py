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
from itertools import product
from operator import and_, or_
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from document import METHODS

Json = Mapping[str, Any]
# The types that a value may have, each with the words that are all there is of it, or None.
Types = Mapping[str, frozenset[str] | None]
# What has to be there: all of one of these sets.
Alternatives = frozenset[frozenset[str]]
Kind = TypeVar("Kind", dict[str, Any], list[Any], str)

UPPER_LIMITS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER_LIMITS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
LIMITS = (*UPPER_LIMITS, *LOWER_LIMITS, "pattern", "multipleOf", "uniqueItems")
NUMERIC_FORMATS = ("int32", "int64", "float", "double")
TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
NOTHING: Alternatives = frozenset([frozenset()])
NAME_IN_PATH = re.compile(r"(?<={)[^{}]*(?=})")


class NotOpenAPI(ValueError):  # noqa: N818
    """What was given cannot be read as an OpenAPI document; the message says why, and where."""


@dataclass(frozen=True)
class Difference:
    """One thing that two documents say otherwise.

    Attributes:
        operation: The name of the operation: its id, where it has one.
        part: Which part of it: "operation", "request", "parameters", "response 201" or "response 201 headers".
        place: The field, such as ``inputs[].tokens{}``; empty for the whole part.
        aspect: What about it: "operation", "deprecated", "scopes", "style", "response", "field", "required", "needs",
            "dependent", "type", "word", "words", "limit", "default", "extension" or "text".
        old: What the first document says; None when it does not have it.
        new: What the second document says. Both are Alternatives of "scopes", "needs" and "dependent".

    """

    operation: str
    part: str
    place: str
    aspect: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Shape:
    """What a schema says of a value, whichever way it says it. No types are any type."""

    types: Types = field(default_factory=dict)
    fields: Mapping[str, Json] = field(default_factory=dict)
    needs: Alternatives = NOTHING  # of the fields
    dependent: Mapping[str, frozenset[str]] = field(default_factory=dict)  # what else a field needs where it is given
    items: Json | None = None
    values: Json | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    default: Any = None
    deprecated: bool = False
    text: str = ""

    @property
    def type(self) -> str:
        """The types in one word, such as ``integer (int64) | null``."""
        return " | ".join(sorted(self.types)) or "any"

    @property
    def required(self) -> frozenset[str]:
        """The fields that are needed in any case."""
        return frozenset.intersection(*self.needs)

    def __and__(self, other: "Shape") -> "Shape":
        """Return what both say together, as the parts of an allOf do; where they disagree, the other one counts."""
        return Shape(
            types=_common_types(self.types, other.types),
            fields={**self.fields, **other.fields},
            needs=_fewest(one | more for one in self.needs for more in other.needs),
            dependent={**self.dependent, **other.dependent},
            items=self.items if not other.items and self.items is not None else other.items,
            values=self.values if not other.values and self.values is not None else other.values,
            limits={**self.limits, **other.limits},
            extensions={**self.extensions, **other.extensions},
            default=self.default if other.default is None else other.default,
            deprecated=self.deprecated or other.deprecated,
            text=other.text or self.text,
        )

    def __or__(self, other: "Shape") -> "Shape":
        """Return what a value of either has, as the choices of an anyOf do."""
        for shape, null in ((self, other), (other, self)):
            if null.types.keys() == {"null"}:
                return replace(shape, types=_either_types(shape.types, null.types))
        # A text or a number beside an object says nothing of the object's fields.
        on_objects = [one for one in (self, other) if not one.types or "object" in one.types] or [self, other]
        return Shape(
            types=_either_types(self.types, other.types),
            fields={
                name: _either(self.fields.get(name), other.fields.get(name)) or {}
                for name in [*self.fields, *(other.fields.keys() - self.fields.keys())]
            },
            needs=_fewest(one for shape in on_objects for one in shape.needs),
            dependent=reduce(_same, (shape.dependent for shape in on_objects)),
            items=_either(self.items, other.items),
            values=_either(self.values, other.values),
            limits=_same(self.limits, other.limits),
            extensions=_same(self.extensions, other.extensions),
            default=self.default if self.default == other.default else None,
            deprecated=self.deprecated and other.deprecated,
            text=self.text or other.text,
        )


class Parameter(NamedTuple):
    """A parameter of an operation, or a header of a response."""

    schema: Json
    required: bool
    style: str  # how a list or an object is written into it


@dataclass(frozen=True)
class Operation:
    """One operation of a document, with its parts resolved and its schemas as they stand."""

    method: str
    path: str
    id: str | None
    parameters: Mapping[str, Parameter]
    request: Json | None
    responses: Mapping[str, Json | None]
    headers: Mapping[str, Mapping[str, Parameter]]  # by response
    scopes: Alternatives
    deprecated: bool
    extensions: Mapping[str, Any]
    texts: Mapping[str, str]  # descriptions and examples, by part

    @property
    def key(self) -> str:
        """The method and the path, the same whatever the path's parameters are called."""
        return f"{self.method} {NAME_IN_PATH.sub('', self.path)}"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.id or self.key


class Document:
    """An OpenAPI document of version 3.0 or 3.1, read as shapes.

    Raises NotOpenAPI at what cannot be read, once it is read, and RecursionError at what nests too deeply.
    """

    def __init__(self, contents: Any, name: str = "") -> None:
        self.name = name
        self._places: dict[int, str] = {}
        self._shapes: dict[str, Shape] = {}
        self._contents: dict[str, Any] = self._copied(contents, f"{name}#")
        if not isinstance(contents, Mapping):
            raise NotOpenAPI(f"{name}: no OpenAPI document: it is no object")
        if not str(contents.get("openapi")).startswith(("3.0", "3.1")):
            found = " and ".join(f"{key} {contents[key]}" for key in ("openapi", "swagger") if key in contents)
            raise NotOpenAPI(f"{name}: no OpenAPI document of version 3.0 or 3.1, but {found or 'without a version'}")
        if "paths" not in contents:
            raise NotOpenAPI(f"{name}: no OpenAPI document: it has no paths")

    def _copied(self, node: Any, place: str, above: tuple[int, ...] = ()) -> Any:
        """Copy a node as JSON would have it, and note the places; YAML knows dates, keys of any type, and circles."""
        if id(node) in above:
            raise NotOpenAPI(f"{place} leads back to what it stands in")
        above = (*above, id(node))
        copy: dict[str, Any] | list[Any]
        if isinstance(node, Mapping):
            copy = {str(key): self._copied(value, _inner(place, key), above) for key, value in node.items()}
        elif isinstance(node, list):
            copy = [self._copied(value, _inner(place, index), above) for index, value in enumerate(node)]
        else:
            return node if node is None or isinstance(node, (str, int, float)) else str(node)
        self._places[id(copy)] = place
        return copy

    def operations(self) -> dict[str, Operation]:
        """Return the operations by method and path, with the path of the server in front."""
        servers = self._get(self._contents, "servers", list) or [{}]
        server = self._get(servers, 0, dict)
        try:
            prefix = urlsplit(self._get(server, "url", str)).path.rstrip("/")
        except ValueError as error:
            raise NotOpenAPI(f"{self._place(server)}/url: {error}") from None
        paths = self._get(self._contents, "paths", dict)
        found = [
            self._operation(method, prefix + path, item, self._get(item, method, dict))
            for path, item in ((path, self._resolve(paths, path)) for path in paths if path.startswith("/"))
            for method in METHODS
            if method in item
        ]
        return {operation.key: operation for operation in found}

    def _operation(self, method: str, path: str, item: Json, operation: Json) -> Operation:
        body = self._resolve(operation, "requestBody")
        answers = self._get(operation, "responses", dict)
        responses = {code: self._resolve(answers, code) for code in answers if not code.startswith("x-")}
        return Operation(
            method.upper(),
            path,
            self._get(operation, "operationId", str) or None,
            {**self._parameters(item), **self._parameters(operation)},
            self._json_schema(body),
            {code: self._json_schema(answer) for code, answer in responses.items()},
            {code: self._headers(answer) for code, answer in responses.items()},
            self._scopes(operation if "security" in operation else self._contents),
            operation.get("deprecated") is True,
            {**_extensions(operation), **_extensions(body)},
            {
                "operation": _text(operation),
                "request": self._documentation(body),
                **{f"response {code}": self._documentation(answer) for code, answer in responses.items()},
            },
        )

    def _parameters(self, holder: Json) -> dict[str, Parameter]:
        found = {}
        listed = self._get(holder, "parameters", list)
        for one in (self._resolve(listed, index) for index in range(len(listed))):
            where, name = self._get(one, "in", str), self._get(one, "name", str)
            found[f"{where} {name.lower() if where == 'header' else name}"] = self._parameter(one, where)
        return found

    def _headers(self, answer: Json) -> dict[str, Parameter]:
        headers = self._get(answer, "headers", dict)
        return {name.lower(): self._parameter(self._resolve(headers, name), "header") for name in headers}

    def _parameter(self, one: Json, where: str) -> Parameter:
        schema = self._schema(one, "schema") if "schema" in one else self._json_schema(one) or {}
        # What is said of the parameter is said of its schema.
        said = {key: value for key, value in one.items() if key in ("description", "deprecated") or key[:2] == "x-"}
        style = self._get(one, "style", str) or ("form" if where in ("query", "cookie") else "simple")
        exploded = one.get("explode", style == "form")
        return Parameter(
            {**said, "allOf": [schema]},
            one.get("required") is True or where == "path",
            f"{style}, exploded" if exploded else style,
        )

    def _scopes(self, holder: Json) -> Alternatives:
        schemes = self._get(holder, "security", list)
        named = (self._get(schemes, index, dict) for index in range(len(schemes)))
        # Which way a token is given is the client's business; all that matters is what it must be good for.
        return _fewest(
            [frozenset(scope for name in one for scope in self._texts(one, name)) for one in named] or NOTHING
        )

    def _json_schema(self, body: Json) -> Json | None:
        """Return the schema of the JSON in a request body or a response."""
        content = self._get(body, "content", dict)
        for kind in ("application/json", *(kind for kind in content if "json" in kind), "*/*"):
            if kind in content:
                return self._schema(self._get(content, kind, dict), "schema")
        return None

    def _documentation(self, part: Json) -> str:
        content = self._get(part, "content", dict)
        media = [self._get(content, kind, dict) for kind in content]
        return spelled([part.get("description"), [(one.get("example"), one.get("examples")) for one in media]])

    def shape(self, schema: Json) -> Shape:
        """Return what a schema says, remembered: what recurses is asked for again and again."""
        key = spelled(schema)
        if key not in self._shapes:
            shape = self._read(schema, frozenset()) or Shape()
            # An object that names no fields is a map of anything; one that does may have more of them anyway.
            self._shapes[key] = replace(shape, values=None) if shape.fields and not shape.values else shape
        return self._shapes[key]

    def _read(self, schema: Json, seen: frozenset[str]) -> Shape | None:
        """Return the shape of a schema; None when it says no more than that it is itself."""
        parts = []
        if reference := self._get(schema, "$ref", str):
            if reference in seen:
                return None
            seen |= {reference}
            parts.append(self._read(self._schema(*self._target(schema)), seen))
        parts += [self._read(part, seen) for part in self._schemas(schema, "allOf")]
        for choice in ("anyOf", "oneOf"):
            choices = [one for one in (self._read(part, seen) for part in self._schemas(schema, choice)) if one]
            if choices:
                parts.append(reduce(Shape.__or__, choices))
        shape = reduce(Shape.__and__, [*(part for part in parts if part), self._own_shape(schema)])
        # OpenAPI 3.0 says beside a type or a reference what 3.1 says as the type null.
        if schema.get("nullable") is True and shape.types:
            shape = replace(shape, types={**shape.types, "null": None})
        return shape

    def _own_shape(self, schema: Json) -> Shape:
        """Return what the keywords of a schema say, without those that lead to other schemas."""
        properties = self._get(schema, "properties", dict)
        more = self._schema(schema, "additionalProperties")
        every = self._get(schema, "enum", list) or [schema[key] for key in ("const",) if key in schema]
        words = [word for word in every if word is not None]
        dependent = self._get(schema, "dependentRequired", dict)

        named = schema.get("type")
        types = {named} if isinstance(named, str) else set(self._texts(schema, "type"))
        if not types:
            types |= {"object"} if properties or more else set()
            types |= {"array"} if "items" in schema else set()
            types |= {TYPES[type(word)] for word in words}
        if None in every and (types or not words):
            types.add("null")
        return Shape(
            types=_typed(types, schema.get("format"), words),
            fields={name: self._schema(properties, name) for name in properties},
            # In the drafts of JSON Schema before OpenAPI's, a field itself says true.
            needs=NOTHING
            if isinstance(schema.get("required"), bool)
            else frozenset([frozenset(self._texts(schema, "required"))]),
            dependent={name: frozenset(self._texts(dependent, name)) for name in dependent},
            items=self._schema(schema, "items") if "array" in types or "items" in schema else None,
            values=more if "object" in types or more else None,
            limits=_limits(schema),
            extensions=_extensions(schema),
            default=schema.get("default"),
            deprecated=schema.get("deprecated") is True,
            text=_text(schema),
        )

    # What stands at a place, or the error that names the place

    def _get(self, holder: Any, key: str | int, kind: type[Kind]) -> Kind:
        """Return what has to be of a kind; an empty one when there is nothing."""
        value = _step(holder, key)
        if value is None:
            return kind()
        if not isinstance(value, kind):
            found, should = spelled(value), {dict: "an object", list: "a list", str: "text"}[kind]
            raise NotOpenAPI(f"{_inner(self._place(holder), key)} is {found[:40]}, and should be {should}")
        return value

    def _texts(self, holder: Json, key: str) -> list[str]:
        listed = self._get(holder, key, list)
        return [self._get(listed, index, str) for index in range(len(listed))]

    def _schema(self, holder: Any, key: str | int) -> Json:
        """Return a schema; it may be written as true, anything, or false."""
        return {} if isinstance(_step(holder, key), bool) else self._get(holder, key, dict)

    def _schemas(self, holder: Json, key: str) -> list[Json]:
        listed = self._get(holder, key, list)
        return [self._schema(listed, index) for index in range(len(listed))]

    def _resolve(self, holder: Any, key: str | int) -> Json:
        """Follow the reference of a path, a parameter, a body or a response."""
        seen: set[str] = set()
        node = self._get(holder, key, dict)
        while reference := self._get(node, "$ref", str):
            if reference in seen:
                raise NotOpenAPI(f"{self._place(node)}: $ref {reference!r} leads to itself")
            seen.add(reference)
            node = self._get(*self._target(node), dict)
        return node

    def _target(self, node: Json) -> tuple[Any, str]:
        """Return what the reference of a node leads into, and to which key of that."""
        reference = node["$ref"]
        file, _, pointer = reference.partition("#")
        if file:
            raise NotOpenAPI(
                f"{self._place(node)}: $ref {reference!r} leads to another file; bundle the document first"
            )
        *steps, last = (unquote(key).replace("~1", "/").replace("~0", "~") for key in pointer[1:].split("/"))
        holder = reduce(_step, steps, self._contents)
        if _step(holder, last) is None:
            raise NotOpenAPI(f"{self._place(node)}: $ref {reference!r} leads nowhere")
        return holder, last

    def _place(self, node: Any) -> str:
        # A union that was put together here stands nowhere.
        return self._places.get(id(node), f"{self.name}#/…")


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
    for aspect in ("deprecated", "scopes"):
        old_one, new_one = getattr(before, aspect), getattr(after, aspect)
        if old_one != new_one:
            yield Difference(name, "operation", "", aspect, old_one, new_one)
    for one in _named("extension", before.extensions, after.extensions):
        yield Difference(name, "operation", *one)
    for part, text in before.texts.items():
        if text != after.texts.get(part, text):
            yield Difference(name, part, "", "text", text, after.texts[part])

    comparison = _Comparison(old, new)
    parts = {
        "parameters": comparison.parameters(before.parameters, _renamed(after, before)),
        "request": comparison.bodies(before.request, after.request),
    }
    for code in sorted(before.responses.keys() | after.responses.keys()):
        part = f"response {code}"
        if code not in after.responses:
            yield Difference(name, part, "", "response", code, None)
        elif code not in before.responses:
            yield Difference(name, part, "", "response", None, code)
        else:
            parts[part] = comparison.bodies(before.responses[code], after.responses[code])
            parts[f"{part} headers"] = comparison.parameters(before.headers[code], after.headers[code])
    for part, found in parts.items():
        for one in found:
            yield Difference(name, part, one.place.lstrip("."), one.aspect, one.old, one.new)


def _renamed(operation: Operation, other: Operation) -> dict[str, Parameter]:
    """Return the parameters of an operation, those in its path under the names that they have with the other one."""
    names = {
        f"path {name}": f"path {theirs}"
        for name, theirs in zip(*(NAME_IN_PATH.findall(one.path) for one in (operation, other)), strict=False)
    }
    return {names.get(name, name): parameter for name, parameter in operation.parameters.items()}


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

    def parameters(self, old: Mapping[str, Parameter], new: Mapping[str, Parameter]) -> list[_Found]:
        shapes = (
            Shape(
                fields={name: one.schema for name, one in parameters.items()},
                needs=frozenset([frozenset(name for name, one in parameters.items() if one.required)]),
            )
            for parameters in (old, new)
        )
        return [*self._fields(*shapes), *self._styles(old, new)]

    def _styles(self, old: Mapping[str, Parameter], new: Mapping[str, Parameter]) -> Iterator[_Found]:
        for name in sorted(old.keys() & new.keys()):
            one, other = old[name], new[name]
            types = self._old.shape(one.schema).types.keys() | self._new.shape(other.schema).types.keys()
            # A single value is written the same way in any style.
            if one.style != other.style and types & {"array", "object"}:
                yield _Found(f".{name}", "style", one.style, other.style)

    def _fields(self, old: Shape, new: Shape) -> list[_Found]:
        found = []
        always = old.required, new.required
        for name in [*old.fields, *(name for name in new.fields if name not in old.fields)]:
            place = f".{name}"
            required = name in always[0], name in always[1]
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
        if old.types.keys() != new.types.keys():
            found.append(_Found("", "type", old.type, new.type))
        for name in sorted(old.types.keys() & new.types.keys()):
            found += _words(old.types[name], new.types[name])
        if beside_required(old.needs) != beside_required(new.needs):
            found.append(_Found("", "needs", old.needs, new.needs))
        if old.deprecated != new.deprecated:
            found.append(_Found("", "deprecated", old.deprecated, new.deprecated))
        if old.default != new.default:
            found.append(_Found("", "default", old.default, new.default))
        found += _named("limit", old.limits, new.limits)
        found += _named("extension", old.extensions, new.extensions)
        if old.text != new.text:
            found.append(_Found("", "text", old.text, new.text))
        for name in sorted(old.dependent.keys() | new.dependent.keys()):
            dependent = old.dependent.get(name, frozenset()), new.dependent.get(name, frozenset())
            if dependent[0] != dependent[1]:
                found.append(_Found(f".{name}", "dependent", *(frozenset([one]) for one in dependent)))
        found += self._fields(old, new)
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


def spelled_out(alternatives: Alternatives) -> str:
    """Return alternatives in words, such as ``email or objectId and objectType``."""
    return " or ".join(sorted(" and ".join(sorted(one)) or "nothing" for one in alternatives))


def beside_required(needs: Alternatives) -> Alternatives:
    """Return what is needed beside that which is needed in any case."""
    return frozenset(one - frozenset.intersection(*needs) for one in needs)


def suffices(old: Alternatives, new: Alternatives) -> bool:
    """Return whether who meets the old alternatives, whichever, meets the new ones too."""
    return all(any(less <= one for less in new) for one in old)


def _named(aspect: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[_Found]:
    """Yield what two sets of keywords say otherwise, each as its name and its value."""
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield _Found("", aspect, *((name, one[name]) if name in one else None for one in (old, new)))


def _step(node: Any, key: str | int) -> Any:
    """Return what an object or a list has under a key; None when there is nothing."""
    if isinstance(node, list):
        node = {str(index): item for index, item in enumerate(node)}
    return node.get(str(key)) if isinstance(node, Mapping) else None


def _inner(place: str, key: object) -> str:
    """Return the place of what stands below another one, as a JSON pointer."""
    return f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _words(old: frozenset[str] | None, new: frozenset[str] | None) -> Iterator[_Found]:
    if old is not None and new is not None:
        for word in sorted(old ^ new):
            yield _Found("", "word", *(word if word in words else None for words in (old, new)))
    elif old != new:
        yield _Found("", "words", *(None if words is None else ", ".join(sorted(words)) for words in (old, new)))


def _typed(types: set[str], form: Any, words: list[Any]) -> Types:
    """Return types with their format, which of several is that of the numbers or that of the texts, and their words."""
    alone = len(types - {"null"}) == 1
    found: dict[str, frozenset[str] | None] = {}
    for one in types:
        fits = isinstance(form, str) and (alone or (one in ("integer", "number")) == (form in NUMERIC_FORMATS))
        name = f"{one} ({form})" if fits and one != "null" else one
        if one == "null" or not words:
            found[name] = None
        elif mine := [word for word in words if alone or is_or_within(TYPES[type(word)], one)]:
            found[name] = frozenset(word if isinstance(word, str) else spelled(word) for word in mine)
    return found


def is_or_within(one: str, other: str) -> bool:
    """Return whether a type is another one, or a narrower form of it."""
    base, _, form = one.partition(" ")
    return one == other or (bool(form) and base == other) or (base, other) == ("integer", "number")


def _common_types(old: Types, new: Types) -> Types:
    """Return the types that both allow."""
    found = {}
    for one, other in product(old, new):
        if is_or_within(one, other) or is_or_within(other, one):
            words = [words for words in (old[one], new[other]) if words is not None]
            narrower = one if is_or_within(one, other) else other
            found[narrower] = (reduce(and_, words) or reduce(or_, words)) if words else None
    return found or {**old, **new}


def _either_types(old: Types, new: Types) -> Types:
    """Return the types that one or the other allows."""
    if not old or not new:
        return {}
    found: dict[str, frozenset[str] | None] = {**old, **new}
    for name in old.keys() & new.keys():
        one, other = old[name], new[name]
        found[name] = None if one is None or other is None else one | other
    return {
        one: words
        for one, words in found.items()
        if not any(found[other] is None and is_or_within(one, other) for other in found.keys() - {one})
    }


def _fewest(alternatives: Iterable[frozenset[str]]) -> Alternatives:
    """Return alternatives without those that ask for more than another one does."""
    every = frozenset(alternatives)
    return frozenset(one for one in every if not any(other < one for other in every))


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if other.get(name) == value}


def _either(one: Json | None, other: Json | None) -> Json | None:
    """Return the schema of a value that is of one or the other; None when there is neither."""
    choices: list[Json] = []
    for schema in (one, other):
        if schema is not None:
            # Flat and without repetition, or a union that recurses would grow at every turn.
            flat = schema.keys() == {"anyOf"} and isinstance(schema["anyOf"], list)
            choices += [choice for choice in (schema["anyOf"] if flat else [schema]) if choice not in choices]
    return {"anyOf": choices} if len(choices) > 1 else next(iter(choices), None)


def _limits(schema: Json) -> dict[str, Any]:
    limits = {name: schema[name] for name in LIMITS if name in schema and schema[name] is not False}
    for name, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        # OpenAPI 3.0 has a flag where 3.1 has the number.
        if limits.get(exclusive) is True and name in limits:
            limits[exclusive] = limits.pop(name)
    # Which is said of what is beside the fields; a schema there is one of the values.
    return limits | ({"additionalProperties": False} if schema.get("additionalProperties") is False else {})


def _extensions(node: Json) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name.startswith("x-") and value is not False}


def _text(node: Json) -> str:
    return " ".join(str(node[name]) for name in ("summary", "title", "description") if name in node)


def merged(lines: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group pairs by the first: a schema that several operations share differs in all of them alike."""
    groups: dict[str, list[str]] = {}
    for line, where in lines:
        if where not in (places := groups.setdefault(line, [])):
            places.append(where)
    return groups
