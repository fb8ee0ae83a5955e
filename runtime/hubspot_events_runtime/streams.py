"""What a pool of the client's own reads and writes by: a request in one piece, and within the deadline of its thread.

httpx has no option for either, so that its transports are reached into; one of another kind is left as it is.
"""

from __future__ import annotations

import ssl
import threading
from typing import Any

import httpcore
import httpx

from . import trust
from .deadlines import left


class _Head:
    """The head of a request, until the body comes, or the nothing that httpcore writes in its place.

    In one piece they take one way through the kernel, and one packet where both fit.
    """

    _head = b""

    def with_head(self, buffer: bytes) -> bytes:
        """Return what can be written now. Another write follows each head, be it of nothing or of a last chunk."""
        if not self._head and buffer.endswith(b"\r\n\r\n") and buffer != b"0\r\n\r\n":
            self._head = buffer
            return b""
        whole, self._head = self._head + buffer, b""
        return whole


class _Stream(httpcore.NetworkStream, _Head):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if whole := self.with_head(buffer):
            self._stream.write(whole, left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(*arguments, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def connect_tcp(self, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(*arguments, **options))


class _AsyncStream(httpcore.AsyncNetworkStream, _Head):
    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        if whole := self.with_head(buffer):
            await self._stream.write(whole, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, *arguments: Any, **options: Any
    ) -> httpcore.AsyncNetworkStream:
        try:
            # anyio gives a thread to one that is not Python's own, and there may be none left.
            context = trust.read(ssl_context)
        except ssl.SSLError as error:
            await self.aclose()
            raise httpcore.ConnectError(str(error)) from error
        return _AsyncStream(await self._stream.start_tls(context, *arguments, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    """Has another one connect, which finds out whether the event loop is asyncio's or trio's."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(self, *arguments: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(await self._backend.connect_tcp(*arguments, **options))


def take_over(pool: httpx.Client | httpx.AsyncClient) -> None:
    """Let the connections of a pool read and write by these streams, and leave the lock of a sync one unlocked.

    httpcore's lock is taken by Python code, which an interrupt may end before anybody is there to give the lock back:
    then all threads wait for ever. Python's own is taken and noted in one.
    """
    for transport in (pool._transport, *pool._mounts.values()):
        connections = getattr(transport, "_pool", None)
        if isinstance(connections, httpcore.ConnectionPool):
            connections._network_backend = _Backend()
            connections._optional_thread_lock = threading.Lock()  # type: ignore[assignment]
        elif isinstance(connections, httpcore.AsyncConnectionPool):
            connections._network_backend = _AsyncBackend(connections._network_backend)
