"""No secret shows: not in an error, a result, a log line, a header that is kept, a repr, a pickle, a traceback."""

from __future__ import annotations

import html
import json
import logging
import pickle
import re
import traceback
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from conftest import Driver, Script, event
from hubspot_events import BadRequestError, HubSpotError, InputError, OAuthRefresh, TransportError
from hubspot_events.testing import EmbeddedHubSpot
from hubspot_events_runtime.redaction import redacted, redacted_content
from hypothesis import given
from hypothesis import strategies as st
from raw_server import RawServer

TOKEN = "pat-na1-0123456789abcdef+/="
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("\\\"'&<é€😀")
SECRET = st.text(PRINTABLE, min_size=8, max_size=40).filter(str.strip)


def escaped(text: str) -> str:
    return "".join(f"\\u{unit}" for unit in re.findall("....", text.encode("utf-16-be").hex()))


def ascii_of(value: str | bytes) -> str:
    return ascii(value).lstrip("b")[1:-1]


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "percent-encoded": quote,
    "all of it": lambda text: quote(text, safe=""),
    "as in a form": quote_plus,
    "with small digits": lambda text: quote(text, safe="").replace("%2B", "%2b").replace("%2F", "%2f"),
    "as JSON": lambda text: json.dumps(text)[1:-1],
    "in escapes": escaped,
    "in a URL in a URL": lambda text: quote(quote(text, safe=""), safe=""),
    "in JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "in JSON in JSON in JSON": lambda text: json.dumps(json.dumps(json.dumps(text)[1:-1])[1:-1])[1:-1],
    "in Python": ascii_of,
    "as bytes in Python": lambda text: ascii_of(text.encode()),
    "by \\x": lambda text: "".join(f"\\x{byte:02X}" for byte in text.encode()),
    "in HTML": html.escape,
    "in HTML in HTML": lambda text: html.escape(html.escape(text)),
    "in XML": lambda text: html.escape(text, quote=False).replace("'", "&apos;"),
    "in HTML, by numbers": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "in HTML, by hexadecimal numbers": lambda text: "".join(f"&#x{ord(character):X};" for character in text),
}


def everything_of(error: BaseException) -> str:
    return "\n".join(
        (
            str(error),
            repr(error),
            repr(vars(error)),
            "".join(traceback.format_exception(error)),
            pickle.dumps([error, error.__cause__]).decode("latin-1"),
        )
    )


def test_a_token_that_is_a_word_of_an_id_leaves_it_known_whose_an_answer_is(driver: Driver) -> None:
    ids = ["test-1", "test-2"]
    with EmbeddedHubSpot(access_token="test", on_used_id="conflict") as embedded:
        options = {"access_token": "test", "base_url": embedded.base_url}
        one = driver.run(lambda client: client.timeline.create(event(id="test")), **options)
        batch = driver.run(lambda client: client.timeline.create_batch([event(id=name) for name in ids]), **options)
        again = driver.run(lambda client: client.timeline.create_batch([event(id=name) for name in ids]), **options)
    assert one.id == "test"
    assert (batch.all_written, batch.result_indexes, [result.id for result in batch.results]) == (True, [0, 1], ids)
    assert again.known == [0, 1]


def test_a_note_of_what_led_to_an_error_shows_no_token(driver: Driver) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        error = httpx.ConnectError("no way")
        error.add_note(f"for {TOKEN}")
        raise error

    with pytest.raises(HubSpotError) as caught:
        driver.against(handler, lambda c: c.timeline.create(event()), access_token=TOKEN, max_retries=0)
    assert TOKEN not in everything_of(caught.value)


