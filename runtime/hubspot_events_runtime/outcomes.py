"""What became of each input of a run, and two thin drivers of one: it sends in threads, or in tasks."""

from __future__ import annotations

import gc
import os
import threading
import warnings
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from contextvars import copy_context
from enum import Enum
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, Self, TypeAlias, TypeVar

import attrs

from .answers import Fields, Unread
from .apart import SIGNAL_POLL, apart, spawn
from .batches import BatchAnswer
from .clients import AsyncClient, CallOptions, Client, SyncClient
from .connections import MAX_CONCURRENCY
from .errors import (
    ConflictError,
    ErrorBody,
    HubSpotError,
    InputError,
    ResponseError,
    says_id_in_use,
    shown,
    type_name,
)
from .operations import Operation
from .retries import StoppedError

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from .operations import Call
    from .runs import Batch, Run

Input = TypeVar("Input")
Result = TypeVar("Result")

Status: TypeAlias = Literal["written", "failed", "unknown"]

_CONCURRENCY = 8

# Seconds that a run waits for an answer before it makes the next batch. Who answers as fast as this is sent one batch
# after the other: with more of them under way, threads wait for each other, and nothing is won.
_SOON = 0.005


class Flush(Enum):
    """What may stand among the inputs of a run and is none of them."""

    FLUSH = "flush"


#: Among the inputs of a run: what was read so far is sent now, and not only when it is enough for a batch. For inputs
#: that come from a queue, when it has been empty for a while.
FLUSH: Final = Flush.FLUSH

#: Inputs; the time at which each was read, in Unix seconds; and why there are no more of them: a flush or enough for a
#: batch, an error, None at the end.
Read: TypeAlias = tuple[list[Any], list[float], Flush | Exception | None]


class ManyOptions(CallOptions, total=False):
    """What a run can do otherwise than its client.

    Keys:
        journal: The file that keeps what became of each input, so that the same call goes on where it ended; None for
            none. It is made where there is none.
        concurrency: How many batches are sent at once, at the most; 8, where it is not given, and 50 at the most.
        timeout: As for a single call, see `CallOptions`; for each batch.
        max_retries: The same.
        max_wait: The same.
    """

    journal: str | os.PathLike[str] | None
    concurrency: int


class RefusedInputError(HubSpotError):
    """HubSpot refused this input of a batch. Of the others it says something else, or refuses them, too.

    Attributes:
        error: What HubSpot says, in its own words; it may be about several inputs.
    """

    error: ErrorBody

    def __init__(
        self, error: ErrorBody, came: BatchAnswer[Any, Any, Any] | ResponseError, message: str | None = None
    ) -> None:
        super().__init__(message or error.message or "HubSpot does not say why")
        answer = came if isinstance(came, ResponseError) else came.response
        if isinstance(came, ResponseError):
            self.may_have_been_processed, self.retry_safe = came.may_have_been_processed, came.retry_safe
        self.error = error
        self.category = error.category
        self.tries = answer.tries
        self.correlation_id = answer.correlation_id
        self._status_code = answer.status_code

    @property
    def status_code(self) -> int | None:
        """The HTTP status code of the last answer to the batch: a success where HubSpot took the others."""
        return self._status_code


def in_words(error: HubSpotError) -> tuple[str, str]:
    """Return what went wrong, and of which kind that is, as a file keeps it: text without half a surrogate pair."""
    # A conflict that is told in the details of a 400 has another category, and perhaps other words.
    is_told_apart = isinstance(error, ConflictError) and not says_known(error.message, error.category)
    kind = type(error).__name__ if is_told_apart else error.category or type(error).__name__
    return _text(error.message), _text(kind)


def says_known(reason: str | None, kind: str | None) -> bool:
    """Whether a reason why an input failed is that HubSpot has an event under its id, be it told now or kept."""
    return kind in ("CONFLICT", ConflictError.__name__) or says_id_in_use(reason or "")


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


class EarlierError(HubSpotError):
    """What a journal says of an input that is not sent again.

    An earlier run failed with it for good, or may have sent it with an id that was left to HubSpot.
    """


