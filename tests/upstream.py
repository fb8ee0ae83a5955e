"""Documents as HubSpot's own might be, made from our specs, and what `make compare` says of them."""

import contextlib
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import compare
from bundle import without_prose
from bundled_spec import BUNDLE
from compare import Known, known_differences

Json = dict[str, Any]

# Without what is not compared.
OURS: Json = without_prose(BUNDLE)
KNOWN = known_differences(Path(__file__).parent.parent / compare.KNOWN)


def in_3_0(node: Any) -> Any:
    """A document of OpenAPI 3.1 as 3.0 would have it."""
    if isinstance(node, list):
        return [in_3_0(item) for item in node]
    if not isinstance(node, dict):
        return "3.0.3" if node == "3.1.0" else node
    older = {key: in_3_0(value) for key, value in node.items()}
    if "const" in older:
        older["enum"] = [older.pop("const")]
    if isinstance(types := older.get("type"), list):
        named = [{"type": one} for one in types if one != "null"]
        older.update(named[0] if len(named) == 1 else {"anyOf": named, "type": None}, nullable="null" in types)
    return older


def compared(contents: Any, *, ours: Json = OURS, known: Sequence[Known] = KNOWN) -> tuple[int, str, str]:
    """The exit status, the output and the errors of `make compare`, for an upstream.json with these contents."""
    printed, failed = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["compare.py", "upstream.json"]),
        mock.patch.object(compare, "read", return_value=contents),
        mock.patch.object(compare, "bundle", return_value=ours),
        mock.patch.object(compare, "known_differences", return_value=known),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(failed),
    ):
        return compare.main(), printed.getvalue(), failed.getvalue()