def variables_of(error: BaseException) -> str:
    """Return what pages and services that report errors show of the library's frames: the variables of each."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = [frame for frame in frames if frame.f_globals["__name__"].startswith("hubspot_events")]
    assert ours
    return "\n".join(f"{name} = {value!r}" for frame in ours for name, value in frame.f_locals.items())


@pytest.mark.parametrize("answer", [httpx.Response(401), httpx.Response(503), httpx.ReadError("lost")])
@pytest.mark.parametrize("path", ["/integrators/timeline/v3/events", "/oauth/2026-03/token"])
def test_no_variable_of_a_traceback_shows_a_secret(
    driver: Driver, answer: httpx.Response | Exception, path: str
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == path:
            if isinstance(answer, Exception):
                raise answer
            return httpx.Response(answer.status_code)
        return httpx.Response(200, json={"access_token": TOKEN, "refresh_token": "refresh-1", "expires_in": 1800})

    auth = OAuthRefresh(client_id="client", client_secret="s3cr3t-of-the-app", refresh_token="refresh-0")
    with pytest.raises(HubSpotError) as caught:
        driver.against(handler, lambda c: c.timeline.create(event()), auth=auth, max_retries=0)
    shown = variables_of(caught.value)
    assert [secret for secret in (TOKEN, "s3cr3t-of-the-app", "refresh-0", "refresh-1") if secret in shown] == []


class Copying(httpx.Auth):
    """Sends a copy of the request, which alone has the token."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        headers = {**request.headers, "Authorization": f"Bearer {TOKEN}"}
        yield httpx.Request(request.method, request.url, headers=headers, content=request.content)


def test_the_token_of_a_copy_that_an_auth_sends_is_not_shown(driver: Driver) -> None:
    answers: list[httpx.Response | Exception] = [
        httpx.Response(400, json={"message": f"you sent {TOKEN}"}),
        httpx.ReadError(f"{TOKEN} was sent"),
        httpx.Response(201, json={"id": "a", "email": TOKEN}),
    ]
    script = Script(*answers)
    for _ in answers[:-1]:
        with pytest.raises(HubSpotError) as caught:
            driver.against(script, lambda c: c.timeline.create(event(id="a")), auth=Copying(), max_retries=0)
        assert TOKEN not in everything_of(caught.value)
    result = driver.against(script, lambda c: c.timeline.create(event(id="a")), auth=Copying())
    assert (result.email, TOKEN in repr(result.response.json)) == ("[secret]", False)


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("status", [200, 400, 401, 429, 503])
def test_an_answer_that_repeats_the_token_is_kept_without_it(
    driver: Driver, status: int, spelling: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hubspot_events")
    shown = spelling(TOKEN)
    words = "email" if status == 200 else "message"
    body = f'{{"id": "a", "{words}": "you sent {shown}", "category": "{shown}", "correlationId": "{shown}"}}'
    headers = {"X-HubSpot-Correlation-Id": TOKEN, "X-HubSpot-RateLimit-Max": TOKEN, "Content-Type": f"a/{TOKEN}"}

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=headers, content=body)

    def action(client: Any) -> Any:
        return client.timeline.create(event(id="a"))

    if status == 200:
        result = driver.against(handler, action, access_token=TOKEN)
        kept = repr(result) + repr(result.response) + pickle.dumps(result).decode("latin-1")
    else:
        with pytest.raises(HubSpotError) as caught:
            driver.against(handler, action, access_token=TOKEN, max_retries=1)
        kept = everything_of(caught.value)
    kept += caplog.text
    for spell in SPELLINGS.values():
        assert spell(TOKEN) not in kept
    assert "[secret]" in kept


