"""What to send for an operation, and how to read the answer, without sending anything.

The generated resources say what an operation is, in an `Operation`; a `Call` is one use of it. Both clients are thin
drivers around these, so what holds for one holds for the other.
"""

from __future__ import annotations

import itertools
import json
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from urllib.parse import quote, urlencode

import attrs

from . import json_text
from .answers import OtherInputError, Response, ResultList, is_error, read_nothing
from .batches import BatchReader
from .errors import ConflictError, InputError, all_say_id_in_use, kept_headers, read_json, shown, type_name
from .inputs import Inputs
from .received import Answer
from .writing import not_a_model, write_filled, write_json, write_list, write_objects, write_optional, write_plain

T = TypeVar("T")
Json = dict[str, Any]

_NOTHING: Mapping[str, Any] = {}

#: The methods that HTTP calls idempotent (RFC 9110): sent again, they do no more than once.
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})


class HubSpotDeprecationWarning(FutureWarning):
    """A call goes to a version of the API that HubSpot will switch off. Once per process and operation.

    A FutureWarning, as it is for who runs the program: Python hides a DeprecationWarning from them.
    """


class Ids(Protocol):
    """Who makes the ids of inputs, and how."""

    def fill(self, pattern: str | None) -> str | None:
        """Return the id to send for one that was given, or was not."""
        ...

    def is_fixed(self, identity: str | None) -> bool:
        """Whether an id names one input, without HubSpot filling anything in."""
        ...


class Settings(NamedTuple):
    """What a client says of all its calls.

    Attributes:
        ids: Who makes the ids of inputs.
        max_batch_size: How many inputs a batch may have.
    """

    ids: Ids
    max_batch_size: int


class Body(NamedTuple):
    """What an operation takes.

    Attributes:
        model: The model of the body, or of each input of a batch.
        argument: Python's name of the argument.
        identity: The fields that name an input, by JSON's name, with Python's, the narrowest last.
        named_by: Further fields by which an error may name an input.
        filled: The field that the client fills, by JSON's name, or None.
        needed: Whether HubSpot does not fill that field itself.
        time: The field for which HubSpot takes the time at which it gets what is sent, by JSON's name, or None.
    """

    model: type[Any]
    argument: str = "body"
    identity: Mapping[str, str] = _NOTHING
    named_by: Sequence[str] = ()
    filled: str | None = None
    needed: bool = False
    time: str | None = None

    def single(self, model: Any, ids: Ids) -> Inputs[Any]:
        """Return one body, as a batch of one; raises InputError for what cannot be sent."""
        if not isinstance(model, self.model):
            raise InputError(self.argument, not_a_model(model, self.model))
        return self._prepared([model], [_written(model.to_dict)], "", ids)

    def batch(self, inputs: Iterable[Any], settings: Settings) -> Inputs[Any]:
        """Return the inputs of a batch; raises InputError for what cannot be sent, or cannot be sent together."""
        most = settings.max_batch_size
        if isinstance(inputs, (self.model, str, bytes, Mapping)) or not isinstance(inputs, Iterable):
            raise InputError("inputs", f"must be a list of {self.model.__name__}, not {type_name(inputs)}")
        # An endless iterator ends here too.
        given = list(itertools.islice(inputs, most + 1))
        if not given:
            raise InputError("inputs", "must not be empty")
        if len(given) > most:
            raise InputError(
                "inputs",
                f"more than {most}; give them to the method for any number, such as create_many beside create_batch, or"
                " set max_batch_size if HubSpot takes more from you",
            )
        sent = _written(lambda: write_objects(given, "inputs", self.model))
        prepared = self._prepared(given, sent, "inputs[{}].", settings.ids)
        if self.identity:
            _check_unique(prepared.identities, [*self.identity.values()][-1])
        return prepared

    def _prepared(self, given: list[Any], sent: list[Json], place: str, ids: Ids) -> Inputs[Any]:
        """Return what is sent with the ids that every try will send."""
        filled = self.filled
        as_given = bool(filled)
        if filled:
            for index, one in enumerate(sent):
                given_id = one.get(filled)
                # Among the additional properties, it may be anything.
                if given_id is not None and not (type(given_id) is str and given_id.strip()):
                    write_filled(given_id, place.format(index) + self.identity[filled])
                try:
                    identity = ids.fill(given_id)
                except InputError as error:
                    raise InputError(place.format(index) + self.identity[filled], error.reason) from None
                if identity is not None:
                    one[filled] = identity
                as_given &= identity == given_id
                if self.needed and not ids.is_fixed(identity):
                    raise InputError(
                        place.format(index) + self.identity[filled],
                        "is needed, as HubSpot makes none here: give one, or leave it to the client with fill_ids=True",
                    )
        return self.inputs(given, sent, ids, as_given=as_given)

    def inputs(self, given: Sequence[Any], sent: Sequence[Json], ids: Ids, *, as_given: bool = False) -> Inputs[Any]:
        """Return the inputs of a batch from what is sent for each."""
        filled = self.filled
        fields = tuple(self.identity)
        named: list[tuple[Any, ...]] = [()] * len(sent)
        if fields:
            columns = ([str(one[field]) if field in one else None for one in sent] for field in fields)
            named = [*zip(*columns, strict=True)]
        return Inputs(
            given,
            sent,
            [
                None if None in parts or (filled and not ids.is_fixed(one[filled])) else parts
                for parts, one in zip(named, sent, strict=True)
            ],
            self.identity,
            (fields, fields[-1:], *((field,) for field in self.named_by)) if fields else (),
            [one.get(filled) for one in sent] if filled else [],
            as_given,
        )


