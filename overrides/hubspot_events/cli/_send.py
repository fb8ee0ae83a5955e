"""`hubspot-events send`: checks all rows, and sends them if none is bad."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
import warnings
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any, NoReturn

from hubspot_events_runtime.errors import HubSpotError, JournalError
from hubspot_events_runtime.operations import HubSpotDeprecationWarning
from hubspot_events_runtime.outcomes import Outcome, Outcomes, in_words
from hubspot_events_runtime.rate_limiter import RateLimiter

from .._client import HubSpotEvents
from .._partition_files import RowOutcome
from ._check import Problem, check
from ._errors import ExitCode, UsageError
from ._failed import FailedRows, default_path
from ._fields import Fields, Key
from ._interrupts import Interrupts
from ._output import conclude, say, write_json
from ._progress import Display, Progress, Rate, Ticker, display, duration
from ._tables import Row, Tables, opened
from ._targets import Target, find
from ._token import Token, is_open_to_others

# Rows that failed with all of their batch, as for a token that is not good, are left as well.
WAY_ON = "The same command goes on with what is left, and with what failed for no fault of its own."

_MOST_SHOWN = 20  # bad rows, unless a dry run asks for them


def send(options: argparse.Namespace) -> ExitCode:
    """Check the rows of tables and send them.

    Raises UsageError, InputError and JournalError, for what keeps all from being sent.
    """
    constants = _constants(options.constants or [])
    target = find(options.target, constants)
    body = target.operation.body
    assert body  # noqa: S101 - a batch has inputs
    key = Key(options.key, options.account) if options.key else None
    fields = Fields(body, constants=constants, rest_as=options.rest_as, key=key, time_zone=options.time_zone)
    sending = _sending(options)
    # Workers have the token in their own environment.
    token = (
        None
        if options.dry_run or (options.scheduler and not options.token_file)
        else Token(options.token_file, is_tied=not options.same_account)
    )
    zone = options.time_zone.key if options.time_zone else "UTC"
    _note(options, target)
    with ExitStack() as stack:
        interrupts = stack.enter_context(Interrupts(_interrupt, _interrupt))
        stdin = getattr(sys.stdin, "buffer", None)
        tables = stack.enter_context(
            opened(options.files, sql=options.sql, form=options.format, stdin=stdin, time_zone=zone)
        )
        failed = FailedRows(
            Path(options.failed) if options.failed else default_path(tables, options.journal),
            tables,
            None if key else body.filled,  # a key makes the same id again
            options.journal,
        )
        stack.enter_context(closing(failed))
        if not options.dry_run:
            failed.check_folder()
        checked = Checked(options, tables, target, fields)
        checked.run(failed)
        if options.dry_run or (checked.bad and not options.skip_bad_rows):
            return checked.summary()
        interrupts.ignore()  # from here the run has its own
        return sending(options, target, checked, failed).run(token)


def _sending(options: argparse.Namespace) -> type[Sending]:
    """Return what sends, from here or with a cluster; raises UsageError."""
    if not options.scheduler:
        for name in ("outcomes", "quota"):
            if getattr(options, name):
                raise UsageError(f"--{name} goes with --scheduler")
        return Sending
    if options.journal:
        raise UsageError("--journal goes without --scheduler; --outcomes has what became of each row")
    for name in ("account", "outcomes"):
        if not getattr(options, name):
            raise UsageError(f"--scheduler needs --{name} as well")
    try:
        from ._scheduler import ClusterSending  # noqa: PLC0415 - it takes Dask along
    except ModuleNotFoundError as error:
        raise UsageError(f'--scheduler needs {error.name}: pip install "hubspot-events[dask]"') from None
    return ClusterSending


def _interrupt() -> NoReturn:
    """Leave off before anything is sent."""
    raise KeyboardInterrupt


def _constants(given: list[tuple[str, str]]) -> dict[str, str]:
    constants: dict[str, str] = {}
    for field, value in given:
        if field in constants:
            raise UsageError(f"{field} is given twice")
        constants[field] = value
    return constants


def _note(options: argparse.Namespace, target: Target) -> None:
    """Say what is no mistake, and better known."""
    if note := target.deprecation:
        say(f"Note: {note}")
    if options.dry_run:
        return
    if options.token_file and is_open_to_others(options.token_file):
        say(f"Note: other users of this machine can read {options.token_file}; chmod 600 keeps it to you.")
    if (
        not (options.journal or options.key or options.scheduler)
        and target.operation.body
        and target.operation.body.filled
    ):
        say(
            "Note: without --journal, --key or ids, a run that is broken off cannot go on without sending events twice."
        )


class Checked:
    """The rows, and what checking them found.

    Attributes:
        tables: Where they are.
        fields: What makes inputs of them.
        rows: How many there are.
        bad: Which of them are bad, from 0.
    """

    def __init__(self, options: argparse.Namespace, tables: Tables, target: Target, fields: Fields) -> None:
        self.tables = tables
        self.fields = fields
        self.rows = 0
        self.bad = array("Q")
        self._options = options
        self._problems = check(tables, target.operation, fields, needs_id=options.scheduler is not None)

    def run(self, failed: FailedRows) -> None:
        """Check all, and list those that are bad."""
        options = self._options
        is_skipping = options.skip_bad_rows and not options.dry_run
        shown = display(as_json=options.json, interval=options.interval)
        with closing(shown), Ticker(lambda: shown.checked(self.rows, len(self.bad)), shown.seconds):
            for problem in self._problems:
                if problem:
                    if options.json or options.dry_run or len(self.bad) < _MOST_SHOWN:
                        self._list(problem)
                    if is_skipping:
                        failed.add(problem.row, problem.text)
                    self.bad.append(self.rows)
                self.rows += 1
        if len(self.bad) > _MOST_SHOWN and not options.json and not options.dry_run:
            say(f"… and {len(self.bad) - _MOST_SHOWN:,} more bad rows, which --dry-run lists.")

    def _list(self, problem: Problem) -> None:
        """Say what is wrong with a row: in a dry run on standard output, as that is what was asked for."""
        if self._options.json:
            place = problem.row.place
            found = {"file": place.table, place.unit: place.number, "field": problem.field, "reason": problem.reason}
            write_json({"event": "bad_row", **found}, sys.stdout)
        elif self._options.dry_run:
            print(problem)  # noqa: T201
        else:
            say(str(problem))

    def inputs(self) -> Iterator[tuple[Row, Any]]:
        """Yield the rows that are good, each with its input."""
        bad = iter(self.bad)
        skipped = next(bad, None)
        for number, row in enumerate(self.tables.rows()):
            if number == skipped:
                skipped = next(bad, None)
            elif number == self.rows or row.fault:
                raise UsageError(f"{row.place} was not there when the rows were checked; let nobody write to the table")
            else:
                yield row, self.fields.make(row.values)

    def summary(self) -> ExitCode:
        """Say what was found, where nothing is sent."""
        code = ExitCode.BAD_INPUT if self.bad else ExitCode.WRITTEN
        if self._options.json:
            found = {"rows": self.rows, "bad": len(self.bad), "written": 0, "exit_code": code}
            conclude(json.dumps({"event": "summary", **found}))
            return code
        count = (
            f"{len(self.bad):,} of {self.rows:,} rows are bad" if self.bad else f"{self.rows:,} rows, none of them bad"
        )
        way = "" if self._options.dry_run else " Mend them, or send the others with --skip-bad-rows."
        conclude(f"{count}. Nothing was sent.{way}")
        return code


class Sending:
    """Sends the rows that are good."""

    def __init__(self, options: argparse.Namespace, target: Target, checked: Checked, failed: FailedRows) -> None:
        self._options = options
        self._target = target
        self._checked = checked
        self._failed = failed
        self._rows = checked.rows - len(checked.bad)
        self._under_way: dict[int, Row] = {}
        self._counts = {"written": 0, "known": 0, "failed": 0, "unknown": 0}
        self._earlier = Counter[str]()
        self._rate = Rate()
        self._began = time.monotonic()
        self._is_stopping = False
        self._is_over = False

    def run(self, token: Token | None) -> ExitCode:
        """Send them and say what became of them."""
        with Interrupts(self._interrupt, lambda: self._stop_at_once(None)):
            stopped, requests = self._send(token)
            try:
                self._failed.close()
            except UsageError as error:
                stopped = stopped or stopped_by(error)
            return self._summary(stopped, requests)

    def _send(self, token: Token | None) -> tuple[str | None, int]:
        """Send them; return why not all, and how many requests it took."""
        options = self._options
        limiter = RateLimiter(max_requests_today=options.max_requests_today)
        stopped: str | None = None
        with (
            warnings.catch_warnings(action="ignore", category=HubSpotDeprecationWarning),
            HubSpotEvents(auth=token, base_url=options.base_url, account=options.account, limiter=limiter) as hubspot,
            self._outcomes(getattr(getattr(hubspot, self._target.resource), self._target.method)) as outcomes,
            closing(display(as_json=options.json, interval=options.interval)) as shown,
            Ticker(lambda: self._show(shown, limiter), shown.seconds) as ticker,
            Interrupts(lambda: self._stop(outcomes, ticker), lambda: self._stop_at_once(shown)) as interrupts,
        ):
            try:
                for outcome in outcomes:
                    self._settle(outcome)
            except (HubSpotError, UsageError) as error:
                if isinstance(error, JournalError | UsageError) and not outcomes.progress.requests:
                    order = " A query gives its rows in one order if it ends with ORDER BY." if options.sql else ""
                    raise UsageError(f"{error}{order}") from None
                stopped = stopped_by(error)
            self._is_over = True
        for outcome in outcomes.unsettled:
            with suppress(UsageError):  # the file of failed rows could not be written before
                self._settle(outcome)
        if interrupts.came and self._left:
            stopped = f"Stopped by {interrupts.came}."
        return stopped, outcomes.progress.requests

    def _interrupt(self) -> None:
        """Leave off before anything is sent; after that, what is left to do is done."""
        if not self._is_over:
            raise KeyboardInterrupt

    @property
    def _left(self) -> int:
        """How many rows nothing is known of."""
        return self._rows - sum(self._counts.values())

    def _outcomes(self, method: Callable[..., Outcomes[Any, Any]]) -> Outcomes[Any, Any]:
        names = ("journal", "concurrency")
        given = {name: value for name in names if (value := getattr(self._options, name)) is not None}
        return method(self._inputs(), **given)

    def _inputs(self) -> Iterator[Any]:
        """Yield the inputs, and keep the row of each until its outcome is known."""
        for index, (row, made) in enumerate(self._checked.inputs()):
            self._under_way[index] = row
            yield made

    def _settle(self, outcome: Outcome[Any, Any]) -> None:
        row = self._under_way.pop(outcome.index)
        reason = in_words(outcome.error)[0] if outcome.error else None
        self._count(row, outcome, reason, earlier=outcome.earlier)

    def _count(self, row: Row, outcome: Outcome[Any, Any] | RowOutcome, reason: str | None, *, earlier: bool) -> None:
        # A row says by its id or key which event it is: nothing is to be mended where HubSpot has that.
        became = "known" if outcome.known else outcome.status
        self._counts[became] += 1
        if earlier:
            self._earlier[became] += 1
        if became in ("failed", "unknown"):
            self._failed.add(row, reason or became, outcome.id)

    def _show(self, shown: Display, limiter: RateLimiter) -> None:
        if self._is_stopping:
            self._is_stopping = False
            shown.say("Stopping: what is under way is finished. Ctrl-C again stops at once.")
        rate = self._rate.per_second(sum(self._counts.values()) - self._earlier.total())
        # A request has a hundred events.
        allowed = limiter.requests_per_ten_seconds * 10
        shown.sent(Progress(self._rows, **self._counts, rate=rate, allowed=allowed))

    def _stop(self, outcomes: Outcomes[Any, Any], ticker: Ticker) -> None:
        """Send nothing more; what is under way is waited for."""
        outcomes.stop()
        self._is_stopping = True
        ticker.wake()

    def _stop_at_once(self, shown: Display | None) -> NoReturn:
        """End the process, whatever its threads wait for."""
        if shown:
            shown.close()
        shutil.rmtree(self._checked.tables.folder, ignore_errors=True)
        say(f"Stopped at once, by a second Ctrl-C or SIGTERM. {self._way_on()}")
        os._exit(ExitCode.STOPPED)

    def _summary(self, stopped: str | None, requests: int) -> ExitCode:
        seconds = time.monotonic() - self._began
        code = ExitCode.STOPPED if stopped else ExitCode.SOME_FAILED if self._failed.count else ExitCode.WRITTEN
        retired = code == ExitCode.WRITTEN and self._failed.retire()  # else it would say that rows are not written
        path = str(self._failed.path) if self._failed.count and self._failed.is_whole else None
        if self._options.json:
            summary = {
                "event": "summary",
                "rows": self._checked.rows,
                **self._counts,
                "written_earlier": self._earlier["written"],
                "bad": len(self._checked.bad),
                "left": self._left,
                "requests": requests,
                "seconds": round(seconds, 3),
                "failed_rows": path,
                "stopped": stopped,
                "exit_code": code,
            }
            conclude(json.dumps(summary))
            return code
        earlier = f" ({self._earlier['written']:,} of them earlier)" if self._earlier["written"] else ""
        counts = [f"{self._counts['written']:,} of {self._checked.rows:,} rows written{earlier}"]
        counts.append(f"{self._counts['failed']:,} failed")
        if self._counts["known"]:
            counts.insert(1, f"{self._counts['known']:,} there already, under the same ids")
        if self._counts["unknown"]:
            counts.append(f"{self._counts['unknown']:,} sent without an answer that says whether they are written")
        if self._checked.bad:
            counts.append(f"{len(self._checked.bad):,} bad and skipped")
        rate = (sum(self._counts.values()) - self._earlier.total()) / (seconds or 1.0)
        lines = [f"{', '.join(counts)}: {requests:,} requests in {duration(seconds)}, {rate:,.0f} events/s."]
        if path:
            # Some of those of a run that was stopped need no mending.
            way = "" if stopped else ": mend them, and send that file"
            lines.append(f"Those that are not written are in {path} with the reasons{way}.")
        elif retired:
            lines.append(f"What failed in an earlier run is in {self._failed.path}~ now.")
        if stopped:
            lines.append(f"{stopped} {self._left:,} rows are left. {self._way_on()}")
        conclude("\n".join(lines))
        return code

    def _way_on(self) -> str:
        if self._options.journal:
            return WAY_ON
        if self._options.key:
            return "The same command sends all again, under the same ids."
        return "Without --journal, nothing was kept of what was sent."


def stopped_by(reason: object) -> str:
    """Say what a run was stopped by, in a sentence."""
    return f"Stopped: {str(reason).removesuffix('.')}."
