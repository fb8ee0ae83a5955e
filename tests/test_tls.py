"""Calls over TLS, as all that go to HubSpot do, to a server on the loopback interface; also by way of a proxy."""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest
import trustme
from conftest import Driver, event
from hubspot_events import AsyncHubSpotEvents, TransportError
from hubspot_events.testing import ManualClock
from hubspot_events_runtime import trust
from raw_server import RawServer, answer


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def echo(body: bytes, connection: socket.socket) -> None:
    connection.sendall(answer(201, body))


def twice(client: Any) -> Any:
    one, other = event(id="a"), event(id="b")
    if not isinstance(client, AsyncHubSpotEvents):
        return [client.timeline.create(one), client.timeline.create(other)]

    async def one_after_the_other() -> Any:
        return [await client.timeline.create(one), await client.timeline.create(other)]

    return one_after_the_other()


@contextmanager
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """Serve as a proxy that passes on bytes; yields its address, and what passes in each direction."""
    passed: list[bytes] = []

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # from who is closed first
            while more := source.recv(65536):
                passed.append(more)
                target.sendall(more)
            target.shutdown(socket.SHUT_WR)

    def serve() -> None:
        near, _ = listener.accept()
        with near:
            head = near.recv(65536)
            passed.append(head)
            asked = re.match(rb"CONNECT localhost:(\d+) ", head)
            assert asked
            with socket.create_connection(("localhost", int(asked[1]))) as far:
                near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=pass_on, args=(far, near), daemon=True)
                back.start()
                pass_on(near, far)
                back.join()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", passed
        thread.join()


@pytest.mark.usefixtures("trusted")
def test_calls_go_over_one_connection(driver: Driver, tls: ssl.SSLContext) -> None:
    ids: list[str] = []
    connections: set[socket.socket] = set()

    def handle(body: bytes, connection: socket.socket) -> None:
        ids.append(json.loads(body)["id"])
        connections.add(connection)
        echo(body, connection)

    with RawServer(handle, tls) as server:
        results = driver.run(twice, base_url=server.url)
    assert [result.id for result in results] == ["a", "b"] == ids
    assert len(connections) == 1


