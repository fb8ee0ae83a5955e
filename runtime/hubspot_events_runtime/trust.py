"""Whose certificates a client's own connections trust: those that httpx would, read once, when a connection needs them.

To read them takes 20 ms, most of what it takes to make a client: for each web request, each account, each test that
talks to a server on this machine and needs none.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpcore
import httpx

_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")  # what httpx and Python read a context by


class _Unread(ssl.SSLContext):
    """Stands for httpx's context until a connection needs that."""

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        return read(self).wrap_socket(*arguments, **options)

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:
        return read(self).wrap_bio(*arguments, **options)


_UNREAD = _Unread(ssl.PROTOCOL_TLS_CLIENT)


def trusted() -> ssl.SSLContext:
    """Return the context for a pool; raises OSError for a file that the environment names, and that is of no use."""
    certificates, _, keys = map(os.environ.get, _VARIABLES)
    if certificates and b"-----BEGIN " not in Path(certificates).read_bytes():
        raise ssl.SSLError(f"no certificate in {certificates}")
    if keys:
        Path(keys).open("a").close()
    return _UNREAD


def read(context: ssl.SSLContext) -> ssl.SSLContext:
    """Return the context to connect with; raises httpcore.ConnectError."""
    return _of_httpx(*map(os.environ.get, _VARIABLES)) if context is _UNREAD else context


@lru_cache(maxsize=4)
def _of_httpx(*_: str | None) -> ssl.SSLContext:
    try:
        context = httpx.create_ssl_context()
    except OSError as error:
        raise httpcore.ConnectError(f"the certificates cannot be read: {error}") from error
    context.set_alpn_protocols(["http/1.1"])  # as httpcore says to what stands for it
    return context
