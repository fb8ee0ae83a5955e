"""What the templates write for an operation: the method of its resource, and the value that says what it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from document import METHODS, Unsupported, resolved
from fields import Field, Fields, Value
from hubspot_events_runtime import writing
from hubspot_events_runtime.clients import AsyncClient, SyncClient
from hubspot_events_runtime.outcomes import ManyOptions
from keywords import ARGUMENT, FILLED, IDENTITY, METHOD, NOW, REPEATABLE, SUCCESSOR, SUPPORTED_UNTIL
from openapi_python_client import strings
from openapi_python_client.parser.openapi import Endpoint, GeneratorData
from openapi_python_client.parser.properties import ModelProperty

Json = Mapping[str, Any]

# What a method has beside the parameters of its operation, and what it is written with.
TAKEN = frozenset({"self", "options", "write_joined", *ManyOptions.__optional_keys__, *writing.__all__})
# What the clients have beside their resources.
TAKEN_BY_CLIENTS = {*dir(SyncClient), *dir(AsyncClient), "account", "limiter", "settings", "with_options"}
# The headers that every request has, and those that say how it is sent.
OWN_HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "authorization", "connection", "content-encoding", "content-length"),
        *("content-type", "host", "transfer-encoding", "user-agent"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Parameter(Field):
    """A parameter of an operation, beside its body.

    Attributes:
        location: Where it goes: path, query or header.
        joined: Whether a list is one text with commas.
    """

    location: str
    joined: bool


class OperationCode:
    """What is written for an operation."""

    def __init__(self, endpoint: Endpoint, path: str, data: Json, fields: Fields) -> None:
        """Take an operation apart; `data` is it as the document has it, with nothing referred to."""
        self._endpoint = endpoint
        self._fields = fields
        self.data = data
        self.http_method = endpoint.method.upper()
        self.place = f"{self.http_method} {path}"
        self.id: str = data["operationId"]
        self.constant = strings.PythonIdentifier(self.id, prefix="operation_").upper()
        self.method: str = data.get(METHOD) or strings.PythonIdentifier(self.id, prefix="operation_")
        self.tag = self._tag()
        for keyword in ("servers", "callbacks"):
            if keyword in data:
                raise self._unsupported(keyword, "is not supported")
        self.answer = self._answer()
        self.body, self._sent = self._body()
        self.is_batch = self.body is not self._sent
        self.argument = self._argument()
        self.parameters = sorted(self._parameters(), key=lambda parameter: not parameter.required)
        # The generator writes Python's names of the parameters into the path.
        self.path = endpoint.path.get_untrusted_value()
        for parameter in self.of("path"):
            own = str(parameter.property.python_name)
            self.path = self.path.replace(f"{{{own}}}", f"{{{parameter.python_name}}}")

    def _unsupported(self, *what: str) -> Unsupported:
        return Unsupported(": ".join((self.place, *what)))

    def _tag(self) -> str:
        if len(self._endpoint.tags) != 1 or len(self.data.get("tags", ())) != 1:
            raise self._unsupported("tags", "has to have one, whose resource the method is of")
        tag = str(self._endpoint.tags[0])
        if tag in TAKEN_BY_CLIENTS:
            raise self._unsupported("tags", f"the clients have {tag} for something else")
        return tag

    # The answer

    def _answer(self) -> Value | None:
        """Return the body of a success; None where there is none."""
        successes = {code: answer for code, answer in self.data["responses"].items() if code.startswith("2")}
        if not successes:
            raise self._unsupported("responses", "has to have one that is a success")
        found: dict[str, Value] = {}
        for response in self._endpoint.responses.patterns:
            code = response.status_code.pattern
            content = successes.get(code, {}).get("content")
            if not content:
                continue
            if {*content} != {"application/json"}:
                raise self._unsupported(code, f"of answers only JSON is supported, not {', '.join(content)}")
            schema = content["application/json"].get("schema", {})
            answer = self._fields.value(response.prop, schema, f"{self.place}: {code}", answered=True)
            found.setdefault(self._fields.annotation(answer, null=True), answer)
        if len(found) > 1:
            raise self._unsupported(f"its successes have bodies of more than one kind: {', '.join(found)}")
        for answer in found.values():
            self._check_answer(answer)
            return answer
        return None

    def _check_answer(self, answer: Value) -> None:
        """Stop at what could not be told of an answer after it came."""
        self._fields.reader(answer)
        inner = self._fields.item(answer) if self._fields.kind(answer) == "list" else answer
        if answer.nullable or self._fields.kind(inner) == "union":
            raise self._unsupported("an answer that is one of several kinds is not supported")
        if self._fields.kind(inner) == "model" and not self._fields.is_answered(self._fields.model(inner.property)):
            raise self._unsupported(
                f"{inner.property.class_info.name} is answered without readOnly: true; what HubSpot sends has a schema"
                " of its own"
            )

    def _results(self) -> ModelProperty | None:
        """Return the model of the results, when the answer is the frame of all batch answers and a list of these."""
        frame = self._fields.frame
        if self.answer is None or frame is None or self._fields.kind(self.answer) != "model":
            return None
        framed = {field.name for field in self._fields.of(frame)}
        fields = {field.name: field for field in self._fields.of(self._fields.model(self.answer.property))}
        results = fields.pop("results", None)
        if results is None or not fields.keys() >= framed or self._fields.kind(results) != "list":
            return None
        item = self._fields.item(results)
        if self._fields.kind(item) != "model":
            return None
        if more := fields.keys() - framed:
            raise self._unsupported(
                f"{min(more)}: beside the results, the answer to a batch has what {frame.class_info.name} has; the"
                " field belongs there"
            )
        self._check_answer(item)
        return self._fields.model(item.property)

    @property
    def result_type(self) -> str:
        """The annotation of what the method returns."""
        if self.is_batch:
            return f"{self._name(self._fields.frame)}[{self._name(self.body)}, {self._name(self._results())}]"
        match self._answer_kind:
            case "model":
                return self._name(self._answered)
            case "list":
                return f"ResultList[{self._item_type()}]"
            case _:
                return "Response"

    @property
    def read(self) -> str:
        """The function that makes the result from JSON."""
        if self.is_batch:
            return f"BatchReader({self._name(self._fields.frame)}, {self._name(self._results())})"
        match self._answer_kind:
            case "model":
                return f"reader_of({self.result_type})"
            case "list":
                assert self.answer
                return f"reader_of_list({self._fields.reader(self._fields.item(self.answer))})"
            case _:
                return "read_nothing"

    @property
    def answer_prose(self) -> str:
        """What the spec says of the body of a success, or of the success when it has none."""
        responses = self.data["responses"].items()
        of_response: str = next(response["description"] for code, response in responses if code.startswith("2"))
        return (self.answer and self.answer.schema.get("description")) or of_response

    @property
    def _answered(self) -> ModelProperty:
        """The model of the answer."""
        assert self.answer
        return self._fields.model(self.answer.property)

    @property
    def _answer_kind(self) -> str:
        return self._fields.kind(self.answer) if self.answer else ""

    def _item_type(self) -> str:
        assert self.answer
        return self._fields.annotation(self._fields.item(self.answer), null=True)

    @staticmethod
    def _name(model: ModelProperty | None) -> str:
        assert model
        name: str = model.class_info.name
        return name

    # The body

    def _body(self) -> tuple[ModelProperty | None, ModelProperty | None]:
        """Return the model of the body, or of each input of a batch, and that of all that is sent; None for none."""
        content = self.data.get("requestBody", {}).get("content")
        if not content:
            return None, None
        if {*content} != {"application/json"}:
            raise self._unsupported(f"of bodies only JSON is supported, not {', '.join(content)}")
        schema = content["application/json"].get("schema", {})
        body = self._fields.value(self._endpoint.bodies[0].prop, schema, self.place, answered=False)
        if self._fields.kind(body) != "model" or body.nullable:
            raise self._unsupported(f"a body that is a {self._fields.kind(body)} is not supported")
        sent = self._fields.model(body.property)
        inputs = self._inputs(sent) if self._results() else None
        model = inputs or sent
        if self._fields.is_answered(model):
            raise self._unsupported(f"{self._name(model)} is sent with readOnly: true, which is for answers")
        return model, sent

    def _inputs(self, sent: ModelProperty) -> ModelProperty | None:
        """Return the model of the inputs, when a body is nothing but a list of these."""
        fields = self._fields.of(sent)
        if [field.name for field in fields] != ["inputs"] or self._fields.kind(fields[0]) != "list":
            return None
        item = self._fields.item(fields[0])
        return self._fields.model(item.property) if self._fields.kind(item) == "model" else None

    def _argument(self) -> str:
        default = "inputs" if self.is_batch else "body"
        name: str = self.data.get("requestBody", {}).get(ARGUMENT, default)
        if name in TAKEN:
            raise self._unsupported(ARGUMENT, f"the method has {name} for something else")
        return name

    @property
    def identity(self) -> list[Field]:
        """The fields that name what is sent, the narrowest last."""
        if not self.body:
            return []
        return [
            self._fields.field(self.body, name) for name in self._fields.raw(self._name(self.body)).get(IDENTITY, ())
        ]

    @property
    def body_prose(self) -> str:
        """What the spec says of the body."""
        assert self.body
        return self._fields.raw(self._name(self.body)).get("description") or "What is sent."

    @property
    def inputs_prose(self) -> str:
        """What the spec says of the inputs of a batch."""
        assert self._sent
        return self._fields.field(self._sent, "inputs").description

    @property
    def body_value(self) -> str:
        """The value that says what the body is."""
        assert self.body
        identity, filled = self.identity, self._filled()
        arguments = [f"model={self._name(self.body)}", f'argument="{self.argument}"']
        if identity:
            arguments.append(f"identity={ {field.name: field.python_name for field in identity} }")
        if named_by := [field.name for field in self._fields.alternatives(self.body) if field not in identity]:
            arguments.append(f"named_by={tuple(named_by)}")
        if filled:
            needed = filled.name in self._fields.raw(self._name(self.body))["required"]
            arguments += [f'filled="{filled.name}"', f"needed={needed}"]
        if now := self._now():
            arguments.append(f'time="{now.name}"')
        return f"Body({', '.join(arguments)})"

    def _now(self) -> Field | None:
        """Return the field that is the time of its arrival, when it is left out."""
        assert self.body
        found = [field for field in self._fields.of(self.body) if field.schema.get(NOW)]
        if len(found) > 1 or (found and found[0].required):
            raise Unsupported(f"{found[-1].place}: {NOW} is for one field, which can be left out")
        return found[0] if found else None

    def _filled(self) -> Field | None:
        """Return the field that the client fills; stops at one that would be of no use."""
        assert self.body
        filled = [field for field in self._fields.of(self.body) if field.schema.get(FILLED)]
        if len(filled) > 1 or (filled and filled != self.identity[-1:]):
            raise Unsupported(f"{filled[0].place}: {FILLED} is for one field, the last that {IDENTITY} names")
        for field in self.identity:
            if not field.required and field not in filled:
                raise Unsupported(f"{field.place}: {IDENTITY} names it, so that it has to be required")
        if filled and not self.is_batch:
            if self._answer_kind != "model":
                raise self._unsupported(f"its answer has to repeat {filled[0].name}, which the client fills")
            self._fields.field(self._answered, filled[0].name)
        return filled[0] if filled else None

    def batch_models(self) -> dict[str, str]:
        """Return the schema of the answer to a batch, by name, with the Batch that it is; and those without a model."""
        if not self.is_batch:
            return {}
        return {self._name(self._sent): "", self._name(self._answered): self.result_type}

    # The parameters

    def _parameters(self) -> Iterator[Parameter]:
        declared = {(data["name"], data["in"]): data for data in self.data["parameters"]}
        for data in declared.values():
            self._check_parameter(data)
        names = Counter[str]()
        # The generator has those of the path in its order.
        for location, prop in self._endpoint.iter_all_parameters():
            parameter = self._parameter(prop, declared[prop.name.get_untrusted_value(), str(location)])
            names[parameter.python_name] += 1
            if names[parameter.python_name] > 1:
                raise self._unsupported(parameter.python_name, "two parameters have this name in Python")
            yield parameter

    def _check_parameter(self, data: Json) -> None:
        name, location = data["name"], data["in"]
        if location not in ("path", "query", "header"):
            raise self._unsupported(name, f"a {location} parameter is not supported")
        if "schema" not in data:
            raise self._unsupported(name, "a parameter without a schema is not supported")
        if location == "header" and name.casefold() in OWN_HEADERS:
            raise self._unsupported(name, "the client sends this header itself")
        usual = "form" if location == "query" else "simple"
        if data.get("style", usual) != usual or data.get("allowReserved"):
            raise self._unsupported(name, f"of styles only {usual} is supported in a {location}")

    def _parameter(self, prop: Any, data: Json) -> Parameter:
        name, location = data["name"], data["in"]
        value = self._fields.value(prop, data["schema"], f"{self.place}: {name}", answered=False)
        kind = self._fields.kind(value)
        inner = self._fields.item(value) if kind == "list" else value
        if (item := self._fields.kind(inner)) in ("model", "map", "any", "union", "scalars", "list"):
            whole = kind if inner is value else f"{kind} of the kind {item}"
            raise self._unsupported(name, f"a {location} parameter that is a {whole} is not supported")
        if fault := _of_bodies(value.schema):
            raise self._unsupported(name, fault)
        if value.nullable or inner.nullable:
            raise self._unsupported(name, "a parameter that can be null is not supported; leave it out")
        taken = {*TAKEN, self.argument} if self.body else TAKEN
        return Parameter(
            **vars(value),
            name=name,
            python_name=f"{prop.python_name}_" if prop.python_name in taken else str(prop.python_name),
            description=data.get("description") or value.schema.get("description", ""),
            required=data.get("required", False),
            location=location,
            joined=kind == "list" and not data.get("explode", location == "query"),
        )

    def of(self, *locations: str) -> list[Parameter]:
        """Return the parameters that go to some places, those first that have to be given."""
        return [parameter for parameter in self.parameters if parameter.location in locations]

    def _entry(self, parameter: Parameter) -> str:
        """Return the entry of a dict, the name and what is sent."""
        writer = self._fields.writer(parameter)
        if parameter.joined:
            writer = writer.replace("write_list", "write_joined", 1)
        function, _, arguments = writer.partition(", ")
        own, place = parameter.python_name, f'"{parameter.python_name}"'
        if parameter.required:
            written = f"{function}({', '.join(filter(None, (own, place, arguments)))})"
        else:
            written = f"write_optional({', '.join(filter(None, (own, place, function, arguments)))})"
        name = own if parameter.location == "path" else parameter.name
        return f'"{strings.in_double_quote_literal(name)}": {written}'

    # The method

    def arguments(self) -> Iterator[str]:
        """Yield the arguments of the method after self."""
        others = self.of("query", "header")
        yield from map(self._argument_of, self.of("path"))
        if self.body:
            yield f"{self.argument}: {f'Iterable[{self._name(self.body)}]' if self.is_batch else self._name(self.body)}"
        if others:
            yield "*"
        yield from map(self._argument_of, others)
        yield "**options: Unpack[CallOptions]"

    @property
    def method_of_many(self) -> str:
        """The name of the method that sends any number of inputs, in batches; empty where there are no batches."""
        if not self.is_batch:
            return ""
        name, version = re.fullmatch(r"(.*?)((?:_\d+)*)", self.method).groups()  # type: ignore[union-attr]
        return f"{name.removesuffix('_batch')}_many{version}"

    def arguments_of_many(self, *, is_async: bool) -> Iterator[str]:
        """Yield the arguments of that method after self."""
        for argument in self.arguments():
            own = argument.replace("**options: Unpack[CallOptions]", "**options: Unpack[ManyOptions]")
            if own.startswith(f"{self.argument}: "):
                inputs = f"Iterable[{self._name(self.body)} | Flush]"
                own = f"{self.argument}: {inputs}" + (f" | Async{inputs}" if is_async else "")
            yield own

    def result_of_many(self, *, is_async: bool) -> str:
        """Return the expression that makes the result of that method, without its arguments."""
        kind = "AsyncOutcomes" if is_async else "Outcomes"
        return f"{kind}[{self._name(self.body)}, {self._name(self._results())}]"

    def call_of_many(self) -> str:
        """Return the arguments that it is made with."""
        return ", ".join(("self._client", self.constant, self.argument, "options", *self._parts()))

    def _argument_of(self, parameter: Parameter) -> str:
        annotation = self._fields.annotation(parameter)
        return f"{parameter.python_name}: {annotation}{'' if parameter.required else ' | None = None'}"

    def call(self) -> str:
        """Return the expression that makes the call."""
        arguments = ["self._client._settings"] + ([self.argument] if self.body else [])
        arguments += self._parts()
        return f"{self.constant}.{'call_batch' if self.is_batch else 'call'}({', '.join(arguments)})"

    def _parts(self) -> Iterator[str]:
        """Yield what the parameters are handed on as."""
        for location, name in (("path", "path"), ("query", "query"), ("header", "headers")):
            if entries := [self._entry(parameter) for parameter in self.of(location)]:
                yield f"{name}={{{', '.join(entries)}}}"

    @property
    def repeatable(self) -> bool:
        """Whether its spec says that what is sent twice is written once."""
        return bool(self.data.get(REPEATABLE))

    @property
    def types(self) -> set[str]:
        """The names in the annotations of its methods."""
        annotations = (argument.partition(": ")[2] for argument in self.arguments())
        return {*re.findall(r"\w+", " ".join((*annotations, self.result_type)))}

    @property
    def names(self) -> set[str]:
        """The names in the code that is written for it."""
        code = (*self.arguments(), self.result_type, self.read, self.call(), self.body_value if self.body else "")
        return {*re.findall(r"\w+", " ".join(code))}


def _of_bodies(schema: Json) -> str | None:
    """Say what is wrong with a schema that the client is to fill, where it does not look."""
    word = next((word for word in (FILLED, NOW) if schema.get(word)), None)
    return word and f"{word} is for a field of a body, or of the inputs of a batch"


class Operations:
    """The operations of a document, and what is said of them."""

    def __init__(self, document: dict[str, Any], openapi: GeneratorData, fields: Fields) -> None:
        self._document = document
        self._fields = fields
        found: dict[str, tuple[str, Json]] = {}
        places: dict[tuple[str, str], str] = {}
        for path, item in document["paths"].items():
            if re.search(r"[^A-Za-z0-9/._~!$&'()*+,;=:@-]|/\.\.?(?=/|$)", re.sub(r"{[^}]*}", "x", path)):
                raise Unsupported(f"{path}: a path with ., .. or what would have to be encoded is not supported")
            for method in METHODS:
                if method in item:
                    first = places.setdefault((method, re.sub(r"{[^}]*}", "{}", path)), path)
                    if first != path:
                        raise Unsupported(f"{method.upper()} {path}: is {first} by another name")
                    name, data = self._whole(path, method, item)
                    if name in found:
                        raise Unsupported(
                            f"{method.upper()} {path}: its operationId is, in Python, that of {found[name][0]} too"
                        )
                    found[name] = path, data
        self._by_id = {
            endpoint.name: OperationCode(endpoint, *found[endpoint.name], fields)
            for collection in openapi.endpoint_collections_by_tag.values()
            for endpoint in collection.endpoints
        }
        methods: dict[tuple[str, str], OperationCode] = {}
        for operation in self._by_id.values():
            for method in filter(None, (operation.method, operation.method_of_many)):
                other = methods.setdefault((operation.tag, method), operation)
                if other is not operation:
                    raise Unsupported(
                        f"{operation.place}: its method {method} is that of {other.place} too; give it another {METHOD}"
                    )
            self.support(operation)  # which stops at a successor that there is not
        self._check_made(openapi.models)
        for operation in self._by_id.values():
            if any(operation.method in one.types for one in self.of_tag(operation.tag)):
                raise Unsupported(
                    f"{operation.place}: its method {operation.method} is the name of a type; give it another {METHOD}"
                )

    def _check_made(self, models: Iterable[ModelProperty]) -> None:
        """Stop at a field that the client would fill, where it does not look."""
        bodies = {operation.body.class_info.name for operation in self._by_id.values() if operation.body}
        inside = self._fields.used_by(self._fields.names) - bodies
        for model in models:
            if model.class_info.name in inside and not self._fields.is_answered(model):
                for field in self._fields.of(model):
                    if fault := _of_bodies(field.schema):
                        raise Unsupported(f"{field.place}: {fault}")

    def _whole(self, path: str, method: str, item: Json) -> tuple[str, Json]:
        """Return the name of an operation, and the operation with what it refers to."""
        data = item[method]
        if "operationId" not in data:
            raise Unsupported(f"{method.upper()} {path}: needs an operationId")
        if "servers" in item:
            raise Unsupported(f"{path}: servers: is not supported")
        parameters: dict[tuple[str, str], Json] = {}
        for parameter in (*item.get("parameters", ()), *data.get("parameters", ())):
            whole = resolved(self._document, parameter)
            parameters[whole["name"], whole["in"]] = whole
        return strings.PythonIdentifier(data["operationId"], prefix="field_"), {
            **data,
            "parameters": [*parameters.values()],
            "requestBody": resolved(self._document, data.get("requestBody", {})),
            "responses": {str(code): resolved(self._document, one) for code, one in data["responses"].items()},
        }

    def of_tag(self, tag: str) -> list[OperationCode]:
        """Return the operations of a resource, by the names of their methods."""
        return sorted((one for one in self._by_id.values() if one.tag == tag), key=lambda one: one.method)

    def models_of(self, tag: str) -> list[str]:
        """Return the names of the models and enums that the operations of a tag use."""
        return sorted(self._fields.names & {name for operation in self.of_tag(tag) for name in operation.names})

    def aliases(self) -> dict[str, str]:
        """Return the schemas of answers to batches, by name, with the Batch that each is."""
        return {name: batch for name, batch in self._batch_models().items() if batch}

    def without_model(self) -> set[str]:
        """Return the names of the schemas that need no model, as Batch stands for them."""
        return {*self._batch_models()}

    def _batch_models(self) -> dict[str, str]:
        models = {name: batch for operation in self._by_id.values() for name, batch in operation.batch_models().items()}
        # What something else uses as well is a model like any other.
        used = {name for operation in self._by_id.values() for name in operation.names}
        used |= self._fields.used_by(self._fields.names - models.keys())
        return {name: batch for name, batch in models.items() if name not in used}

    # What is said of them

    def tag_prose(self, tag: str) -> str:
        """Return what the document says of a tag."""
        for one in self._document.get("tags", ()):
            if strings.PythonIdentifier(one["name"], prefix="tag") == tag and one.get("description"):
                return self._fields.prose(one["description"])
        return f"The operations of the tag {tag}."

    def support(self, operation: OperationCode, *, many: bool = False) -> str:
        """Return a sentence on how long HubSpot supports an operation, and what comes after it; empty for neither.

        With `many`, what comes after the method for any number of inputs.
        """
        parts = []
        if until := operation.data.get(SUPPORTED_UNTIL):
            year, month = map(int, until.split("-"))
            parts.append(f"HubSpot supports this version until {date(year, month, 1):%B} {year}")
        if successor := operation.data.get(SUCCESSOR):
            other = self._by_id.get(strings.PythonIdentifier(successor, prefix="field_"))
            if other is None:
                raise Unsupported(f"{operation.place}: {SUCCESSOR} names {successor}, which is no operation")
            parts.append(f"its successor is `{other.tag}.{other.method_of_many if many else other.method}`")
        sentence = "; ".join(parts)
        return sentence and f"{sentence[0].upper()}{sentence[1:]}."

    def deprecation(self, operation: OperationCode) -> str:
        """Return what to warn of; empty for nothing."""
        if not operation.data.get("deprecated"):
            return ""
        said = self.support(operation).replace("`", "")
        return f"{operation.tag}.{operation.method}, {operation.place}, is deprecated. {said}".strip()
