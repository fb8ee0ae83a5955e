"""Sends one partition of one account's rows: a plain function for whatever runs jobs on several machines.

Dask, Celery and Airflow run a job *at least once*: again, perhaps elsewhere, when its worker died, and twice at a time
when a worker was only thought to be dead. What makes that safe are ids that are the same each time, and files that say
which partitions were begun and which are done.
"""

from __future__ import annotations

import marshal
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cache, partial
from hashlib import blake2b
from importlib import import_module
from typing import Any, TypedDict, Unpack

import attrs
import httpx
from hubspot_events_runtime.errors import InputError, shown, type_name
from hubspot_events_runtime.journal_report import shape
from hubspot_events_runtime.operations import Body
from hubspot_events_runtime.outcomes import Outcome, in_words
from hubspot_events_runtime.rate_limiter import RateLimiter
from hubspot_events_runtime.redis_quota import RedisQuota
from hubspot_events_runtime.shared_rate_limiter import SharedRateLimiter
from hubspot_events_runtime.sqlite_quota import SQLiteQuota

from ._auth import OAuthRefresh
from ._client import HubSpotEvents
from ._ids import PLACEHOLDER, SECOND_SPELLING
from ._partition_files import Form, PartitionFiles, RowOutcome
from ._resources import methods_of, needed_beside_inputs
from ._token_stores import FileTokenStore, RedisTokenStore
from ._tokens import TokenStore

__all__ = ["Access", "PartitionOptions", "PartitionSummary", "send_partition"]

_MOST_REASONS = 20


class PartitionOptions(TypedDict, total=False):
    """How the batches of a partition are sent; as the options of `create_many`, see `ManyOptions`."""

    concurrency: int
    timeout: float | httpx.Timeout | None
    max_retries: int
    max_wait: float


@attrs.frozen
class PartitionSummary:
    """What became of a partition, in little: it can be pickled, and `attrs.asdict` makes JSON of it.

    Attributes:
        account: The account.
        partition: The name of the partition.
        rows: How many rows it has.
        written: How many are written.
        failed: How many are not, or were there already, under their ids, before the partition was begun.
        unknown: How many were sent without an answer that says more.
        earlier: Of how many an earlier run has told, or had written them.
        requests: How many requests were answered or lost; 0 where all was done earlier.
        seconds: How long it took.
        reasons: How many rows have which kind of error, the most frequent ones.
        is_done: Whether the partition has its file of outcomes, so that it is not sent again. It has none while there
            are rows that may yet be written, as after an outage: the same call sends it again, under the same ids.

    """

    account: str
    partition: str
    rows: int
    written: int
    failed: int
    unknown: int
    earlier: int
    requests: int
    seconds: float
    reasons: dict[str, int]
    is_done: bool


def send_partition(
    operation: str,
    rows: Iterable[Any],
    *,
    account: str,
    partition: str,
    connect: Callable[[str], HubSpotEvents],
    outcomes: str | os.PathLike[str],
    make: Callable[[Any], Any] | None = None,
    form: Form = "ndjson",
    journal: bool = False,
    **options: Unpack[PartitionOptions],
) -> PartitionSummary:
    """Send the rows of a partition, or tell what became of them where that was done before.

    It can be run again, on any machine that sees the same folder: a partition that is done is not sent again. One that
    was broken off is sent again under the same ids, and what HubSpot then says to be there already is written. So every
    timeline event needs an id that is the same each time, such as `event_id` makes of a key.

    Args:
        operation: A method of the client that sends any number of inputs, such as ``timeline.create_many_2026_03``.
        rows: What to send: models, or HubSpot's JSON as dicts. They are held in memory, all of the partition.
        account: The account, such as its hub id. The same for all of its partitions.
        partition: What tells the partition from others of the account; the same when it is run again.
        connect: Makes the client of an account: an `Access`, or a function of your own.
        outcomes: A folder that all workers share. It gets a folder for each account, and in that a file for each
            partition that is done, with a line for each row: ``index``, ``status``, ``id``, ``category``, ``reason``,
            ``earlier``.
        make: Makes a model, or such a dict, of a row, when rows are something else. An InputError that it raises is
            that of the row.
        form: The form of the files: ``"ndjson"``, or ``"parquet"``, which takes pyarrow.
        journal: Whether to keep a journal beside the file, so that a partition goes on where it was broken off, and
            rows need no ids. The folder has to be on a file system whose locks hold, SQLite's too: that of one machine.
        options: How batches are sent; see `PartitionOptions`.

    Raises:
        InputError: An argument is of no use; a timeline event has no id of its own, without a journal; the folder has
            this partition with other rows. Nothing was sent.
        HubSpotError: The run cannot go on, as without a good token. What was sent is sent again, under the same ids, by
            the same call.
        OSError: The folder cannot be used.

    """
    began = time.monotonic()
    if not callable(connect):
        raise InputError(
            "connect", f"must be an Access, or a function that takes the account, not {type_name(connect)}"
        )
    resource, method, body = check_operation(operation)
    good, outcome_of = _inputs(rows, make, body)
    if not journal and body.filled:
        _check_ids(good, body)
    files = PartitionFiles(outcomes, account, partition, form)
    # What is given, and not where it is sent from: the same rows make the same.
    job: dict[str, Any] = {
        "operation": operation,
        "rows": len(good) + len(outcome_of),
        "digest": _digest(good.values(), body),
    }
    files.check(job)
    if (done := files.outcomes(job["rows"])) is not None:
        found = [attrs.evolve(row, earlier=True) for row in done]
        return _summary(account, partition, found, 0, time.monotonic() - began, is_done=True)
    places = [*good]
    more: dict[str, Any] = {"journal": files.journal} if journal else {}
    is_journalled = journal and files.journal.exists()
    retry = 0
    with connect(account) as hubspot, ExitStack() as stack:
        # Which refuses options of no use, before the partition counts as begun.
        run = stack.enter_context(getattr(getattr(hubspot, resource), method)(good.values(), **more, **options))
        files.begin(job, is_journalled=is_journalled)
        for outcome in run:
            row = _row(outcome, places)
            outcome_of[row.index] = row
            retry += row.status == "unknown" or (outcome.error is not None and outcome.error.retry_safe)
    found = [outcome_of[index] for index in sorted(outcome_of)]
    if body.filled and files.is_begun_twice:  # by that other run
        found = [RowOutcome(row.index, "written", row.id, earlier=True) if row.known else row for row in found]
    if not retry:
        files.finish(found)
    return _summary(account, partition, found, run.progress.requests, time.monotonic() - began, is_done=not retry)


