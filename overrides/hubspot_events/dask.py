"""Sends partitions with Dask, on many machines: a thin piece over `send_partition`.

Dask hands out the partitions, shows them on its dashboard, and runs one again when its worker died. That nothing is
lost or there twice by that is the work of `send_partition`; here is nothing that a worker would have to remember.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from numbers import Integral
from typing import Any, Unpack

import attrs

try:
    from dask.base import is_dask_collection
    from dask.delayed import delayed
    from distributed import Client, Future, as_completed
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f'hubspot_events.dask needs {error.name}: pip install "hubspot-events[dask]"', name=error.name
    ) from error
from hubspot_events_runtime.errors import HubSpotError, InputError, one_line, shown, type_name

from ._client import HubSpotEvents
from ._partition_files import Form
from .bulk import PartitionOptions, PartitionSummary, check_operation, send_partition

__all__ = ["Stopped", "Summary", "gather", "submit"]

_AT_ONCE = 2  # partitions of an account that a worker sends: their quota is one, and what is half done is lost with it
_turns: dict[str, threading.BoundedSemaphore] = {}


@attrs.frozen
class Stopped:
    """What could not go on, or be begun. The same call goes on with it.

    Attributes:
        partition: The name of the partition.
        account: The account, or None where it is all of the partition.
        error: Why, in words.
    """

    partition: str
    account: str | None
    error: str


@attrs.frozen
class Summary:
    """What became of all partitions.

    Attributes:
        partitions: What became of each, once for each account in it, in their order.
        stopped: What could not go on, or be begun.
    """

    partitions: Sequence[PartitionSummary]
    stopped: Sequence[Stopped]

    @property
    def rows(self) -> int:
        """How many rows there are, but for what stopped."""
        return sum(one.rows for one in self.partitions)

    @property
    def written(self) -> int:
        """How many are written."""
        return sum(one.written for one in self.partitions)

    @property
    def failed(self) -> int:
        """How many are not."""
        return sum(one.failed for one in self.partitions)

    @property
    def unknown(self) -> int:
        """How many were sent without an answer that says more."""
        return sum(one.unknown for one in self.partitions)

    @property
    def requests(self) -> int:
        """How many requests were answered or lost."""
        return sum(one.requests for one in self.partitions)

    @property
    def reasons(self) -> Counter[str]:
        """How many rows have which kind of error."""
        return sum((Counter(one.reasons) for one in self.partitions), Counter[str]())

    @property
    def is_done(self) -> bool:
        """Whether the same call would send nothing more."""
        return not self.stopped and all(one.is_done for one in self.partitions)


def submit(
    client: Client,
    operation: str,
    partitions: Any,
    *,
    account: str | Callable[[Any], str],
    connect: Callable[[str], HubSpotEvents],
    outcomes: str | os.PathLike[str],
    make: Callable[[Any], Any] | None = None,
    form: Form = "ndjson",
    journal: bool = False,
    **options: Unpack[PartitionOptions],
) -> list[Future[Any]]:
    """Let the workers of a cluster send partitions. Returns at once.

    Each partition is a task, ``send_rows`` on the dashboard; `distributed.progress` shows how many of the futures are
    done, and `gather` waits for all. The tasks are dropped when nobody has their futures any more.

    Args:
        client: The client of a cluster whose workers have this package, too.
        operation: As for `send_partition`.
        partitions: A `dask.dataframe.DataFrame`, of which each row is a dict of its columns without those that have no
            value; a `dask.bag.Bag` of rows; or a list of partitions, each a list of rows or a DataFrame of pandas, or
            a `dask.delayed.Delayed` of one. Their places number them, so that they have to be in the same order when
            they are sent again.
        account: The account of all rows, or a function that tells it of a row, such as ``itemgetter("hub_id")``. The
            accounts of one partition are sent to one after the other.
        connect: As for `send_partition`. It goes to the workers, as do the other functions: Dask pickles what they
            cannot import.
        outcomes: As for `send_partition`: a folder that all workers see by this path. Relative to where this is called.
        make: As for `send_partition`.
        form: As for `send_partition`.
        journal: As for `send_partition`.
        options: As for `send_partition`.

    Returns:
        A future for each partition.

    Raises:
        InputError: An argument is of no use. Nothing was sent.

    """
    check_operation(operation)
    if not (isinstance(account, str) or callable(account)):
        raise InputError("account", f"must be text or a function of a row, not {type_name(account)}")
    arguments = {"account": account, "connect": connect, "make": make, "form": form, "journal": journal, **options}
    parts = _parts_of(partitions)
    send = sender(client, operation, outcomes=outcomes, **arguments)
    return [send(place, part) for place, part in enumerate(parts)]


def _parts_of(partitions: Any) -> list[Any]:
    """Return the partitions, each of which has rows. Raises InputError."""
    is_told = f"must be a DataFrame of Dask, a Bag or a list of partitions, not {shown(partitions)}"
    if is_dask_collection(partitions):
        parts = partitions.to_delayed()
        if not isinstance(parts, list):  # as of a Delayed, which nobody knows the length of
            raise InputError("partitions", is_told)
        return parts
    if not _has_rows(partitions) or _is_frame(partitions):
        raise InputError("partitions", is_told)
    parts = [*partitions]
    for place, part in enumerate(parts):
        if not (is_dask_collection(part) or isinstance(part, Future) or _has_rows(part)):
            raise InputError(f"partitions[{place}]", f"must be a list of rows, or a Delayed of one, not {shown(part)}")
    return parts


def _has_rows(value: Any) -> bool:
    """Whether it can be rows, and not a single one whose columns would be taken for some."""
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)


def _is_frame(value: Any) -> bool:
    """Whether it is a DataFrame of pandas."""
    return hasattr(value, "columns")


def gather(futures: Sequence[Future[Any]]) -> Summary:
    """Wait for what `submit` has begun, and return what became of it: what a partition raised is told there.

    Each future is let go of when its result is here, and can be gathered once: a cluster runs what it has to keep the
    result of again when the worker that had it dies.
    """
    places = {future: place for place, future in enumerate(futures)}
    completed: Any = as_completed
    found = {}
    for future in completed(futures):
        found[places[future]] = result_of(places[future], future)
        future.release()
    told = [one for place in sorted(found) for one in found[place]]
    return Summary(
        [one for one in told if isinstance(one, PartitionSummary)], [one for one in told if isinstance(one, Stopped)]
    )


def sender(
    client: Any, operation: str, *, outcomes: str | os.PathLike[str], **arguments: Any
) -> Callable[[int, Any], Future[Any]]:
    """Return what submits a partition with its place, by the arguments of `submit`."""
    send = partial(send_rows, operation, outcomes=os.path.abspath(outcomes), **arguments)

    def submit_one(place: int, part: Any) -> Any:
        named = partial(send, name_of(place))
        if is_dask_collection(part) or isinstance(part, Future):
            return client.compute(delayed(named, pure=False)(part))
        # As a part of the function, so that Dask does not look into each row.
        return client.submit(partial(named, part if _is_frame(part) else [*part]), pure=False)

    return submit_one


def result_of(place: int, future: Future[Any]) -> list[PartitionSummary | Stopped]:
    """Return what became of a partition, which is done or failed."""
    try:
        found: list[PartitionSummary | Stopped] = future.result()
    except Exception as error:  # noqa: BLE001 - of a worker, or of a function of the caller's
        return [Stopped(name_of(place), None, _in_words(error))]
    return found


def name_of(place: int) -> str:
    """Return the name of a partition."""
    return f"part-{place:06}"


def send_rows(
    operation: str, partition: str, rows: Any, *, account: str | Callable[[Any], str], **arguments: Any
) -> list[PartitionSummary | Stopped]:
    """Send the rows of a partition, account by account: what a worker does."""
    if not _has_rows(rows):  # of a Delayed
        raise InputError("partitions", f"each must be a list of rows, or a Delayed of one, not {shown(rows)}")
    accounts: dict[str, list[Any]] = {}
    for place, row in enumerate(_records(rows) if _is_frame(rows) else rows):
        one = account if isinstance(account, str) else account(row)
        if isinstance(one, bool) or not isinstance(one, str | Integral):  # None would be an account of that name
            raise InputError("account", f"must be text or a whole number, not {shown(one)}, of row {place}")
        accounts.setdefault(str(one), []).append(row)
    told: list[PartitionSummary | Stopped] = []
    for name, its_rows in accounts.items():
        try:
            with _turns.setdefault(name, threading.BoundedSemaphore(_AT_ONCE)):
                told.append(send_partition(operation, its_rows, account=name, partition=partition, **arguments))
        except HubSpotError as error:  # of this account: the others can go on
            told.append(Stopped(partition, name, _in_words(error)))
    return told


def _records(frame: Any) -> list[dict[str, Any]]:
    """Return the rows of a DataFrame of pandas, each without what is missing."""
    missing = frame.isna().to_dict("records")
    return [
        {name: value for name, value in row.items() if not gone[name]}
        for row, gone in zip(frame.to_dict("records"), missing, strict=True)
    ]


def _in_words(error: BaseException) -> str:
    return f"{type(error).__name__}: {one_line(str(error))}"
