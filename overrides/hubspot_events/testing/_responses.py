"""HTTP responses from answers, and what faults make of them."""

import json
from dataclasses import replace
from typing import Any

from werkzeug import Response

from ._answers import Answer, error_body, rate_limit_body
from ._faults import Fault, Respond, ShortenAnswer, Transform
from ._strict_json import copied


def plain_response(answer: Answer) -> Response:
    """Return the response that says what the answer says."""
    if answer.json is None:
        response = Response(b"", answer.status)
        del response.headers["Content-Type"]
    else:
        response = _json_response(answer.status, answer.json)
    response.headers.update(answer.headers)
    return response


def harmed_response(answer: Answer, fault: Fault | None) -> Response:
    """Return the response to a request that was processed."""
    match fault:
        case Respond():
            return planned_response(fault)
        case Transform(change):
            return plain_response(replace(answer, json=change(copied(answer.json))))
        case ShortenAnswer(to_bytes):
            response = plain_response(answer)
            response.set_data(response.get_data()[:to_bytes])
            return response
        case _:
            return plain_response(answer)


def planned_response(fault: Respond) -> Response:
    """Return the response that was planned, whatever the request."""
    match fault.body:
        case bytes():
            response = Response(fault.body, fault.status)
        case str():
            response = Response(fault.body, fault.status, content_type="text/html; charset=utf-8")
        case None if fault.status == 429:
            response = _json_response(429, rate_limit_body("TEN_SECONDLY_ROLLING"))
        case None:
            response = _json_response(fault.status, error_body(f"Planned answer with status {fault.status}."))
        case _:
            response = _json_response(fault.status, fault.body)
    response.headers.update(fault.headers)
    return response


def _json_response(status: int, body: Any) -> Response:
    return Response(json.dumps(body).encode(), status, content_type="application/json;charset=utf-8")