@attrs.frozen(repr=False)
class Access:
    """Makes the client of an account, in whichever process it comes to: it can be pickled, and holds no token.

    Tokens are found where the client is made: by a function, in a store, or in the environment variable
    ``HUBSPOT_ACCESS_TOKEN``. All clients of a process share one pool of connections, and those of an account its
    limiter and its tokens.

    Args:
        quota: Where all processes find the quota of each account: the address of a Redis, such as
            ``redis://queue.example/0``, or a file of SQLite for the processes of one machine. None where one process at
            a time sends to an account.
        tokens: Where they find tokens that are refreshed by OAuth: the address of a Redis, see `RedisTokenStore`, or
            the folder of a `FileTokenStore`. Takes ``HUBSPOT_CLIENT_ID`` and ``HUBSPOT_CLIENT_SECRET`` of the
            environment.
        access_token: A function that returns the access token of an account, for one of your own. It is asked before
            every try.
        requests_per_ten_seconds: How many requests may go out to an account in any ten seconds, to leave the rest to
            others; None for all that HubSpot allows.
        max_requests_today: How many requests may go out to an account in a day of UTC; then they end with a
            DailyQuotaError.
        base_url: The address of the API, as for `HubSpotEvents`.

    Raises:
        InputError: There are both a store and a function; or, when a client is made, something is of no use.

    """

    quota: str | None = None
    tokens: str | None = None
    access_token: Callable[[str], str] | None = None
    requests_per_ten_seconds: int | None = None
    max_requests_today: int | None = None
    base_url: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.tokens is not None and self.access_token is not None:
            raise InputError("access_token", "goes in place of tokens: give one of them")
        if self.access_token is not None and not callable(self.access_token):
            raise InputError("access_token", "must be a function that takes the account and returns its token")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # an address may have a password

    def __call__(self, account: str) -> HubSpotEvents:
        """Return the client of an account. To close it leaves the connections open for the next one."""
        with _one_of_each:
            client = _any_account(self.base_url or os.environ.get("HUBSPOT_BASE_URL"))
            limiter = _limiter(self.quota, account, self.requests_per_ten_seconds, self.max_requests_today)
            auth = None if self.tokens is None else _auth(self.tokens, account)
        if auth:
            return client.with_options(auth=auth, limiter=limiter, account=account)
        token = _of_environment if self.access_token is None else partial(self.access_token, account)
        return client.with_options(access_token=token, limiter=limiter, account=account)


_one_of_each = threading.Lock()  # for what the clients of a process share


def _forked() -> None:
    """Leave a lock that is taken to the process that this one is a fork of."""
    global _one_of_each  # noqa: PLW0603 - of the process, as what it is for
    _one_of_each = threading.Lock()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forked)


@cache
def _any_account(base_url: str | None) -> HubSpotEvents:
    return HubSpotEvents(_of_environment, base_url=base_url)


@cache
def _limiter(quota: str | None, account: str, most: int | None, today: int | None) -> RateLimiter | SharedRateLimiter:
    if quota is None:
        return RateLimiter(most, max_requests_today=today)
    return SharedRateLimiter(_quota(quota), account, most, max_requests_today=today)


@cache
def _quota(quota: str) -> RedisQuota | SQLiteQuota:
    return RedisQuota(quota) if _is_address(quota) else SQLiteQuota(quota)


