"""`hubspot-events send --scheduler`: the rows go to the workers of a cluster of Dask, a partition each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from distributed import Client, as_completed
from hubspot_events_runtime.errors import InputError
from hubspot_events_runtime.rate_limiter import RateLimiter

from .._partition_files import PartitionFiles
from ..bulk import Access
from ..dask import Stopped, name_of, result_of, sender
from ._errors import UsageError
from ._interrupts import Interrupts
from ._progress import Ticker, display
from ._send import WAY_ON, Sending, stopped_by
from ._tables import Row, explained
from ._token import Token, read_token

_ROWS = 5000  # of a partition
_AHEAD = 2  # partitions for each thread of the workers that the scheduler has, so that its memory does not grow
_TIMEOUT = 30  # seconds to connect


class ClusterSending(Sending):
    """Sends the rows that are good with a cluster."""

    _requests = 0
    _mistake: str | None = None  # that a worker was given, where nothing is known to be sent

    def _send(self, token: Token | None) -> tuple[str | None, int]:
        """Send them; return why not all, and how many requests it took."""
        options = self._options
        limiter = RateLimiter()  # which knows nothing but what a public app is allowed
        stopped: list[str] = []
        with (
            _connected(options.scheduler) as client,
            closing(display(as_json=options.json, interval=options.interval)) as shown,
            Ticker(lambda: self._show(shown, limiter), shown.seconds) as ticker,
            Interrupts(partial(self._stop_reading, ticker), lambda: self._stop_at_once(shown)) as interrupts,
        ):
            with explained(f"--outcomes {options.outcomes}", "written"):
                PartitionFiles(options.outcomes, options.account, name_of(0), "ndjson")  # which makes the folder
            send = self._sender(client)
            try:
                self._drive(client, send, stopped, lambda: bool(interrupts.came or self._mistake))
            except (UsageError, InputError) as error:
                stopped.append(stopped_by(error))
            self._is_over = True
        if self._mistake and not (stopped or self._requests or sum(self._counts.values())):
            raise UsageError(self._mistake)
        if interrupts.came and self._left:
            stopped = [f"Stopped by {interrupts.came}."]
        if self._mistake:
            stopped.append(stopped_by(self._mistake))
        return stopped[0] if stopped else None, self._requests

    def _sender(self, client: Any) -> Callable[[int, Any], Any]:
        options = self._options
        file = options.token_file
        given = {"concurrency": options.concurrency} if options.concurrency else {}
        return sender(
            client,
            str(self._target),
            account=options.account,
            connect=Access(
                quota=options.quota,
                access_token=partial(_token_of_file, os.path.abspath(file)) if file else None,
                max_requests_today=options.max_requests_today,
                base_url=options.base_url or os.environ.get("HUBSPOT_BASE_URL"),
            ),
            outcomes=options.outcomes,
            **given,
        )

    def _drive(
        self, client: Any, send: Callable[[int, Any], Any], stopped: list[str], is_stopping: Callable[[], bool]
    ) -> None:
        """Let a bounded number of partitions be sent at once, and take in what became of each."""
        completed: Any = as_completed
        under_way = completed([])
        known: dict[Any, tuple[int, list[Row]]] = {}
        partitions = self._partitions()
        while True:
            most = max(1, _AHEAD * sum(client.nthreads().values()))
            while len(known) < most and not is_stopping() and (partition := next(partitions, None)):
                place, rows, inputs = partition
                future = send(place, inputs)
                known[future] = place, rows
                under_way.add(future)
            if not known:
                return
            future = next(under_way)
            place, rows = known.pop(future)
            for told in result_of(place, future):
                if isinstance(told, Stopped):
                    kind, _, reason = told.error.partition(": ")
                    if kind == InputError.__name__:  # as of `send_partition`, which has sent nothing then
                        self._mistake = self._mistake or reason
                    else:
                        stopped.append(stopped_by(told.error))
                    continue
                self._requests += told.requests
                if not told.is_done:
                    stopped.append(stopped_by(next(iter(told.reasons), "answers were lost")))
                elif not self._take(place, rows, is_earlier=told.earlier == told.rows):
                    stopped.append("Stopped: this machine does not see what the workers write into --outcomes.")

    def _partitions(self) -> Iterator[tuple[int, list[Row], list[Any]]]:
        made = self._checked.inputs()
        place = 0
        while taken := list(islice(made, _ROWS)):
            yield place, [row for row, _ in taken], [model for _, model in taken]
            place += 1

    def _take(self, place: int, rows: list[Row], *, is_earlier: bool) -> bool:
        """Take in the outcome of each row; return whether there is any to be seen."""
        with explained(self._options.outcomes):
            files = PartitionFiles(self._options.outcomes, self._options.account, name_of(place), "ndjson")
            outcomes = files.outcomes(len(rows))
        for outcome in outcomes or ():
            earlier = outcome.earlier or is_earlier
            self._count(rows[outcome.index], outcome, outcome.reason, earlier=earlier)
        return outcomes is not None

    def _stop_reading(self, ticker: Ticker) -> None:
        """Begin no other partition."""
        self._is_stopping = True
        ticker.wake()

    def _way_on(self) -> str:
        return WAY_ON


def _connected(address: str) -> Any:
    client: Any = Client
    try:
        return client(address, timeout=_TIMEOUT)
    except (OSError, ValueError) as error:
        raise UsageError(f"--scheduler {address}: cannot be reached: {error}") from None


def _token_of_file(path: str, _: str) -> str:
    """Return the token that a file has, on the worker."""
    return read_token(Path(path))