@attrs.define(eq=False, repr=False)
class Outcome(Fields, Generic[Input, Result]):
    """What became of one input.

    Attributes:
        index: Its place in what was given, from 0.
        input: What was given.
        status: ``"written"``; ``"failed"``, when this run did not write it; ``"unknown"``, when it was sent and the
            answer is lost for good, or does not say.
        result: What HubSpot says of what it wrote; None where it does not say, and where an earlier run wrote it.
        error: What went wrong with this input, or with all of its batch; None when it is written.
        id: The id of a timeline event as it was sent, under which it can be sent again and is not written twice. None
            where HubSpot makes one, and where there is none.
        earlier: Whether the journal tells it, of an earlier run.
    """

    index: int
    input: Input
    status: Status
    result: Result | None = None
    error: HubSpotError | None = None
    id: str | None = None
    earlier: bool = False

    @property
    def written(self) -> bool:
        """Whether it is written."""
        return self.status == "written"

    @property
    def known(self) -> bool:
        """Whether it failed since HubSpot has an event under its id already, from before this run.

        Nothing was changed. Where the id says which event it is, as one of `event_id` does, there is nothing to mend.
        """
        return bool(self.status == "failed" and self.id and self.error and says_known(*in_words(self.error)))


# A result is read when it is asked for. To users, type checkers and attrs it is a field all the same, which a property
# over one with another name would not be: to be given by its name, changed, shown, matched and made JSON of.
_kept: Any = Outcome.__dict__["result"]


def _result(outcome: Outcome[Any, Any]) -> Any:
    result = _kept.__get__(outcome)
    if type(result) is Unread:
        result = result()
        _kept.__set__(outcome, result)
    return result


Outcome.result = property(_result, _kept.__set__)  # type: ignore[misc]


@attrs.frozen(eq=False, repr=False)
class Progress(Fields):
    """How far a run is, in inputs, but for the requests.

    Attributes:
        read: Taken from what was given.
        written: Of which it is known that they are written.
        failed: Of which it is known that they are not, and why.
        unknown: Sent, without an answer that says more.
        under_way: In requests that are sent, or about to be.
        requests: How many requests were answered or lost so far.
    """

    read: int
    written: int
    failed: int
    unknown: int
    under_way: int
    requests: int


def _run_of(
    client: Client[Any, Any], operation: Operation[Any], inputs: object, options: ManyOptions, parts: Mapping[str, Any]
) -> tuple[Run[Any, Any], Any, int, CallOptions]:
    """Return a run, an iterator over the inputs, how many batches it sends at once, and the options of each.

    Raises InputError, JournalError.
    """
    # Imported where they are needed: most who import this package send no run.
    from .journal import Journal  # noqa: PLC0415
    from .runs import Run  # noqa: PLC0415

    of_calls: Any = {name: value for name, value in options.items() if name not in ("journal", "concurrency")}
    client._options_of(of_calls)
    body = operation.body
    assert body  # noqa: S101 - a batch has inputs
    is_async = isinstance(inputs, AsyncIterable) and isinstance(client, AsyncClient)
    if isinstance(inputs, (body.model, str, bytes, Mapping)) or not (is_async or isinstance(inputs, Iterable)):
        raise InputError(body.argument, f"must be an iterable of {body.model.__name__}, not {type_name(inputs)}")
    # Whatever may raise comes before the journal, which somebody has to close.
    iterator: Any = aiter(inputs) if isinstance(inputs, AsyncIterable) and is_async else iter(inputs)  # type: ignore[call-overload]
    concurrency = options.get("concurrency", _CONCURRENCY)
    if not isinstance(concurrency, int) or not 1 <= concurrency <= MAX_CONCURRENCY:
        raise InputError("concurrency", f"must be a whole number from 1 to {MAX_CONCURRENCY}, not {shown(concurrency)}")
    call, place = operation.call_many(**parts)
    path = options.get("journal")
    journal = None if path is None else Journal(path, {"operation": place, **client._account_of()}, client._clock.time)
    # Some more than are sent at once, so that no thread has to wait for who takes the outcomes.
    run: Run[Any, Any] = Run(body, client._settings, call, journal, client._clock.time, 2 * concurrency)
    return run, iterator, concurrency, of_calls