@pytest.mark.usefixtures("trusted")
def test_a_proxy_sees_where_calls_go_and_no_more(
    driver: Driver, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with RawServer(echo, tls) as server, proxy() as (address, passed):
        monkeypatch.setenv("HTTPS_PROXY", address)
        results = driver.run(twice, base_url=server.url, access_token="a-secret-token")
    assert [result.id for result in results] == ["a", "b"]
    assert passed[0].startswith(b"CONNECT localhost:")
    assert not re.search(rb"secret|Authorization|templateId", b"".join(passed))


def test_a_certificate_that_nobody_trusts_is_told_and_nothing_is_sent(driver: Driver, tls: ssl.SSLContext) -> None:
    clock = ManualClock()
    with (
        RawServer(echo, tls) as server,
        pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED") as caught,
    ):
        driver.run(twice, base_url=server.url, clock=clock)
    assert (caught.value.tries, caught.value.may_have_been_processed, clock.waits) == (1, False, [])
    assert server.requests == 0


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Hold the name of each file with certificates that is read."""
    read = ssl.SSLContext.load_verify_locations
    files: list[str] = []

    def load(context: ssl.SSLContext, cafile: str, *others: Any) -> None:
        files.append(Path(cafile).name)
        read(context, cafile, *others)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", load)
    return files


@pytest.mark.usefixtures("trusted")
def test_certificates_are_read_once_for_all_clients_with_the_first_connection_that_needs_them(
    driver: Driver, tls: ssl.SSLContext, reads: list[str]
) -> None:
    with RawServer(echo) as plain:
        driver.run(twice, base_url=plain.url)
    assert reads == []
    with RawServer(echo, tls) as server:
        for _ in range(2):
            assert [result.id for result in driver.run(twice, base_url=server.url)] == ["a", "b"]
    assert reads == ["authority.pem"]


@pytest.mark.usefixtures("trusted")
def test_a_file_of_certificates_is_the_one_of_the_folder_that_a_client_was_made_in(
    driver: Driver, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice_elsewhere(client: Any) -> Any:
        monkeypatch.chdir("/")
        return twice(client)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", "authority.pem")
    with RawServer(echo, tls) as server:
        results = driver.run(twice_elsewhere, base_url=server.url)
    assert [result.id for result in results] == ["a", "b"]


@pytest.mark.usefixtures("trusted")
def test_a_client_trusts_what_the_environment_named_when_it_was_made(
    driver: Driver, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice_later(client: Any) -> Any:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        return twice(client)

    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    with RawServer(echo, tls) as server:
        with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
            driver.run(twice_later, base_url=server.url)
        assert server.requests == 0


@pytest.mark.usefixtures("trusted")
def test_a_client_trusts_no_certificate_that_was_taken_out_of_the_file_before_it_was_made(
    driver: Driver, tls: ssl.SSLContext, tmp_path: Path
) -> None:
    with RawServer(echo, tls) as server:
        driver.run(twice, base_url=server.url)
        trustme.CA().cert_pem.write_to_path(tmp_path / "authority.pem")
        with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
            driver.run(twice, base_url=server.url)
        assert server.requests == 2


def test_certificates_are_read_anew_where_another_class_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    before = trust.trusted()
    assert trust.trusted() is before
    monkeypatch.setattr(ssl, "SSLContext", type("SSLContext", (ssl.SSLContext,), {}))  # as truststore does
    assert trust.trusted() is not before


@pytest.mark.usefixtures("trusted")
def test_certificates_are_read_once_by_threads_that_need_them_at_once(
    reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trust._whole

    def slow(named: dict[str, Any]) -> ssl.SSLContext:
        time.sleep(0.1)
        return made(named)

    monkeypatch.setattr(trust, "_whole", slow)
    threads = [threading.Thread(target=trust.read, args=(trust.trusted(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reads == ["authority.pem"]


@pytest.mark.usefixtures("trusted")
def test_a_connection_needs_no_thread_of_a_program_that_has_none_left(tls: ssl.SSLContext) -> None:
    async def main(url: str) -> Any:
        threads = anyio.to_thread.current_default_thread_limiter()
        threads.total_tokens = 1
        async with threads, AsyncHubSpotEvents("token", base_url=url) as client:
            return await client.timeline.create(event(id="a"), timeout=2.0)

    with RawServer(echo, tls) as server:
        assert anyio.run(main, server.url).id == "a"


@pytest.mark.usefixtures("trusted")
def test_what_stands_for_the_certificates_connects_by_them_itself(tls: ssl.SSLContext) -> None:
    with RawServer(echo, tls) as server, httpx.Client(verify=trust.trusted()) as pool:
        assert pool.post(server.url, json={"id": "a"}).json() == {"id": "a"}


def test_what_httpx_brings_is_trusted_where_the_environment_names_nothing(
    authority: trustme.CA, tls: ssl.SSLContext, tmp_path: Path
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    program = """
import sys
import certifi
from hubspot_events import HubSpotEvents, TimelineEvent

certifi.where = lambda: sys.argv[2]
with HubSpotEvents("token", base_url=sys.argv[1]) as client:
    event = TimelineEvent(event_template_id="1", email="a@b.example", tokens={}, id="a")
    print(client.timeline.create(event).id)
"""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SSL")}
    with RawServer(echo, tls) as server:
        command = [sys.executable, "-c", program, server.url, str(tmp_path / "authority.pem")]
        done = subprocess.run(command, env=others, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("a\n", 0), done.stderr


def test_certificates_that_cannot_be_read_are_told_and_nothing_is_sent(
    driver: Driver, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "authority.pem").write_text("-----BEGIN CERTIFICATE-----\ncut off", "ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with RawServer(echo, tls) as server:
        with pytest.raises(TransportError, match="certificates cannot be read") as caught:
            driver.run(twice, base_url=server.url, clock=ManualClock())
        assert (caught.value.tries, caught.value.may_have_been_processed, server.requests) == (1, False, 0)


def test_a_file_for_keys_counts_for_nothing_where_python_does_not_look_for_it(tmp_path: Path) -> None:
    program = "import sys; sys.path[:] = sys.argv[1:]; import hubspot_events; hubspot_events.HubSpotEvents('token')"
    done = subprocess.run(
        [sys.executable, "-E", "-c", program, *sys.path],
        env={**os.environ, "SSLKEYLOGFILE": str(tmp_path / "no folder" / "keys")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
