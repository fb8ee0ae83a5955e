"""What a journal says of a run, put together for whoever reads the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from hubspot_events_runtime.journal_file import State
from hubspot_events_runtime.journal_report import FailureKind, JournalReport

_EVENTS_A_REQUEST = 100
_MOST_SPANS = 150
_SPANS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400)  # seconds
_LONGEST_PAUSE = 12  # spans without anything; of longer pauses nothing is shown


class Span(NamedTuple):
    """What happened in a span of time.

    Attributes:
        start: When it began, in Unix seconds.
        written: How many inputs were written.
        failed: How many failed for good.
        answers: How many requests had which answer, by the words of `answer_kind`.
        after_pause: Whether a long time lies between it and the one before.
    """

    start: int
    written: int
    failed: int
    answers: Counter[str]
    after_pause: bool


class Summary(NamedTuple):
    """What a journal says of a run.

    Attributes:
        name: The name of the journal.
        job: What it is of, by names.
        is_running: Whether it goes on.
        began: When it began, in Unix seconds.
        last: When anything happened last.
        runs: How many times it was begun or gone on with.
        counts: How many inputs are in which state, in words.
        seconds: How long each span is.
        spans: What happened when.
        answers: How many requests had which answer.
        kinds: What failed, most frequent first.
        quota: How many requests the account allows in ten seconds.
    """

    name: str
    job: dict[str, str]
    is_running: bool
    began: float
    last: float
    runs: int
    counts: dict[str, int]
    seconds: int
    spans: Sequence[Span]
    answers: dict[str, int]
    kinds: Sequence[FailureKind]
    quota: int

    @property
    def title(self) -> str:
        """What is shown, in a line."""
        return f"{self.name}: a run that {'goes on' if self.is_running else 'has ended'}"

    @property
    def lines(self) -> list[str]:
        """What it is of and when it was, in words."""
        times = f"Began {moment(self.began)}, last activity {moment(self.last)}"
        runs = f", in {self.runs} runs" if self.runs > 1 else ""
        return [*(f"{key.capitalize()}: {value}" for key, value in self.job.items()), f"{times}{runs}."]

    @property
    def events_allowed(self) -> float:
        """How many events the account allows in a second, in full batches."""
        return self.quota * _EVENTS_A_REQUEST / 10

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "journal": self.name,
            "job": self.job,
            "is_running": self.is_running,
            "began": moment(self.began),
            "last_activity": moment(self.last),
            "runs": self.runs,
            "counts": self.counts,
            "requests_per_ten_seconds_allowed": self.quota,
            "requests": self.answers,
            "failures": [
                {
                    "state": kind.state.name.lower(),
                    "category": kind.category,
                    "reason": kind.reason,
                    "count": kind.count,
                    "examples": [
                        {"index": entry.index, "id": entry.id, "reason": entry.reason} for entry in kind.examples
                    ],
                }
                for kind in self.kinds
            ],
            "seconds_of_a_span": self.seconds,
            "spans": [
                {"start": moment(span.start), "written": span.written, "failed": span.failed, "requests": span.answers}
                for span in self.spans
            ],
        }


def summary_of(path: str, quota: int) -> Summary:
    """Return what a journal says; raises JournalError where there is none."""
    journal = JournalReport(path)
    rates = journal.rate(1)
    requests = journal.requests(1)
    times = sorted({time for time, *_ in rates} | {time for time, *_ in requests})
    seconds = next((span for span in _SPANS if len(_starts(times, span)) <= _MOST_SPANS), _SPANS[-1])
    starts = _starts(times, seconds)
    written, failed = Counter[int](), Counter[int]()
    answers: dict[int, Counter[str]] = {}
    totals = Counter[str]()
    for time, more_written, more_failed in rates:
        written[time - time % seconds] += more_written
        failed[time - time % seconds] += more_failed
    for time, answer, count in requests:
        answers.setdefault(time - time % seconds, Counter())[answer_kind(answer)] += count
        totals[answer] += count
    states = journal.counts
    last = journal.last_activity_at
    return Summary(
        name=Path(path).name,
        job=journal.job,
        is_running=journal.is_running,
        began=journal.started_at or last,
        last=last,
        runs=len(journal.runs),
        counts={state.name.lower(): states[state] for state in _ORDER},
        seconds=seconds,
        spans=[
            Span(start, written[start], failed[start], answers.get(start, Counter()), start - before > seconds)
            for before, start in pairwise([starts[0] - seconds, *starts] if starts else [])
        ],
        answers=dict(sorted(totals.items())),
        kinds=journal.failures_by_kind(),
        quota=quota,
    )


_ORDER = (State.WRITTEN, State.FAILED, State.UNKNOWN, State.POSTPONED, State.WAITING)


def _starts(times: Sequence[int], seconds: int) -> list[int]:
    """Return the beginnings of the spans to show, without those of long pauses."""
    with_any = sorted({time - time % seconds for time in times})
    starts = with_any[:1]
    for before, start in pairwise(with_any):
        if start - before > _LONGEST_PAUSE * seconds:
            starts.append(start)
        else:
            starts += range(before + seconds, start + seconds, seconds)
    return starts


def answer_kind(answer: str) -> str:
    """Return which kind of answer a request had."""
    if answer == "429":
        return "too many"
    return {"2": "success", "3": "refused", "4": "refused", "5": "server error"}.get(answer[:1], "no answer")


def moment(seconds: float) -> str:
    """Return a time in UTC, to the second."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
