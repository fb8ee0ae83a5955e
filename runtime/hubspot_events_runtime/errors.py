"""What can go wrong, told apart by what a caller can do about it.

HubSpot's error bodies come in several shapes and from several systems, so none of them is taken for granted, and each
error says the one thing that counts for data that cannot be sent twice: whether the request may have been processed.
The model of the body is generated; what is read of it here stands in `ErrorBody`.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, Protocol, Self, TypeGuard

import httpx

from . import json_text
from .received import Answer
from .redaction import redacted

_LONGEST_TEXT = 500  # characters of a body that go into the text of an error


# What may be kept of an answer's headers: known to be of use, and to say nothing of the request.
_KEPT_HEADERS = frozenset({b"content-type", b"date", b"retry-after", b"x-hubspot-correlation-id"})
_KEPT_PREFIX = b"x-hubspot-ratelimit-"


def kept_headers(headers: httpx.Headers) -> dict[str, str]:
    """Return what may be kept of an answer's headers, by lower-case name."""
    kept: dict[str, str] = {}
    for raw, value in headers.raw:  # decoding them all takes longer than the rest
        name = raw.lower()
        if name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIX):
            kept[name.decode("ascii")] = value.decode("latin-1")
    return kept


class ErrorDetail(Protocol):
    """One fault within an error."""

    @property
    def message(self) -> str:
        """What is wrong, in a sentence."""
        ...

    @property
    def code(self) -> str | None:
        """A word for the kind of fault, for programs."""
        ...

    @property
    def in_(self) -> str | None:
        """The name of the field or parameter at fault."""
        ...

    @property
    def context(self) -> Any:
        """What the error is about: a map of lists of strings, or one string of the kind."""
        ...


class ErrorBody(Protocol):
    """What an error says of itself, be it a whole answer or one error of a batch."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object, whatever is in it."""
        ...

    @property
    def message(self) -> str:
        """What went wrong, in a sentence."""
        ...

    @property
    def category(self) -> str | None:
        """The kind of error, such as VALIDATION_ERROR."""
        ...

    @property
    def context(self) -> Any:
        """What the error is about: a map of lists of strings, or one string of the kind."""
        ...

    @property
    def errors(self) -> Sequence[ErrorDetail]:
        """The single faults."""
        ...


class AnswerError(ErrorBody, Protocol):
    """What an answer that is no success says."""

    @property
    def error_type(self) -> str | None:
        """RATE_LIMIT on a rate limit, which has no category."""
        ...

    @property
    def correlation_id(self) -> str:
        """What HubSpot's support asks for."""
        ...

    @property
    def policy_name(self) -> str | None:
        """Which limit was reached."""
        ...