# Not any exception: a job queue's time limit, for one, is raised in the middle of anything.
_OF_READING = (ArithmeticError, AttributeError, LookupError, NotImplementedError, RuntimeError, TypeError, ValueError)


def _written(write: Callable[[], T]) -> T:
    """Return what a model is as JSON."""
    try:
        return write()
    except InputError:
        raise
    except _OF_READING as error:  # a mapping, a list or a time zone of the caller's own that fails when it is read
        raise InputError("the input", f"cannot be read: {type(error).__name__}") from error


def _check_unique(identities: Sequence[tuple[str, ...] | None], field: str) -> None:
    """Refuse two inputs with one identity: HubSpot keeps one of them, or refuses the whole batch."""
    if len(set(identities)) == len(identities):
        return
    places: dict[tuple[str, ...], int] = {}
    for index, identity in enumerate(identities):
        if identity is not None and places.setdefault(identity, index) != index:
            shown_identity = shown(identity[-1])
            raise InputError(f"inputs[{index}].{field}", f"{shown_identity} is that of inputs[{places[identity]}] too")


class Operation(NamedTuple, Generic[T]):
    """An operation of the API.

    Attributes:
        method: The HTTP method.
        path: The path below the server's address, with the names of its parameters in braces.
        read: Makes the result from the JSON of a success answer, None for one without a body; raises ValueError.
        body: What it takes, or None.
        repeatable: Whether, beside what HTTP says of the method, what is sent twice is written once.
        deprecation: What to warn of, or None.
    """

    method: str
    path: str
    read: Callable[[Any], T]
    body: Body | None = None
    repeatable: bool = False
    deprecation: str | None = None

    def call(
        self,
        settings: Settings,
        body: Any = None,
        *,
        path: Mapping[str, str | float] = _NOTHING,
        query: Mapping[str, Any] = _NOTHING,
        headers: Mapping[str, str | float | None] = _NOTHING,
    ) -> Call[T]:
        """Return a call with one body, or without; raises InputError for what cannot be sent."""
        inputs = self.body.single(body, settings.ids) if self.body else Inputs[Any]()
        self._warn()
        return Call(self, _filled_path(self.path, path), inputs, _query(query), _headers(headers))

    def call_batch(
        self,
        settings: Settings,
        inputs: Iterable[Any],
        *,
        path: Mapping[str, str | float] = _NOTHING,
        query: Mapping[str, Any] = _NOTHING,
        headers: Mapping[str, str | float | None] = _NOTHING,
    ) -> Call[T]:
        """Return a call with the inputs of a batch; raises InputError for what cannot be sent."""
        assert self.body  # noqa: S101 - a batch has inputs
        prepared = self.body.batch(inputs, settings)
        self._warn()
        make, _ = self._caller(path, query, headers)
        return make(prepared)

    def call_many(
        self,
        *,
        path: Mapping[str, str | float] = _NOTHING,
        query: Mapping[str, Any] = _NOTHING,
        headers: Mapping[str, str | float | None] = _NOTHING,
    ) -> tuple[Callable[[Inputs[Any]], Call[T]], str]:
        """Return what makes a call of the inputs of each batch, and where it goes, by which query and headers.

        Raises InputError for what cannot be sent.
        """
        self._warn(stacklevel=6)
        assert isinstance(self.read, BatchReader)  # noqa: S101 - a batch has results
        make, place = self._replace(read=self.read.leave_results)._caller(path, query, headers)
        return make, f"{self.method} {place}"

    def _caller(
        self, path: Mapping[str, str | float], query: Mapping[str, Any], headers: Mapping[str, str | float | None]
    ) -> tuple[Callable[[Inputs[Any]], Call[T]], str]:
        filled, sent_query, sent_headers = _filled_path(self.path, path), _query(query), _headers(headers)
        place = f"{filled}?{urlencode(sent_query)}" if sent_query else filled
        if sent_headers:  # one of which may be a secret
            digest = blake2b(json.dumps(sorted(sent_headers.items())).encode(), digest_size=8).hexdigest()
            place = f"{place} with headers {digest}"
        return lambda inputs: _BatchCall(self, filled, inputs, sent_query, sent_headers), place

    def _warn(self, stacklevel: int = 4) -> None:
        """Say once per process that the operation is deprecated, to who called its method."""
        if self.deprecation and self.deprecation not in _warned:
            _warned.add(self.deprecation)
            warnings.warn(self.deprecation, HubSpotDeprecationWarning, stacklevel=stacklevel)


