"""A run: any number of inputs through the batches of an operation, as plain functions that neither send nor wait.

`step` says what is to be done next, what was read goes in by `admit` and into the journal by `keep`, and what became of
a batch goes in by `settle`. The drivers, in `outcomes`, do the rest.
"""

from __future__ import annotations

import marshal
import sqlite3
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum
from hashlib import blake2b
from itertools import repeat
from operator import attrgetter, is_
from typing import Any, Generic, TypeGuard, TypeVar

import attrs

from .batches import BatchAnswer, PartialFailureError
from .errors import (
    BadRequestError,
    ConflictError,
    ErrorBody,
    HubSpotError,
    InputError,
    JournalError,
    LockedError,
    MigrationError,
    RateLimitError,
    ResponseError,
    UnreadableResponseError,
    all_say_id_in_use,
    is_of_id_in_use,
)
from .identities import Identities
from .inputs import Inputs
from .journal import Journal
from .journal_file import Entry, State
from .operations import Body, Call, Json, Settings
from .outcomes import FLUSH, EarlierError, Flush, Outcome, Progress, RefusedInputError, Status, in_words, says_known
from .rate_limiter import DailyQuotaError
from .retries import StoppedError, Watcher, passes
from .shared_rate_limiter import QuotaStoreError
from .times import write_time
from .writing import write_text

Input = TypeVar("Input")
Result = TypeVar("Result")

# Requests that a run may send beyond one for each batch, to find what HubSpot refuses a batch for: so many, and so many
# for each batch. Of a hundred inputs one bad one takes some fourteen, when HubSpot does not name it.
_MORE_REQUESTS = 1000
_MORE_REQUESTS_A_BATCH = 2

_UNKNOWN = "It was sent, and nothing that came back says whether it is written"  # as a 503 does not
_LEFT_TO_HUBSPOT = (
    "An earlier run may have sent it, and its id was left to HubSpot, so that another try could write the event twice"
)

# After so many batches in a row that HubSpot did not take in, for all the patience of each, a run does not go on.
_OUTAGE = 3


class Todo(Enum):
    """What a driver is to do next, when it is not to send."""

    TELL = "tell"
    READ = "read"
    KEEP = "keep"
    WAIT = "wait"


class Batch(Watcher):
    """Some inputs that go out together, and what is known of their way.

    Attributes:
        indexes: The places of the inputs among all.
        inputs: The inputs.
        is_sent: Whether HubSpot may have processed them, for all that is known yet.
        is_lost: Whether the answer to a try was lost.
        is_repeatable: Whether they can be sent again after an answer was lost.
    """

    is_bulk = True

    def __init__(self, run: Run[Any, Any], indexes: Sequence[int], inputs: Inputs[Any]) -> None:
        self._run = run
        self.indexes = indexes
        self.inputs = inputs
        self.is_sent = False
        self.is_lost = False
        self.is_repeatable = False

    @property
    def is_stopping(self) -> bool:
        """Whether the run is over."""
        return self._run.is_stopping

    def sending(self) -> None:
        """Take in that a request is about to be sent."""
        self.is_sent = True

    def failed(self, *, may_have_been_processed: bool) -> None:
        """Take in what is known after a try that failed."""
        self.is_sent = self.is_lost = may_have_been_processed

    def came(self, answer: str) -> None:
        """Take in what came of it, in whichever thread."""
        self._run.answers.append((self._run.now(), answer))

    def only(self, places: Iterable[int]) -> Batch:
        """Return a batch of some of the inputs, by their places in this one."""
        kept = [*places]
        part = Batch(self._run, [self.indexes[place] for place in kept], self.inputs.only(kept))
        part.is_repeatable = self.is_repeatable
        return part

    def joined(self, others: Sequence[Batch]) -> Batch:
        """Return a batch with the inputs of others after those of this one."""
        indexes = [index for batch in (self, *others) for index in batch.indexes]
        return Batch(self._run, indexes, self.inputs.joined([other.inputs for other in others]))