@cache
def _auth(tokens: str, account: str) -> OAuthRefresh:
    return OAuthRefresh(
        client_id=_variable("HUBSPOT_CLIENT_ID"),
        client_secret=_variable("HUBSPOT_CLIENT_SECRET"),
        store=_token_store(tokens),
        account=account,
    )


@cache
def _token_store(tokens: str) -> TokenStore:
    if not _is_address(tokens):
        return FileTokenStore(tokens)
    try:
        redis = import_module("redis")
    except ImportError:
        raise InputError("tokens", 'needs redis-py: pip install "hubspot-events[redis]"') from None
    try:
        return RedisTokenStore(redis.Redis.from_url(tokens))
    except ValueError:  # which may have the password
        raise InputError("tokens", "must be an address such as redis://localhost:6379/0") from None


def _is_address(place: str) -> bool:
    return "://" in place


def _of_environment() -> str:
    return _variable("HUBSPOT_ACCESS_TOKEN")


def _variable(name: str) -> str:
    if value := os.environ.get(name):
        return value
    raise InputError("connect", f"the environment of the worker has no {name}")


def check_operation(operation: str) -> tuple[str, str, Body]:
    """Return the names of the resource and of its method, and what that takes; raises InputError."""
    resource, _, method = str(operation).partition(".")
    methods = methods_of(resource)
    if method not in methods:
        raise InputError(
            "operation", f"must be a method for any number, such as timeline.create_many, not {shown(operation)}"
        )
    body = methods[method].body
    assert body  # noqa: S101 - a batch has inputs
    if needed := needed_beside_inputs(resource, method):
        raise InputError("operation", f"{operation} needs {needed} too: call it as a method of a client")
    return resource, method, body


def _inputs(
    rows: Iterable[Any], make: Callable[[Any], Any] | None, body: Body
) -> tuple[dict[int, Any], dict[int, RowOutcome]]:
    """Return the input of each row that makes one, by its place, and what is wrong with the others."""
    if isinstance(rows, (str, bytes, Mapping, body.model)) or not isinstance(rows, Iterable):
        raise InputError("rows", f"must be an iterable of {body.model.__name__} or dict, not {type_name(rows)}")
    good, bad = {}, {}
    for index, row in enumerate(rows):
        try:
            made = make(row) if make else row
            good[index] = body.model.from_dict(made) if isinstance(made, Mapping) else made
        except InputError as error:
            reason, category = in_words(error)
            bad[index] = RowOutcome(index, "failed", None, category, reason)
    return good, bad


def _check_ids(inputs: Mapping[int, Any], body: Body) -> None:
    """Refuse inputs that would have another id in another run."""
    assert body.filled  # noqa: S101 - it has ids
    name = body.identity[body.filled]
    for index, one in inputs.items():
        if isinstance(one, body.model):
            found = one.additional_properties.get(body.filled) if getattr(one, name) is None else getattr(one, name)
            if found is None or PLACEHOLDER in str(found) or SECOND_SPELLING in str(found):
                raise InputError(
                    f"rows[{index}].{name}",
                    "has to be the same each time that the partition is run, perhaps on another machine: make it with "
                    "event_id of a key, or keep a journal",
                )


def _digest(inputs: Iterable[Any], body: Body) -> str:
    """Return what tells these inputs from others."""
    digest = blake2b(digest_size=16)
    for one in inputs:
        if isinstance(one, body.model):
            with suppress(InputError):  # which the run will tell
                # Of this version, as later ones depend on which objects are one and the same.
                digest.update(marshal.dumps(one.to_dict(), 2))
    return digest.hexdigest()


def _row(outcome: Outcome[Any, Any], places: Sequence[int]) -> RowOutcome:
    index, error = places[outcome.index], outcome.error
    if error is None:
        return RowOutcome(index, outcome.status, outcome.id, earlier=outcome.earlier)
    reason, category = in_words(error)
    if isinstance(error, InputError):  # those that made no input are not among the inputs
        reason = re.sub(r"^inputs\[(\d+)\]|(?<= that of )inputs\[(\d+)\](?= too$)", partial(_named, places), reason)
    return RowOutcome(index, outcome.status, outcome.id, category, reason, outcome.earlier)


def _named(places: Sequence[int], named: re.Match[str]) -> str:
    return f"rows[{places[int(named[1] or named[2])]}]"


def _summary(
    account: str, partition: str, rows: Sequence[RowOutcome], requests: int, seconds: float, *, is_done: bool
) -> PartitionSummary:
    counts = Counter(row.status for row in rows)
    reasons = Counter(f"{row.category}: {shape(row.reason or '')}" for row in rows if row.status != "written")
    return PartitionSummary(
        account=account,
        partition=partition,
        rows=len(rows),
        written=counts["written"],
        failed=counts["failed"],
        unknown=counts["unknown"],
        earlier=sum(row.earlier for row in rows),
        requests=requests,
        seconds=seconds,
        reasons=dict(reasons.most_common(_MOST_REASONS)),
        is_done=is_done,
    )
