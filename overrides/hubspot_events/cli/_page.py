"""The report as one page of HTML, which needs nothing beside it: no script, no font, no network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from hubspot_events_runtime.journal_report import FailureKind

from ._progress import duration
from ._summary import Span, Summary, answer_kind, moment

_WIDTH, _HEIGHT = 760, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 12, 18, 28

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2530; --faint: #5d6875; --line: #d5dae1; --paper: #fff; --panel: #f5f7f9;
  --good: #2468a8; --failed: #c03d22; --slow: #a86b00; --server: #75489b; --none: #6b7480; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaef; --faint: #a2adb9; --line: #3a4450; --paper: #14191f;
  --panel: #1d242c; --good: #5ea7e8; --failed: #f07f66; --slow: #e0a83a; --server: #b78edb; --none: #97a1ad; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 56rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p { margin: .25rem 0; }
.faint, figcaption, .axis { color: var(--faint); fill: var(--faint); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1.5rem 0;
  padding: 0; }
.numbers div { background: var(--panel); border-radius: .5rem; padding: .75rem 1rem; }
.numbers dt { color: var(--faint); }
.numbers dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
figure { margin: 0; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 46rem; height: auto; }
svg text { font-size: 12px; }
.grid { stroke: var(--line); }
.tick { stroke: var(--faint); } .pause { stroke: var(--faint); stroke-dasharray: 2 3; }
.wide { overflow-x: auto; }
.quota { stroke: var(--ink); stroke-dasharray: 6 4; stroke-width: 1.5; }
.good { fill: var(--good); color: var(--good); } .failed { fill: var(--failed); color: var(--failed); }
.slow { fill: var(--slow); color: var(--slow); } .server { fill: var(--server); color: var(--server); }
.none { fill: var(--none); color: var(--none); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: .25rem 0; padding: 0; }
.legend span { color: var(--ink); }
.legend li::before { content: "\\25a0"; margin-right: .4em; }
.legend .dashed::before { content: "\\2508\\2508"; color: var(--ink); }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; min-width: 34rem;
  font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th.number, td.number { text-align: right; }
strong { overflow-wrap: normal; }
td:last-child, td:nth-child(3) { overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.1rem; }
li .faint { display: block; }
code { font-size: .9em; }
"""

# The classes of the bars, from the bottom up, with what they mean.
_OUTCOMES = {"good": "written", "failed": "failed"}
_ANSWERS = {
    "good": "success",
    "slow": "too many",
    "failed": "refused",
    "server": "server error",
    "none": "no answer",
}
_MEANINGS = {
    "207": "taken by HubSpot, but for some of the events",
    "success": "taken by HubSpot",
    "too many": "429, over the rate limit",
    "refused": "3xx or 4xx, what was sent is not taken so",
    "server error": "5xx, at HubSpot or on the way to it",
    "no answer": "no connection, or no answer in time",
}


