"""The embedded HubSpot and requests that no HTTP client sends: each has an answer, and none is a failure of its own."""

import contextlib
import http.client
import io
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hubspot_events.testing import EmbeddedHubSpot, LoseAnswer, Respond
from hypothesis import given, settings
from hypothesis import strategies as st

V3 = "/integrators/timeline/v3/events"
PATHS = [
    V3,
    "/integrators/timeline/v3/events/batch/create",
    "/integrators/timeline/2026-03/events",
    "/integrators/timeline/2026-03/events/batch",
    "/marketing/marketing-events/2026-09/events/upsert",
    "/marketing/marketing-events/2026-09/batch/update",
]
LINE = f"POST {V3} HTTP/1.1"
EVENT = {"eventTemplateId": "1001298", "email": "art3mis@petspot.example", "tokens": {}}
BODY = json.dumps(EVENT).encode()
GOOD_HEADERS = {
    "Host": "localhost",
    "Authorization": "Bearer embedded-access-token",
    "Content-Type": "application/json",
}


@pytest.fixture(scope="module")
def hubspot() -> Iterator[EmbeddedHubSpot]:
    """One for all the tests of this file, as property-based ones need it. At the end, closing it must not raise."""
    with EmbeddedHubSpot() as hubspot:
        yield hubspot


def connected(hubspot: EmbeddedHubSpot) -> socket.socket:
    address = httpx.URL(hubspot.base_url)
    return socket.create_connection((address.host, address.port), timeout=10)


