"""What comes over the wire has an end, in time and in size, and its status counts whatever its body is."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import os
import queue
import socket
import ssl
import subprocess
import sys
import threading
import traceback
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import h11
import httpx
import pytest
from conftest import Driver, event
from hubspot_events import (
    AsyncHubSpotEvents,
    BadRequestError,
    HubSpotError,
    HubSpotEvents,
    InputError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    TransportError,
    UnreadableResponseError,
)
from hubspot_events.testing import EmbeddedHubSpot, ManualClock
from hubspot_events_runtime import deadlines
from hubspot_events_runtime.connections import MAX_CONCURRENCY
from hubspot_events_runtime.received import Received
from hubspot_events_runtime.streams import _Head
from raw_server import RawServer, answer

CREATED = json.dumps({"id": "a", "eventTemplateId": "1001298"}).encode()


def create(client: Any) -> Any:
    return client.timeline.create(event(id="a"))


def drip(sent: bytes, at_once: int, closed: threading.Event) -> Any:
    """Send an answer byte by byte, but for its beginning, each well within the time-out."""

    def handle(_: bytes, connection: socket.socket) -> None:
        connection.sendall(sent[:at_once])
        for place in range(at_once, len(sent)):
            if closed.wait(0.05):
                return
            connection.sendall(sent[place : place + 1])

    return handle


@pytest.mark.parametrize(
    "more",
    [
        answer(400, b'{"message": "late"}'),
        answer(201, CREATED),
        answer(408, b"", "Connection: close"),
        b"}}",
        b"\r\n\r\n",
    ],
    ids=["a refusal", "a success", "a time-out", "the rest of a body", "blank lines"],
)
def test_what_comes_behind_an_answer_is_not_the_answer_to_the_next_request(driver: Driver, more: bytes) -> None:
    events = [event(id="a"), event(id="b")]
    ids: list[str] = []

    def handle(body: bytes, connection: socket.socket) -> None:
        ids.append(json.loads(body)["id"])
        connection.sendall(answer(201, body) + (more if len(ids) == 1 else b""))

    def twice(client: Any) -> Any:
        if isinstance(client, HubSpotEvents):
            return [client.timeline.create(one) for one in events]

        async def one_after_the_other() -> Any:
            return [await client.timeline.create(one) for one in events]

        return one_after_the_other()

    with RawServer(handle) as server:
        results = driver.run(twice, base_url=server.url, clock=ManualClock())
    assert [result.id for result in results] == ["a", "b"] == ids


def test_a_request_goes_out_in_one_piece_with_a_body_and_without(driver: Driver) -> None:
    pieces: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            for _ in range(2):
                pieces.append(connection.recv(65536))
                connection.sendall(answer(201, CREATED))

    async def both_async(client: Any) -> None:
        await create(client)
        await client.request("GET", "/crm/v3/lists")

    def both(client: Any) -> Any:
        if isinstance(client, AsyncHubSpotEvents):
            return both_async(client)
        create(client)
        return client.request("GET", "/crm/v3/lists")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        driver.run(both, base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
    (posted, sent), (got, nothing) = (piece.split(b"\r\n\r\n") for piece in pieces)
    assert posted.startswith(b"POST ")
    assert json.loads(sent)["id"] == "a"
    assert got.startswith(b"GET /crm/v3/lists ")
    assert not nothing


@pytest.mark.parametrize(
    ("header", "chunks"),
    [
        (("Content-Length", "0"), []),
        (("Content-Length", "7"), [b"{}\r\n", b"\r\n", b"\n"]),
        (("Content-Length", "4"), [b"\r\n\r\n"]),
        (("Transfer-Encoding", "chunked"), []),
        (("Transfer-Encoding", "chunked"), [b"{}", b"\r\n\r\n"]),
    ],
)
def test_all_of_a_request_goes_out_in_order_whatever_its_body_ends_with(
    header: tuple[str, str], chunks: list[bytes]
) -> None:
    connection, head = h11.Connection(h11.CLIENT), _Head()
    request = h11.Request(method="POST", target="/", headers=[("Host", "localhost"), header])
    written = [connection.send(part) for part in (request, *map(h11.Data, chunks), h11.EndOfMessage())]
    sent = [head.with_head(part or b"") for part in written]
    assert b"".join(sent) == b"".join(part or b"" for part in written)
    assert not sent[0]


@pytest.mark.parametrize("at_once", [0, len(answer(201, b"", "X-Filler: x")) + 5], ids=["the head", "the body"])
def test_an_answer_that_drips_comes_to_an_end(driver: Driver, at_once: int) -> None:
    closed = threading.Event()
    with RawServer(drip(answer(201, b" " * 10_000), at_once, closed)) as server:
        with pytest.raises(RequestTimeoutError) as caught:
            driver.run(create, base_url=server.url, timeout=0.2, max_retries=0)
        closed.set()
    assert caught.value.may_have_been_processed
    assert caught.value.retry_safe


def test_a_body_that_drips_comes_to_an_end_in_a_sync_pool_of_the_callers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(monotonic=itertools.count(0, 25).__next__)  # each look at it takes 25 seconds
    monkeypatch.setattr(deadlines, "time", clock)
    chunks = itertools.repeat(b" ")
    pool = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(201, content=chunks)))
    with pytest.raises(RequestTimeoutError, match="did not end in time") as caught:
        create(HubSpotEvents("token", http_client=pool, timeout=30, max_retries=0))
    assert caught.value.may_have_been_processed


def test_a_longer_answer_than_anybody_means_is_not_read_to_its_end(driver: Driver) -> None:
    bomb = gzip.compress(b" " * (80 << 20))
    sent = answer(201, bomb, "Content-Encoding: gzip")
    with (
        RawServer(lambda _, connection: connection.sendall(sent)) as server,
        pytest.raises(UnreadableResponseError) as caught,
    ):
        driver.run(create, base_url=server.url, max_retries=0)
    assert len(caught.value.content) < 100_000
    assert b"cut off here" in caught.value.content


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(CREATED)),
        ("x-gzip", gzip.compress(CREATED)),
        ("deflate", zlib.compress(CREATED)),
        ("deflate", zlib.compress(CREATED, wbits=-15)),
        ("identity", CREATED),
        ("GZIP", gzip.compress(CREATED)),
        ("deflate, gzip", gzip.compress(zlib.compress(CREATED))),
        ("identity, gzip", gzip.compress(CREATED)),
    ],
)
def test_a_body_is_read_in_the_encodings_that_are_asked_for(driver: Driver, encoding: str, body: bytes) -> None:
    sent = answer(201, body, f"Content-Encoding: {encoding}")
    with RawServer(lambda _, connection: connection.sendall(sent)) as server:
        assert driver.run(create, base_url=server.url).id == "a"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "novel", "gzip, gzip"])
@pytest.mark.parametrize(
    ("status", "kind", "tries"),
    [(201, UnreadableResponseError, 1), (400, BadRequestError, 1), (429, RateLimitError, 2)],
)
def test_the_status_counts_when_the_body_cannot_be_decoded(
    driver: Driver, encoding: str, status: int, kind: type[Exception], tries: int
) -> None:
    clock = ManualClock()
    sent = answer(status, b"\xff no such encoding", f"Content-Encoding: {encoding}", "Retry-After: 7")
    with RawServer(lambda _, connection: connection.sendall(sent)) as server:
        with pytest.raises(kind) as caught:
            driver.run(create, base_url=server.url, max_retries=tries - 1, clock=clock)
        assert server.requests == tries
    assert caught.value.status_code == status  # type: ignore[attr-defined]
    assert all(7 <= wait <= 12 for wait in clock.waits)


@pytest.mark.parametrize(
    ("status", "kind", "tries"),
    [(400, BadRequestError, 1), (429, RateLimitError, 2), (503, ServerError, 2), (201, TransportError, 2)],
)
@pytest.mark.parametrize("ends", [True, False], ids=["the connection ends", "the server waits"])
def test_the_status_of_a_refusal_counts_when_its_body_breaks_off(
    driver: Driver, status: int, kind: type[HubSpotError], tries: int, ends: bool, clock: ManualClock
) -> None:
    cut = answer(status, b'{"message": "no more of this"}', "Retry-After: 12")[:-9]
    closed = threading.Event()

    def handle(_: bytes, connection: socket.socket) -> None:
        connection.sendall(cut)
        if not ends:
            closed.wait(30)
        raise OSError

    with RawServer(handle) as server:
        try:
            with pytest.raises(kind) as caught:
                driver.run(create, base_url=server.url, clock=clock, max_retries=1, timeout=30 if ends else 0.2)
        finally:
            closed.set()
    assert caught.value.tries == tries == server.requests
    assert caught.value.may_have_been_processed is (status in (201, 503))
    if status in (429, 503):
        assert clock.waits[0] >= 12


def test_an_answer_in_very_small_pieces_takes_the_memory_of_its_bytes() -> None:
    request = httpx.Request("GET", "https://petspot.example")
    received = Received(httpx.Response(200, stream=httpx.ByteStream(b""), request=request))
    tracemalloc.start()
    try:
        for _ in range(100_000):
            received.takes(bytes(bytearray(b"x")))  # new each time, as off the wire
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert received.answer(()).content == b"x" * 100_000


def test_a_gzip_that_is_cut_short_hides_no_status(driver: Driver) -> None:
    cut = gzip.compress(b'{"message": "the reason", "category": "VALIDATION_ERROR"}' + b" " * 500)[:-12]
    with RawServer(lambda _, connection: connection.sendall(answer(400, cut, "Content-Encoding: gzip"))) as server:
        with pytest.raises(BadRequestError, match="the reason"):
            driver.run(create, base_url=server.url)
        assert server.requests == 1


# Connections


@pytest.mark.parametrize(
    "variables",
    [
        {"NO_PROXY": "localhost,[::1]"},
        {"ALL_PROXY": "socks://127.0.0.1:7890/"},
        {"https_proxy": "nonsense://127.0.0.1:1"},
        {"SSL_CERT_FILE": "/nowhere/ca.pem"},
        {"SSL_CERT_FILE": __file__},
        {"SSLKEYLOGFILE": "/nowhere/keys"},
    ],
)
def test_what_the_environment_says_and_httpx_cannot_use_is_named(
    driver: Driver, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    try:
        driver.run(lambda client: asyncio.sleep(0) if driver.kind == "async" else None)
    except InputError as error:
        assert error.field == "the environment"
        assert all(f"{name}={value!r}" in str(error) for name, value in variables.items())


@pytest.mark.parametrize(
    "address",
    ["nonsense://user:hunter2@127.0.0.1:1", "http://user:hunter2/@127.0.0.1:1", "http://user:hunter2%40127.0.0.1:1"],
)
def test_a_password_of_a_proxy_is_not_shown(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", address)
    with pytest.raises(InputError, match="ALL_PROXY") as caught:
        HubSpotEvents("token")
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_no_proxy_stands_between_this_machine_and_itself(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(lambda _, connection: connection.sendall(answer(502, b""))) as proxy, EmbeddedHubSpot() as embedded:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        options: dict[str, Any] = {"access_token": embedded.access_token, "max_retries": 0}
        driver.run(create, base_url=embedded.base_url, **options)
        driver.run(lambda client: create(client.with_options(base_url=embedded.base_url)), **options)
        assert proxy.requests == 0
        assert len(embedded.requests) == 2


def test_a_pool_of_another_kind_is_refused_by_its_whole_name() -> None:
    with pytest.raises(InputError, match=r"must be httpx\.Client, not httpx\.AsyncClient"):
        HubSpotEvents("token", http_client=httpx.AsyncClient())  # type: ignore[arg-type]


def test_who_waits_for_a_place_waits_as_gevent_has_all_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    class SimpleQueue(queue.SimpleQueue[bool]):
        pass

    with HubSpotEvents("token") as client:
        monkeypatch.setattr(queue, "SimpleQueue", SimpleQueue)  # by then, all is imported
        with client._connections.one() as pool:
            assert isinstance(client._connections._places(pool), SimpleQueue)


def test_a_pool_of_the_callers_says_itself_which_host_it_asks() -> None:
    hosts: list[str] = []

    def answer_of(request: httpx.Request) -> httpx.Response:
        hosts.append(request.headers["Host"])
        return httpx.Response(200, json={})

    named = httpx.Client(headers={"Host": "api.hubapi.com"}, transport=httpx.MockTransport(answer_of))
    with named, HubSpotEvents("token", base_url="https://192.0.2.1:8443", http_client=named) as client:
        client.request("GET", "/")
        client.with_options(base_url="https://192.0.2.2").request("POST", "/", json=1)
    assert hosts == ["api.hubapi.com", "api.hubapi.com"]


def test_one_async_client_serves_one_event_loop_after_the_other() -> None:
    # In a process of its own, as Python says of the connections of a loop that they were not closed when it ended.
    code = """
