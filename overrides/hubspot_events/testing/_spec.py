"""Checks requests and answers against the OpenAPI specs, so that the server accepts and says what they allow."""

import json
import threading
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import hubspot_events_api
from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
from openapi_core.templating.paths.datatypes import PathOperationServer
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.validation.schemas import oas31_schema_validators_factory as schemas
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from openapi_core.validation.schemas.factories import DialectSchemaValidatorsFactory
from openapi_core.validation.schemas.validators import SchemaValidator
from werkzeug import Request, Response

from ._answers import Refusal, field_error, refusal

SPEC = resources.files(hubspot_events_api) / "openapi.json"


@cache
def load_spec() -> "Spec":
    """Return the specs, read and prepared once per process: that takes longer than hundreds of requests."""
    return Spec(json.loads(SPEC.read_bytes()))


def read_json(body: bytes, **_parameters: str) -> Any:
    """Return the value of a JSON text. Raises ValueError for anything else, NaN and Infinity among it.

    The parameters of the content type mean nothing: JSON is in UTF-8.
    """
    return json.loads(body, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class Spec:
    """The specs, with the local server in place of HubSpot's."""

    def __init__(self, contents: dict[str, Any]) -> None:
        self.paths = frozenset(contents["paths"])
        self._lock = threading.Lock()  # openapi-core does not say whether its objects can be shared by threads
        self._openapi = OpenAPI.from_dict(
            contents | {"servers": [{"url": "/"}]},
            Config(
                extra_media_type_deserializers={"application/json": read_json},
                path_finder_cls=_RememberedPaths,
                schema_validators_factory=_RememberedSchemas(
                    schemas.schema_validator_cls, schemas.default_jsonschema_dialect_id, schemas.format_checker
                ),
            ),
        )

    def check_request(self, request: Request) -> None:
        """Raise Refusal when the specs forbid the request."""
        try:
            with self._lock:
                self._openapi.validate_request(WerkzeugOpenAPIRequest(request))
        except OpenAPIError as error:
            raise _refusal_for(error) from error

    def check_answer(self, request: Request, response: Response) -> None:
        """Raise openapi-core's error when the specs forbid the answer, which is then a bug of this package."""
        with self._lock:
            self._openapi.validate_response(WerkzeugOpenAPIRequest(request), WerkzeugOpenAPIResponse(response))


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
    if isinstance(cause, InvalidSchemaValue):
        fields = dict(_fields(cause))
        summary = ", ".join(f"{name} {message}" for name, message in fields.items())
        return refusal(
            400,
            "VALIDATION_ERROR",
            f"Invalid input JSON: {summary}",
            fields=[field_error(name, message) for name, message in fields.items()],
        )
    message = "is missing or no JSON"
    return refusal(
        400, "VALIDATION_ERROR", f"Invalid input JSON: the body {message}", fields=[field_error("body", message)]
    )


def _fields(error: InvalidSchemaValue) -> Iterator[tuple[str, str]]:
    """Yield the name of each field at fault, such as ``inputs[1].tokens.size``, with what is wrong with it."""
    violations: Iterable[Any] = error.schema_errors  # of jsonschema, which has no types
    for violation in violations:
        place = _spell(violation.absolute_path)
        if violation.validator == "required":
            for name in violation.validator_value:
                if name not in violation.instance:
                    yield f"{place}.{name}".lstrip("."), "is required"
        else:
            yield place or "body", violation.message


def _spell(path: Any) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
