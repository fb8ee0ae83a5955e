"""Whether to try again, and when: a decision from an error, and the steps of a call, without sending or waiting.

httpx-retries was looked at first. It is a transport, and these rules need more than a transport sees: the body, which
tells the daily limit from the short one; an answer that breaks off while its body is read; whether the call can be
repeated at all; and a wait that would outlast the caller's patience, which here ends the call at once.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Generator
from typing import TypeAlias, TypeVar

import attrs
import httpx

from ._auth import CallbackError
from ._calls import Call
from ._errors import (
    HubSpotError,
    InputError,
    RateLimitError,
    ResponseError,
    TransportError,
    error_from_exception,
    error_from_response,
    one_line,
    shown,
)

T = TypeVar("T")

logger = logging.getLogger("hubspot_events")

#: What came of sending a request.
Outcome: TypeAlias = httpx.Response | Exception

_MOST_RETRIES_OF_500 = 2  # it is more often a fault that stays than one that passes
_LOCKED = 2.0  # seconds that HubSpot wants after 423
_FIRST_BACKOFF = 1.0  # seconds; doubles with every try
_LONGEST_BACKOFF = 20.0


@attrs.frozen
class RetryPolicy:
    """How patient a client is.

    Attributes:
        max_retries: How many times a request is sent again at the most.
        max_wait: How many seconds a call waits between its tries, all together, at the most.

    """

    max_retries: int
    max_wait: float

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.max_retries, int) or self.max_retries < 0:
            raise InputError("max_retries", f"must be a whole number from 0, not {shown(self.max_retries)}")
        # The upper bound is that of time.sleep.
        if not isinstance(self.max_wait, int | float) or not 0 <= self.max_wait <= threading.TIMEOUT_MAX:
            raise InputError("max_wait", f"must be a finite number of seconds from 0, not {shown(self.max_wait)}")


def steps(
    call: Call[T], request: httpx.Request, policy: RetryPolicy, now: Callable[[], float]
) -> Generator[httpx.Request | float, Outcome | None, T]:
    """Yield each step of a call, a request to send or seconds to wait, and return its result.

    What came of sending a request is sent back in; raises the HubSpotError that the call ends with.
    """
    retries = 0
    waited = 0.0
    may_have_been_processed = False
    while True:
        outcome = yield request
        try:
            return _result(call, outcome, request, now())
        except CallbackError as error:
            if may_have_been_processed:
                error.cause.add_note(
                    f"An earlier try of this call may have been processed; its ids are {list(call.sent_ids)}."
                )
            raise error.cause from None
        except HubSpotError as error:
            # An answer to this try says nothing about an earlier one whose answer was lost.
            may_have_been_processed |= error.may_have_been_processed
            error.may_have_been_processed = may_have_been_processed
            error.sent_ids = call.sent_ids
            error.tries = retries + 1
            wait = wait_before_retry(error, retries)
            if wait is None or retries >= policy.max_retries:
                raise
            if may_have_been_processed and not call.repeatable:
                error.not_retried = "the id was left to HubSpot, so that another try could write the event twice"
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


def _result(call: Call[T], outcome: Outcome | None, request: httpx.Request, now: float) -> T:
    if isinstance(outcome, HubSpotError | CallbackError):
        raise outcome
    if isinstance(outcome, Exception):
        raise error_from_exception(outcome, request, now)
    assert outcome is not None  # noqa: S101 - the driver sends in what came of a request
    if not outcome.is_success:
        raise error_from_response(outcome, now)
    return call.result(outcome, now)


def wait_before_retry(error: HubSpotError, retries: int) -> float | None:
    """Return the seconds to wait before the request is sent again, or None when it is not to be.

    Args:
        error: What came of the last try.
        retries: How many times the request was sent again already.

    """
    backoff = random.uniform(0, min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2 ** min(retries, 30)))  # noqa: S311
    if isinstance(error, TransportError):
        return backoff if error.passes else None
    if isinstance(error, RateLimitError):
        # The window is over when it is over, for all that wait for it: the back-off comes on top, to spread them.
        return None if error.daily else (error.retry_after or 0) + backoff
    if not isinstance(error, ResponseError):
        return None
    asked = error.retry_after or 0
    match error.status_code:
        case 423:
            return max(_LOCKED, asked) + backoff
        case 477:
            return None if error.retry_after is None else max(backoff, asked)
        case 500 if retries >= _MOST_RETRIES_OF_500:
            return None
        # 429 here is that of a token endpoint: AuthenticationError has any code.
        case 429 | 500 | 502 | 503 | 504 | 521 | 522 | 523 | 524 | 525 | 526:
            return max(backoff, asked)
    return None
