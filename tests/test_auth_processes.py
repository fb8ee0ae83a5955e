"""Sixteen processes with one refresh token, an expiry every two seconds, and kills: the program that measures it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOKENS = Path(__file__).parent.parent / "benchmarks/tokens.py"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("file", []),
        ("file", ["--rotation", "none"]),
        ("redis", []),
        ("redis", ["--rotation", "on-use"]),
    ],
)
def test_no_call_fails_and_each_token_is_refreshed_once(
    request: pytest.FixtureRequest, kind: str, options: list[str]
) -> None:
    if kind == "redis":
        request.getfixturevalue("redis_client")
        options = [*options, "--redis", request.getfixturevalue("redis_url")]
    command: list[str | Path] = [sys.executable, TOKENS, "--seconds", "6", "--store", kind, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)
    assert figures["calls that failed"] == {}
    assert figures["refreshes of a token that was not due"] == 0
    assert figures["refreshes"] >= 2
    assert figures["calls"] >= 16
    assert figures["killed at any moment"] >= 3