class Run(Generic[Input, Result]):
    """One run through an operation.

    Attributes:
        now: Tells the time, in Unix seconds.
        size: How many inputs go into a batch at the most.
        found: What became of inputs, until a driver tells it.
        answers: When a request was answered or lost, and by what, until it is counted.
        is_stopping: Whether nothing more is to be sent.
        is_read: Whether all was read that was given.
        error: What the run ends with, or nothing.
        batches: The batches under way.
        unsettled: The outcomes that nobody took.
    """

    def __init__(  # noqa: PLR0917 - each is another part of a run
        self,
        body: Body,
        settings: Settings,
        call: Callable[[Inputs[Any]], Call[Any]],
        journal: Journal | None,
        now: Callable[[], float],
        most: int,
    ) -> None:
        self.now = now
        self.size = settings.max_batch_size
        self.answers: deque[tuple[float, str]] = deque()
        self.is_stopping = False
        self.is_read = False
        self._is_flushing = False  # whether to send what is less than a batch
        self.error: BaseException | None = None
        self.batches: set[Batch] = set()
        self.unsettled: list[Outcome[Input, Result]] = []
        self._call = call
        self._most = most
        self.found: deque[Outcome[Input, Result]] = deque()
        self._body = body
        self._settings = settings
        self._journal = journal
        self._counts = Counter[str]()
        self._unkept: tuple[Batch, list[Entry]] | None = None  # before it is sent, it is in the journal
        self._ready: deque[Batch] = deque()
        self._again: deque[Batch] = deque()
        self._identities = Identities()
        self._sent_before: set[int] = set()  # of these HubSpot may know, from another try
        self._sent_earlier: set[int] = set()  # and of these, from an earlier run
        self._keeping = threading.RLock()
        self._more_requests = _MORE_REQUESTS
        self._not_taken = 0  # batches in a row

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        return Progress(*(self._counts[field.name] for field in attrs.fields(Progress)))

    def step(self) -> tuple[Batch, Call[Any]] | Todo | None:
        """Return what is to be done next: send a batch, or something else; None when all is done."""
        if self.found:
            return Todo.TELL
        if len(self.batches) < self._most and not self.is_stopping:
            if self._unkept:
                return Todo.KEEP
            if taken := self._take():
                return taken
            if self.found:
                return Todo.TELL
            if not self.is_read:
                return Todo.READ
        if self.batches:
            return Todo.WAIT
        self._give_up()
        return Todo.TELL if self.found else None

    def leave(self) -> None:
        """Take in that nobody takes outcomes any more, and that nothing is under way."""
        with self._keeping:
            self._give_up()
            with suppress(IndexError):  # another thread may still take some
                while True:
                    self.unsettled.append(self.found.popleft())

    def end(self, error: BaseException) -> None:
        """Send nothing more, and end with an error."""
        self.error = self.error or error
        self.is_stopping = True

    def close(self) -> None:
        """Close the files."""
        self.is_stopping = True
        with self._keeping:
            self._identities.close()
            if self._journal:
                self._journal.close()

    # What is read

    def admit(self, read: Sequence[Any], times: Sequence[float], ended_by: Flush | Exception | None) -> None:
        """Take in what was read, at most `size`; the time of each, in Unix seconds; and why it is no more."""
        if self._journal:
            self._journal.hold()
        if self.is_stopping:
            return
        self.is_read = ended_by is not FLUSH
        self._is_flushing = len(read) < self.size
        if isinstance(ended_by, Exception):
            self.error = self.error or ended_by
        first = self._counts["read"]
        self._counts["read"] += len(read)
        checked = self._checked(range(first, first + len(read)), read)
        if not checked:
            return
        try:
            fresh = self._without_twice(checked)
        except sqlite3.Error as full:  # as the disk of temporary files may be
            self.end(HubSpotError(f"the ids of the inputs cannot be kept in a temporary file: {full}"))
            return
        if not fresh.indexes:
            return
        digests = self._digests(fresh.inputs) if self._journal else []
        self._give_times(fresh, times, first)
        if self._journal:
            self._unkept = fresh, self._entries(fresh, digests)
        else:
            self._ready.append(fresh)

    def keep(self) -> None:
        """Write what was read to the journal, and wait for the disk.

        Any thread may do it, even one that a cancelled task has left behind.
        """
        with self._keeping:
            if not (self._journal and self._unkept) or self.is_stopping:
                return
            batch, entries = self._unkept
            self._unkept = None
            try:
                ready = self._journalled(batch, entries, self._journal.admit(entries))
            except JournalError as broken:
                self.end(broken)
                return
            if ready.indexes:
                self._ready.append(ready)

    def _checked(self, indexes: Sequence[int], given: Sequence[Any]) -> Batch | None:
        """Return what can be sent."""
        try:
            return Batch(self, indexes, self._body.batch(given, self._settings)) if given else None
        except InputError:
            good = []
        for index, one in zip(indexes, given, strict=True):
            try:
                good.append(Batch(self, [index], self._body.batch([one], self._settings)))
            except InputError as error:
                self._refuse(index, one, _place_in(error, 0), error.reason)
        return good[0].joined(good[1:]) if good else None

    def _without_twice(self, batch: Batch) -> Batch:
        """Return a batch without the inputs whose identity the run has had."""
        twice = self._identities.add(batch.indexes, self._identities_given(batch.inputs))
        if not twice:
            return batch
        field = [*self._body.identity.values()][-1]
        for index, given in zip(batch.indexes, batch.inputs.given, strict=True):
            if index in twice:
                self._refuse(index, given, f".{field}", f"is that of inputs[{twice[index]}] too")
        return batch.only(place for place, index in enumerate(batch.indexes) if index not in twice)

    def _identities_given(self, inputs: Inputs[Any]) -> Sequence[tuple[str, ...] | None]:
        """Return what names each input; None where that is unique, as it is made here or by HubSpot."""
        if not self._body.filled or inputs.as_given:
            return inputs.identities
        return [
            named if given == sent else None
            for given, named, sent in zip(self._ids_given(inputs.given), inputs.identities, inputs.ids, strict=True)
        ]

    def _ids_given(self, given: Sequence[Any]) -> list[str | None]:
        """Return the ids of inputs as they were given, their placeholders not filled."""
        filled = self._body.filled or ""
        found = map(attrgetter(self._body.identity[filled]), given)
        return [
            one
            if type(one) is str
            else _text(given[place].additional_properties.get(filled) if one is None else one, filled)
            for place, one in enumerate(found)
        ]

    def _give_times(self, batch: Batch, times: Sequence[float], first: int) -> None:
        """Give the inputs without a time that at which they were read: what is sent late did not happen late."""
        field = self._body.time
        if not field:
            return
        since, until, text = 0.0, 0.0, ""
        for index, data in zip(batch.indexes, batch.inputs.sent, strict=True):
            if field not in data:
                at = times[index - first]
                if not since <= at < until:  # many are read in one millisecond, and a time takes longer than the rest
                    since = int(at * 1000) / 1000
                    until = since + 0.001
                    text = write_time(datetime.fromtimestamp(since, UTC), field)
                data[field] = text

    def _entries(self, batch: Batch, digests: Sequence[bytes]) -> list[Entry]:
        """Return what stands for each input in a journal."""
        filled, time = self._body.filled or "", self._body.time or ""
        sent = batch.inputs.sent
        # A time that is no text was not made here, and comes with the input again.
        times = [at if isinstance(at := data.get(time), str) else None for data in sent]
        return [
            Entry(index, digest, data.get(filled), at)
            for index, digest, data, at in zip(batch.indexes, digests, sent, times, strict=True)
        ]

    def _journalled(self, batch: Batch, entries: Sequence[Entry], admitted: Sequence[Entry]) -> Batch:
        """Return what there is to send, as the journal has it."""
        if all(map(is_, admitted, entries)):
            return batch
        inputs = batch.inputs
        filled, time = self._body.filled or "", self._body.time or ""
        left = []
        for place, entry in enumerate(admitted):
            may_be_sent = entry is not entries[place] and entry.state in (State.WAITING, State.UNKNOWN)
            if entry.state in (State.WRITTEN, State.FAILED) or (may_be_sent and self._is_left_to_hubspot(entry)):
                self._tell_of_earlier(entry, inputs.given[place])
                continue
            left.append(place)
            if may_be_sent:
                self._sent_earlier.add(entry.index)
            for field, value in ((filled, entry.id), (time, entry.time)):
                if value is not None:
                    inputs.sent[place][field] = value
        left_over = batch.only(left)
        left_over.inputs = self._body.inputs(left_over.inputs.given, left_over.inputs.sent, self._settings.ids)
        return left_over

    def _is_left_to_hubspot(self, entry: Entry) -> bool:
        """Whether HubSpot makes the id of an input, so that sent again it is another one."""
        return self._body.filled is not None and not self._settings.ids.is_fixed(entry.id)

    def _tell_of_earlier(self, entry: Entry, given: Any) -> None:
        """Tell of an input that is not sent again, as an earlier run was done with it, or may have been."""
        status: Status = "written"
        error = None
        if entry.state is not State.WRITTEN:
            lost = entry.state is not State.FAILED
            status = "unknown" if lost else "failed"
            reason = _LEFT_TO_HUBSPOT if lost else entry.reason or "The journal does not say why"
            error = EarlierError(reason, may_have_been_processed=lost)
            error.category = None if lost else entry.category
            if lost:
                self._settle([entry.index], State.UNKNOWN, error)
        self._tell(Outcome(entry.index, given, status, error=error, id=entry.id, earlier=True))

    def _digests(self, inputs: Inputs[Any]) -> list[bytes]:
        """Return what tells each input from another, without what is filled in."""
        sent: Iterable[Json] = inputs.sent
        if filled := self._body.filled:
            ids = self._ids_given(inputs.given)
            sent = ({**data, filled: given} for data, given in zip(sent, ids, strict=True))
        # Of this version, as later ones depend on which objects are one and the same.
        return [blake2b(marshal.dumps(data, 2), digest_size=16).digest() for data in sent]

    def _refuse(self, index: int, given: Any, place: str, reason: str) -> InputError:
        """Tell of an input that cannot be sent. Each run finds that out anew, so that the journal need not have it."""
        error = InputError(f"inputs[{index}]{place}", reason)
        self._tell(Outcome(index, given, "failed", error=error))
        return error

    # What is sent

    def _take(self) -> tuple[Batch, Call[Any]] | None:
        """Return what to send next; None when more has to be read first, or there is no more."""
        while True:
            batch = self._again.popleft() if self._again else self._full()
            if batch is None:
                return None
            try:
                call = self._call(batch.inputs)
            except InputError as error:  # what JSON does not have
                place = self._at_fault(batch) if error.index is None else error.index
                index, given = batch.indexes[place], batch.inputs.given[place]
                refusal = self._refuse(index, given, _place_in(error, place), error.reason)
                self._settle([index], State.FAILED, refusal)
                self._send_again(batch, [other for other in range(len(batch.indexes)) if other != place])
                continue
            batch.is_repeatable = call.repeatable
            self._counts["under_way"] += len(batch.indexes)
            self.batches.add(batch)
            return batch, call

    def _at_fault(self, batch: Batch) -> int:
        """Return the place of the first input that JSON does not have, where the error does not say."""
        for place in range(len(batch.indexes)):
            try:
                self._call(batch.inputs.only([place]))
            except InputError:
                return place
        return 0

    def _full(self) -> Batch | None:
        """Return a batch that is full, or has all that is left; None when more has to be read first."""
        size = sum(len(batch.indexes) for batch in self._ready)
        if not size or (size < self.size and not self._is_flushing):
            return None
        self._more_requests += _MORE_REQUESTS_A_BATCH
        first = self._ready.popleft()
        if len(first.indexes) != self.size and self._ready:
            first = first.joined([*self._ready])
            self._ready.clear()
        if len(first.indexes) > self.size:
            self._ready.appendleft(first.only(range(self.size, len(first.indexes))))
            first = first.only(range(self.size))
        return first

    def _send_again(self, batch: Batch, *parts: Sequence[int]) -> None:
        self._again.extend(batch.only(places) for places in parts if places)

    # What came of it

    def settle(self, batch: Batch, came: BatchAnswer[Any, Any, Any] | BaseException) -> None:
        """Take in the answer to a batch, or why there is none."""
        with self._keeping:  # a thread that a cancelled task has left behind may be in the journal yet
            self._count_requests()
            if isinstance(came, BatchAnswer):
                self._not_taken = 0
                self._settle_answer(batch, came)
            elif isinstance(came, HubSpotError):
                _let_go(came)
                self._settle_error(batch, came)
            else:  # a function of the caller's raised it
                self.end(came)
                if batch.is_sent:
                    self._sent_before.update(batch.indexes)
                self._lose(batch)
            self._counts["under_way"] -= len(batch.indexes)
            self.batches.discard(batch)

    def _count_requests(self) -> None:
        while self.answers:
            at, answer = self.answers.popleft()
            self._counts["requests"] += 1
            if self._journal:
                self._journalling(self._journal.count_request, at, answer)

    def _settle_answer(self, batch: Batch, came: BatchAnswer[Any, Any, Any]) -> None:
        """Tell what a success says of each input."""
        # Not those of the answer, in which a result that names another input looks like one that names none.
        places = batch.inputs.places(came.results)
        results: dict[int | None, Any] = dict(zip(places, came.results, strict=True))
        every = range(len(batch.indexes))
        if results.keys() >= {*every}:  # as nearly always
            self._write(batch, every, results)
            return
        came.read_results()
        failures: dict[int, ErrorBody] = {
            index: failure.error for failure in came.failures for index in failure.indexes
        }
        unnamed = [failure.error for failure in came.failures if not failure.indexes]
        if unnamed and len(batch.indexes) == 1:
            failures.setdefault(0, unnamed.pop())
        told = {*results, *({*came.known} - failures.keys())}
        written, untold, refusals = [place for place in every if place in told], [], {}
        for place in [place for place in every if place not in told]:
            failure = failures.get(place)
            if failure is None:
                untold.append(place)
            else:
                refusals[place] = _refused(batch, place, failure, came)
        self._settle_refusals(batch, refusals)
        if untold and (came.all_written or (not unnamed and came._nameless(places) == len(untold))):
            written += untold
        elif untold:
            self._settle_untold(batch, untold, unnamed, came)
        self._write(batch, sorted(written), results)

    def _settle_untold(
        self,
        batch: Batch,
        untold: Sequence[int],
        unnamed: Sequence[ErrorBody],
        came: BatchAnswer[Any, Any, Any],
    ) -> None:
        """Ask again for what an answer says nothing of, in halves, so that it comes to say so."""
        are_refused = len(unnamed) == len(untold)  # each by one of the errors
        # An id that is in use may be so by an earlier try, whose answer was lost.
        if not are_refused or (batch.is_lost and any(map(is_of_id_in_use, unnamed))):
            self._sent_before.update(batch.indexes[place] for place in untold)
        if are_refused and len({(error.category, error.message) for error in unnamed}) == 1:
            self._settle_refusals(batch, {place: _refused(batch, place, unnamed[0], came) for place in untold})
            return
        parts = (untold,) if len(untold) < len(batch.indexes) else _halves(untold)
        if len(batch.indexes) > 1 and batch.is_repeatable and self._may_send(parts):
            self._send_again(batch, *parts)
            return
        try:
            came.raise_for_errors()
        except PartialFailureError as error:
            _let_go(error)
            self._settle_all(batch.only(untold), error)

    def _settle_error(self, batch: Batch, error: HubSpotError) -> None:
        """Tell what it means for each input that a batch failed."""
        if error.may_have_been_processed:
            self._sent_before.update(batch.indexes)
        if isinstance(error, StoppedError | DailyQuotaError | QuotaStoreError):
            if not isinstance(error, StoppedError):
                self.end(error)
            self._lose(batch)
            return
        if _is_about_inputs(error) and not (passes(error) and len(batch.indexes) == 1):
            self._not_taken = 0
            self._settle_refused(batch, error)
            return
        if (passes(error) or isinstance(error, UnreadableResponseError)) and not _is_over(error):
            self._not_taken += 1
            if self._not_taken >= _OUTAGE:
                self.end(error)
        else:
            self.end(error)
        self._settle_all(batch, error, is_final=False)

    def _settle_refused(self, batch: Batch, error: ResponseError) -> None:
        """Find out which inputs HubSpot refuses a batch for."""
        if len(batch.indexes) == 1:
            self._settle_refusals(batch, {0: error})
            return
        body = error.error
        named = batch.inputs.named(body)
        if error.status_code == 413:
            self.size = max(1, min(self.size, len(batch.indexes) // 2))
        places = range(len(batch.indexes))
        rest = [place for place in places if place not in named]
        parts = (rest,) if named else _halves(places)
        is_safe = batch.is_repeatable or not error.may_have_been_processed
        self._settle_refusals(batch, {place: _refused(batch, place, body, error) for place in named})
        if rest and not (is_safe and self._may_send(parts)):
            error.retry_safe = is_safe  # as another run may find out which are good
            self._settle_all(batch.only(rest), error, is_final=False)
            return
        self._send_again(batch, *parts)

    def _may_send(self, parts: Sequence[Sequence[int]]) -> bool:
        """Whether there may be so many more requests; counts them."""
        self._more_requests -= len(parts)
        return self._more_requests >= 0

    def _may_be_known(self, index: int) -> bool:
        """Whether HubSpot may know an input from a try before, in this run or an earlier one."""
        return index in self._sent_before or index in self._sent_earlier

    def _settle_refusals(self, batch: Batch, refusals: Mapping[int, HubSpotError]) -> None:
        """Tell of inputs that they are refused; or written, where they are so for what a try before has written."""
        known = [place for place, error in refusals.items() if _id(batch, place) and says_known(*in_words(error))]
        written = {place for place in known if self._may_be_known(batch.indexes[place])}
        self._write(batch, sorted(written), {})
        for place in refusals.keys() - written:
            self._fail(batch, place, refusals[place])

    def _give_up(self) -> None:
        """Tell of what this run has sent and does not send again, or was interrupted with, that nobody knows."""
        if not (self.batches or self._again):
            return
        told = {outcome.index for outcome in self.found}
        for batch in self.batches:
            if batch.is_sent:
                self._sent_before.update(set(batch.indexes) - told)
        batches = [*self.batches, *self._again]
        self._counts["under_way"] = 0
        self.batches.clear()
        self._again.clear()
        for batch in batches:
            self._lose(batch)

    def _lose(self, batch: Batch) -> None:
        """Tell of those inputs of a batch that nobody knows. The others were read, and not sent."""
        lost = [place for place, index in enumerate(batch.indexes) if index in self._sent_before]
        if lost:
            error = HubSpotError(_UNKNOWN, may_have_been_processed=True)
            error.retry_safe = batch.is_repeatable
            self._settle_all(batch.only(lost), error)

    def _settle_all(self, batch: Batch, error: HubSpotError, *, is_final: bool = True) -> None:
        for place in range(len(batch.indexes)):
            self._fail(batch, place, error, is_final=is_final)

    def _fail(self, batch: Batch, place: int, error: HubSpotError, *, is_final: bool = True) -> None:
        """Tell of an input that it is not written, or that nobody knows; finally, if it is refused for itself."""
        index = batch.indexes[place]
        # An error says nothing of an earlier try whose answer was lost. If that was in an earlier run, it does: else
        # what is bad would be sent again by each.
        lost = error.may_have_been_processed or index in self._sent_before
        lost |= index in self._sent_earlier and not is_final
        state = State.UNKNOWN if lost else State.FAILED if is_final else State.POSTPONED
        self._settle([index], state, error)
        status: Status = "unknown" if lost else "failed"
        self._tell(Outcome(index, batch.inputs.given[place], status, error=error, id=_id(batch, place)))

    def _write(self, batch: Batch, places: Sequence[int], results: Mapping[int | None, Any]) -> None:
        """Tell of inputs that they are written."""
        indexes = [batch.indexes[place] for place in places]
        given = [batch.inputs.given[place] for place in places]
        ids = [batch.inputs.ids[place] for place in places] if batch.inputs.ids else repeat(None)
        # Made before any of them is counted or told, as an interrupt may come in the middle of it.
        made = [*map(Outcome, indexes, given, repeat("written"), map(results.get, places), repeat(None), ids)]
        self._settle(indexes, State.WRITTEN, None)
        self._counts["written"] += len(places)
        self.found += made

    def _settle(self, indexes: Sequence[int], state: State, error: HubSpotError | None) -> None:
        self._sent_before.difference_update(indexes)
        self._sent_earlier.difference_update(indexes)
        if self._journal and indexes:
            self._journalling(self._journal.settle, indexes, state, *(in_words(error) if error else (None, None)))

    def _journalling(self, write: Callable[..., None], *arguments: Any) -> None:
        """Write into the journal. One that cannot be written ends the run; what is known is told all the same."""
        try:
            write(*arguments)
        except JournalError as error:
            self.end(error)

    def _tell(self, outcome: Outcome[Input, Result]) -> None:
        self._counts[outcome.status] += 1
        self.found.append(outcome)


def _id(batch: Batch, place: int) -> str | None:
    return batch.inputs.ids[place] if batch.inputs.ids else None


def _refused(
    batch: Batch, place: int, error: ErrorBody, came: BatchAnswer[Any, Any, Any] | ResponseError
) -> RefusedInputError:
    """Return the error of one input, with what is said of that one where HubSpot speaks of several."""
    id_ = _id(batch, place)
    said = batch.inputs.said_of(place, error)
    is_known = all_say_id_in_use(said) if said else is_of_id_in_use(error)
    if id_ and (is_known or (isinstance(came, BatchAnswer) and place in came.known)):
        # In words that `says_known` knows, in a file too.
        return RefusedInputError(error, came, f"Event ID already in use: {id_}")
    refused = RefusedInputError(error, came, "; ".join(said))
    if said and refused.category == "CONFLICT":
        refused.category = None  # of this one it says something else
    return refused


def _text(value: Any, field: str) -> str | None:
    """Return text as a model writes it: that of an enum's member is its value."""
    return None if value is None else write_text(value, field)


def _place_in(error: InputError, index: int) -> str:
    """Return where in an input of a batch an error is; nothing where it does not say."""
    _, _, place = error.field.partition(f"inputs[{index}]")
    return place


def _let_go(error: HubSpotError) -> None:
    """Let an outcome that is kept not keep the frames that it came through, which have the whole batch."""
    chained: BaseException | None = error
    while chained:
        chained.__traceback__ = chained.__context__ = None
        chained = chained.__cause__


def _halves(places: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    middle = len(places) // 2
    return places[:middle], places[middle:]


def _is_about_inputs(error: HubSpotError) -> TypeGuard[ResponseError]:
    """Whether HubSpot may have refused a batch for some of its inputs, or for their number."""
    kinds = BadRequestError | ConflictError | LockedError
    return isinstance(error, kinds) and error.status_code in (400, 409, 413, 422, 423)


def _is_over(error: HubSpotError) -> bool:
    """Whether what passes does so in hours."""
    return isinstance(error, MigrationError) or (isinstance(error, RateLimitError) and error.daily)
