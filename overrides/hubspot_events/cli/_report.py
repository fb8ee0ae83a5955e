"""`hubspot-events report`: what became of a run, by its journal."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ._errors import ExitCode, UsageError
from ._output import conclude, write_json
from ._page import page
from ._summary import Summary, summary_of
from ._tables import explained


def report(options: argparse.Namespace) -> ExitCode:
    """Show what became of a run; raises JournalError where there is no journal, UsageError for a page at no place."""
    summary = summary_of(options.journal, options.requests_per_ten_seconds)
    if options.html:
        if Path(options.html).resolve() == Path(options.journal).resolve():
            raise UsageError(f"--html {options.html} is the journal; give the page another name")
        with explained(options.html, "written"):
            Path(options.html).write_text(page(summary), "utf-8", "backslashreplace")  # the name need not be text
    if options.json:
        write_json(summary.as_json(), sys.stdout)
    elif options.html:
        conclude(f"{options.html} is written.")
    else:
        _show(summary, Console(highlight=False, soft_wrap=True))
    return ExitCode.WRITTEN


def _show(summary: Summary, console: Console) -> None:
    console.print(Text(summary.title, "bold"))
    for line in summary.lines:
        console.print(Text(line))
    counts = Table.grid(padding=(0, 2))
    for word, count in summary.counts.items():
        counts.add_row(Text(f"{count:,}", justify="right"), word)
    console.print()
    console.print(counts)
    if total := sum(summary.answers.values()):
        answers = Table.grid(padding=(0, 2))
        for answer, count in summary.answers.items():
            answers.add_row(
                Text(answer), Text(f"{count:,}", justify="right"), Text(f"{count / total:.1%}", justify="right")
            )
        console.print()
        console.print(Text(f"{total:,} requests, by answer", "bold"))
        console.print(answers)
    if summary.kinds:
        console.print()
        console.print(Text("Failures by kind", "bold"))
    for kind in summary.kinds:
        said = ": ".join(filter(None, (kind.category, kind.reason)))
        console.print(Text(f"{kind.count:,} {kind.state.name.lower()}, {said}"))
        for entry in kind.examples:
            named = f", id {entry.id}" if entry.id else ""
            console.print(Text(f"    input {entry.index:,}{named}: {entry.reason}", "dim"))
