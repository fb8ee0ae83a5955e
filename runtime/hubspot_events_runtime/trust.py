"""Whose certificates a client's own connections trust: those that httpx would, read once, when a connection needs them.

To read them takes 20 ms, most of what it takes to make a client: for each web request, each account, each test that
talks to a server on this machine and needs none.
"""

from __future__ import annotations

import os
import ssl
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx


class _Unread(ssl.SSLContext):
    """Stands for httpx's context of now until a connection needs that."""

    named: dict[str, Any]  # a file, or a folder
    whole: ssl.SSLContext | None = None

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        return read(self).wrap_socket(*arguments, **options)

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:
        return read(self).wrap_bio(*arguments, **options)


def trusted() -> ssl.SSLContext:
    """Return the context for a pool; raises OSError for a file that the environment names, and that is of no use."""
    file, folder, keys = map(os.environ.get, ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"))
    path = Path(file).absolute() if file else None  # wherever the process goes
    if keys and not sys.flags.ignore_environment:
        Path(keys).open("a").close()
    # And by the class, which truststore changes.
    return _unread(path, folder, keys, path and path.stat().st_mtime_ns, ssl.SSLContext)


@lru_cache(maxsize=4)
def _unread(file: Path | None, folder: str | None, *_: Any) -> _Unread:
    if file and b"-----BEGIN " not in file.read_bytes():
        raise ssl.SSLError(f"no certificate in {file}")
    context = _Unread(ssl.PROTOCOL_TLS_CLIENT)
    context.named = {"cafile": file} if file else {"capath": folder} if folder else {}
    return context


# By process, as after a fork nobody is left to release what a thread of the parent has.
_reading: dict[int, Any] = {}


def read(context: ssl.SSLContext) -> ssl.SSLContext:
    """Return the context to connect with; raises ssl.SSLCertVerificationError."""
    if not isinstance(context, _Unread):
        return context
    with _reading.setdefault(os.getpid(), threading.RLock()):  # of a run, several threads connect at once
        if not context.whole:
            context.whole = _whole(context.named)
    return context.whole


def _whole(named: dict[str, Any]) -> ssl.SSLContext:
    try:
        # As httpx, which would ask the environment of now.
        context = ssl.create_default_context(**named) if named else httpx.create_ssl_context(trust_env=False)
    except OSError as error:
        # By this name, no try follows.
        raise ssl.SSLCertVerificationError(error.errno, f"the certificates cannot be read: {error}") from error
    context.set_alpn_protocols(["http/1.1"])  # as httpcore says to what stands for it
    return context
