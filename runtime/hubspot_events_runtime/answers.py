"""What came with an answer, and whether it says what a success says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, Self, TypeVar

import attrs

T = TypeVar("T")

#: A result that is read when it is asked for: a model's `from_dict`, and the JSON object for it.
Unread = partial

# The words by which a body says that it is an error.
_ERROR_WORDS = frozenset({"error", "failed", "failure", "rejected", "canceled", "cancelled"})
_ERROR_FIELDS = ("error", "errors", "errorType", "failure", "numErrors")
#: Without any of these a JSON object is no error, to `is_error`.
OF_ERRORS = frozenset({"status", "success", "message", *_ERROR_FIELDS})
# Beside a message, which each error has.
_OF_AN_ERROR = frozenset({"category", "correlationId"})
# In what has no field of the result: the words of an error that is not HubSpot's, or of the answer to a batch.
_LIKE_AN_ERROR = (
    r"(?i)err|fault|fail|exception|reject|den(?:y|ied)|forbid|cancel|detail|message|results|\bfalse\b|\b[45]\d\d\b"
)


class Fields:
    """What is shown and compared by its fields, such as a model.

    attrs would write both anew for each class, which takes a third of the time that it takes to import them.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in _fields(type(self)) if field.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, field.name) == getattr(other, field.name) for field in _fields(type(self)) if field.eq)

    __hash__ = None  # type: ignore[assignment]  # what can be changed has none


def _fields(model: type) -> tuple[attrs.Attribute[Any], ...]:
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(model)
    return fields


@attrs.frozen(eq=False, repr=False)
class Response(Fields):
    """What came with an answer: `response` of every result.

    It is the result itself of an operation whose answer has no documented body, and of `request`.

    Attributes:
        status_code: The HTTP status code; 0 for a part of an answer, which has none of its own.
        headers: The headers that are of use, by lower-case name: those of rate limits, the content type, the date.
        correlation_id: What HubSpot's support asks for, or None.
        tries: How many times the request was sent.
        received_at: When the answer came, an aware datetime in UTC.
        sent: The JSON that was sent, or None.
        json: The JSON of the body, or None when there was none.
        known_already: Whether HubSpot refused the last try because an earlier one, whose answer was lost, had been
            processed. What was sent is written, and the answer says no more of it.
    """

    status_code: int
    headers: Mapping[str, str]
    correlation_id: str | None
    tries: int
    received_at: datetime
    sent: Any = attrs.field(repr=False)
    json: Any = attrs.field(repr=False)
    known_already: bool = False


#: What came with the part of an answer, or with what was made by hand: nothing of its own.
NOTHING_CAME = Response(0, {}, None, 0, datetime.fromtimestamp(0, UTC), None, None)


class ResultList(list[T], Generic[T]):
    """The items of an answer that is a list.

    Attributes:
        response: What came with the answer.
    """

    response: Response


class OtherInputError(ValueError):
    """An answer is about something else than what was sent; its text says so, with "the answer" in front."""


def is_error(data: Mapping[str, Any]) -> bool:
    """Whether a JSON object is an error rather than what was asked for, whatever the status code says."""
    status = data.get("status")
    return (
        (isinstance(status, str) and status.casefold() in _ERROR_WORDS)
        or (isinstance(status, int) and status >= 400)
        or data.get("success") is False
        or any(map(data.get, _ERROR_FIELDS))
        or ("message" in data and not _OF_AN_ERROR.isdisjoint(data))
    )


def _is_like_an_error(data: Mapping[str, Any]) -> bool:
    """Whether an object without any field of the result is an error in a form that is not HubSpot's, or of a batch."""
    plain = [str(value) for value in data.values() if not isinstance(value, Mapping | list)]
    inner = [name for value in data.values() if isinstance(value, Mapping) for name in value]
    return re.search(_LIKE_AN_ERROR, "\n".join([*data, *plain, *inner])) is not None


class Model(Fields):
    """What a generated model is."""

    __slots__ = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a JSON object."""
        raise NotImplementedError


M = TypeVar("M", bound=Model)


def reader_of(model: type[M]) -> Callable[[Any], M]:
    """Return what reads an answer that is an object; without a body, one that tells nothing."""

    def read(data: Any) -> M:
        if data is None:
            return model.from_dict({})
        if not isinstance(data, Mapping) or not data:
            raise ValueError("no object")
        made = model.from_dict(data)
        if len(made.additional_properties) == len(data) and _is_like_an_error(data):  # type: ignore[attr-defined]
            raise ValueError("an error, or the answer to a batch, in the place of a result")
        return made

    return read


def reader_of_list(read_item: Callable[[Any], T]) -> Callable[[Any], ResultList[T]]:
    """Return what reads an answer that is a list; without a body, an empty one."""

    def read(data: Any) -> ResultList[T]:
        if data is None:
            return ResultList()
        if not isinstance(data, list):
            raise ValueError("no list")
        return ResultList(map(read_item, data))

    return read


def read_nothing(_: Any) -> Any:
    """Read an answer that has no documented body: the result is what came with it."""
    return None