class _Outcomes(Generic[Input, Result]):
    """What both kinds of outcomes have."""

    _is_asked = False  # for an outcome, also by a task that is cancelled before the run begins

    def __init__(self, run: Run[Input, Result]) -> None:
        self._run = run
        self._process = os.getpid()

    def __del__(self) -> None:
        run: Run[Input, Result] | None = vars(self).get("_run")  # none where what was given made none
        is_untaken = run and not (run.is_stopping or self._is_asked) and self._process == os.getpid()
        del self, run  # who keeps the error that a warning may be keeps these, and with them the journal
        if is_untaken:
            reason = "nothing was sent, as nobody took the outcomes of a run: loop over what the method returns"
            warnings.warn(reason, RuntimeWarning, stacklevel=2)

    @property
    def progress(self) -> Progress:
        """How far the run is, at any time and from any thread."""
        return self._run.progress

    def stop(self) -> None:
        """Send nothing more, from any thread or a signal handler: the outcomes of what is under way are told yet.

        Nothing is waited for here. The loop over the outcomes ends by itself, as if all had been read.
        """
        self._run.is_stopping = True

    @property
    def unsettled(self) -> list[Outcome[Input, Result]]:
        """What became of the inputs that were under way when the run was left, and were never told."""
        return self._run.unsettled