class HubSpotError(Exception):
    """Base of every error that this library raises.

    Attributes:
        message: What went wrong, in a sentence: HubSpot's own words where it answered.
        method: The HTTP method of the request, or None when there was none yet.
        path: The path of the request, or None when there was none yet.
        category: HubSpot's category, such as VALIDATION_ERROR; its errorType where it sends that instead; or None.
        correlation_id: What HubSpot's support asks for, or None.
        may_have_been_processed: Whether HubSpot may have written what was sent, at this try or one before it.
        sent_ids: The ids of the timeline events that were sent, in the order of the inputs, None where the id was left
            to HubSpot. Sent again under these ids, an event is not written twice. Empty for marketing events.
        tries: How many times the request was sent.
        retry_safe: Whether sending the same again, under `sent_ids`, is safe and may help, be it only later.
        not_retried: Why the request was not sent again although the error would allow it, or None.

    """

    message: str
    method: str | None
    path: str | None
    category: str | None = None
    correlation_id: str | None = None
    may_have_been_processed: bool
    sent_ids: Sequence[str | None]
    tries: int
    retry_safe: bool = False
    not_retried: str | None

    def __init__(
        self,
        message: str,
        *,
        method: str | None = None,
        path: str | None = None,
        may_have_been_processed: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.method = method
        self.path = path
        self.may_have_been_processed = may_have_been_processed
        self.sent_ids = ()
        self.tries = 1
        self.not_retried = None

    @property
    def status_code(self) -> int | None:
        """The HTTP status code of the answer, or None when there was no answer."""
        return None

    @property
    def body(self) -> Any:
        """The body of the answer: parsed JSON, else text, else None."""
        return None

    def __str__(self) -> str:
        """What somebody wants to read in a log at night, in one line."""
        request = f"{self.method} {one_line(self.path)}: " if self.path else ""
        notes = [f"correlation id {one_line(self.correlation_id)}"] if self.correlation_id else []
        if self.path:
            notes.append("may have been processed" if self.may_have_been_processed else "not processed")
        if self.tries > 1:
            notes.append(f"{self.tries} tries")
        if self.not_retried:
            notes.append(f"not tried again: {self.not_retried}")
        return request + one_line(self._summary()) + (f" ({'; '.join(notes)})" if notes else "")

    def _summary(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # The keyword arguments of the constructors are no part of `args`, which is all that Exception pickles.
        return _unpickled, (type(self), self.args), self.__dict__


def _unpickled(kind: type[HubSpotError], args: tuple[Any, ...]) -> HubSpotError:
    return kind.__new__(kind, *args)


class InputError(HubSpotError, ValueError):
    """What was given cannot be sent, and nothing was.

    Attributes:
        field: The name of the argument or field, with its place, such as ``inputs[3].timestamp``.
        reason: What is wrong with the value, and what to give instead.

    """

    field: str
    reason: str

    def __init__(self, field: str, reason: str) -> None:
        field = one_line(field)
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason

    @property
    def index(self) -> int | None:
        """The place of the input that is at fault in its batch, from 0, or None where there is no batch."""
        place = re.match(r"inputs\[(\d+)\]", self.field)
        return int(place[1]) if place else None


class JournalError(HubSpotError):
    """A journal cannot be used, and nothing is sent without it. What kept a file from being read is the ``__cause__``.

    It belongs to another job, to other inputs or to another process, is something else than a journal, or cannot be
    read or written.

    Attributes:
        journal: The path of the journal, as it was given.
        reason: What does not fit, and the way out.

    """

    journal: str
    reason: str

    def __init__(self, journal: str, reason: str) -> None:
        super().__init__(f"journal {journal}: {reason}")
        self.journal = journal
        self.reason = reason


class CallbackError(Exception):
    """Carries what a function of the caller's raised past httpx and the retries, which might take it for their own."""

    def __init__(self, cause: Exception, *, under_way: bool = False) -> None:
        super().__init__()
        self.cause = cause
        self.under_way = under_way  # whether a request may have been sent when it was raised


class TransportError(HubSpotError):
    """There was no answer: no connection, or one that broke. What httpx raised is the ``__cause__``.

    Attributes:
        passes: Whether another try may fare better.
    """

    passes: bool = False


class RequestTimeoutError(TransportError):
    """There was no answer in time."""

    passes = True  # as a refresh that does not end


class ResponseError(HubSpotError):
    """HubSpot answered, and not with a success. Raised itself for codes that have no class of their own.

    Attributes:
        content: The body as it came, but for secrets that it repeats, and with the places that inputs were given at.
        retry_after: Seconds to wait by the answer's Retry-After header, or None.
        received_at: When the answer came, an aware datetime in UTC.
        headers: The answer's headers that are of use, by lower-case name: those of rate limits, the date.
    """

    content: bytes
    retry_after: float | None
    received_at: datetime
    headers: Mapping[str, str]

    def __init__(
        self,
        response: Answer | httpx.Response,
        *,
        now: float,
        model: type[AnswerError],
        may_have_been_processed: bool = False,
        message: str | None = None,
    ) -> None:
        self._model = model
        self.content = response.content
        self._status_code = response.status_code
        error = self.error
        super().__init__(
            message or error.message or _plain_text(self.body) or f"HTTP status {response.status_code}",
            method=response.request.method,
            path=response.request.url.path,
            may_have_been_processed=may_have_been_processed,
        )
        self.category = error.category or error.error_type
        self.correlation_id = error.correlation_id or response.headers.get("X-HubSpot-Correlation-Id")
        self.received_at = datetime.fromtimestamp(now, UTC)
        self.retry_after = _retry_after(response.headers, self.received_at)
        self.headers = kept_headers(response.headers)

    @property
    def body(self) -> Any:
        """The body of the answer: parsed JSON, else text, else None."""
        # Read again each time: what is nested deeply can be read, but neither pickled nor copied.
        parsed = read_json(self.content)
        return parsed if parsed is not None else self.content.decode("utf-8", "replace") or None

    @property
    def error(self) -> AnswerError:
        """The body as HubSpot documents it; empty where the body is something else."""
        body = read_json(self.content)
        return self._model.from_dict(body if isinstance(body, Mapping) else {})

    @property
    def status_code(self) -> int:
        """The HTTP status code of the answer."""
        return self._status_code

    def _summary(self) -> str:
        code = f"{self.status_code} {self.category}" if self.category else str(self.status_code)
        details = "; ".join(f"{one.in_}: {one.message}" if one.in_ else one.message for one in self.error.errors)
        return f"{code}: {self.message}" + (f" [{details}]" if details else "")


class BadRequestError(ResponseError):
    """HubSpot refused what was sent (400, 413, 414, 415, 422)."""

    @property
    def fields(self) -> list[str]:
        """The names of the fields at fault, where HubSpot names them."""
        return list(dict.fromkeys(one.in_ for one in self.error.errors if one.in_))


class AuthenticationError(ResponseError):
    """The access token is missing, invalid or expired (401), or the token endpoint refuses to refresh it.

    ``category`` then is HubSpot's word for the reason, such as BAD_REFRESH_TOKEN.
    """


class PermissionDeniedError(ResponseError):
    """The access token lacks a scope (403)."""

    @property
    def missing_scopes(self) -> list[str]:
        """The scopes that HubSpot asks for, where it names them."""
        error = self.error
        contexts = (error.context, *(one.context for one in error.errors))
        scopes = [
            scope
            for context in contexts
            for name, values in context_values(context)
            if name in ("missingScopes", "requiredScopes", "requiredGranularScopes")
            for scope in values
        ]
        # HubSpot also has them in the sentence: "(requires any of [timeline])".
        said = re.findall(r"(?i)requires?[\w ]{0,20}\[([^\[\]]*)\]", error.message[:_LONGEST_TEXT])
        scopes += [scope.strip() for scope in ",".join(said).split(",") if scope.strip()]
        return list(dict.fromkeys(scopes))

    def _summary(self) -> str:
        summary = super()._summary()
        missing = [scope for scope in self.missing_scopes if scope not in summary]
        return summary + (f" [needs {', '.join(missing)}]" if missing else "")


class NotFoundError(ResponseError):
    """There is nothing at the address (404)."""


class ConflictError(ResponseError):
    """The id is in use already (409, or 400 with words to that effect).

    With ``may_have_been_processed`` it was probably an earlier try of the same call, whose answer was lost, that used
    the id.
    """


class LockedError(ResponseError):
    """Too much data at once (423)."""


class RateLimitError(ResponseError):
    """A rate limit was reached (429).

    Attributes:
        retry_after: Seconds after which the short limit is over, by the answer's headers or else by the policy, or None
            where HubSpot does not say, and when today is over.
    """

    _WINDOWS: ClassVar = {"TEN_SECONDLY_ROLLING": 10.0, "SECONDLY": 1.0}

    def __init__(self, response: Answer | httpx.Response, **details: Any) -> None:
        super().__init__(response, **details)
        if self.daily:
            self.retry_after = None
        elif self.retry_after is None:
            milliseconds = _number(self.headers.get("x-hubspot-ratelimit-interval-milliseconds"))
            policy = (self.policy_name or "").upper()
            self.retry_after = self._WINDOWS.get(policy) if milliseconds is None else milliseconds / 1000

    @property
    def policy_name(self) -> str | None:
        """Which limit: TEN_SECONDLY_ROLLING, SECONDLY or DAILY, or None where HubSpot does not say."""
        return self.error.policy_name

    @property
    def daily(self) -> bool:
        """Whether today is over: the limit of the day ends at midnight in the account's time zone."""
        if self.policy_name:
            return self.policy_name.upper() == "DAILY"
        return self.headers.get("x-hubspot-ratelimit-daily-remaining") == "0"


class MigrationError(ResponseError):
    """The account is being moved between data centres (477)."""

    @property
    def until(self) -> datetime | None:
        """When to try again, an aware datetime in UTC, or None where HubSpot does not say."""
        if self.retry_after is None:
            return None
        try:
            return self.received_at + timedelta(seconds=self.retry_after)
        except OverflowError:
            return None


class ServerError(ResponseError):
    """HubSpot, or the network in front of it, failed (5xx)."""


class UnreadableResponseError(ResponseError):
    """The request was accepted, and the answer does not tell what became of it. See ``content``.

    It is HTML, cut-off JSON, an error, or names another event than the one that was sent.
    """

    def __init__(
        self,
        response: Answer | httpx.Response,
        *,
        now: float,
        model: type[AnswerError],
        reason: str = "cannot be read",
    ) -> None:
        super().__init__(
            response,
            now=now,
            model=model,
            may_have_been_processed=True,
            message=f"HubSpot accepted the request, but its answer {reason}",
        )

    def _summary(self) -> str:
        return f"{self.status_code}: {self.message}: {_plain_text(self.body) or 'it is empty'}"


_BY_STATUS: dict[int, type[ResponseError]] = {
    **dict.fromkeys((400, 413, 414, 415, 422), BadRequestError),
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    423: LockedError,
    429: RateLimitError,
    477: MigrationError,
}

# The codes by which HubSpot, or the network in front of it, says that nothing was done: refused, or never reached. Of
# any other nobody knows.
NOT_PROCESSED = frozenset(
    {
        *(400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 411, 413, 414, 415, 416, 417, 421, 422, 423, 426, 428, 429),
        *(431, 477, 521, 523, 525, 526),
    }
)


def says_id_in_use(message: str) -> bool:
    """Whether an error says that an id is taken, which has no category of its own."""
    return re.search(r"(?i)\bid\b.*\balready in use\b", message[:_LONGEST_TEXT]) is not None


def all_say_id_in_use(messages: Collection[str]) -> bool:
    """Whether there are messages, and each says that an id is taken."""
    return bool(messages) and all(map(says_id_in_use, messages))


def is_of_id_in_use(error: ErrorBody) -> bool:
    """Whether an error says that an id is taken, in all its details or, without any, itself, be it by its category."""
    details = [one.message for one in error.errors if one.message]
    if details:
        return all(map(says_id_in_use, details))
    return error.category == "CONFLICT" or says_id_in_use(error.message)


def error_from_response(response: Answer | httpx.Response, now: float, model: type[AnswerError]) -> ResponseError:
    """Return the error for an answer that is no success; ``now`` in Unix seconds."""
    code = response.status_code
    kind = ServerError if code >= 500 else _BY_STATUS.get(code, ResponseError)
    error = kind(response, now=now, model=model, may_have_been_processed=code not in NOT_PROCESSED)
    if kind is BadRequestError and is_of_id_in_use(error.error):
        return ConflictError(response, now=now, model=model)
    return error


# Of these httpx knows that no request was on its way.
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def error_from_exception(
    exception: Exception,
    request: httpx.Request,
    now: float,
    secrets: Collection[str],
    *,
    is_refresh: bool = False,
) -> HubSpotError:
    """Return the error for a request that could not be sent, or got no whole answer.

    Takes any exception: a pool that belongs to another event loop, for one, fails with a RuntimeError. A token refresh
    is a request of its own, before the one of the caller is sent.
    """
    kind = RequestTimeoutError if isinstance(exception, httpx.TimeoutException | TimeoutError) else TransportError
    name = type(exception).__name__
    told = f"{name}: {exception}" if str(exception) else name
    # httpx shows a header that cannot be sent, which may be the one with the token, in Python's spelling of bytes.
    has_secrets = is_refresh or isinstance(exception, httpx.LocalProtocolError)
    message = name if has_secrets else redacted(told, secrets)
    if isinstance(exception, httpx.ProxyError):  # its own words may repeat its password, which nobody here knows
        message = re.sub(r"(?s)(?<=: )(\d{3})\b.*", lambda code: _status_of(int(code[1])), message)
    error = kind(
        message,
        method=request.method,
        path=request.url.path,
        may_have_been_processed=not is_refresh and not isinstance(exception, NEVER_SENT),
    )
    error.passes = _passes(exception)
    # The text of a traceback has all of them.
    texts = [text for one in _chain(exception) for text in (str(one), *getattr(one, "__notes__", ()))]
    if message == told and not has_secrets and all(redacted(text, secrets) == text for text in texts):
        if isinstance(exception, httpx.HTTPError):  # it has the whole request, and Dask pickles a cause
            exception.request = httpx.Request(request.method, request.url.copy_with(raw_path=b"/"))
        error.__cause__ = exception
    return error


def _status_of(code: int) -> str:
    return f"{code} {httpx.codes.get_reason_phrase(code)}".strip()


def _chain(exception: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what it came of."""
    while exception is not None:
        yield exception
        exception = exception.__cause__ or exception.__context__


def _passes(exception: Exception) -> bool:
    """Whether another try may fare better than one that got no answer."""
    if isinstance(exception, httpx.ProxyError) and str(exception).startswith("407"):  # it wants a password
        return False
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in _chain(exception)):
        return False
    return isinstance(exception, httpx.RequestError) and not isinstance(
        exception, httpx.LocalProtocolError | httpx.UnsupportedProtocol
    )


def read_json(content: bytes) -> Any:
    """Return parsed JSON, or None for what is none (and for ``null``)."""
    try:
        return json_text.loads(content)
    except (ValueError, RecursionError):
        return None


def context_values(context: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the names and values of an error's context, a map of lists or one string such as ``{ids=[1, 2]}``."""
    if isinstance(context, str):
        for name, values in re.findall(r"(\w{1,99})=\[([^\[\]]*)\]", context[: 20 * _LONGEST_TEXT]):
            yield name, [value.strip() for value in values.split(",")]
    elif isinstance(context, Mapping):
        for name, values in context.items():
            yield name, [str(value) for value in (values if isinstance(values, list) else [values])]


def _retry_after(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds of a Retry-After header: a number, or the date at which to try again; of several, the longest."""
    seconds = [_seconds(value, headers.get("Date"), now) for value in headers.get_list("Retry-After")]
    return max((one for one in seconds if one is not None), default=None)


def _seconds(value: str, date: str | None, now: datetime) -> float | None:
    # Two headers may have become one.
    numbers = [_number(part) for part in value.split(",")]
    if None not in numbers:
        return max(number for number in numbers if number is not None)
    # A date is one by the clock of who sent it.
    until, sent = _date(value), _date(date)
    return None if until is None else max(0.0, (until - (sent or now)).total_seconds())


def _date(value: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _number(value: str | None) -> float | None:
    """A number that is not negative; one without an end is infinite."""
    match = re.fullmatch(r"\s*(\d{1,400}(?:\.\d{1,9})?)\s*", value or "", re.ASCII)
    return float(match[1]) if match else None


def _plain_text(body: Any) -> str:
    """A body that is not HubSpot's JSON, as one line without HTML tags."""
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    return one_line(re.sub(r"<[^<>]*>", " ", text[: 20 * _LONGEST_TEXT]))


# What moves the cursor of a terminal, or turns its text around; and half a surrogate pair, which nothing can write.
_CONTROLS = "[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"


def one_line(text: str) -> str:
    """Return text without line breaks, with control characters as escapes, and not too long."""
    text = " ".join(text[: 4 * _LONGEST_TEXT].split())
    text = re.sub(_CONTROLS, lambda found: ascii(found[0])[1:-1], text)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def shown(value: object) -> str:
    """Return a repr for the text of an error: not too long, and of anything."""
    try:
        return one_line(repr(value))
    except Exception:  # noqa: BLE001 - a repr of the caller's; and Python has none of a very large number
        return f"a {type(value).__name__}"


def is_text(value: object) -> TypeGuard[str]:
    """Whether this is text that is not empty, and can be kept: half a surrogate pair cannot."""
    try:
        return isinstance(value, str) and value.encode() != b""
    except UnicodeEncodeError:
        return False


def type_name(value: object) -> str:
    """Return the name of a value's type, for the text of an error."""
    return "None" if value is None else type(value).__name__
