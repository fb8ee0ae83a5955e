"""An answer before it becomes HTTP, and the error bodies in HubSpot's words."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """The status code, JSON body and own headers of an answer; without a body, where that is None."""

    status: int
    json: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818
    """The request ends here, with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def refusal(
    status: int,
    category: str,
    message: str,
    *,
    faults: Sequence[Mapping[str, Any]] = (),
    ids: Sequence[str] = (),
    **headers: str,
) -> Refusal:
    """Return the refusal with HubSpot's error body; ``faults`` are the single ones, ``ids`` those of the inputs."""
    body = error_body(message) | {"category": category}
    if faults:
        body["errors"] = list(faults)
    if ids:
        body["context"] = {"ids": list(ids)}
    return Refusal(Answer(status, body, headers))


def field_error(name: str, message: str) -> dict[str, Any]:
    """Return the fault of one field."""
    return {"message": message, "in": name, "code": "INVALID_FIELD", "context": {"propertyName": [name]}}


def rate_limit_body(policy: str) -> dict[str, Any]:
    """Return the body of a 429: it has no category."""
    return error_body(f"You have reached your {policy.lower()} limit.") | {
        "errorType": "RATE_LIMIT",
        "policyName": policy,
    }


def error_body(message: str, status: str = "error") -> dict[str, Any]:
    """Return what every error body has."""
    return {"status": status, "message": message, "correlationId": str(uuid.uuid4())}