def request(body: bytes = BODY, line: str = LINE, *more: str, **changed: str | None) -> bytes:
    """A good request, unless something is changed: a header to None leaves it out."""
    headers: dict[str, str | None] = {**GOOD_HEADERS, "Content-Length": str(len(body))}
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [line, *(f"{name}: {value}" for name, value in headers.items() if value is not None), *more, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def exchange(hubspot: EmbeddedHubSpot, data: bytes) -> bytes:
    """All that is answered to some bytes, after which nothing more comes."""
    with connected(hubspot) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def answers(received: bytes) -> list[tuple[int, Any]]:
    """The status codes and bodies of the answers. An answer to HEAD must not be among them."""
    file = io.BytesIO(received)

    class Socket:
        def makefile(self, mode: str) -> io.BytesIO:
            return file

    found = []
    while file.tell() < len(received):
        answer = http.client.HTTPResponse(Socket())  # type: ignore[arg-type]
        # It is in a hurry to close what it read from.
        answer._close_conn = lambda: None  # type: ignore[attr-defined]
        answer.begin()
        found.append((answer.status, json.loads(answer.read() or b"null")))
    return found


def status_of(hubspot: EmbeddedHubSpot, data: bytes) -> int:
    [(status, body)] = answers(exchange(hubspot, data))
    if status >= 300:
        assert body.keys() >= {"status", "message", "correlationId", "category"}
    return status


def test_a_good_request_is_written_as_these_tests_write_it(hubspot: EmbeddedHubSpot) -> None:
    assert status_of(hubspot, request()) == 201


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\r\n", 400),
        (b"no HTTP\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),  # the start of TLS
        (request(line=f"POST {V3}"), 400),
        (request(line=f"POST  {V3} HTTP/1.1"), 400),
        (request(line=f"P\0ST {V3} HTTP/1.1"), 400),
        (request(line=f"POST {V3}\0 HTTP/1.1"), 400),
        (request(line="POST /\xe4 HTTP/1.1"), 400),
        (request(line="POST http://[ HTTP/1.1"), 400),
        (request(line=f"POST {V3} HTTP/2.0"), 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (request(line=f"POST /{'x' * 100_000} HTTP/1.1"), 431),
        (request(X="x" * 100_000), 431),
        (request(BODY, LINE, *["X: x"] * 20_000), 431),
        (request(X="\0"), 400),
        (request(BODY, LINE, "no colon"), 400),
        (request(BODY, LINE, "X : x"), 400),
        (request(Host=None), 400),
        (request(BODY, LINE, "Host: localhost"), 400),
        (request(Content_Length="-1"), 400),
        (request(Content_Length="x"), 400),
        (request(Content_Length="9" * 5000), 400),
        (request(BODY, LINE, "Content-Length: 1"), 400),
        (request(Content_Length="1000"), 400),
        (request(b"ffffffffffffffff\r\nabc", Content_Length=None, Transfer_Encoding="chunked"), 400),
        (request(b"-1\r\n", Content_Length=None, Transfer_Encoding="chunked"), 400),
        (request(b"5\r\nabc", Content_Length=None, Transfer_Encoding="chunked"), 400),
        (request(Content_Length=None, Transfer_Encoding="gzip"), 501),
        (request()[:20], 400),
        (request()[:-1], 400),
        (request(line="OPTIONS * HTTP/1.1"), 404),
        (request(line="CONNECT localhost:443 HTTP/1.1"), 404),
        (request(line="POST /%00%ff HTTP/1.1"), 404),
        (request(line=f"POST {V3}#fragment HTTP/1.1"), 404),
        (request(b"[" * 100_000), 400),
        (request(b"1e400"), 400),
        (request(Content_Type=";;;="), 415),
        (request(BODY, LINE, "Content-Type: text/plain"), 415),
        (request(BODY, LINE, "Authorization: Bearer embedded-access-token"), 401),
        (request(Authorization="\xff"), 401),
    ],
    ids=lambda value: repr(value[:50]) if isinstance(value, bytes) else None,
)
def test_a_bad_request_has_an_answer_in_hubspots_form(data: bytes, status: int, hubspot: EmbeddedHubSpot) -> None:
    assert status_of(hubspot, data) == status
    assert status_of(hubspot, request()) == 201


@pytest.mark.parametrize(
    "data",
    [
        request(line=f"POST {V3} HTTP/1.0", Host=None),
        request(line=f"POST http://127.0.0.1{V3} HTTP/1.1"),
        request(line=f"POST {V3}? HTTP/1.1"),
        request(Expect="100-continue"),
        request(Connection="upgrade", Upgrade="h2c"),
        request(X="\xe4"),
        request(
            b"%x;x=y\r\n%b\r\n0\r\nX: y\r\n\r\n" % (len(BODY), BODY),
            Content_Length=None,
            Transfer_Encoding="chunked",
        ),
    ],
    ids=lambda data: repr(data[-60:]),
)
def test_an_odd_request_that_is_good_is_processed(data: bytes, hubspot: EmbeddedHubSpot) -> None:
    received = exchange(hubspot, data).removeprefix(b"HTTP/1.1 100 \r\n\r\n")
    assert [status for status, _ in answers(received)] == [201]


def test_a_client_is_told_to_go_on_before_it_sends_the_body(hubspot: EmbeddedHubSpot) -> None:
    data = request(Expect="100-continue")
    head, body = data[: data.index(b"\r\n\r\n") + 4], data[data.index(b"\r\n\r\n") + 4 :]
    with connected(hubspot) as connection:
        connection.sendall(head)
        assert connection.recv(1000) == b"HTTP/1.1 100 \r\n\r\n"
        connection.sendall(body)
        assert connection.recv(1000).startswith(b"HTTP/1.1 201 CREATED\r\n")


def test_requests_that_are_sent_before_the_answer_are_answered_in_order(hubspot: EmbeddedHubSpot) -> None:
    data = request() + request(b"{}") + request(line="GET / HTTP/1.1") + request()
    assert [status for status, _ in answers(exchange(hubspot, data))] == [201, 400, 404, 201]


def test_what_follows_a_bad_request_is_not_read(hubspot: EmbeddedHubSpot) -> None:
    before = len(hubspot.writes)
    assert [status for status, _ in answers(exchange(hubspot, request() + b"bad\r\n\r\n" + request()))] == [201, 400]
    assert len(hubspot.writes) == before + 1


def test_an_answer_to_head_has_no_body(hubspot: EmbeddedHubSpot) -> None:
    for host, line in (("localhost", b"405 METHOD NOT ALLOWED"), ("evil.example", b"421 MISDIRECTED REQUEST")):
        received = exchange(hubspot, request(b"", f"HEAD {V3} HTTP/1.1", Host=host))
        assert received.startswith(b"HTTP/1.1 " + line)
        assert received.endswith(b"\r\n\r\n")
        assert received.count(b"\r\n\r\n") == 1


def test_bad_requests_are_no_requests_that_a_test_sees_and_take_no_fault_away() -> None:
    with EmbeddedHubSpot() as hubspot:
        hubspot.plan(Respond(503))
        assert status_of(hubspot, b"bad\r\n\r\n") == 400
        assert status_of(hubspot, request(Host="evil.example")) == 421
        assert hubspot.requests == []
        assert [status for status, _ in answers(exchange(hubspot, request()))] == [503]


# Hosts


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:80", "hubspot.localhost", "127.0.0.1:1", "127.8.9.10", "[::1]", "[::1]:8080"],
)
def test_names_of_the_loopback_interface_are_served(host: str, hubspot: EmbeddedHubSpot) -> None:
    assert status_of(hubspot, request(Host=host)) == 201


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "api.hubapi.com",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "notlocalhost",
        "localhost@evil.example",
        "0.0.0.0",
        "192.168.1.2",
        "[2001:db8::1]",
        "[",
        "",
    ],
)
def test_any_other_name_is_refused_as_a_page_in_a_browser_may_have_sent_it(host: str, hubspot: EmbeddedHubSpot) -> None:
    before = len(hubspot.writes)
    assert status_of(hubspot, request(Host=host)) == 421
    assert len(hubspot.writes) == before


@pytest.mark.parametrize(
    ("target", "host"), [("http://evil.example/x", "localhost"), ("http://localhost/x", "evil.example")]
)
def test_the_host_in_the_target_has_to_be_the_loopback_interface_too(
    target: str, host: str, hubspot: EmbeddedHubSpot
) -> None:
    assert status_of(hubspot, request(line=f"POST {target} HTTP/1.1", Host=host)) == 421


