"""Answers to batches: an answer to what a caller wants to know of one.

HubSpot spreads what became of a batch over the status code, a status word, a list of errors, their number and the
results, and no two endpoints do it alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import attrs

from .answers import NOTHING_CAME, Fields, Response, Unread, is_error
from .errors import ErrorBody, HubSpotError, all_say_id_in_use, is_of_id_in_use
from .inputs import Inputs

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
        """The HTTP status code of the answer: a success, or 409 where HubSpot knew all of the inputs already."""
        return self.batch.http_status

    @property
    def results(self) -> list[Any]:
        """What was written."""
        return self.batch.results


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
    _settled: Collection[int] = attrs.field(default=(), init=False, eq=False, repr=False)

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
            indexes = [index for index in self._inputs.named(error) if index not in self._settled]
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
        places = self.result_indexes
        return self.results[places.index(index)] if index is not None and index in places else None

    def read_results(self) -> None:
        """Read those results that were left as they came."""
        results: list[Any] = self.results
        self.results = [one() if type(one) is Unread else one for one in results]

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
        if not (lost and inputs.ids):  # what has no id of the client's conflicts with others
            return
        in_use = sum(map(is_of_id_in_use, self.errors))
        is_one_each = in_use > 0 and in_use + len(self.results) == len(inputs.given)
        left: list[Fault] = []
        refused, said_known, said_else = set[int](), set[int](), set[int]()
        for error in self.errors:
            named = inputs.named(error)
            if is_of_id_in_use(error) and (named or is_one_each):
                refused.update(named)
                continue
            left.append(error)
            for place in named:  # it may be of several, and say of some that they are known
                (said_known if all_say_id_in_use(inputs.said_of(place, error)) else said_else).add(place)
        if is_one_each:  # what has no result are these inputs, named or not
            refused = {*range(len(inputs.given))}.difference(inputs.places(self.results))
        if len(left) < len(self.errors):
            self.errors, self.num_errors = left, len(left)
        self._settled = said_known - said_else
        self.known = sorted({*known, *refused, *self._settled})

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
        return min(len(told) + self._nameless(places), len(self.inputs))

    def _nameless(self, places: Sequence[int | None]) -> int:
        """Return how many things there are among the results that do not tell their input."""
        ids = {_id(result) for result, place in zip(self.results, places, strict=True) if place is None}
        return len(ids - {None})


def _id(result: Any) -> str | None:
    return getattr(result, "id", None) or getattr(result, "object_id", None) or None


class BatchReader:
    """Reads the answer to a batch, of one model, with results of another; without a body, one that tells no results."""

    def __init__(self, batch: type[Any], model: type[Any]) -> None:
        self._batch = batch
        self._from_dict = model.from_dict

    def __call__(self, data: Any) -> Any:
        """Read an answer, and the results in it; raises ValueError for what is none."""
        return self._read(data, self._from_dict)

    def leave_results(self, data: Any) -> Any:
        """Read an answer, but not the results in it: who sends a million looks at few of them."""
        results = data.get("results") if isinstance(data, Mapping) else None
        if not isinstance(results, list) or {*map(type, results)} != {dict}:
            return self(data)
        return self._read(data, partial(Unread, self._from_dict))

    def _read(self, data: Any, read: Callable[[Any], Any]) -> Any:
        if data is None:
            return self._batch()
        # An error in its place says nothing of what was written.
        if not isinstance(data, Mapping) or (is_error(data) and "results" not in data and not data.get("errors")):
            raise ValueError("no batch")
        return self._batch.from_dict(data, read)
