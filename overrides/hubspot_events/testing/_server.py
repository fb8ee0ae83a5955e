"""An HTTP/1.1 server in a thread: connections stay open, and closing it leaves neither a socket nor a thread."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.01  # how often the server looks whether it is to stop


class Server:
    """Serves a WSGI application on the loopback interface from the moment it is made.

    Port 0 takes a free one. Raises OSError when the port is taken. The application ends a connection without an answer
    by raising ConnectionAbortedError.
    """

    def __init__(self, app: WSGIApplication, port: int) -> None:
        # Bound here, since werkzeug ends the process when the port is taken.
        with socket.create_server((LOOPBACK, port), backlog=128) as listener:
            self._connections = _Connections(LOOPBACK, port, app, _KeepAlive, fd=listener.fileno())
        self.base_url = f"http://{LOOPBACK}:{self._connections.port}"
        self._thread = threading.Thread(
            target=self._connections.serve_forever, args=(POLL_SECONDS,), name="embedded-hubspot", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop, cut the open connections and wait for the threads to end."""
        self._connections.shutdown()
        self._thread.join()
        self._connections.cut()


class _Connections(ThreadedWSGIServer):
    """Knows its connections, so that those that wait for a further request can be ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._open: dict[threading.Thread, socket.socket] = {}
        super().__init__(*args, **kwargs)

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="embedded-hubspot-connection",
            daemon=True,
        )
        self._open[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            del self._open[threading.current_thread()]

    def cut(self) -> None:
        for thread, connection in list(self._open.items()):
            with contextlib.suppress(OSError):  # the client was quicker
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()


class _KeepAlive(WSGIRequestHandler):
    """Leaves the connection open after an answer, as HubSpot does; werkzeug closes it."""

    protocol_version = "HTTP/1.1"

    def run_wsgi(self) -> None:
        chunks, status, headers = run_wsgi_app(self.server.app, self.make_environ(), buffered=True)
        # In one piece: a second write would wait for the client's delayed acknowledgement of the first.
        self.wfile.write(f"HTTP/1.1 {status}\r\n{headers}".encode("latin-1") + b"".join(chunks))

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: a test asks for the log of requests."""