class Outcomes(_Outcomes[Input, Result], Iterator[Outcome[Input, Result]]):
    """The outcomes of a run, one for each input, as they become known, in no promised order.

    Taking them drives the run: what was given is read as it is needed, a batch at a time, so that each input is an
    object of its own and is not changed before its outcome is told. A run that cannot go on tells what it knows, and
    then raises the error; what was read and has no outcome was not written. To leave it early, `close` it, or use it as
    a context manager: it then waits for the requests under way, and `unsettled` has what became of them. Any thread may
    take the next outcome.
    """

    def __init__(
        self,
        client: SyncClient,
        operation: Operation[Any],
        inputs: Iterable[Input | Flush],
        options: ManyOptions,
        **parts: Any,
    ) -> None:
        run, iterator, concurrency, of_calls = _run_of(client, operation, inputs, options, parts)
        super().__init__(run)
        self._lock = threading.RLock()
        self._driver: Any = _driven(run, client, iterator, concurrency, of_calls)

    def __next__(self) -> Outcome[Input, Result]:
        while True:
            try:
                return self._run.found.popleft()  # without the lock, which would take as long as the rest
            except IndexError:
                self._is_asked = True
                if self._process != os.getpid():  # where the threads that send are not, and others take the outcomes
                    raise HubSpotError(
                        f"the run is one of process {self._process}, of which this one is a fork: take the outcomes "
                        "there, or begin a run here"
                    ) from None
                with self._lock:
                    if self._driver.gi_running:  # and calls the iterable, which is where this thread comes from
                        raise RuntimeError("what a run is given takes the outcomes of that same run") from None
                    if not self._run.found:
                        next(self._driver)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the run: nothing more is sent, and what is under way is waited for. Closing twice is no error.

        In a signal handler, or by what the run reads, it is as `stop`: the loop over the outcomes ends by itself.
        """
        self._run.is_stopping = True  # so that who waits for the next outcome gets it
        with self._lock:
            if self._driver.gi_running:  # and has called who closes it, or was interrupted by a handler that does
                return
            self._driver.close()
            self._run.close()


def _driven(
    run: Run[Any, Any], client: SyncClient, inputs: Iterator[Any], concurrency: int, options: CallOptions
) -> Generator[None, None, None]:
    """Drive a run to its end; yield whenever there are outcomes to tell."""
    # Knows nothing of the object that has it: as soon as nobody has that any more, the run ends.
    from .runs import Todo  # noqa: PLC0415 - as above

    threads = _Threads(run, client, options, concurrency)
    try:
        while (step := run.step()) is not None:
            match step:
                case Todo.TELL:
                    yield
                case Todo.READ if threads.done.empty():  # what was given may be slow, and outcomes are to be told
                    run.admit(*_read(inputs, run))
                case Todo.KEEP:
                    run.keep()
                case Todo.READ | Todo.WAIT:
                    threads.settle(SIGNAL_POLL)
                case batch, call:
                    threads.start(batch, call)
                    threads.look(batch)
        if run.error:
            raise run.error
    finally:
        run.is_stopping = True
        if getattr(_garbage, "is_collected", False):  # by a thread that may have locks which those that send wait for
            apart(threads.end, 0)
        else:
            threads.end()


_garbage = threading.local()


def _collects(phase: str, _: object) -> None:
    _garbage.is_collected = phase == "start"


class _Threads:
    """The threads that send the batches of a run, so many at once.

    Attributes:
        done: What came of batches, until the run is told.
    """

    def __init__(self, run: Run[Any, Any], client: SyncClient, options: CallOptions, concurrency: int) -> None:
        if _collects not in gc.callbacks:
            gc.callbacks.append(_collects)
        self._run = run
        self._client = client
        self._options = options
        self._calls: dict[Batch, Call[Any]] = {}
        self.done: SimpleQueue[tuple[Batch, BatchAnswer[Any, Any, Any] | BaseException]] = SimpleQueue()
        self._executor: ThreadPoolExecutor | None = None
        with suppress(RuntimeError):  # as the interpreter ends
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - as above

            self._executor = ThreadPoolExecutor(concurrency, "hubspot-events")

    def start(self, batch: Batch, call: Call[Any]) -> None:
        """Have a thread send a batch, or send it here where there can be no more threads."""
        self._calls[batch] = call
        if self._executor:
            with suppress(RuntimeError):  # perhaps after it is in the queue
                self._executor.submit(copy_context().run, self._send, batch)
                return
        self._send(batch)

    def _send(self, batch: Batch) -> None:
        """Send a batch, once. What came of it is kept, and nothing is raised."""
        if call := self._calls.pop(batch, None):
            try:
                self.done.put((batch, self._client._run(call, self._options, batch)))
            except BaseException as error:  # noqa: BLE001 - told by the run
                self.done.put((batch, error))

    def settle(self, longest: float) -> None:
        """Wait so many seconds until a batch is done, and tell the run."""
        with suppress(Empty):
            self._run.settle(*self.done.get(timeout=longest))

    def look(self, batch: Batch) -> None:
        """Wait a moment for a batch, and tell the run of all that are done by then."""
        until = monotonic() + _SOON
        while batch in self._run.batches and (left := until - monotonic()) > 0:
            self.settle(left)

    def end(self) -> None:
        """Wait for what is under way, and end the run."""
        try:
            if self._executor:
                self._executor.shutdown()
        finally:  # also where a second interrupt ends the wait
            with closing(self._run):
                while not self.done.empty():
                    self.settle(0)
                self._run.leave()


def _read(inputs: Iterator[Any], run: Run[Any, Any]) -> Read:
    """Return what comes next, and what ended it: enough for a batch, a flush, the end, or an error."""
    now, most = run.now, run.size
    given: list[Any] = []
    times: list[float] = []
    try:
        while len(given) < most and (one := next(inputs)) is not FLUSH:
            given.append(one)
            times.append(now())
    except StopIteration:
        return given, times, None
    except Exception as error:  # noqa: BLE001 - the caller's own, raised when what was read is sent
        return given, times, error
    return given, times, FLUSH


class AsyncOutcomes(_Outcomes[Input, Result], AsyncIterator[Outcome[Input, Result]]):
    """The outcomes of a run, as `Outcomes`, with ``async for`` and ``await outcomes.aclose()``.

    A run whose task is cancelled cancels its requests; `unsettled` then has as unknown what they were about. Any task
    may take the next outcome.
    """

    def __init__(
        self,
        client: AsyncClient,
        operation: Operation[Any],
        inputs: Iterable[Input | Flush] | AsyncIterable[Input | Flush],
        options: ManyOptions,
        **parts: Any,
    ) -> None:
        import anyio  # noqa: PLC0415 - httpx loads it for an async client only

        run, iterator, concurrency, of_calls = _run_of(client, operation, inputs, options, parts)
        super().__init__(run)
        self._lock = anyio.Lock()
        self._driver = _driven_async(run, client, iterator, concurrency, of_calls)

    async def __anext__(self) -> Outcome[Input, Result]:
        while not self._run.found:
            self._is_asked = True
            async with self._lock:
                if not self._run.found:
                    await anext(self._driver)
        return self._run.found.popleft()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _: object, error: BaseException | None, *__: object) -> None:
        import anyio  # noqa: PLC0415 - as above

        # Who is cancelled in the body of the loop is not in the driver, which would cancel the requests.
        await self._close(error if isinstance(error, anyio.get_cancelled_exc_class()) else None)

    async def aclose(self) -> None:
        """End the run: nothing more is sent, and what is under way is waited for. Closing twice is no error."""
        await self._close(None)

    async def _close(self, cancelled: BaseException | None) -> None:
        import anyio  # noqa: PLC0415 - as above

        self._run.is_stopping = True  # so that who waits for the next outcome gets it
        try:
            self._lock.acquire_nowait()  # which a task that is cancelled can do too
        except anyio.WouldBlock:
            await self._lock.acquire()
        try:
            if cancelled:
                with suppress(type(cancelled), StopAsyncIteration):
                    await self._driver.athrow(cancelled)
            await self._driver.aclose()
        finally:
            self._lock.release()
        self._run.close()


async def _driven_async(
    run: Run[Any, Any],
    client: AsyncClient,
    inputs: AsyncIterator[Any] | Iterator[Any],
    concurrency: int,
    options: CallOptions,
) -> AsyncGenerator[None, None]:
    import anyio  # noqa: PLC0415 - httpx loads it for an async client only

    from .runs import Todo  # noqa: PLC0415 - as above

    tasks = _Tasks(run, client, options, concurrency)
    try:
        while (step := run.step()) is not None:
            match step:
                case Todo.TELL:
                    yield
                case Todo.READ if not tasks.done:
                    run.admit(*await _read_async(inputs, run))
                    await anyio.lowlevel.checkpoint()
                case Todo.KEEP:
                    await anyio.to_thread.run_sync(run.keep)
                case Todo.READ | Todo.WAIT:
                    await tasks.settle()
                case batch, call:
                    tasks.start(batch, call)
                    await tasks.look(batch)
        if run.error:
            raise run.error
    except anyio.get_cancelled_exc_class():
        tasks.cancel()
        raise
    finally:
        run.is_stopping = True
        try:
            with anyio.CancelScope(shield=True):
                while tasks.under_way or tasks.done:
                    await tasks.settle()
        finally:  # also where a second cancellation ends the wait
            tasks.cancel()
            with closing(run):
                tasks.tell()
                run.leave()


class _Tasks:
    """The tasks that send the batches of a run, so many at once.

    Attributes:
        under_way: How many there are.
        done: What came of batches, until the run is told.
    """

    def __init__(self, run: Run[Any, Any], client: AsyncClient, options: CallOptions, concurrency: int) -> None:
        import anyio  # noqa: PLC0415 - as above

        self._run = run
        self._client = client
        self._options = options
        self._places = anyio.Semaphore(concurrency)
        self._event = anyio.Event
        self._is_done = anyio.Event()
        self.under_way = 0
        self.done: list[tuple[Batch, BatchAnswer[Any, Any, Any] | BaseException]] = []
        self._scopes: set[anyio.CancelScope] = set()
        self._is_cancelled = False

    def start(self, batch: Batch, call: Call[Any]) -> None:
        """Have a task send a batch."""
        self.under_way += 1
        spawn(partial(self._send, batch, call))

    async def _send(self, batch: Batch, call: Call[Any]) -> None:
        """Send a batch. What came of it is kept, and nothing is raised but a cancellation."""
        import anyio  # noqa: PLC0415 - as above

        came: BatchAnswer[Any, Any, Any] | BaseException | None = None
        with anyio.CancelScope() as scope:
            self._scopes.add(scope)
            if self._is_cancelled:  # before it began
                scope.cancel()
            try:
                async with self._places:
                    came = await self._client._run(call, self._options, batch)
            except anyio.get_cancelled_exc_class():
                raise
            except BaseException as error:  # noqa: BLE001 - told by the run
                came = error
            finally:
                self._scopes.discard(scope)
                if came is None:
                    came = StoppedError("the run was cancelled", may_have_been_processed=batch.is_sent)
                self.done.append((batch, came))
                self.under_way -= 1
                self._is_done.set()

    async def settle(self) -> None:
        """Wait until a batch is done, and tell the run of all that are."""
        while not self.done:
            self._is_done = self._event()
            await self._is_done.wait()
        self.tell()

    async def look(self, batch: Batch) -> None:
        """Wait a moment for a batch, and tell the run of all that are done by then."""
        import anyio  # noqa: PLC0415 - as above

        with anyio.move_on_after(_SOON):
            while batch in self._run.batches:
                await self.settle()

    def tell(self) -> None:
        """Tell the run of all that are done."""
        while self.done:
            self._run.settle(*self.done.pop())

    def cancel(self) -> None:
        """End all requests."""
        self._is_cancelled = True
        for scope in [*self._scopes]:
            scope.cancel()


async def _read_async(inputs: Any, run: Run[Any, Any]) -> Read:
    """Return what comes next, as `_read`."""
    if not hasattr(inputs, "__anext__"):
        return _read(inputs, run)
    given: list[Any] = []
    times: list[float] = []
    try:
        while len(given) < run.size and (one := await anext(inputs)) is not FLUSH:
            given.append(one)
            times.append(run.now())
    except StopAsyncIteration:
        return given, times, None
    except Exception as error:  # noqa: BLE001 - as above
        return given, times, error
    return given, times, FLUSH
