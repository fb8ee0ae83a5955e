"""Answers to batches: an answer to what a caller wants to know of one.

HubSpot spreads what became of a batch over the status code, a status word, a list of errors, their number and the
results, and no two endpoints do it alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import attrs

from .answers import NOTHING_CAME, Fields, Response, is_error
from .errors import ErrorBody, HubSpotError, context_values, says_id_in_use

Input = TypeVar("Input")
Result = TypeVar("Result")
Fault = TypeVar("Fault", bound=ErrorBody)

# The words for a batch that is done.
_COMPLETE = "COMPLETE"


class BatchFailure(NamedTuple, Generic[Input, Fault]):
    """One error of a batch, and the inputs that it is about.

    Attributes:
        error: What HubSpot says: `category`, `message`, `context` and more.
        inputs: The inputs that the error names by id, in their order; empty where it names none.
        indexes: Their places in the batch, from 0.

    """

    error: Fault
    inputs: list[Input]
    indexes: list[int]


class PartialFailureError(HubSpotError):
    """Not everything in a batch is known to be written.

    Attributes:
        batch: The answer, with the `results` that were written.
        failures: What was not written and why, each with its inputs.

    """

    batch: BatchAnswer[Any, Any, Any]
    failures: list[BatchFailure[Any, Any]]

    def __init__(self, batch: BatchAnswer[Any, Any, Any], message: str) -> None:
        super().__init__(message, may_have_been_processed=True)
        self.batch = batch
        self.failures = batch.failures
        self.sent_ids = batch.sent_ids
        self.tries = batch.response.tries
        self.category = next((error.category for error in batch.errors if error.category), None)

    @property
    def status_code(self) -> int:
        """The HTTP status code of the answer, a success."""
        return self.batch.http_status

    @property
    def results(self) -> list[Any]:
        """What was written."""
        return self.batch.results


class Inputs(NamedTuple, Generic[Input]):
    """The inputs of a batch, and what is sent for them.

    Attributes:
        given: What was given to the client.
        sent: What is sent for each: JSON objects.
        identities: What names each, as text in the order of the fields that do; None for one to which HubSpot gives a
            name.
        fields: The fields that name an input, by JSON's name, with Python's.
        named_by: The fields by which an error may name an input, those that say most first.
        ids: The ids of those that the client gives ids to, and None for one to which HubSpot gives one.
    """

    given: Sequence[Input] = ()
    sent: Sequence[dict[str, Any]] = ()
    identities: Sequence[tuple[str, ...] | None] = ()
    fields: Mapping[str, str] = {}
    named_by: Sequence[Sequence[str]] = ()
    ids: Sequence[str | None] = ()

    def only(self, places: Sequence[int]) -> Inputs[Input]:
        """Return the inputs at some places."""
        return self._replace(
            given=[self.given[place] for place in places],
            sent=[self.sent[place] for place in places],
            identities=[self.identities[place] for place in places],
            ids=[self.ids[place] for place in places] if self.ids else [],
        )

    def joined(self, others: Sequence[Inputs[Input]]) -> Inputs[Input]:
        """Return these inputs with others of the same kind after them."""
        parts = (self, *others)
        return self._replace(
            given=[one for part in parts for one in part.given],
            sent=[one for part in parts for one in part.sent],
            identities=[one for part in parts for one in part.identities],
            ids=[one for part in parts for one in part.ids],
        )

    def named(self, error: ErrorBody) -> list[int]:
        """Return the places of the inputs that an error names by id or by place."""
        named = set(_named(error))
        return next(filter(None, (self._places(named, fields) for fields in self.named_by)), [])

    def _places(self, named: set[str], fields: Sequence[str]) -> list[int]:
        """Return the places of the inputs that are named by place, or by the values of all these fields."""
        return [
            index
            for index, sent in enumerate(self.sent)
            if f"[{index}]" in named or all(sent.get(field) and str(sent[field]) in named for field in fields)
        ]

    def places(self, results: Sequence[Any]) -> list[int | None]:
        """Return the place of the input that each result belongs to; None for one that does not tell.

        A result that names another input than these has the place -1.
        """
        exact = {identity: index for index, identity in enumerate(self.identities) if identity}
        return [self._place(result, exact) for result in results]

    def _place(self, result: Any, exact: Mapping[tuple[str, ...], int]) -> int | None:
        if is_error(result.additional_properties):
            return -1
        echo = [_echo(result, name, attribute) for name, attribute in self.fields.items()]
        if (known := tuple(filter(None, echo))) and len(known) == len(echo) and known in exact:
            return exact[known]
        if known:
            candidates = [
                index
                for index, identity in enumerate(self.identities)
                if identity is None or all(value in (None, own) for value, own in zip(echo, identity, strict=True))
            ]
            return _only(candidates, otherwise=-1)
        # Nothing names the input: what else the result repeats of it does, where no other input has the same.
        data = result.to_dict()
        return _only([index for index, sent in enumerate(self.sent) if _repeats(data, sent)], otherwise=None)


def _echo(result: Any, name: str, attribute: str) -> str | None:
    value = getattr(result, attribute, None) or result.additional_properties.get(name)
    return str(value) if value else None


def _only(candidates: Sequence[int], *, otherwise: int | None) -> int | None:
    if not candidates:
        return otherwise
    return candidates[0] if len(candidates) == 1 else None


def _repeats(data: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Whether a result repeats all that it has in common with what was sent."""
    shared = [name for name, value in sent.items() if name in data and not isinstance(value, list | dict)]
    return bool(shared) and all(data[name] == sent[name] for name in shared)


