"""The embedded HubSpot as a server, as a fixture, as a program, and without its extra."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hubspot_events import testing
from hubspot_events.testing import EmbeddedHubSpot

CREATE = "/integrators/timeline/v3/events"
EVENT = {"eventTemplateId": "1001298", "email": "art3mis@petspot.example", "tokens": {}}

WITHOUT_THE_EXTRA = """
import sys
sys.modules["werkzeug"] = None
sys.modules["openapi_core"] = None
"""


def post(base_url: str, token: str, **options: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(base_url + CREATE, json=EVENT, headers=headers, trust_env=False, verify=False, **options)


def python(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def pytest_in(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *options, ".", cwd=folder)


# The server


def test_closing_ends_idle_connections_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    hubspot = EmbeddedHubSpot().start()
    with httpx.Client(base_url=hubspot.base_url, trust_env=False, verify=False) as api:
        api.post(CREATE)
        assert set(threading.enumerate()) - before
        hubspot.close()
        assert set(threading.enumerate()) == before
        with pytest.raises(httpx.TransportError):
            api.post(CREATE)


def test_what_was_recorded_can_be_read_after_closing_and_it_can_start_again() -> None:
    hubspot = EmbeddedHubSpot()
    for _ in range(2):
        with hubspot:
            assert post(hubspot.base_url, hubspot.access_token).status_code == 201
    assert len(hubspot.writes) == 2
    hubspot.close()


def test_it_has_no_address_unless_it_is_started() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        _ = EmbeddedHubSpot().base_url


def test_it_cannot_be_started_twice(embedded_hubspot: EmbeddedHubSpot) -> None:
    with pytest.raises(RuntimeError, match="started already"):
        embedded_hubspot.start()


def test_a_taken_port_is_an_os_error() -> None:
    with EmbeddedHubSpot() as hubspot:
        port = httpx.URL(hubspot.base_url).port
        assert port
        with pytest.raises(OSError, match="in use"):
            EmbeddedHubSpot(port=port).start()


def test_two_of_them_share_nothing() -> None:
    with EmbeddedHubSpot(access_token="a") as first, EmbeddedHubSpot(access_token="b") as second:
        assert post(first.base_url, "a").status_code == 201
        assert post(second.base_url, "a").status_code == 401
        assert (len(first.writes), len(second.writes)) == (1, 0)


def test_a_client_that_leaves_in_the_middle_of_a_request_does_no_harm(
    embedded_hubspot: EmbeddedHubSpot, capfd: pytest.CaptureFixture[str]
) -> None:
    address = httpx.URL(embedded_hubspot.base_url)
    with socket.create_connection((address.host, address.port)) as connection:
        connection.sendall(f"POST {CREATE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{{".encode())
    assert post(embedded_hubspot.base_url, embedded_hubspot.access_token).status_code == 201
    embedded_hubspot.close()
    assert [request.status for request in embedded_hubspot.requests] == [201]
    assert capfd.readouterr() == ("", "")


def test_nothing_is_printed_nor_logged(
    embedded_hubspot: EmbeddedHubSpot, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    embedded_hubspot.plan(testing.LoseAnswer(), testing.CutAnswer(), testing.Respond(526))
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            post(embedded_hubspot.base_url, embedded_hubspot.access_token)
    for _ in range(2):
        post(embedded_hubspot.base_url, embedded_hubspot.access_token)
    address = httpx.URL(embedded_hubspot.base_url)
    with socket.create_connection((address.host, address.port)) as connection:
        connection.sendall(b"no HTTP\r\n\r\n")
        assert b"400" in connection.recv(1000)
    embedded_hubspot.close()
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name == "werkzeug"] == []


def test_its_public_names_are_sorted_and_exist() -> None:
    assert testing.__all__ == sorted(testing.__all__)
    assert all(getattr(testing, name).__doc__ for name in testing.__all__ if name != "Fault")


def test_it_imports_nothing_of_the_client_nor_of_the_models() -> None:
    folder = os.path.dirname(testing.__file__)
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                imports = re.findall(r"^\s*(?:from|import) +(\S+)", file.read(), re.MULTILINE)
            outside = [module for module in imports if module.startswith(("..", "hubspot_events"))]
            assert set(outside) <= {"hubspot_events_api"}, name  # which has the specs


# The fixture


def test_the_fixture_gives_every_test_a_fresh_embedded_hubspot(tmp_path: Path) -> None:
    (tmp_path / "test_events.py").write_text(
        f"""
import httpx, pytest

@pytest.mark.parametrize("number", [1, 2])
def test_sends(embedded_hubspot, number):
    assert embedded_hubspot.requests == []
    httpx.post(embedded_hubspot.base_url + "{CREATE}", trust_env=False, verify=False)
    assert embedded_hubspot.requests[0].status == 401
""",
        encoding="utf-8",
    )
    run = pytest_in(tmp_path)
    assert "2 passed" in run.stdout, run.stdout + run.stderr


def test_pytest_loads_the_plugin_without_the_extra_and_without_the_library(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        WITHOUT_THE_EXTRA
        + """
def pytest_sessionfinish(session):
    assert session.config.pluginmanager.has_plugin("hubspot_events")
    print({"hubspot_events", "hubspot_events_api", "httpx"} & {*sys.modules})
