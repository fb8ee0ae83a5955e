"""An answer off the wire: decoded, bounded in size, without secrets, and with its status whatever its body is."""

from __future__ import annotations

import zlib
from collections.abc import Collection
from itertools import chain
from typing import NamedTuple

import httpx

from .redaction import redacted, redacted_content

#: The encodings that are asked for, as they are undone here.
ACCEPT_ENCODING = "gzip, deflate"

_LONGEST = 32 * 1024 * 1024  # bytes of an answer, on the wire and decoded; those of a full batch are a hundredth of it
_KEPT = 64 * 1024  # bytes of one that is longer
_END = 8 * 1024  # bytes at the end of these that may be a part of a secret
_CUT = b"\n[cut off here, as the answer is longer than 32 MiB]"


class Answer(NamedTuple):
    """An answer, whole, and without secrets.

    Attributes:
        status_code: The HTTP status code.
        headers: The headers as they came.
        content: The body, decoded.
        request: What it answers.
    """

    status_code: int
    headers: httpx.Headers
    content: bytes
    request: httpx.Request

    @property
    def is_success(self) -> bool:
        """Whether the status code is 2xx."""
        return 200 <= self.status_code <= 299


class Received:
    """Collects the bytes of an answer."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        #: Whether somebody read it before: a hook of the caller's, or a transport that needs no network.
        self.is_read = response.is_stream_consumed and _has_content(response)
        self._raw: bytes | bytearray = b""

    @property
    def request(self) -> httpx.Request:
        """What it answers, which an auth may have made anew."""
        return self._response.request

    @property
    def status_code(self) -> int:
        """The HTTP status code."""
        return self._response.status_code

    @property
    def is_success(self) -> bool:
        """Whether the status code is 2xx."""
        return self._response.is_success

    def takes(self, chunk: bytes) -> bool:
        """Add some bytes, and return whether more are wanted."""
        if isinstance(self._raw, bytearray):
            self._raw += chunk
        else:  # most come in one piece; of very small ones, each takes several times its size
            self._raw = bytearray(self._raw + chunk) if self._raw else bytes(chunk)
        return len(self._raw) <= _LONGEST

    def for_auth(self, *, with_body: bool) -> httpx.Response:
        """Return the answer as a way to authenticate is to see it, read where it asks for that."""
        response = self._response
        if with_body:
            content = self._content()
            return httpx.Response(
                response.status_code, headers=_plain(response.headers), content=content, request=response.request
            )
        if not self.is_read:
            # One with a flow of its own may read it all the same.
            response.stream = httpx.ByteStream(bytes(self._raw))
            response.is_stream_consumed = response.is_closed = False
        return response

    def _content(self) -> bytes:
        if self.is_read:
            return self._response.content
        # To ask for one header by its name, httpx decodes them all.
        encodings = [value for name, value in self._response.headers.raw if name.lower() == b"content-encoding"]
        return _decoded(bytes(self._raw), b",".join(encodings).decode("latin-1").lower())

    def answer(self, secrets: Collection[str]) -> Answer:
        """Return the answer."""
        response = self._response
        headers = response.headers
        content = self._content()
        if len(content) > _LONGEST:
            content = redacted_content(content[:_KEPT], secrets)[:-_END] + _CUT
        else:
            content = redacted_content(content, secrets)
        told = b"\n".join(chain.from_iterable(headers.raw)).decode("latin-1")
        if redacted(told, secrets) != told:
            headers = httpx.Headers(
                [(_redacted(name, secrets), _redacted(value, secrets)) for name, value in headers.raw]
            )
        return Answer(response.status_code, headers, content, response.request)


def _redacted(raw: bytes, secrets: Collection[str]) -> bytes:
    """Return a header's name or value, which may be any bytes, without secrets."""
    return redacted(raw.decode("latin-1"), secrets).encode("latin-1")


def _has_content(response: httpx.Response) -> bool:
    """Whether all of a body was read; a hook may have read a part."""
    try:
        return response.content is not None
    except httpx.ResponseNotRead:
        return False


def _plain(headers: httpx.Headers) -> httpx.Headers:
    """Return headers for a body that has been decoded."""
    plain = headers.copy()
    for name in ("Content-Encoding", "Content-Length", "Transfer-Encoding"):
        plain.pop(name, None)
    return plain


def _decoded(raw: bytes, encodings: str) -> bytes:
    """Return a body without its encodings, or as it came where they cannot be undone: its status still counts."""
    content = raw
    for encoding in reversed(encodings.split(",")):
        match encoding.strip():
            case "gzip" | "x-gzip" | "deflate":
                undone = _inflated(content)
            case "identity":
                continue
            case _:
                undone = None
        if undone is None:
            return raw
        content = undone
    return content


def _inflated(raw: bytes) -> bytes | None:
    for window in (47, -15):  # gzip or zlib, as they say themselves, and bare deflate
        try:
            return zlib.decompressobj(window).decompress(raw, _LONGEST + 1)
        except zlib.error:
            continue
    return None
