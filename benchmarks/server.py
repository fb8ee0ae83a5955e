"""A server that answers at once, from bytes made beforehand: what it costs is on nobody's bill.

Run as a program it prints its port, and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import sys

from bodies import batch_answer, encoded, marketing_event_result

_SMALL = 2000  # bytes; a request below has one input, the others have a hundred


def _response(inputs: int) -> bytes:
    body = encoded(batch_answer([marketing_event_result(number) for number in range(inputs)]))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class _StaticServer(asyncio.Protocol):
    """Reads requests by their Content-Length and looks at nothing else in them."""

    one, hundred = _response(1), _response(100)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = bytearray()

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._received[:end]).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            if len(self._received) < end + 4 + length:
                return
            del self._received[: end + 4 + length]
            self._transport.write(self.one if length < _SMALL else self.hundred)


async def main() -> None:
    """Serve on a free port of this machine until the standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_StaticServer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