def page(summary: Summary) -> str:
    """Return the page."""
    parts = [
        f"<h1>{escape(summary.title)}</h1>",
        *(f'<p class="faint">{escape(line)}</p>' for line in summary.lines),
        _numbers(summary.counts),
        "<h2>Events over time, beside the quota</h2>",
        _events(summary),
        "<h2>Requests by answer</h2>",
        _requests(summary),
        "<h2>Failures by kind</h2>",
        _failures(summary.kinds),
    ]
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(summary.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{chr(10).join(parts)}
</main>
</body>
</html>
"""


def _numbers(counts: dict[str, int]) -> str:
    cells = "".join(f"<div><dt>{escape(word)}</dt><dd>{count:,}</dd></div>" for word, count in counts.items())
    return f'<dl class="numbers">{cells}</dl>'


def _events(summary: Summary) -> str:
    known = [span.written + span.failed for span in summary.spans]
    peak = max(known, default=0) / summary.seconds
    sent = sum(known)
    active = len(summary.spans) * summary.seconds
    bars = [
        _Bar(
            {"good": span.written / summary.seconds, "failed": span.failed / summary.seconds},
            f"{_span_words(span, summary)}: {span.written:,} written, {span.failed:,} failed",
        )
        for span in summary.spans
    ]
    about = (
        f"{sent:,} events in {duration(active)}: {sent / active if active else 0:,.0f} a second on average,"
        f" {peak:,.0f} at the most. The quota is {summary.events_allowed:,.0f} events a second:"
        f" {summary.quota} requests in ten seconds, 100 events each."
    )
    return _figure(
        summary,
        bars,
        _OUTCOMES,
        quota=summary.events_allowed,
        unit="events a second",
        name="Events over time",
        about=about,
    )


def _requests(summary: Summary) -> str:
    of_class = {word: name for name, word in _ANSWERS.items()}
    bars = [
        _Bar(
            {of_class[kind]: count * 10 / summary.seconds for kind, count in span.answers.items()},
            f"{_span_words(span, summary)}: "
            + (", ".join(f"{count:,} {kind}" for kind, count in span.answers.items()) or "none"),
        )
        for span in summary.spans
    ]
    total = sum(summary.answers.values())
    rows = [
        (escape(answer), f"{count:,}", f"{count / total:.1%}", _MEANINGS.get(answer) or _MEANINGS[answer_kind(answer)])
        for answer, count in summary.answers.items()
    ]
    about = f"{total:,} requests. The quota is {summary.quota} in ten seconds."
    if summary.seconds < 10:
        about += " It holds for any ten seconds, so that a shorter time may have more."
    chart = _figure(
        summary,
        bars,
        {name: word for name, word in _ANSWERS.items() if any(name in bar.amounts for bar in bars)},
        quota=summary.quota,
        unit="requests in ten seconds",
        name="Requests by answer over time",
        about=about,
    )
    return chart + _table(("Answer", "Requests", "Share", "Meaning"), rows, numbers=(1, 2)) if total else chart


def _failures(kinds: Sequence[FailureKind]) -> str:
    if not kinds:
        return "<p>None.</p>"
    rows = []
    for kind in kinds:
        examples = "".join(
            f'<li>{escape(entry.reason or "")} <span class="faint">input {entry.index:,}'
            + (f", id <code>{escape(entry.id)}</code>" if entry.id else "")
            + "</span></li>"
            for entry in kind.examples
        )
        what = (
            f"<strong>{escape(kind.category or 'no category')}</strong><br>{escape(kind.reason or 'of several kinds')}"
        )
        rows.append((f"{kind.count:,}", escape(kind.state.name.lower()), what, f"<ul>{examples}</ul>"))
    note = '<p class="faint">Inputs are counted from 0 as they were read, without rows that were skipped.</p>'
    return note + _table(("Events", "State", "Kind", "Examples"), rows, numbers=(0,))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int]) -> str:
    def line(cells: Sequence[str], tag: str, scope: str = "") -> str:
        return "".join(
            f"<{tag}{scope}{' class=number' if at in numbers else ''}>{cell}</{tag}>" for at, cell in enumerate(cells)
        )

    body = "".join(f"<tr>{line(cells, 'td')}</tr>" for cells in rows)
    return (
        f'<div class="wide"><table><thead><tr>{line(head, "th", " scope=col")}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


class _Bar(NamedTuple):
    """What happened in a span of time.

    Attributes:
        amounts: How much, by class.
        words: The same in words.
    """

    amounts: dict[str, float]
    words: str


def _figure(
    summary: Summary, bars: Sequence[_Bar], classes: dict[str, str], *, quota: float, unit: str, name: str, about: str
) -> str:
    """Return a chart of bars over time, with a line where the quota is."""
    if not bars:
        return "<p>Nothing yet.</p>"
    top = max(quota, *(sum(bar.amounts.values()) for bar in bars)) * 1.05
    step = _step(top)
    width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    each = width / len(bars)

    def y(amount: float) -> float:
        return _TOP + height * (1 - amount / top)

    parts = []
    for line in range(int(top / step) + 1):
        level = line * step
        parts.append(_level("grid", y(level)))
        parts.append(f'<text class="axis" x="{_LEFT - 8}" y="{y(level) + 4:.1f}" text-anchor="end">{level:,}</text>')
    for at, bar in enumerate(bars):
        x, below, drawn = _LEFT + at * each, 0.0, []
        for kind in classes:
            if amount := bar.amounts.get(kind):
                upper = y(below + amount)
                drawn.append(
                    f'<rect class="{kind}" x="{x:.2f}" y="{upper:.2f}" width="{max(each - 0.6, each * 0.8):.2f}"'
                    f' height="{y(below) - upper:.2f}"/>'
                )
                below += amount
        parts.append(f"<g><title>{escape(bar.words)}</title>{''.join(drawn)}</g>")
    parts.append(_level("quota", y(quota)))
    parts += _time_axis(summary.spans, each)
    if any(span.after_pause for span in summary.spans):
        about += " A dotted line stands for a pause that is left out."
    swatches = "".join(f'<li class="{kind}"><span>{escape(word)}</span></li>' for kind, word in classes.items())
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(name)}: {escape(about)}">'
        f'<text class="axis" x="{_LEFT - 8}" y="10" text-anchor="start">{escape(unit)}</text>{"".join(parts)}</svg>'
        f'<ul class="legend">{swatches}<li class="dashed"><span>quota</span></li></ul>'
        f"<figcaption>{escape(about)}</figcaption></figure>"
    )


def _level(kind: str, y: float) -> str:
    return f'<line class="{kind}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _time_axis(spans: Sequence[Span], each: float) -> Iterable[str]:
    """Yield the times below a chart, and a mark where a pause was left out."""
    is_long = spans[-1].start - spans[0].start > 86_400
    last = -1e9
    for at, span in enumerate(spans):
        x = _LEFT + at * each
        if span.after_pause:
            yield f'<line class="pause" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM + 6}"/>'
        if (span.after_pause and x - last > 60) or x - last > 120:
            date, _, clock = moment(span.start).removesuffix("Z").partition("T")
            text = f"{date[5:]} {clock[:5]}" if is_long else clock
            text += " UTC" if at == 0 else ""
            bottom = _HEIGHT - _BOTTOM
            yield f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 5}"/>'
            yield f'<text class="axis" x="{x:.1f}" y="{_HEIGHT - 8}">{text}</text>'
            last = x


def _span_words(span: Span, summary: Summary) -> str:
    return f"{moment(span.start)}, {duration(summary.seconds)}"


def _step(top: float) -> int:
    """Return the distance of the lines of a chart: 1, 2 or 5 with zeros behind it, so that there are not many."""
    zeros: int = 10 ** max(0, math.ceil(math.log10(top / 6)) - 1)
    return next(step * zeros for step in (1, 2, 5, 10) if top / (step * zeros) <= 6)
