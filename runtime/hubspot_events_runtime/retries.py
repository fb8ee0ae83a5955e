"""Whether to try again, and when: a decision from an error, and the steps of a call, without sending or waiting."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Collection, Generator
from typing import Any, NamedTuple, TypeAlias, TypeVar

import httpx

from .answers import OtherInputError, Response
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
from .rate_limiter import WINDOW
from .received import Answer, Received
from .redaction import not_named, redacted
from .shared_rate_limiter import Limiter

T = TypeVar("T")

logger = logging.getLogger("hubspot_events")


_LOCKED = 2.0  # seconds that HubSpot wants after 423
_FIRST_BACKOFF = 1.0  # seconds; doubles with every try
_LONGEST_BACKOFF = 20.0
_LONGEST_SLEEP = 0.25  # seconds after which a wait looks whether it is still wanted
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


#: What a driver does next: send a request, wait so many seconds, or call what does I/O and may be called in a thread.
Step: TypeAlias = httpx.Request | float | Callable[[], Any]


class Watcher:
    """Who looks on at the tries of a call. This one is for a single call, which nobody looks on at."""

    #: Whether the call goes out after those of which this is false.
    is_bulk = False

    @property
    def is_stopping(self) -> bool:
        """Whether the call is not to be sent, or not to be sent again."""
        return False

    def sending(self) -> None:
        """Take in that a request is about to be sent."""

    def came(self, answer: str) -> None:
        """Take in what came of it: a status code, or the name of an error."""

    def failed(self, *, may_have_been_processed: bool) -> None:
        """Take in that a try failed, and whether HubSpot may have processed that one or one before it."""


NOBODY = Watcher()


class StoppedError(HubSpotError):
    """The call was ended between two tries, or before the first."""


def steps(  # noqa: PLR0917 - each is another part of a call
    call: Call[T],
    build: Callable[[Call[T]], httpx.Request],
    policy: RetryPolicy,
    now: Callable[[], float],
    model: type[AnswerError],
    secrets: Callable[[httpx.Request], Collection[str]],
    limiter: Limiter,
    watcher: Watcher,
) -> Generator[Step, Any, T]:
    """Yield each step of a call, and return its result.

    What came of a step is sent back in: the outcome of a request, what a function returned. Raises the HubSpotError
    that the call ends with, with a body that is read as `model`, or a CallbackError, whose cause a generator could not
    raise.
    """
    tries = retries = 0
    waited, may_have_been_processed = 0.0, False
    request = build(call)
    came: Response | None = None
    turn: Any = limiter.line_up(is_bulk=watcher.is_bulk)
    try:
        while True:
            yield from _lined_up(call, limiter, turn, now, watcher, tries=tries, lost=may_have_been_processed)
            began = now()
            outcome: Outcome | None = yield request
            tries += 1
            # A server that never answers takes its time-out each time, and patience has an end.
            waited += max(0.0, (ended := now()) - began)
            hidden = not_named(secrets(_sent(outcome, request)), call.names)
            try:
                answer = call.numbered(_answer(outcome, request, ended, hidden))
                came = came_with(answer, now=ended, tries=tries, sent=call.sent)
                limiter.learn(turn, came.headers, ended)
                watcher.came(str(came.status_code))
                return _result(call, answer, came, ended, model, lost=may_have_been_processed)
            except CallbackError as error:
                may_have_been_processed |= error.under_way
                watcher.failed(may_have_been_processed=may_have_been_processed)
                if may_have_been_processed:
                    _tell(error.cause, call)
                raise
            except HubSpotError as error:
                if isinstance(error, ConflictError) and call.settles(error, lost=may_have_been_processed):
                    if came and call.is_settled:
                        return call.result_of_conflict(came, lost=may_have_been_processed)
                    request = build(call)
                    wait = 0.0
                else:
                    # An answer to this try says nothing about an earlier one whose answer was lost.
                    may_have_been_processed |= error.may_have_been_processed
                    watcher.failed(may_have_been_processed=may_have_been_processed)
                    _complete(error, call, tries, hidden(), lost=may_have_been_processed)
                    if not isinstance(error, ResponseError):
                        watcher.came(type(error).__name__)
                    if isinstance(error, RateLimitError) and not error.daily:
                        limiter.hold_back(error.retry_after, ended)
                    wait = _wait_or_raise(error, call, retries, policy, policy.max_wait - waited)
                    retries += 1
                    logger.info(
                        "%s %s: retry %d of %d in %.1f seconds after %s",
                        *(request.method, one_line(redacted(request.url.path, hidden()))),
                        *(retries, policy.max_retries, wait, _in_short(error)),
                    )
            limiter.leave(turn, now())
            yield from limiter.telling(now())
            waited += wait
            yield from _slept(wait, watcher)
            turn = limiter.line_up(is_bulk=watcher.is_bulk)
    finally:
        limiter.leave(turn, now())


def _tell(raised: BaseException, call: Call[Any]) -> None:
    """Tell in what a function of the caller's raised that the call may have been processed."""
    if isinstance(raised, HubSpotError):  # which says so of another call, a hook's own
        raised.may_have_been_processed = True
    raised.add_note(f"The call may have been processed; its ids are {list(call.sent_ids)}.")


