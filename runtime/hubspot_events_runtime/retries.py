"""Whether to try again, and when: a decision from an error, and the steps of a call, without sending or waiting.

httpx-retries was looked at first. It is a transport, and these rules need more than a transport sees: the body, which
tells the daily limit from the short one; an answer that breaks off while its body is read; whether the call can be
repeated at all; and a wait that would outlast the caller's patience, which here ends the call at once.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Collection, Generator
from typing import NamedTuple, TypeVar

import httpx

from .answers import Response
from .errors import (
    AnswerError,
    CallbackError,
    ConflictError,
    HubSpotError,
    InputError,
    RateLimitError,
    ResponseError,
    TransportError,
    UnreadableResponseError,
    error_from_exception,
    error_from_response,
    one_line,
    shown,
)
from .exchange import Outcome
from .operations import Call, came_with
from .received import Answer

T = TypeVar("T")

logger = logging.getLogger("hubspot_events")


_LOCKED = 2.0  # seconds that HubSpot wants after 423
_FIRST_BACKOFF = 1.0  # seconds; doubles with every try
_LONGEST_BACKOFF = 20.0
_LONGEST_SPREAD = 5.0  # seconds on top of what HubSpot asks for

# The codes of what passes: limits, an account that is being moved, and faults of HubSpot or the network in front of it.
_PASSING = frozenset({408, 423, 425, 429, 477, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530})


class RetryPolicy(NamedTuple):
    """How patient a client is.

    Attributes:
        max_retries: How many times a request is sent again at the most.
        max_wait: How many seconds a call spends on tries that failed and on the waits between them, at the most.

    """

    max_retries: int
    max_wait: float


def retry_policy(max_retries: int, max_wait: float) -> RetryPolicy:
    """Return a policy; raises InputError for one that cannot be kept."""
    if not isinstance(max_retries, int) or max_retries < 0:
        raise InputError("max_retries", f"must be a whole number from 0, not {shown(max_retries)}")
    # The upper bound is that of time.sleep.
    if not isinstance(max_wait, int | float) or not 0 <= max_wait <= threading.TIMEOUT_MAX:
        raise InputError("max_wait", f"must be a finite number of seconds from 0, not {shown(max_wait)}")
    return RetryPolicy(max_retries, max_wait)


def steps(  # noqa: PLR0917 - each is another part of a call
    call: Call[T],
    build: Callable[[Call[T]], httpx.Request],
    policy: RetryPolicy,
    now: Callable[[], float],
    model: type[AnswerError],
    secrets: Callable[[httpx.Request], Collection[str]],
) -> Generator[httpx.Request | float, Outcome | None, T]:
    """Yield each step of a call, a request to send or seconds to wait, and return its result.

    What came of sending a request is sent back in; raises the HubSpotError that the call ends with, with a body that is
    read as `model`, or a CallbackError, whose cause a generator could not raise.
    """
    tries = retries = 0
    waited = 0.0
    may_have_been_processed = False
    request = build(call)
    came: Response | None = None
    while True:
        began = now()
        outcome = yield request
        tries += 1
        # A server that never answers takes its time-out each time, and patience has an end.
        waited += max(0.0, now() - began)
        try:
            answer = _answer(outcome, request, now(), secrets(request))
            came = came_with(answer, now=now(), tries=tries, sent=call.sent)
            if not answer.is_success:
                raise error_from_response(answer, now(), model)
            try:
                return call.result(answer, came, lost=may_have_been_processed)
            except ValueError:
                raise UnreadableResponseError(answer, now=now(), model=model) from None
        except CallbackError as error:
            if may_have_been_processed or error.under_way:
                error.cause.add_note(f"The call may have been processed; its ids are {list(call.sent_ids)}.")
            raise
        except HubSpotError as error:
            if isinstance(error, ConflictError) and call.settles(error, lost=may_have_been_processed):
                if came and call.is_settled:
                    return call.result_of_conflict(came)
                request = build(call)
                continue
            # An answer to this try says nothing about an earlier one whose answer was lost.
            may_have_been_processed |= error.may_have_been_processed
            error.may_have_been_processed = may_have_been_processed
            error.sent_ids = call.sent_ids
            error.tries = tries
            wait = wait_before_retry(error, retries, policy.max_wait - waited)
            error.retry_safe = passes(error) and (call.repeatable or not may_have_been_processed)
            if wait is None or retries >= policy.max_retries:
                raise
            if may_have_been_processed and not call.repeatable:
                error.not_retried = call.why_not_repeatable
                raise
            if waited + wait > policy.max_wait:
                error.not_retried = f"{wait:.0f} seconds of waiting are more than max_wait leaves"
                raise
            # Not the text of the error, which may be that of a body.
            reason = " ".join(str(part) for part in (type(error).__name__, error.status_code, error.category) if part)
            reason = one_line(reason)
        retries += 1
        waited += wait
        logger.info(
            "%s %s: retry %d of %d in %.1f seconds after %s",
            *(request.method, request.url.path, retries, policy.max_retries, wait, reason),
        )
        yield wait


def _answer(outcome: Outcome | None, request: httpx.Request, now: float, secrets: Collection[str]) -> Answer:
    """Return an answer, or raise what came in place of one."""
    if isinstance(outcome, HubSpotError | CallbackError):
        raise outcome
    if isinstance(outcome, Exception):
        raise error_from_exception(outcome, request, now, secrets)
    assert outcome is not None  # noqa: S101 - the driver sends in what came of a request
    return outcome.answer(secrets)


def passes(error: HubSpotError) -> bool:
    """Whether what failed may fare better later, be it only tomorrow."""
    if isinstance(error, TransportError):
        return error.passes
    return isinstance(error, ResponseError) and error.status_code in _PASSING


def wait_before_retry(error: HubSpotError, retries: int, left: float) -> float | None:
    """Return the seconds to wait before the request is sent again, or None when it is not to be.

    Args:
        error: What came of the last try.
        retries: How many times the request was sent again already.
        left: The seconds of waiting that the caller has patience for.

    """
    # Half of it is fixed, so that the tries last as long as is said; the other half spreads those that failed together.
    backoff: float = min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2 ** min(retries, 30)) * random.uniform(0.5, 1)  # noqa: S311
    if not passes(error):
        return None
    if not isinstance(error, ResponseError):
        return backoff
    asked = error.retry_after
    match error.status_code:
        case 423:
            return max(_LOCKED, asked or 0) + backoff
        case 429 if isinstance(error, RateLimitError) and error.daily:
            return None
        case 477 if asked is None:
            return None
    if asked is None:
        return backoff
    # An announced end is the same for all that wait for it: some of the back-off comes on top, to spread them.
    return max(asked, min(asked + min(backoff, _LONGEST_SPREAD), left))