import asyncio
from hubspot_events import AsyncHubSpotEvents, TimelineEvent202603

client = AsyncHubSpotEvents()
for number in range(3):
    for one in (client, client.with_options(max_retries=0)):
        event = TimelineEvent202603(event_type_name="a", email="a@petspot.example", properties={}, id="{{uuid}}")
        assert asyncio.run(one.timeline.create_2026_03(event)).id
"""
    with EmbeddedHubSpot() as embedded:
        run_python(embedded, code)
        assert len(embedded.timeline_events) == 6


def run_python(embedded: EmbeddedHubSpot, code: str) -> None:
    """Run a program whose client finds an embedded HubSpot by the environment."""
    variables = {"HUBSPOT_ACCESS_TOKEN": embedded.access_token, "HUBSPOT_BASE_URL": embedded.base_url}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("derived", ["", ".with_options(timeout=20)"])
def test_after_a_fork_nobody_gets_the_answers_of_another_process(derived: str) -> None:
    code = f"""
import os, sys
from hubspot_events import HubSpotEvents, TimelineEvent202603

def send(name):
    for number in range(20):
        event = TimelineEvent202603(
            event_type_name="a", email="a@petspot.example", properties={{}}, id=f"{{name}}-{{number}}"
        )
        assert hubspot.timeline.create_2026_03(event).id == event.id