_warned: set[str] = set()


class Call(Generic[T]):
    """One call of an operation.

    Attributes:
        method: The HTTP method.
        path: The path, its parameters filled in.
        query: The names and values of the query string.
        headers: Further headers.
        sent: The JSON of the body, or None.
        content: The same as bytes, which are the same for every try.
        repeatable: Whether it can be sent again after an answer was lost.
    """

    def __init__(
        self,
        operation: Operation[T],
        path: str,
        inputs: Inputs[Any],
        query: tuple[tuple[str, str], ...],
        headers: Mapping[str, str],
    ) -> None:
        self.method = operation.method
        self.path = path
        self.query = query
        self.headers = headers
        self.repeatable = None not in inputs.identities and (operation.repeatable or operation.method in IDEMPOTENT)
        self._operation = operation
        self._inputs = inputs
        self.sent: Any
        self.content: bytes | None
        self._encode(inputs)

    @property
    def sent_ids(self) -> Sequence[str | None]:
        """The ids of the inputs that the client gives ids to, in their order; None where it was left to HubSpot."""
        return self._inputs.ids

    def names(self) -> list[str]:
        """Return what names the inputs."""
        return [name for identity in self._inputs.identities for name in identity or ()]

    def _encode(self, inputs: Inputs[Any]) -> None:
        self.sent = inputs.sent[0] if inputs.sent else None
        self.content = encoded(self.sent, inputs.given[0]) if inputs.sent else None

    def result(self, answer: Answer, came: Response, *, lost: bool) -> T:
        """Return the result of a success answer; raises ValueError when it is none that can be told.

        `lost` says whether an earlier try may have been processed.
        """
        content = answer.content.strip() if came.json is None else b""
        # A body of null is JSON, and neither an object nor a list.
        if content and (content != b"null" or self._operation.read is not read_nothing):
            raise ValueError("no JSON")
        return self._finished(self._operation.read(came.json), came, lost=lost)

    def result_of_conflict(self, came: Response, *, lost: bool) -> T:
        """Return the result of a call of which HubSpot knows already all that was sent."""
        return self._finished(self._operation.read(None), attrs.evolve(came, known_already=lost), lost=lost)

    def _finished(self, result: Any, came: Response, *, lost: bool) -> T:
        """Return a result with what is known beside the answer; raises ValueError for an error in its place."""
        finished: Any = result
        if result is None:
            finished = came
        elif not isinstance(result, ResultList) and is_error(result.additional_properties):
            raise ValueError("an error in the place of a result")
        elif came.status_code == 207 and came.json is None:
            raise ValueError("of several parts that a single input has, some failed, and none is told")
        else:
            result.response = came
            body = self._operation.body
            if body and body.filled:
                name = body.identity[body.filled]
                self._check_whose(result)
                # HubSpot may leave the id out, and it is known all the same.
                setattr(result, name, getattr(result, name) or self.sent_ids[0] or "")
        return finished  # type: ignore[no-any-return]

    def _check_whose(self, result: Any) -> None:
        """Raise OtherInputError for a result that names another input than the one that was sent.

        Not where the client made the id: the caller has named nothing then that the result could speak against, and a
        stand-in for HubSpot that gives each test the same answer cannot know that id.
        """
        if self._inputs.as_given and self._inputs.places([result]) == [-1]:
            named = ", ".join(f"{field} {shown(self.sent[field])}" for field in self._inputs.fields)
            raise OtherInputError(f"is about something else than {named}, which was sent")

    @property
    def why_not_repeatable(self) -> str:
        """Why the call is not sent again after an answer was lost."""
        if None in self._inputs.identities:
            return "the id was left to HubSpot, so that another try could write the event twice"
        return "nothing says that what is sent twice is written once"

    def numbered(self, answer: Answer) -> Answer:
        """Return an answer that names places of the inputs as they were given, and not as they were sent."""
        return answer

    def settles(self, error: ConflictError, *, lost: bool) -> bool:
        """Whether a conflict says that what was sent is there, by an earlier try whose answer was `lost`.

        Only what has an id of the client's can be there twice. What is changed by a second try conflicts with others.
        """
        return lost and self._operation.repeatable and self._has_ids

    @property
    def _has_ids(self) -> bool:
        body = self._operation.body
        return body is not None and body.filled is not None

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing left to send after a conflict."""
        return True


class _BatchCall(Call[T]):
    """A call with the inputs of a batch, which goes on without those that HubSpot knows already."""

    def __init__(
        self,
        operation: Operation[T],
        path: str,
        inputs: Inputs[Any],
        query: tuple[tuple[str, str], ...],
        headers: Mapping[str, str],
    ) -> None:
        self._left = list(range(len(inputs.given)))
        self._known: list[int] = []
        self._conflicts: list[Any] = []
        super().__init__(operation, path, inputs, query, headers)

    def _encode(self, inputs: Inputs[Any]) -> None:
        self.sent = {"inputs": inputs.sent}
        self.content = encoded(self.sent, inputs.given, "inputs")

    def _finished(self, result: Any, came: Response, *, lost: bool) -> T:
        for error in result.errors:
            error.message = self._as_given(error.message)
            for detail in error.errors:
                detail.message, detail.in_ = self._as_given(detail.message), self._as_given(detail.in_ or "") or None
        result.finish(self._inputs, came, self._known, self._conflicts, lost=lost)
        finished: T = result
        return finished

    def numbered(self, answer: Answer) -> Answer:
        if answer.is_success:  # of which the errors are, and what was written stays as it is
            return answer
        text = answer.content.decode("utf-8", "surrogateescape")
        return answer._replace(content=self._as_given(text).encode("utf-8", "surrogateescape"))

    def _as_given(self, text: str) -> str:
        """Return what HubSpot says, with the places of inputs that they have among those that were given."""
        if len(self._left) == len(self._inputs.given):
            return text
        places = {str(place): str(index) for place, index in enumerate(self._left)}
        return re.sub(r"(?<=inputs\[)\d+(?=\])", lambda found: places.get(found[0], found[0]), text)

    def settles(self, error: ConflictError, *, lost: bool) -> bool:
        if not self._has_ids:
            return False
        ids, read = self._inputs.ids, error.error
        named = sorted({*self._inputs.named(read)}.intersection(self._left))
        # Of others it may say that they are bad, which another try will find out.
        said = {place: self._inputs.said_of(place, read) for place in named}
        known = [place for place in named if all_say_id_in_use(said[place])]
        body = error.body if isinstance(error.body, dict) else {"message": error.message}
        if 0 < len(known) < len(named):
            body = {
                **body,
                "message": said[known[0]][0],
                "context": {"id": [ids[place] for place in known]},
                "errors": [],
            }
        # Words that are none of ours mean that they are known where they are the same of all.
        words = {tuple(one.replace(ids[place] or "", "") for one in said[place]) for place in named}
        if not known and len(words) == 1:
            known = named
        if not named and lost and len(self._left) == 1:
            known = [*self._left]
        if not known:
            return False
        self._known += known
        if not lost:
            self._conflicts.append(body)
        self._left = [index for index in self._left if index not in known]
        if self._left:
            self._encode(self._inputs.only(self._left))
        return True

    @property
    def is_settled(self) -> bool:
        return not self._left


def raw_call(
    method: str,
    path: str,
    query: Mapping[str, Any] | None,
    body: Any,
    headers: Mapping[str, str] | None,
    *,
    repeatable: bool,
) -> Call[Response]:
    """Return a call of what the client has no operation for; raises InputError for what cannot be sent."""
    if not isinstance(method, str) or not method.isalpha() or not method.isascii():
        raise InputError("method", "must be an HTTP method, such as GET")
    # Anything else could lead the token to another host. What was given is not shown, as it may have a token.
    if not isinstance(path, str) or not re.fullmatch(r"/(?!/)[^\s#\\\x00-\x1f\x7f]*", path):
        reason = "must be a path that begins with one slash, such as /crm/v3/lists, without blanks, # and backslashes"
        raise InputError("path", reason)
    operation = Operation(method=method.upper(), path=path, read=read_nothing, repeatable=repeatable)
    written = {
        name: _written_parameter(value, f"query[{name!r}]")
        for name, value in _named("query", query, r"[^\ud800-\udfff]+").items()
    }
    # The names that HTTP allows: others could end the header, and begin another one.
    sent_headers = _named("headers", headers, r"[\w!#$%&'*+.^`|~-]+")
    for name, value in sent_headers.items():
        write_optional(value, f"headers[{name!r}]", write_plain, str, int, float, bool)
    call = Call(operation, path, Inputs[Any](), _query(written), _headers(sent_headers))
    if body is not None:
        call.sent = write_json(body, "json")
        call.content = encoded(call.sent, body, "json")
    return call


def _named(field: str, values: Mapping[str, Any] | None, pattern: str) -> Mapping[str, Any]:
    """Return parameters by name; raises InputError for what is no dict, and for other names than the pattern's."""
    if values is None:
        return _NOTHING
    if not isinstance(values, Mapping):
        raise InputError(field, f"must be a dict, not {type_name(values)}")
    for place, name in enumerate(values):
        if not isinstance(name, str) or not re.fullmatch(pattern, name, re.ASCII | re.DOTALL):
            raise InputError(field, f"the name at place {place} is none that can be sent")
    return values


