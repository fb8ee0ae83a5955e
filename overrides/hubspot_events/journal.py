"""Asks the journal of a run: how far it is, what failed and why. A module of its own, as it takes SQLite along."""

from hubspot_events_runtime.journal_file import Entry, State
from hubspot_events_runtime.journal_report import FailureKind, JournalReport, Run

__all__ = ["Entry", "FailureKind", "JournalReport", "Run", "State"]
