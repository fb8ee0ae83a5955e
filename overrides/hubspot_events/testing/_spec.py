"""The operations of the OpenAPI specs, and the check of requests and answers against them."""

from __future__ import annotations

import json
import threading
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import hubspot_events_api
from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.templating.paths.parsers import PathParser
from openapi_core.templating.responses.exceptions import ResponseNotFound
from openapi_core.testing import MockRequest
from openapi_core.validation.request.exceptions import MissingRequiredParameter, ParameterValidationError
from openapi_core.validation.schemas import oas31_schema_validators_factory as schemas
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from openapi_core.validation.schemas.factories import DialectSchemaValidatorsFactory
from werkzeug.datastructures import MultiDict

from ._answers import Answer, Refusal, field_error, refusal
from ._quick_check import JSON, QuickChecks
from ._responses import plain_response
from ._strict_json import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jsonschema_path import SchemaPath
    from openapi_core.templating.paths.datatypes import PathOperationServer
    from openapi_core.validation.schemas.validators import SchemaValidator

    from ._http import Request
    from ._quick_check import QuickCheck

SPEC = resources.files(hubspot_events_api) / "openapi.json"
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


@cache
def load_spec() -> Spec:
    """Return the specs, read once per process, with what is prepared for each operation when it is first asked for."""
    return Spec(SPEC.read_text("utf-8"))


class Operation:
    """One operation of the specs."""

    def __init__(self, path: str, method: str, item: SchemaPath, quick_checks: QuickChecks) -> None:
        self.path = path
        """With the names of its parameters in braces."""
        self.method = method.upper()
        self._contents = item / method
        self._quick_checks = quick_checks
        self._has_parameters = "parameters" in item or "parameters" in self._contents
        self._quick_checks_of_answers: dict[int, QuickCheck | None] = {}

    def surely_allows(self, request: Request) -> bool:
        """Return whether the specs are sure to allow the request; False says that a closer look is needed."""
        if self._has_parameters or request.media_type != JSON or not self._quick_check_of_body:
            return False
        try:
            return self._quick_check_of_body(request.json)
        except ValueError:
            return False

    def surely_answers(self, answer: Answer) -> bool:
        """Return whether the specs are sure to allow the answer; False says that a closer look is needed."""
        if answer.status not in self._quick_checks_of_answers:
            responses = self._contents / "responses"
            codes = (str(answer.status), f"{answer.status // 100}XX", "default")
            code = next((code for code in codes if code in responses), None)
            self._quick_checks_of_answers[answer.status] = self._quick_checks.of(responses / code) if code else None
        check = self._quick_checks_of_answers[answer.status]
        return check is not None and check(answer.json)

    @cached_property
    def _quick_check_of_body(self) -> QuickCheck | None:
        return self._quick_checks.of(self._contents / "requestBody") if "requestBody" in self._contents else None

    @cached_property
    def codes(self) -> frozenset[str]:
        """The status codes that its answers have, as the specs spell them."""
        return frozenset((self._contents / "responses").str_keys())

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of the fields of its body; in a batch, of an input."""
        schema = self._contents / "requestBody" / "content" / JSON / "schema"
        names = _field_names(schema)
        return _field_names(schema / "properties" / "inputs" / "items") if "inputs" in names else names

    @cached_property
    def example(self) -> Answer:
        """The specs' example of its first success. Raises Refusal, a 501, where they have none."""
        for code, response in (self._contents / "responses").str_items():
            if not code.startswith("2"):
                continue
            status = int(code.upper().replace("X", "0"))
            headers = dict(_headers(response / "headers")) if "headers" in response else {}
            if "content" not in response:
                return Answer(status, None, headers)
            for example in _examples(response / "content" / JSON):
                return Answer(status, example.read_value(), headers)
            break
        message = f"The specs have no example of a success of {self.method} {self.path}, which is not simulated"
        raise refusal(501, "NOT_IMPLEMENTED", message)