@attrs.define(kw_only=True, eq=False, repr=False, slots=False)
class BatchAnswer(Fields, Generic[Input, Result, Fault]):
    """What can be asked of the answer to any batch. The fields that HubSpot documents are generated.

    Attributes:
        results: What was written, in no promised order: `result_indexes` says which input each belongs to.
        errors: What was not written, and why.
        num_errors: How many errors there were, where HubSpot says so.
        status: How far HubSpot got, or None where it does not say.
        additional_properties: Fields that are not documented, and values that are not of the documented type.
        known: The places of the inputs whose ids HubSpot knew already, from 0. After an earlier try of this call whose
            answer was lost, they are written by it; else they are among the `failures`.
        response: What came with the answer: the status code, the correlation id, the number of tries.
    """

    fault: ClassVar[type[ErrorBody]]

    results: list[Result] = attrs.field(factory=list)
    errors: list[Fault] = attrs.field(factory=list)
    num_errors: int | None = None
    status: Any = None
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    known: Sequence[int] = attrs.field(default=(), init=False)
    response: Response = attrs.field(default=NOTHING_CAME, eq=False, repr=False)
    _inputs: Inputs[Input] = attrs.field(factory=Inputs, init=False, repr=False)  # pyright: ignore[reportAssignmentType]

    @property
    def inputs(self) -> Sequence[Input]:
        """What was given to the client."""
        return self._inputs.given

    @property
    def sent(self) -> Sequence[Mapping[str, Any]]:
        """What was sent for each input: JSON objects."""
        return self._inputs.sent

    @property
    def sent_ids(self) -> Sequence[str | None]:
        """The ids of the timeline events as they were sent, in the order of the inputs; None where HubSpot made one."""
        return self._inputs.ids

    @property
    def http_status(self) -> int:
        """The HTTP status code of the answer."""
        return self.response.status_code

    @property
    def all_written(self) -> bool:
        """Whether everything in the batch was written, for all that HubSpot's answer says.

        True takes an answer without errors, with a result for each of these inputs, told by their ids where the results
        have them and else by their number, and with no status word but COMPLETE. A success without a body is one that
        tells no results. False means that something failed, or that the answer leaves it open.
        """
        return self._shortfall() is None

    def raise_for_errors(self) -> None:
        """Raise PartialFailureError, which carries the results that were written, unless `all_written`."""
        shortfall = self._shortfall()
        if shortfall is not None:
            raise PartialFailureError(self, shortfall)

    @property
    def failures(self) -> list[BatchFailure[Input, Fault]]:
        """The errors, each with the inputs that it is about, found by the ids and places that HubSpot names in it."""
        failures = []
        for error in self.errors:
            indexes = self._inputs.named(error)
            failures.append(BatchFailure(error, [self.inputs[index] for index in indexes], indexes))
        return failures

    @property
    def result_indexes(self) -> list[int | None]:
        """The place of the input that each result belongs to, from 0; None where the answer does not tell.

        HubSpot promises no order of the results. They are told apart by the ids that they repeat, or else by what they
        repeat of the input that no other one has.
        """
        return [None if place == -1 else place for place in self._inputs.places(self.results)]

    def result_of(self, index: int) -> Result | None:
        """Return the result of the input at a place, from 0; None where there is none, or the answer does not tell."""
        places = self._inputs.places(self.results)
        return self.results[places.index(index)] if index in places else None

    def finish(
        self, inputs: Inputs[Input], came: Response, known: Sequence[int], conflicts: Sequence[Any], *, lost: bool
    ) -> None:
        """Add what is known beside the answer: what was sent, which inputs HubSpot knew already, and its words on that.

        With `lost`, when the answer to an earlier try was, those inputs are written that are refused since they are.
        """
        self._inputs = inputs
        self.response = came
        self.known = known
        self.errors += [self.fault.from_dict(conflict) for conflict in conflicts]  # type: ignore[misc]
        conflicts = [error for error in self.errors if says_id_in_use(error.message)] if lost else []
        refused = {index for error in conflicts for index in inputs.named(error)}
        if conflicts and len(conflicts) + len(self.results) == len(inputs.given):
            # With one error each, what is left are these inputs, named or not.
            refused = {*range(len(inputs.given))} - {
                place for place in inputs.places(self.results) if place is not None
            }
        else:
            conflicts = [error for error in conflicts if inputs.named(error)]
        if conflicts:
            self.known = sorted({*known, *refused})
            self.errors = [error for error in self.errors if error not in conflicts]
            self.num_errors = len(self.errors)

    def _shortfall(self) -> str | None:
        """Say what speaks against everything being written, or None."""
        count = self._count()
        written = f"{count} of {len(self.inputs)} inputs are known to be written"
        unread = self.additional_properties
        if self.errors or self.num_errors or unread.keys() & {"errors", "numErrors"} or is_error(unread):
            reasons = "; ".join(error.message for error in self.errors) or "HubSpot does not say why"
            return f"{written}; {self.num_errors or len(self.errors) or 'some'} failed: {reasons}"
        if self.http_status == 207 and not self.known:
            return f"{written}; HubSpot answered 207, for some that failed, and does not say which"
        status = unread.get("status", self.status)
        if status not in (None, _COMPLETE):
            return f"{written}; the status of the batch is {status}"
        if self.response.json is None and self.http_status:
            return None
        if count < len(self.inputs):
            return f"{written}; HubSpot does not say what became of the others"
        return None

    def _count(self) -> int:
        """Return how many of the inputs are known to be written."""
        places = self._inputs.places(self.results)
        failed = {index for failure in self.failures for index in failure.indexes}
        told = {place for place in places if place not in (None, -1)} | ({*self.known} - failed)
        untold = {_id(result) for result, place in zip(self.results, places, strict=True) if place is None}
        return min(len(told) + len(untold - {None}), len(self.inputs))


def _id(result: Any) -> str | None:
    return getattr(result, "id", None) or getattr(result, "object_id", None) or None


def _named(error: ErrorBody) -> Iterator[str]:
    """Yield the ids that an error names, and the places as ``[3]``."""
    if identity := getattr(error, "id", None):
        yield identity
    for context in (error.context, *(detail.context for detail in error.errors)):
        for _, values in context_values(context):
            yield from values
    for detail in error.errors:
        yield from re.findall(r"(?<=inputs)\[\d+\]", detail.in_ or "")


def reader_of_batch(batch: type[Any], model: type[Any]) -> Callable[[Any], Any]:
    """Return what reads the answer to a batch; without a body, one that tells no results."""

    def read(data: Any) -> Any:
        if data is None:
            return batch()
        # An error in its place says nothing of what was written.
        if not isinstance(data, Mapping) or (is_error(data) and "results" not in data and not data.get("errors")):
            raise ValueError("no batch")
        return batch.from_dict(data, model.from_dict)

    return read
