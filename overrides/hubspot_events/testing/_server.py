"""An HTTP/1.1 server in a thread: connections stay open, and closing it leaves neither a socket nor a thread."""

import contextlib
import os
import socket
import socketserver
import threading
from collections.abc import Callable
from typing import Any

import h11
from werkzeug import Response

from ._answers import Refusal, refusal
from ._http import Request
from ._responses import plain_response

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.01  # how often the server looks whether it is to stop
RECEIVED_BYTES = 65_536  # at most, at a time

App = Callable[[Request], tuple[Response, int | None]]


class Server(socketserver.TCPServer):
    """Serves an application on the loopback interface from the moment it is made.

    The application is given a request and returns the response, and after how many bytes of its body the connection is
    to be closed, None for not at all. It ends a connection without an answer by raising ConnectionAbortedError. What
    else goes wrong in a connection is in ``failures``.

    Port 0 takes a free one. Raises OSError when the port is taken.
    """

    allow_reuse_address = os.name == "posix"  # elsewhere it lets two servers listen at one port
    request_queue_size = 128

    def __init__(self, app: App, port: int) -> None:
        super().__init__((LOOPBACK, port), socketserver.BaseRequestHandler)
        self._app = app
        self.base_url = f"http://{LOOPBACK}:{self.server_address[1]}"
        self.failures: list[Exception] = []
        self._open: dict[threading.Thread, socket.socket] = {}
        self._thread = threading.Thread(
            target=self.serve_forever, args=(POLL_SECONDS,), name="embedded-hubspot", daemon=True
        )
        self._thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, which ``close`` can end while it waits."""
        thread = threading.Thread(target=self._serve, args=(request,), name="embedded-hubspot-connection", daemon=True)
        self._open[thread] = request
        thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            _Connection(connection, self._app).serve()
        except Exception as error:  # noqa: BLE001 a thread has nobody to raise it to
            self.failures.append(error)
        finally:
            self.shutdown_request(connection)
            del self._open[threading.current_thread()]

    def close(self) -> None:
        """Stop, cut the open connections and wait for the threads to end."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        for thread, connection in list(self._open.items()):
            with contextlib.suppress(OSError):  # the client was quicker
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()


class _Connection:
    """Serves the requests of one connection, one after the other."""

    def __init__(self, connection: socket.socket, app: App) -> None:
        self._socket = connection
        self._app = app
        self._http = h11.Connection(h11.SERVER)
        self._method = b""

    def serve(self) -> None:
        with contextlib.suppress(OSError):  # the client is gone, or is to be left without an answer
            try:
                while isinstance(event := self._next_event(), h11.Request):
                    self._method = event.method
                    self._send(*self._app(Request(event, self._read_body)))
                    if self._http.our_state is not h11.DONE:
                        return
                    self._http.start_next_cycle()
                    self._method = b""
            except h11.RemoteProtocolError as error:
                self._refuse(refusal(error.error_status_hint, "VALIDATION_ERROR", f"This is no HTTP: {error}"))
            except Refusal as refused:
                self._refuse(refused)

    def _next_event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                self._socket.sendall(self._http.send(h11.InformationalResponse(status_code=100, headers=[])))
            self._http.receive_data(self._socket.recv(RECEIVED_BYTES))
        return event

    def _read_body(self) -> bytes:
        chunks = []
        while isinstance(event := self._next_event(), h11.Data):
            chunks.append(event.data)
        return b"".join(chunks)

    def _send(self, response: Response, cut_after: int | None = None) -> None:
        headers, body = response.headers, response.get_data()
        if response.status_code == 204:
            del headers["Content-Length"]
        if self._method == b"HEAD" or response.status_code in (204, 304):
            body = b""
        head = h11.Response(
            status_code=response.status_code,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            reason=response.status.partition(" ")[2],
        )
        parts = [self._http.send(head), self._http.send(h11.Data(body[:cut_after]))]
        if cut_after is None:
            parts.append(self._http.send(h11.EndOfMessage()))
        # In one piece: a second write would wait for the client's delayed acknowledgement of the first.
        self._socket.sendall(b"".join(parts))

    def _refuse(self, refused: Refusal) -> None:
        """Answer what cannot be read any further, and end the connection."""
        response = plain_response(refused.answer)
        response.headers["Connection"] = "close"
        self._send(response)
        self._socket.shutdown(socket.SHUT_WR)
        # Were it closed with something unread, the client could lose the answer.
        while self._socket.recv(RECEIVED_BYTES):
            pass