""",
        encoding="utf-8",
    )
    run = pytest_in(tmp_path)
    assert "set()" in run.stdout, run.stdout + run.stderr


def test_the_fixture_of_a_copy_of_the_package_is_the_same_one(tmp_path: Path) -> None:
    plugin = "hubspot_events.testing.pytest_plugin"
    (tmp_path / "conftest.py").write_text(f'pytest_plugins = ["{plugin}"]\n', encoding="utf-8")
    (tmp_path / "test_events.py").write_text(
        "def test_serves(embedded_hubspot):\n    assert embedded_hubspot.base_url\n", encoding="utf-8"
    )
    # Without the plugin of the installed package, as where the copy is all there is.
    run = pytest_in(tmp_path, "-p", "no:hubspot_events")
    assert "1 passed" in run.stdout, run.stdout + run.stderr


def test_without_the_extra_the_import_error_says_what_to_install() -> None:
    run = python("-c", WITHOUT_THE_EXTRA + "from hubspot_events.testing import EmbeddedHubSpot")
    assert run.returncode == 1
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert 'pip install "hubspot-events[testing]"' in last


# The program


@pytest.fixture
def program(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "hubspot_events.testing", *request.param]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize(
    ("program", "number"),
    [(["--access-token", "a$c"], signal.SIGINT), (["--access-token", "a$c", "--port", "0"], signal.SIGTERM)],
    indirect=["program"],
)
def test_the_program_says_where_it_serves_and_stops_when_told(
    program: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert program.stdout
    said = [program.stdout.readline().rstrip("\n") for _ in range(3)]
    base_url = said[1].removeprefix("export HUBSPOT_BASE_URL=")
    assert base_url in said[0]
    assert "a$c" in said[0]
    assert said[2] == "export HUBSPOT_ACCESS_TOKEN='a$c'"
    assert post(base_url, "a$c").status_code == 201
    program.send_signal(number)
    rest, errors = program.communicate(timeout=30)
    assert (program.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize(
    "program",
    [
        [
            "--accounts",
            "3",
            "--requests-per-ten-seconds",
            "2",
            "--requests-per-day",
            "100",
            "--access-token-lifetime",
            "60",
            "--rotate-refresh-token",
            "--no-record",
        ]
    ],
    indirect=True,
)
def test_the_program_takes_the_options_of_the_server(program: subprocess.Popen[str]) -> None:
    assert program.stdout
    said = [program.stdout.readline().rstrip("\n") for _ in range(3)]
    base_url = said[1].removeprefix("export HUBSPOT_BASE_URL=")
    assert said[0].endswith("embedded-access-token, those of its other accounts end in -1 to -2")
    answers = [post(base_url, "embedded-access-token-2") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[0].headers["X-HubSpot-RateLimit-Daily"] == "100"
    guide = (Path(__file__).parent.parent / "docs/testing.md").read_text("utf-8")
    form = {
        "grant_type": "refresh_token",
        "client_id": "embedded-client-id",
        "client_secret": "embedded-client-secret",
        "refresh_token": "embedded-refresh-token-1",
    }
    assert all(f"`{form[name].removesuffix('-1')}`" in guide for name in form if name != "grant_type")
    tokens = httpx.post(f"{base_url}/oauth/v3/token", data=form, trust_env=False, verify=False).json()
    assert tokens["expires_in"] == 60
    assert tokens["refresh_token"] != "embedded-refresh-token-1"
    accounts = httpx.get(f"{base_url}/embedded-hubspot/accounts", trust_env=False, verify=False).json()
    assert [(account["writes"], account["refreshes"]) for account in accounts] == [(0, 0), (0, 1), (2, 0)]


def test_the_program_says_in_a_line_why_it_cannot_serve() -> None:
    with EmbeddedHubSpot() as embedded:
        taken = embedded.base_url.rpartition(":")[2]
        for options, reason in (
            (["--port", taken], "Address already in use"),
            (["--port", "65536"], "port must be 0-65535"),
            (["--accounts", "0"], "one account at least"),
            (["--requests-per-ten-seconds", "0"], "'0' is not a whole number above 0"),
            (["--requests-per-day", "-5"], "'-5' is not a whole number above 0"),
            (["--access-token", "a b"], "'a b' is not one word of ASCII characters"),
            (["--access-token", ""], "'' is not one word of ASCII characters"),
        ):
            command = [sys.executable, "-m", "hubspot_events.testing", *options]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
            assert done.returncode == 2
            assert reason in done.stderr.splitlines()[-1]
            assert "Traceback" not in done.stderr


SENDER = """
import http.client, json, sys
address, name, accounts = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection = http.client.HTTPConnection(address)
for number in range(60):
    account = number % accounts
    event = {"eventTemplateId": "1001298", "id": f"{name}:{number}", "email": "art3mis@petspot.example", "tokens": {}}
    token = f"embedded-access-token-{account}" if account else "embedded-access-token"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/integrators/timeline/v3/events", json.dumps(event), headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 201, answer.status
"""


@pytest.mark.parametrize("program", [["--accounts", "3"], ["--accounts", "3", "--no-record"]], indirect=True)
def test_the_program_serves_several_processes_at_once_and_says_what_arrived(program: subprocess.Popen[str]) -> None:
    assert program.stdout
    _, line, _ = (program.stdout.readline().rstrip("\n") for _ in range(3))
    address = line.removeprefix("export HUBSPOT_BASE_URL=http://")
    senders = [subprocess.Popen([sys.executable, "-c", SENDER, address, name, "3"]) for name in "abcd"]
    assert [sender.wait(60) for sender in senders] == [0] * 4
    for account in httpx.get(f"http://{address}/embedded-hubspot/accounts", trust_env=False, verify=False).json():
        assert account["answers"] == {"201": 80}
        assert account["timeline_events"] == account["writes"] == 80
        ids = [f"{name}:{number}" for name in "abcd" for number in range(60) if number % 3 == account["number"]]
        asked = {"ids": [*ids, "e:0"], "event_template_id": "1001298"}
        url = f"http://{address}/embedded-hubspot/accounts/{account['number']}/missing"
        assert httpx.post(url, json=asked, trust_env=False, verify=False).json() == ["e:0"]