with HubSpotEvents(max_retries=0) as client:
    hubspot = client{derived}
    send("before")
    child = os.fork()
    send("child" if child == 0 else "parent")
    if child == 0:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    send("after")
"""
    with EmbeddedHubSpot() as embedded:
        run_python(embedded, code)
        assert len(embedded.timeline_events) == 80


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_no_more_requests_are_under_way_at_once_than_there_are_connections(kind: str) -> None:
    full, lock = threading.Event(), threading.Lock()
    under_way, most = 0, 0

    def handle(_: bytes, connection: socket.socket) -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            if under_way == MAX_CONCURRENCY:
                full.set()
        full.wait(10)
        with lock:
            under_way -= 1
        connection.sendall(answer(201, CREATED))

    async def gathered(url: str) -> None:
        async with AsyncHubSpotEvents("token", base_url=url, max_retries=0) as client:
            await asyncio.gather(*(client.timeline.create(event(id="a")) for _ in range(150)))

    with RawServer(handle) as server:
        if kind == "async":
            asyncio.run(gathered(server.url))
        else:
            with (
                HubSpotEvents("token", base_url=server.url, max_retries=0) as client,
                ThreadPoolExecutor(80) as threads,
            ):
                list(threads.map(lambda _: create(client), range(150)))
        assert server.requests == 150
    assert most == MAX_CONCURRENCY


@pytest.mark.parametrize("derived", [False, True])
def test_calls_that_are_cancelled_at_any_moment_leave_a_client_that_works(derived: bool) -> None:
    async def main(url: str) -> str:
        async with AsyncHubSpotEvents("token", base_url=url, timeout=60, max_retries=0) as first:
            client = first.with_options(timeout=30) if derived else first
            for number in range(200):
                task = asyncio.create_task(client.timeline.create(event(id="a")))
                for _ in range(6 + number % 14):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            await first.timeline.create(event(id="a"))
            return (await client.timeline.create(event(id="a"))).id

    with RawServer(lambda _, connection: connection.sendall(answer(201, CREATED))) as server:
        assert asyncio.run(main(server.url)) == "a"


def test_what_belongs_to_the_world_of_the_caller_comes_out_as_it_is(driver: Driver) -> None:
    class SoftTimeLimitExceeded(Exception):  # noqa: N818 - as Celery calls it
        pass

    def handler(request: httpx.Request) -> httpx.Response:
        raise SoftTimeLimitExceeded

    with pytest.raises(SoftTimeLimitExceeded) as caught:
        driver.against(handler, create)
    assert "its ids are ['a']" in caught.value.__notes__[0]


@pytest.mark.parametrize(("status", "kind"), [(201, TransportError), (400, BadRequestError)])
def test_a_hook_that_reads_a_part_of_a_body_hides_no_status(status: int, kind: type[HubSpotError]) -> None:
    class Parts(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield from (b'{"id"', b':"a"}')

    def look(response: httpx.Response) -> None:
        next(response.iter_raw())

    transport = httpx.MockTransport(lambda _: httpx.Response(status, stream=Parts()))
    pool = httpx.Client(transport=transport, event_hooks={"response": [look]})
    with pytest.raises(kind) as caught, HubSpotEvents("token", http_client=pool) as client:
        create(client)
    assert type(caught.value) is kind
    assert caught.value.may_have_been_processed is (status == 201)


def test_a_body_that_breaks_is_one_of_a_request_that_was_sent(driver: Driver) -> None:
    class Breaking(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b'{"id'
            raise httpx.ConnectError("late")

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for part in self:
                yield part

    with pytest.raises(TransportError, match="late") as caught:
        driver.against(
            lambda _: httpx.Response(201, stream=Breaking()), lambda c: c.timeline.create(event()), fill_ids=False
        )
    assert (caught.value.may_have_been_processed, caught.value.tries) == (True, 1)


def test_the_error_of_another_call_says_what_became_of_this_one() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(201 if b'"a"' in request.content else 403, json={"id": "a"})

    def report(_: httpx.Response) -> None:
        with HubSpotEvents("token", http_client=httpx.Client(transport=transport)) as other:
            other.timeline.create(event(id="report"))

    transport = httpx.MockTransport(handler)
    pool = httpx.Client(transport=transport, event_hooks={"response": [report]})
    with pytest.raises(PermissionDeniedError) as caught, HubSpotEvents("token", http_client=pool) as client:
        create(client)
    assert caught.value.may_have_been_processed
    assert "its ids are ['a']" in caught.value.__notes__[0]


def test_a_certificate_that_nobody_trusts_is_not_tried_again(driver: Driver) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no") from ssl.SSLCertVerificationError("self-signed")

    clock = ManualClock()
    with pytest.raises(TransportError) as caught:
        driver.against(handler, create, clock=clock)
    assert (caught.value.tries, caught.value.retry_safe, clock.waits) == (1, False, [])


def test_a_password_that_a_proxy_wants_is_not_tried_again(driver: Driver) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ProxyError("407 Proxy Authentication Required")

    with pytest.raises(TransportError) as caught:
        driver.against(handler, create)
    assert caught.value.tries == 1