class Spec:
    """The specs, with the local server in place of HubSpot's."""

    def __init__(self, text: str) -> None:
        contents = json.loads(text, object_hook=_without_warnings)
        quick_checks = QuickChecks(contents)
        self._lock = threading.Lock()  # openapi-core does not say whether its objects can be shared by threads
        self._openapi = OpenAPI.from_dict(
            contents | {"servers": [{"url": "/"}]},
            Config(
                # That takes longer than hundreds of requests, and `make check` did it to this very file.
                spec_validator_cls=None,  # pyright: ignore[reportArgumentType]
                extra_media_type_deserializers={JSON: read_json},
                path_finder_cls=_RememberedPaths,
                schema_validators_factory=_RememberedSchemas(
                    schemas.schema_validator_cls, schemas.default_jsonschema_dialect_id, schemas.format_checker
                ),
            ),
        )
        # Where two paths fit, it is the one with fewer parameters.
        self._paths: list[tuple[PathParser, dict[str, Operation]]] = [
            (
                PathParser(path),
                {
                    method.upper(): Operation(path, method, self._openapi.spec / "paths" / path, quick_checks)
                    for method in contents["paths"][path].keys() & METHODS
                },
            )
            for path in sorted(contents["paths"], key=lambda path: path.count("{"))
        ]

    def find(self, request: Request) -> tuple[Operation, dict[str, str]]:
        """Return the operation that the request asks for, and the parameters in its path.

        Raises Refusal: a 404 for an unknown path, a 405 for another method than those of the path.
        """
        allowed: set[str] = set()
        for parser, operations in self._paths:
            # Parameters are decoded here, since an encoded slash does not end a segment.
            found = parser.parse(request.encoded_path)
            if found and all(found.named.values()):
                if request.method in operations:
                    parameters = {name: unquote(value) for name, value in found.named.items()}
                    return operations[request.method], parameters
                allowed |= operations.keys()
        if allowed:
            raise method_not_allowed(request, allowed)
        raise refusal(404, "OBJECT_NOT_FOUND", f"No resource was found at {request.path}")

    def check_request(self, request: Request, operation: Operation, parameters: Mapping[str, str]) -> None:
        """Raise Refusal when the specs forbid the request."""
        if operation.surely_allows(request):
            return
        try:
            with self._lock:
                self._openapi.validate_request(_for_openapi_core(request, operation, parameters))
        except OpenAPIError as error:
            raise _refusal_for(error) from error

    def check_answer(self, request: Request, operation: Operation, answer: Answer) -> None:
        """Raise ValueError when the specs forbid the answer: a bug of this package, or a wrong example of theirs.

        An error that they do not mention may be any.
        """
        if operation.surely_answers(answer):
            return
        response = WerkzeugOpenAPIResponse(plain_response(answer))
        try:
            with self._lock:
                self._openapi.validate_response(_for_openapi_core(request, operation, {}), response)
        except OpenAPIError as error:
            if isinstance(error, ResponseNotFound) and answer.status >= 400:
                return
            cause = error.__cause__
            faults = _faults(cause, "") if isinstance(cause, InvalidSchemaValue) else ()
            raise ValueError(
                f"the answer {answer.status} of {operation.method} {operation.path} is none that the specs allow: "
                + (", ".join(f"{name} {message}" for name, message in faults) or repr(error))
            ) from error


def method_not_allowed(request: Request, allowed: Iterable[str]) -> Refusal:
    """Return the refusal of a method that a path does not have."""
    message = f"{request.method} is not allowed here"
    return refusal(405, "METHOD_NOT_ALLOWED", message, Allow=", ".join(sorted(allowed)))


def _for_openapi_core(request: Request, operation: Operation, parameters: Mapping[str, str]) -> MockRequest:
    # The path is that of the specs: which one it is was decided already.
    return MockRequest(
        "http://localhost",
        operation.method,
        operation.path,
        operation.path,
        MultiDict(request.query_parameters),
        dict(parameters),
        request.headers,
        data=request.body,
        content_type=request.media_type,
    )


