"""Where the access token comes from: the environment or a file, and never the command line.

There, every user of the machine could read it.
"""

from __future__ import annotations

import errno
import os
import stat
from functools import partial
from pathlib import Path

from .._access_token import AccessToken
from .._token_endpoint import is_sendable
from ._errors import UsageError


class Token(AccessToken):
    """The access token of the environment, or of a file, which is read before each request.

    Args:
        path: The file, or None for the environment.
        is_tied: Whether a journal that another token began is of another account.

    Raises:
        UsageError: There is no token.

    """

    def __init__(self, path: str | None, *, is_tied: bool = True) -> None:
        read = partial(read_token, Path(path)) if path is not None else partial(str, _token_of_environment())
        super().__init__(read)
        first = AccessToken(read())
        self._fingerprint = first.fingerprint if is_tied else None

    @property
    def fingerprint(self) -> str | None:
        """What stands in the journal for the token that the run began with."""
        return self._fingerprint


def _token_of_environment() -> str:
    if token := os.environ.get("HUBSPOT_ACCESS_TOKEN", "").strip():
        return token
    raise UsageError("set the environment variable HUBSPOT_ACCESS_TOKEN, or name a file with --token-file")


def is_open_to_others(path: str) -> bool:
    """Whether other users of the machine can read a file."""
    return os.name == "posix" and bool(Path(path).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def read_token(file: Path) -> str:
    """Return the token that a file has; raises UsageError."""
    try:
        token = file.read_text("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        code, reason = getattr(error, "errno", None), getattr(error, "strerror", None) or "no text"
        if code in (errno.ENOENT, errno.ENAMETOOLONG):  # which a token in the place of a file is, too
            raise UsageError(f"--token-file: {reason}; it takes the path of a file, and not the token") from None
        raise UsageError(f"--token-file {file}: cannot be read: {reason}") from None
    if not is_sendable(token):
        raise UsageError(f"--token-file {file} has no access token: it is to be one word of ASCII characters")
    return token
