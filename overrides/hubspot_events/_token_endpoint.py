"""The token endpoint of OAuth: what is sent to it, and what its answers say."""

from __future__ import annotations

import json
from typing import Any, Final, TypeGuard

import httpx
from hubspot_events_api.models import Error
from hubspot_events_runtime.errors import AuthenticationError, ResponseError, error_from_response, read_json
from hubspot_events_runtime.received import Answer

from ._tokens import TokenSet

TOKEN_PATH: Final = "/oauth/2026-03/token"  # noqa: S105 - where the tokens are

_LIFETIME = 1800.0  # seconds, which HubSpot's tokens have today
_LONGEST_LIFETIME = 86_400.0 * 366


def refresh_request(url: str, form: dict[str, str], sent_before: httpx.Request) -> httpx.Request:
    """Return the request for new tokens, for one that needs them."""
    return httpx.Request(
        "POST",
        url,
        # In the body: HubSpot refuses them in the query string, which gateways log.
        data={"grant_type": "refresh_token", **form},
        headers={"User-Agent": sent_before.headers.get("User-Agent", ""), "Accept": "application/json"},
        # The time-out stands here; a request made by hand has none.
        extensions=sent_before.extensions,
    )


def tokens_of(answer: Answer, refresh_token: str, now: float) -> TokenSet | None:
    """Return the tokens of an answer; None for one that has none.

    Args:
        answer: What the token endpoint answered.
        refresh_token: The one that was sent, which is good still when the answer has no other.
        now: When the answer came, in Unix seconds.

    """
    body = read_json(answer.content)
    fields = body if isinstance(body, dict) else {}
    token, rotated = fields.get("access_token"), fields.get("refresh_token")
    if not (answer.is_success and is_sendable(token)):
        return None
    lifetime = _lifetime(fields.get("expires_in"))
    return TokenSet(token, rotated if is_printable(rotated) else refresh_token, now + lifetime, expires_in=lifetime)


# By which the token endpoint refuses for good. What else it answers is the error that it is elsewhere.
_REFUSED = frozenset({400, 401, 403})

# What HubSpot and OAuth say in an error.
_TOLD = ("status", "message", "category", "correlationId", "errorType", "policyName", "error", "error_description")


def refusal(answer: Answer, now: float) -> ResponseError:
    """Return the error for a refresh that failed, with what says why of the answer and no more: it may have secrets."""
    body = read_json(answer.content)
    fields = body if isinstance(body, dict) else {}
    said = {name: fields[name] for name in _TOLD if isinstance(fields.get(name), str)}
    if "error_description" in said:
        said.setdefault("message", said["error_description"])
    told = answer._replace(content=json.dumps(said).encode() if said else b"")
    error: ResponseError
    if answer.is_success:
        message = "the token endpoint returned no access token"
        error = AuthenticationError(told, now=now, model=Error, message=message)
    elif answer.status_code in _REFUSED:
        error = AuthenticationError(told, now=now, model=Error)
    else:
        error = error_from_response(told, now, Error)
        error.may_have_been_processed = False
    # Why HubSpot refuses stands in its `status`, and OAuth's word for it in `error`.
    words = (said.get(name) for name in ("status", "error"))
    error.category = error.category or next((word for word in words if word and word != "error"), None)
    return error


def _lifetime(expires_in: Any) -> float:
    """Return the seconds that a token is good for; those of today where the answer has none that can be meant."""
    try:
        seconds = float(expires_in)
    except (TypeError, ValueError, OverflowError):
        return _LIFETIME
    return seconds if 0 < seconds <= _LONGEST_LIFETIME else _LIFETIME


def is_sendable(token: Any) -> TypeGuard[str]:
    """Whether a token can stand in a header."""
    return is_printable(token) and token.isascii() and " " not in token


def is_printable(value: Any) -> TypeGuard[str]:
    """Whether it is text that a form can have: not blank, no half of a surrogate pair, no line break at its end."""
    return isinstance(value, str) and value.strip() != "" and value.isprintable()
