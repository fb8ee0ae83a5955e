"""Answers to batches: the generated models, with an answer to what a caller wants to know of one.

HubSpot spreads what became of a batch over the status code, a status word, a list of errors, their number and the
results, and no two endpoints do it alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs
from hubspot_events_api import models
from hubspot_events_api.models import BatchError, BatchStatus

from ._errors import HubSpotError, context_values
from ._inputs import MarketingEventUpdate, MarketingEventUpsert, TimelineEvent

Input = TypeVar("Input")
Result = TypeVar("Result")


def _status(status: BatchStatus | None) -> BatchStatus | None:
    # Quirk: the documentation of the field says COMPLETED where its list of words says COMPLETE.
    return BatchStatus.COMPLETE if status is not None and status.upper() == "COMPLETED" else status


@attrs.frozen
class BatchFailure(Generic[Input]):
    """One error of a batch, and the inputs that it is about.

    Attributes:
        error: What HubSpot says: `category`, `message`, `context` and more.
        inputs: The inputs that the error names by id, in their order; empty where it names none.
        indexes: Their places in the batch, from 0.

    """

    error: BatchError
    inputs: list[Input]
    indexes: list[int]


class PartialFailureError(HubSpotError):
    """Not everything in a batch is known to be written.

    Attributes:
        batch: The answer, with the `results` that were written.
        failures: What was not written and why, each with its inputs.

    """

    batch: BatchOutcome[Any, Any]
    failures: list[BatchFailure[Any]]

    def __init__(self, batch: BatchOutcome[Any, Any], message: str) -> None:
        super().__init__(message, may_have_been_processed=True)
        self.batch = batch
        self.failures = batch.failures
        self.sent_ids = batch.sent_ids
        self.category = next((error.category for error in batch.errors if error.category), None)

    @property
    def status_code(self) -> int:
        """The HTTP status code of the answer, a success."""
        return self.batch.http_status

    @property
    def results(self) -> list[Any]:
        """What was written."""
        return self.batch.results


@attrs.define(kw_only=True, slots=False)
class BatchOutcome(Generic[Input, Result]):
    """What can be asked of the answer to any batch.

    Attributes:
        results: What was written.
        errors: What was not written, and why.
        num_errors: How many errors there were, where HubSpot says so.
        status: How far HubSpot got, or None where it does not say.
        additional_properties: Fields that are not documented, and values that are not of the documented type.
        inputs: What was given to the client.
        sent: What was sent for each input: JSON objects.
        http_status: The HTTP status code of the answer.

    """

    results: list[Result] = attrs.field(factory=list)
    errors: list[BatchError] = attrs.field(factory=list)
    num_errors: int | None = None
    status: BatchStatus | None = attrs.field(default=None, converter=_status)
    additional_properties: Mapping[str, Any] = attrs.field(factory=dict)
    inputs: Sequence[Input] = attrs.field(factory=list, repr=False)
    sent: Sequence[Mapping[str, Any]] = attrs.field(factory=list, repr=False)
    http_status: int = 200

    @property
    def all_written(self) -> bool:
        """Whether everything in the batch was written, for all that HubSpot's answer says.

        True takes an answer without errors, with a result for each input, and with no status word that says that
        HubSpot has not finished or has given up. A missing status, or one that nobody knows yet, does not count
        against it. False means that something failed, or that the answer leaves it open.
        """
        return self._shortfall() is None

    def raise_for_errors(self) -> None:
        """Raise PartialFailureError, which carries the results that were written, unless `all_written`."""
        shortfall = self._shortfall()
        if shortfall is not None:
            raise PartialFailureError(self, shortfall)

    @property
    def failures(self) -> list[BatchFailure[Input]]:
        """The errors, each with the inputs that it is about, found by the ids and places that HubSpot names in it."""
        failures = []
        for error in self.errors:
            named = set(_named(error))
            indexes = next(filter(None, (self._indexes(named, fields) for fields in _IDS)), [])
            failures.append(BatchFailure(error, [self.inputs[index] for index in indexes], indexes))
        return failures

    def _indexes(self, named: set[str], fields: Sequence[str]) -> list[int]:
        """Return the places of the inputs that are named by place, or by the values of all these fields."""
        return [
            index
            for index, sent in enumerate(self.sent)
            if f"[{index}]" in named or all(sent.get(field) and str(sent[field]) in named for field in fields)
        ]

    @property
    def sent_ids(self) -> list[str | None]:
        """The ids of the timeline events as they were sent, in the order of the inputs; None where HubSpot made one."""
        return [sent.get("id") for sent in self.sent if "eventTemplateId" in sent]

    def _shortfall(self) -> str | None:
        """Say what speaks against everything being written, or None."""
        count = len({_id(result) for result in self.results} - {None})
        written = f"{count} of {len(self.inputs)} inputs are known to be written"
        unreadable = self.additional_properties.keys() & {"errors", "numErrors"}
        if self.errors or self.num_errors or unreadable:
            reasons = "; ".join(error.message for error in self.errors) or "HubSpot does not say why"
            return f"{written}; {self.num_errors or len(self.errors) or 'some'} failed: {reasons}"
        if self.http_status == 207:
            return f"{written}; HubSpot answered 207, for some that failed, and does not say which"
        if self.status in (BatchStatus.CANCELED, BatchStatus.PENDING, BatchStatus.PROCESSING):
            return f"{written}; the status of the batch is {self.status}"
        if count < len(self.inputs):
            return f"{written}; HubSpot does not say what became of the others"
        return None


# The fields by which an error can name an input, the surest first: events can share a record, and marketing events of
# two accounts an external id.
_IDS = (("id",), ("externalAccountId", "externalEventId"), ("externalEventId",), ("objectId",), ("email",), ("utk",))


def _id(result: Any) -> str | None:
    return getattr(result, "id", None) or getattr(result, "object_id", None) or None


def _named(error: BatchError) -> Iterator[str]:
    """Yield the ids that an error names, and the places as ``[3]``."""
    if error.id:
        yield error.id
    for context in (error.context, *(detail.context for detail in error.errors)):
        for _, values in context_values(context):
            yield from values
    for detail in error.errors:
        yield from re.findall(r"(?<=inputs)\[\d+\]", detail.in_ or "")


# The outcome stands first: its fields hold for all three. No slots, as two bases that have them cannot be joined, and a
# state of their own, as that of a base with slots lacks the other's fields in a copy.


@attrs.define(kw_only=True, slots=False, getstate_setstate=True)
class TimelineEventBatchResponse(
    BatchOutcome[TimelineEvent, models.TimelineEventResponse], models.TimelineEventBatchResponse
):
    """What became of a batch of timeline events."""


@attrs.define(kw_only=True, slots=False, getstate_setstate=True)
class MarketingEventUpsertBatchResponse(
    BatchOutcome[MarketingEventUpsert, models.MarketingEventUpsertResponse], models.MarketingEventUpsertBatchResponse
):
    """What became of a batch of marketing events to create or update."""


@attrs.define(kw_only=True, slots=False, getstate_setstate=True)
class MarketingEventUpdateBatchResponse(
    BatchOutcome[MarketingEventUpdate, models.MarketingEventUpdateResponse], models.MarketingEventUpdateBatchResponse
):
    """What became of a batch of marketing events to update."""
