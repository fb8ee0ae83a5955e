"""The embedded HubSpot in a process of its own, and what it says of what arrived."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx


class StandIn(NamedTuple):
    """Where it is, and the token of its first account; that of account 3 ends in ``-3``."""

    base_url: str
    access_token: str

    def token_of(self, account: int) -> str:
        """Return the token of an account, by its number from 0."""
        return f"{self.access_token}-{account}" if account else self.access_token

    def counts(self) -> list[dict[str, Any]]:
        """Return what arrived at each account, in numbers."""
        counts: list[dict[str, Any]] = httpx.get(f"{self.base_url}/embedded-hubspot/accounts").json()
        return counts

    def post(self, path: str, body: Any) -> Any:
        """Tell it something."""
        answer = httpx.post(f"{self.base_url}/embedded-hubspot/{path}", json=body)
        return answer.raise_for_status().json() if answer.content else None


@contextmanager
def stand_in(*options: str) -> Iterator[StandIn]:
    """Start it with some options, and stop it at the end."""
    command = [sys.executable, "-m", "hubspot_events.testing", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(3)]
        found = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines[1:])
        try:
            yield StandIn(found["HUBSPOT_BASE_URL"], found["HUBSPOT_ACCESS_TOKEN"])
        finally:
            process.terminate()


def report(name: str, goals: dict[str, tuple[float, str, float]]) -> dict[str, Any]:
    """Print figures beside their goals, and return them; each is a figure, ``<=``, ``>=`` or ``==``, and a goal."""
    told = {}
    print(f"\n{name}")
    for title, (figure, sign, goal) in goals.items():
        met = {"<=": figure <= goal, ">=": figure >= goal, "==": figure == goal}[sign]
        told[title] = {"figure": round(figure, 4), "goal": f"{sign} {goal:g}", "met": met}
        print(f"  {'met   ' if met else 'MISSED'}  {title}: {figure:.3f} (goal {sign} {goal:g})")
    return told


def write(path: Any, figures: dict[str, Any]) -> None:
    """Write figures to a file."""
    path.write_text(json.dumps(figures, indent=2) + "\n")