def _written_parameter(value: Any, field: str) -> Any:
    if isinstance(value, list | tuple):
        return write_list(value, field, write_plain, str, int, float, bool)
    return write_optional(value, field, write_plain, str, int, float, bool)


def came_with(answer: Answer, *, now: float, tries: int, sent: Any) -> Response:
    """Return what came with an answer; `now` in Unix seconds."""
    headers = kept_headers(answer.headers)
    return Response(
        answer.status_code,
        headers,
        headers.get("x-hubspot-correlation-id"),
        tries,
        datetime.fromtimestamp(now, UTC),
        sent,
        read_json(answer.content),
    )


def _filled_path(path: str, values: Mapping[str, str | float]) -> str:
    """Return a path with its parameters filled in, none of which can lead to another path."""
    if not values:
        return path
    texts = {name: _parameter(value, name) for name, value in values.items()}
    for name, text in texts.items():
        if not text:
            raise InputError(name, "must not be empty, as it is a part of the address")
    filled = path.format_map({name: quote(text, safe="") for name, text in texts.items()})
    if not {".", ".."}.isdisjoint(filled.split("/")):
        name, text = next((name, text) for name, text in texts.items() if text in (".", ".."))
        raise InputError(name, f"{shown(text)} leads to another address")
    return filled


def _query(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the names and values of a query string; a list is a name that stands there several times."""
    return tuple(
        (name, _parameter(item, name))
        for name, value in values.items()
        if value is not None
        for item in (value if isinstance(value, list) else [value])
    )


def _headers(values: Mapping[str, str | float | None]) -> dict[str, str]:
    texts = {name: _parameter(value, name) for name, value in values.items() if value is not None}
    for name, text in texts.items():
        if not text.isascii() or not text.isprintable():
            raise InputError(name, "must be printable ASCII, as it is sent in a header")
        if text != text.strip():
            raise InputError(name, "must not begin or end with a blank, as it is sent in a header")
    return texts


def _parameter(value: str | float, field: str) -> str:
    try:
        text = value if isinstance(value, str) else json.dumps(value, allow_nan=False)
    except ValueError:  # NaN, infinity, or thousands of digits
        raise InputError(field, "must be a number that can be written in digits") from None
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(field, "has half a surrogate pair, which no address can have") from None
    return text


def write_joined(value: Any, field: str, write: Callable[..., Any], *arguments: Any) -> str:
    """Return the values of a parameter that takes them in one text, with commas."""
    texts = [_parameter(item, field) for item in write_list(value, field, write, *arguments)]
    for index, text in enumerate(texts):
        if "," in text:
            raise InputError(f"{field}[{index}]", "must not have a comma, which stands between the values")
    return ",".join(texts)


def encoded(body: Any, given: Any, place: str = "") -> bytes:
    """Return a JSON value as JSON, the same bytes for every try; an error names the place in what was given."""
    try:
        return json_text.dumps(body)
    except ValueError:
        place, reason = next(_faults(given, place), ("the input", "cannot be written as JSON"))
        raise InputError(place, reason) from None


def _faults(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield the place of each text and number that JSON does not have, and what is wrong with it."""
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from _faults(getattr(value, field.name), f"{place}.{field.name}" if place else field.name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _faults(key, f"{place}[{key!r}]")
            yield from _faults(item, f"{place}[{key!r}]")
    elif isinstance(value, Collection) and not isinstance(value, str):
        for index, item in enumerate(value):
            yield from _faults(item, f"{place}[{index}]")
    elif isinstance(value, str | int | float):
        try:
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError:
            yield place, f"{shown(value)} has half a surrogate pair, which is no text"
        except ValueError:
            yield place, f"JSON has no {type(value).__name__} {shown(value)}"
