"""What another process can ask of the embedded HubSpot, or tell it, under a path that HubSpot does not have."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ._answers import Answer, Refusal, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._accounts import Account
    from ._embedded import EmbeddedHubSpot
    from ._http import Request

CONTROL_PATH = "/embedded-hubspot/"


def control(hubspot: EmbeddedHubSpot, request: Request) -> Answer:
    """Answer what a test asks from outside this process."""
    try:
        return _answer(hubspot, request)
    except Refusal as refused:
        return refused.answer


def _answer(hubspot: EmbeddedHubSpot, request: Request) -> Answer:
    match request.method, request.path.removeprefix(CONTROL_PATH).split("/"):
        case "GET", ["accounts"]:
            return Answer(200, [{"number": account.number, **asdict(account.counts)} for account in hubspot.accounts])
        case "POST", ["reset"]:
            _arguments(request)
            hubspot.reset()
            return Answer(204, None)
        case "POST", ["accounts", number, action] if number in map(str, range(len(hubspot.accounts))):
            return _act(hubspot.accounts[int(number)], action, request)
        case _:
            raise refusal(404, "OBJECT_NOT_FOUND", f"No resource was found at {request.method} {request.path}")


def _act(account: Account, action: str, request: Request) -> Answer:
    actions: dict[str, Callable[..., Any]] = {
        "missing": account.missing,
        "use-quota": account.use_quota,
        "share-quota": account.share_quota,
    }
    if action not in actions:
        raise refusal(404, "OBJECT_NOT_FOUND", f"An account has no {action}")
    try:
        result = actions[action](**_arguments(request))
    except (TypeError, ValueError) as error:
        raise refusal(400, "VALIDATION_ERROR", f"Invalid arguments: {error}") from error
    return Answer(204, None) if result is None else Answer(200, result)


def _arguments(request: Request) -> dict[str, Any]:
    # No page in a browser can send this type without asking first, and the answer to that is 404.
    if request.media_type != "application/json":
        raise refusal(415, "VALIDATION_ERROR", "The body must be application/json")
    try:
        arguments: dict[str, Any] = request.json
    except ValueError as error:
        raise refusal(400, "VALIDATION_ERROR", f"The body must be JSON: {error}") from error
    return arguments