def _without_warnings(contents: dict[str, Any]) -> dict[str, Any]:
    """Take out what openapi-core warns of, as a test may turn warnings into errors; tokens are checked elsewhere."""
    if contents.keys() >= {"name", "in"}:
        contents.pop("deprecated", None)
    if "responses" in contents:
        contents.pop("security", None)
    return contents


def _field_names(schema: SchemaPath) -> frozenset[str]:
    parts = [_field_names(part) for part in schema / "allOf"] if "allOf" in schema else []
    own = (schema / "properties").str_keys() if "properties" in schema else ()
    return frozenset(own).union(*parts)


def _examples(media_type: SchemaPath) -> Iterator[SchemaPath]:
    if "example" in media_type:
        yield media_type / "example"
    if "examples" in media_type:
        for _, example in (media_type / "examples").str_items():
            yield example / "value"


def _headers(headers: SchemaPath) -> Iterator[tuple[str, str]]:
    """Yield the headers that an example of an answer has. Raises Refusal, a 501, at one that is needed and has none."""
    for name, header in headers.str_items():
        if "example" in header:
            value = (header / "example").read_value()
            yield name, value if isinstance(value, str) else json.dumps(value)
        elif "required" in header and (header / "required").read_value():
            raise refusal(501, "NOT_IMPLEMENTED", f"The specs have no example of the header {name}, which is required")


class _RememberedPaths(APICallPathFinder):
    """Finds the operation of a URL once; together with the next class it halves what a check costs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._remembered = lru_cache(maxsize=1024)(super().find)

    def find(self, method: str, name: str) -> PathOperationServer:
        return self._remembered(method, name)


class _RememberedSchemas(DialectSchemaValidatorsFactory):
    """Makes the validator of a schema once."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._remembered = cache(super().create)

    def create(self, *args: Any, **kwargs: Any) -> SchemaValidator:
        return self._remembered(*args, **kwargs)


def _refusal_for(error: OpenAPIError) -> Refusal:
    cause = error.__cause__
    if isinstance(cause, MediaTypeNotFound):
        return refusal(415, "VALIDATION_ERROR", str(cause))
    parameter = error.name if isinstance(error, ParameterValidationError) else ""
    if isinstance(cause, InvalidSchemaValue):
        faults = dict(_faults(cause, parameter))
    elif isinstance(error, MissingRequiredParameter):
        faults = {parameter: "is required"}
    elif parameter:
        faults = {parameter: f"cannot be read: {cause}"}
    else:
        faults = {"body": "is missing or no JSON"}
    return refusal(
        400,
        "VALIDATION_ERROR",
        f"Invalid {'parameter' if parameter else 'input JSON'}: "
        + ", ".join(f"{name} {message}" for name, message in faults.items()),
        faults=[field_error(name, message) for name, message in faults.items()],
    )


def _faults(error: InvalidSchemaValue, parameter: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each field at fault, such as ``inputs[1].tokens.size``, with what is wrong with it."""
    violations: Iterable[Any] = error.schema_errors  # of jsonschema, which has no types
    for violation in violations:
        place = _spell([parameter, *violation.absolute_path])
        rule, instance = violation.validator_value, violation.instance
        match violation.validator:
            case "required":
                for name in rule:
                    if name not in instance:
                        yield _spell([place, name]), "is required"
            case "dependentRequired":
                for name, needed in rule.items():
                    for other in needed:
                        if name in instance and other not in instance:
                            yield _spell([place, other]), f"is required with {name}"
            case "anyOf" if all("required" in one for one in rule):
                ways = [" and ".join(one["required"]) for one in rule]
                yield place or "body", f"needs one of {', '.join(ways)}"
            case _:
                yield place or "body", violation.message


def _spell(path: Iterable[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