# Anything


FIELDS = st.sampled_from(
    [
        "createdAt",
        "customObjectTypeId",
        "customProperties",
        "email",
        "eventCompleted",
        "eventName",
        "eventTemplateId",
        "eventTypeName",
        "extraData",
        "id",
        "objectId",
        "objectTypeFullyQualifiedName",
        "properties",
        "results",
        "status",
        "timelineIFrame",
        "timestamp",
        "tokens",
    ]
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just("2026-03-01T00:00:00Z")
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | st.text(), inner, max_size=4)
)
GOOD_INPUTS: dict[str, dict[str, Any]] = {
    "timeline/v3": EVENT,
    "timeline/2026": {"eventTypeName": "pe1_adoption", "id": "1", "email": "a@b.example", "properties": {}},
    "upsert": {"eventName": "a", "eventOrganizer": "b", "externalAccountId": "c", "externalEventId": "d"},
    "update": {"objectId": "395700216901"},
}


@settings(deadline=None)
@given(path=st.sampled_from(PATHS), changes=st.dictionaries(FIELDS, VALUES, max_size=4), repeated=st.integers(1, 3))
def test_no_value_in_a_field_is_a_failure_of_its_own(
    path: str, changes: dict[str, Any], repeated: int, hubspot: EmbeddedHubSpot
) -> None:
    item = next(good for part, good in GOOD_INPUTS.items() if part in path) | changes
    body = {"inputs": [item] * repeated} if "batch" in path or "upsert" in path else item
    assert status_of(hubspot, request(json.dumps(body).encode(), f"POST {path} HTTP/1.1")) < 500
    assert all(event["id"] for event in hubspot.timeline_events)


@settings(deadline=None)
@given(body=st.binary() | VALUES.map(lambda value: json.dumps(value).encode()), path=st.sampled_from(PATHS))
def test_no_body_is_a_failure_of_its_own(body: bytes, path: str, hubspot: EmbeddedHubSpot) -> None:
    assert status_of(hubspot, request(body, f"POST {path} HTTP/1.1")) < 500


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good request or two, with some bytes in it changed, left out or put in."""
    data = bytearray(request() * draw(st.integers(1, 2)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        new = draw(
            st.binary(max_size=3) | st.sampled_from([b"\r\n", b"\n", b"\r\n\r\n", b":", b" ", b"\0", b"HTTP/1.0"])
        )
        data[start : start + draw(st.integers(0, 5))] = new
    return bytes(data)


@settings(deadline=None)
@given(data=damaged() | st.binary(min_size=1))
def test_no_bytes_at_all_are_a_failure_of_its_own(data: bytes, hubspot: EmbeddedHubSpot) -> None:
    for status, body in answers(exchange(hubspot, data)):
        assert status in {201, 400, 401, 404, 405, 415, 421, 431, 501, 505}
        assert status == 201 or body.keys() >= {"status", "message", "correlationId", "category"}


# Closing


@pytest.mark.parametrize(
    ("data", "leaves"),
    [
        (b"", False),
        (b"POST", False),
        (request()[:-1], False),
        (request(b"ffffffffffffffff\r\nabc", Content_Length=None, Transfer_Encoding="chunked"), False),
        (request(b"ffffffffffffffff\r\nabc", Content_Length=None, Transfer_Encoding="chunked"), True),
        (request(b"5\r\nabc", Content_Length=None, Transfer_Encoding="chunked"), True),
        (b"bad\r\n\r\n" + b"x" * 1_000_000, False),
        (request() * 20_000, False),  # more answers than fit into the connection, and nobody reads them
    ],
    ids=lambda value: repr(value[-40:]) if isinstance(value, bytes) else None,
)
def test_closing_does_not_wait_for_what_a_client_does(data: bytes, leaves: bool) -> None:
    hubspot = EmbeddedHubSpot().start()
    with connected(hubspot) as connection:
        sending = threading.Thread(target=send, args=(connection, data))
        sending.start()
        if leaves:
            sending.join(10)
            connection.close()
        assert httpx.get(hubspot.base_url, trust_env=False, verify=False).status_code == 404
        closing = threading.Thread(target=hubspot.close)
        closing.start()
        closing.join(30)
        assert not closing.is_alive()
        sending.join(10)
        assert not sending.is_alive()


def send(connection: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):  # the other side is closed
        connection.sendall(data)


def test_only_bugs_raise_on_close_and_a_planned_answer_that_is_no_http_is_one() -> None:
    hubspot = EmbeddedHubSpot().start()
    assert status_of(hubspot, b"bad\r\n\r\n") == 400
    hubspot.plan(LoseAnswer())
    assert exchange(hubspot, request()) == b""
    hubspot.close()

    hubspot.start()
    hubspot.plan(Respond(200, headers={"Content-Length": "1000"}))
    assert exchange(hubspot, request()) == b""
    with pytest.raises(RuntimeError, match="failed 1 times"):
        hubspot.close()