@pytest.mark.parametrize("spell", [str, quote, quote_plus])
@pytest.mark.parametrize("answer", [httpx.Response(404), httpx.Response(503), httpx.ReadError("lost")])
def test_a_token_in_a_path_is_not_shown(
    driver: Driver, answer: httpx.Response | Exception, spell: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hubspot_events")
    script = Script(answer, answer)
    path = f"/oauth/v1/access-tokens/{spell(TOKEN)}"
    with pytest.raises(HubSpotError) as caught:
        driver.against(script, lambda c: c.request("GET", path), access_token=TOKEN, max_retries=1)
    assert TOKEN not in everything_of(caught.value) + caplog.text
    assert (caught.value.path, len(caplog.messages)) == ("/oauth/v1/access-tokens/[secret]", len(script.requests) - 1)


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", f"oauth/v1/access-tokens/{TOKEN}", {}),
        ("GET", f"//oauth/{TOKEN}", {}),
        (f"/oauth/v1/access-tokens/{TOKEN}", "GET", {}),
        ("GET", f"/\ud800{TOKEN}", {}),
        ("GET", "/a", {"headers": {f"Authorization: Bearer {TOKEN}": ""}}),
        ("GET", "/a", {"headers": {"A": f"{TOKEN}\n"}}),
        ("GET", "/a", {"headers": {"A": f"{TOKEN}\ud800"}}),
        ("GET", "/a", {"headers": {"A": [TOKEN]}}),
        ("GET", "/a", {"query": {f"{TOKEN}\ud800": "a"}}),
        ("GET", "/a", {"query": {"a": f"{TOKEN}\ud800"}}),
    ],
)
def test_what_is_said_of_a_request_that_cannot_be_sent_shows_no_token(
    driver: Driver, method: str, path: str, options: Any
) -> None:
    with pytest.raises(InputError) as caught:
        driver.against(Script(), lambda c: c.request(method, path, **options))
    assert TOKEN not in everything_of(caught.value).partition("Traceback")[0]


def test_a_token_in_the_name_of_a_header_is_not_kept(driver: Driver) -> None:
    headers = {f"X-HubSpot-RateLimit-{TOKEN}".encode(): b"1", b"X-HubSpot-RateLimit-Max": b"\xe9", b"Retry-After": b"7"}
    script = Script(httpx.Response(400, headers=headers))
    with pytest.raises(BadRequestError) as caught:
        driver.against(script, lambda c: c.timeline.create(event()), access_token=TOKEN)
    kept = {"x-hubspot-ratelimit-[secret]": "1", "x-hubspot-ratelimit-max": "é", "retry-after": "7"}
    assert caught.value.headers == kept


@pytest.mark.parametrize("place", [0, 56 * 1024 - 9, 64 * 1024 - 9, 64 * 1024])
def test_no_part_of_a_token_is_left_where_a_long_answer_is_cut_off(driver: Driver, place: int) -> None:
    body = b"x" * place + TOKEN.encode() + b"x" * 32 * 1024 * 1024
    script = Script(httpx.Response(400, content=body))
    with pytest.raises(BadRequestError, match="400") as caught:
        driver.against(script, lambda c: c.timeline.create(event()), access_token=TOKEN)
    assert TOKEN[:6].encode() not in caught.value.content
    assert caught.value.content.endswith(b"longer than 32 MiB]")


@pytest.mark.parametrize(
    "exception",
    [
        httpx.LocalProtocolError(f"Illegal header value b'Bearer {TOKEN}'"),
        httpx.RemoteProtocolError(f"illegal status line: {TOKEN}"),
        RuntimeError(TOKEN),
    ],
)
def test_what_httpx_says_of_a_request_shows_no_token(driver: Driver, exception: Exception) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise exception

    with pytest.raises(HubSpotError) as caught:
        driver.against(handler, lambda c: c.timeline.create(event()), access_token=TOKEN, max_retries=0)
    assert TOKEN not in everything_of(caught.value).partition("Traceback")[0]
    assert TOKEN not in repr(caught.value.__cause__)


