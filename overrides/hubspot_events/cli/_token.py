"""Where the access token comes from: the environment or a file, and never the command line.

There, every user of the machine could read it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from .._token_endpoint import is_sendable
from ._errors import UsageError


def access_token(path: str | None) -> str | Callable[[], str]:
    """Return the access token, or what reads it from a file before each request; raises UsageError."""
    if path is None:
        token = os.environ.get("HUBSPOT_ACCESS_TOKEN", "").strip()
        if not token:
            raise UsageError("set the environment variable HUBSPOT_ACCESS_TOKEN, or name a file with --token-file")
        return token
    file = Path(path)
    read_token(file)
    return lambda: read_token(file)


def is_open_to_others(path: str) -> bool:
    """Whether other users of the machine can read a file."""
    return os.name == "posix" and bool(Path(path).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def read_token(file: Path) -> str:
    """Return the token that a file has; raises UsageError."""
    try:
        token = file.read_text("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--token-file {file}: cannot be read: {getattr(error, 'strerror', None) or 'no text'}"
        ) from None
    if not is_sendable(token):
        raise UsageError(f"--token-file {file} has no access token: it is to be one word of ASCII characters")
    return token