def telling(steps: Generator[Step, Any, T], limiter: Limiter, now: Callable[[], float]) -> Generator[Step, Any, T]:
    """Yield the steps of a call, and at its end those that tell the limiter's store of it."""
    try:
        result = yield from steps
    except Exception:  # not when it is left early: then the store hears of it with the next call
        yield from limiter.telling(now())
        raise
    yield from limiter.telling(now())
    return result


def _lined_up(
    call: Call[T], limiter: Limiter, turn: Any, now: Callable[[], float], watcher: Watcher, *, tries: int, lost: bool
) -> Generator[Step, Any, None]:
    """Yield the steps until a request may go out; raises StoppedError, and what the limiter does."""
    at = now()
    try:
        while not watcher.is_stopping:
            wait = yield from limiter.asking(turn, at)
            if not wait:
                break
            yield from _slept(wait, watcher)
            at = max(now(), at + wait)  # a clock for tests may stand still
        if watcher.is_stopping:
            raise StoppedError("the run was stopped")
    except HubSpotError as error:
        _complete(error, call, tries, (), lost=lost)
        error.retry_safe = True  # what was lost before is repeatable, or there would be no other try
        raise
    watcher.sending()


def _slept(wait: float, watcher: Watcher) -> Generator[float, object, None]:
    """Yield a wait; for a watcher, who may want it to end, in parts."""
    longest = _LONGEST_SLEEP if watcher.is_bulk else wait
    while wait > 0 and not watcher.is_stopping:
        yield min(wait, longest)
        wait -= longest


def _result(call: Call[T], answer: Answer, came: Response, now: float, model: type[AnswerError], *, lost: bool) -> T:
    """Return the result of an answer; raises ResponseError for what is no success, or cannot be read."""
    if not answer.is_success:
        raise error_from_response(answer, now, model)
    try:
        return call.result(answer, came, lost=lost)
    except OtherInputError as error:
        raise UnreadableResponseError(answer, now=now, model=model, reason=str(error)) from None
    except ValueError:
        raise UnreadableResponseError(answer, now=now, model=model) from None


def _complete(error: HubSpotError, call: Call[Any], tries: int, secrets: Collection[str], *, lost: bool) -> None:
    """Add to an error what is known of the tries before it, and take secrets out of its path."""
    error.path = error.path and redacted(error.path, secrets)  # some of HubSpot's have a token
    error.may_have_been_processed = lost
    error.sent_ids = call.sent_ids
    error.tries = tries


def _wait_or_raise(error: HubSpotError, call: Call[Any], retries: int, policy: RetryPolicy, left: float) -> float:
    """Return the seconds to wait before a call is sent again; raises the error where it is not to be."""
    wait = wait_before_retry(error, retries, left)
    may_have_been_processed = error.may_have_been_processed
    error.retry_safe = passes(error) and (call.repeatable or not may_have_been_processed)
    if wait is None or retries >= policy.max_retries:
        raise error
    if may_have_been_processed and not call.repeatable:
        error.not_retried = call.why_not_repeatable
        raise error
    if wait > left:
        error.not_retried = f"{wait:.0f} seconds of waiting are more than max_wait leaves"
        raise error
    return wait


def _in_short(error: HubSpotError) -> str:
    """Return what went wrong without the text of the error, which may be that of a body."""
    return one_line(" ".join(str(part) for part in (type(error).__name__, error.status_code, error.category) if part))


def _sent(outcome: Outcome | None, request: httpx.Request) -> httpx.Request:
    """Return the request that something came of: an auth of the caller's may have sent a copy, with a token in it."""
    return outcome.request if isinstance(outcome, Received) else getattr(outcome, "_request", None) or request


def _answer(
    outcome: Outcome | None, request: httpx.Request, now: float, secrets: Callable[[], Collection[str]]
) -> Answer:
    """Return an answer, or raise what came in place of one."""
    if isinstance(outcome, HubSpotError | CallbackError):
        raise outcome
    if isinstance(outcome, Exception):
        raise error_from_exception(outcome, request, now, secrets())
    assert outcome is not None  # noqa: S101 - the driver sends in what came of a request
    return outcome.answer(secrets())


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
        case 429 if asked is None:
            asked = WINDOW  # for which the limiter lets nothing out
        case 477 if asked is None:
            return None
    if asked is None:
        return backoff
    # An announced end is the same for all that wait for it: some of the back-off comes on top, to spread them.
    return max(asked, min(asked + min(backoff, _LONGEST_SPREAD), left))