@pytest.mark.parametrize("status", [b"403 user:pr0xy-password may not", b"599 pr0xy-password", b"407 pr0xy\x01"])
def test_what_a_proxy_says_of_its_password_is_not_shown(
    driver: Driver, status: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(lambda _, connection: connection.sendall(b"HTTP/1.1 " + status + b"\r\n\r\n")) as server:
        monkeypatch.setenv("HTTPS_PROXY", server.url.replace("http://", "http://user:pr0xy-password@"))
        with pytest.raises(TransportError, match=status[:3].decode()) as caught:
            driver.run(lambda c: c.timeline.create(event()), max_retries=0)
    assert "pr0xy" not in everything_of(caught.value)


@pytest.mark.parametrize("words", ["403 Forbidden", "Proxy Server could not connect: Host unreachable."])
def test_what_a_proxy_says_beside_is_shown(driver: Driver, words: str) -> None:
    script = Script(httpx.ProxyError(words))
    with pytest.raises(TransportError, match=words) as caught:
        driver.against(script, lambda c: c.timeline.create(event()), max_retries=0)
    assert isinstance(caught.value.__cause__, httpx.ProxyError)


def test_what_an_exception_of_httpx_came_of_shows_no_token(driver: Driver) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("lost") from ValueError(request.headers["Authorization"])

    with pytest.raises(HubSpotError, match="lost") as caught:
        driver.against(handler, lambda c: c.timeline.create(event()), access_token=TOKEN, max_retries=0)
    assert TOKEN not in everything_of(caught.value)


def test_the_token_before_the_one_that_a_function_returns_is_a_secret_still(driver: Driver) -> None:
    tokens = iter(["token-of-yesterday", "token-of-today"])
    script = Script(httpx.Response(401), httpx.Response(403, json={"message": "token-of-yesterday is old"}))
    with pytest.raises(HubSpotError, match=r"\[secret\] is old"):
        driver.against(script, lambda c: c.timeline.create(event()), access_token=lambda: next(tokens))


def test_an_authorization_without_a_scheme_is_a_secret(driver: Driver) -> None:
    class Bare(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            request.headers["Authorization"] = TOKEN
            yield request

    script = Script(httpx.Response(400, json={"message": f"no {TOKEN}"}))
    with pytest.raises(HubSpotError, match=r"no \[secret\]"):
        driver.against(script, lambda c: c.timeline.create(event()), auth=Bare())


class Key(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-Api-Key"] = TOKEN
        yield request


class Knowing(httpx.Auth):
    """Sends what no header says of that it is a secret, and says so itself."""

    secrets = (TOKEN,)


@pytest.mark.parametrize("auth", [httpx.BasicAuth("user", TOKEN), Key(), Knowing()])
def test_what_another_auth_sends_is_a_secret(driver: Driver, auth: httpx.Auth) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"message": f"{TOKEN} of user, {request.headers.get('Authorization')}"})

    with pytest.raises(BadRequestError, match=r"\[secret\] of user, (None|Basic \[secret\])") as caught:
        driver.against(handler, lambda c: c.timeline.create(event()), auth=auth)
    assert TOKEN not in everything_of(caught.value)


@pytest.mark.parametrize("value", ["Basic", "Basic !", "Basic e", "basic dXNlcg==", "Basic /////w=="])
def test_an_authorization_that_is_almost_basic_does_no_harm(driver: Driver, value: str) -> None:
    class Odd(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            request.headers["Authorization"] = value
            yield request

    script = Script(httpx.Response(400, json={"message": "a word of HubSpot's"}))
    with pytest.raises(BadRequestError, match="a word of HubSpot's"):
        driver.against(script, lambda c: c.timeline.create(event()), auth=Odd())


@pytest.mark.parametrize(("name", "left"), [("X-Access-Token", "[secret]"), ("Idempotency-Key", TOKEN)])
def test_a_header_of_a_request_is_a_secret_by_its_name(driver: Driver, name: str, left: str) -> None:
    script = Script(httpx.Response(200, json={"id": TOKEN}))
    response = driver.against(script, lambda c: c.request("GET", "/a", headers={name: TOKEN}))
    assert response.json == {"id": left}


def test_a_token_in_json_in_a_text_of_json_is_found() -> None:
    body = json.dumps({"message": json.dumps({"Authorization": TOKEN}).replace("+", "\\u002b")})
    assert json.loads(json.loads(redacted_content(body.encode(), {TOKEN}))["message"]) == {"Authorization": "[secret]"}


def test_a_short_secret_is_taken_out_where_it_is_a_word_and_mangles_no_other() -> None:
    assert redacted("missing: s is s", {"s"}) == "missing: [secret] is [secret]"
    assert redacted('{"a": "s"}', {"s"}) == '{"a": "[secret]"}'


@pytest.mark.parametrize(("written", "left"), [(39, "\\" * 39), (40, "[secret]"), (80, "[secret][secret]")])
def test_nothing_but_backslashes_is_a_secret_that_is_found_or_not_before_the_end_of_time(
    written: int, left: str
) -> None:
    assert redacted("\\" * written, {"\\" * 40}) == left


@given(SECRET, st.data())
def test_a_secret_is_found_each_of_whose_characters_is_spelled_otherwise(secret: str, data: Any) -> None:
    spellings = [data.draw(st.sampled_from([*SPELLINGS.values()])) for _ in secret]
    spelled = [spelling(character) for spelling, character in zip(spellings, secret, strict=True)]
    assert "[secret]" in redacted(f"<{''.join(spelled)}>", {secret})


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("character", ["a", "&", "%", "\\", " ", "é", "😀", "x", "u"])
def test_what_is_almost_a_secret_is_seen_to_be_none_before_the_end_of_time(spelling: Any, character: str) -> None:
    text = f"{spelling(character * 40)}?" * 20
    assert redacted(text, {character * 40 + "!"}) == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_token_in_html_is_found_in_any_encoding(driver: Driver, encoding: str) -> None:
    script = Script(httpx.Response(400, content=f"<p>no {TOKEN}</p>".encode(encoding)))
    with pytest.raises(BadRequestError, match=r"no \[secret\]") as caught:
        driver.against(script, lambda c: c.timeline.create(event()), access_token=TOKEN)
    assert TOKEN not in caught.value.content.replace(b"\0", b"").decode("latin-1")


@given(SECRET, st.text(max_size=20), st.text(max_size=20), st.sampled_from([*SPELLINGS.values()]))
def test_a_secret_is_found_in_any_body_and_spelling(secret: str, before: str, after: str, spelling: Any) -> None:
    content = json.dumps({"a": before}).encode() + spelling(secret).encode() + json.dumps([after]).encode()
    cleaned = redacted_content(content, {secret})
    if spelling is not escaped:  # within a text that is no JSON, an escape says nothing
        assert spelling(secret).encode() not in cleaned
    in_json = json.dumps(spelling(secret))[1:-1] if spelling is not escaped else escaped(secret)
    document = f'{{"a": [1e400, "{json.dumps(before)[1:-1]}{in_json}{json.dumps(after)[1:-1]}"]}}'
    for encoding in ("utf-8", "utf-16"):
        number, text = json.loads(redacted_content(document.encode(encoding), {secret}))["a"]
        assert secret not in text
        if json.dumps(spelling(secret))[1:-1] == spelling(secret):  # else it may be JSON within JSON
            assert "[secret]" in text
        assert number == float("inf")


@pytest.mark.parametrize(
    ("body", "secret", "left"),
    [
        (r'{"a": "C:\\abcdefgh", "b": 1.50}', "abcdefgh", r'{"a": "C:\\[secret]", "b": 1.50}'),  # behind a backslash
        (r'{"a": "\\\\abcdefg."}', r"\abcdefg", r'{"a": "[secret]."}'),
        ('{"a": 123456789, "12345678": [2]}', "12345678", '{"a": "[secret]9", "[secret]": [2]}'),  # a number, a key
        (r'{"a": "\u00e9é secret"}', "éé secret", '{"a": "[secret]"}'),  # not ASCII
        ('{"a": "cut off abcdefgh', "abcdefgh", '{"a": "cut off [secret]'),  # no JSON
    ],
)
def test_what_was_json_stays_json_without_a_secret(body: str, secret: str, left: str) -> None:
    assert redacted_content(body.encode(), {secret}).decode() == left


@given(st.binary(max_size=200), SECRET)
def test_a_body_without_a_secret_stays_as_it_is(content: bytes, secret: str) -> None:
    if not any(spell(secret).encode() in content for spell in SPELLINGS.values()):
        assert redacted_content(content, {secret}) == content


def test_a_short_value_of_a_header_that_is_named_like_a_token_leaves_answers_whole(driver: Driver) -> None:
    body = {"page": 1, "results": [{"id": "1"}]}
    came = driver.against(
        Script(httpx.Response(200, json=body)),
        lambda client: client.request("GET", "/crm/v3/objects", headers={"X-Page-Token": "1"}),
    )
    assert came.json == body
