"""A server of plain sockets on the loopback interface, for answers that no HTTP library would send."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Self

Handler = Callable[[bytes, socket.socket], None]


class RawServer:
    """Hands the body of each request to a function, which sends what it likes; a connection is good for many.

    With a context it speaks TLS, as `localhost`.
    """

    def __init__(self, handle: Handler, context: ssl.SSLContext | None = None) -> None:
        self.requests = 0
        self._handle = handle
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._open: list[socket.socket] = []
        host = "https://localhost" if context else "http://127.0.0.1"
        self.url = f"{host}:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        received = b""
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            while True:
                while b"\r\n\r\n" not in received:
                    if not (more := connection.recv(65536)):
                        return
                    received += more
                head, _, received = received.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: (\d+)", head)
                while len(received) < (wanted := int(length[1]) if length else 0):
                    if not (more := connection.recv(65536)):
                        return
                    received += more
                body, received = received[:wanted], received[wanted:]
                self.requests += 1
                self._handle(body, connection)
        except OSError:
            pass
        finally:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def answer(status: int, body: bytes, *headers: str) -> bytes:
    """Return an answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
