"""How a request gets its token, and that no secret gets anywhere else."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import pickle
import threading
import traceback
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import nullcontext
from enum import Enum
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from conftest import Driver, Script, created, event
from hubspot_events import (
    AccessToken,
    AsyncHubSpotEvents,
    AuthenticationError,
    BadRequestError,
    HubSpotError,
    HubSpotEvents,
    InputError,
    LockedError,
    MigrationError,
    NotFoundError,
    OAuthRefresh,
    RateLimitError,
    RequestTimeoutError,
    ResponseError,
    ServerError,
    TokenSet,
    _auth,
)
from hubspot_events.testing import ManualClock

SECRETS = ["client-secret-1", "refresh-1", "refresh-2", "access-1", "access-2", "access-3", "token-1"]
TOKEN_PATH = "/oauth/2026-03/token"


class Server:
    """Answers as HubSpot's token endpoint and, with a token that it gave out last, as its API."""

    def __init__(self, expires_in: int | None = 1800, rotate: bool = False) -> None:
        self.expires_in = expires_in
        self.rotate = rotate
        self.refreshes: list[dict[str, list[str]]] = []
        self.requests: list[httpx.Request] = []
        self.api_answer: httpx.Response | None = None
        self.token_answer: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if not request.url.path.startswith("/oauth/"):
            if self.api_answer:
                return httpx.Response(self.api_answer.status_code, content=self.api_answer.content)
            if request.headers["Authorization"] != f"Bearer access-{len(self.refreshes)}":
                return httpx.Response(401, json={"status": "error", "message": "expired", "category": "EXPIRED"})
            return created(request)
        assert not request.url.query, "secrets go in the body"
        self.refreshes.append(parse_qs(request.content.decode()))
        if self.token_answer:
            return httpx.Response(self.token_answer.status_code, content=self.token_answer.content)
        count = len(self.refreshes)
        answer: dict[str, Any] = {"access_token": f"access-{count}", "token_type": "bearer"}
        if self.expires_in is not None:
            answer["expires_in"] = self.expires_in
        if self.rotate:
            answer["refresh_token"] = f"refresh-{count + 1}"
        return httpx.Response(200, json=answer)


def oauth(clock: ManualClock, **options: Any) -> OAuthRefresh:
    required = {"client_id": "client-1", "client_secret": "client-secret-1", "refresh_token": "refresh-1"}
    return OAuthRefresh(**{**required, "clock": clock, **options})


def send(driver: Driver, server: Any, clock: ManualClock, auth: httpx.Auth, **options: Any) -> Any:
    return driver.against(server, lambda c: c.timeline.create(event()), auth=auth, clock=clock, **options)


def test_a_function_is_asked_for_the_token_before_every_request(driver: Driver) -> None:
    tokens: Iterator[str] = iter(["first", "second"])
    script = Script(httpx.Response(503), created)
    driver.against(script, lambda c: c.timeline.create(event()), access_token=lambda: next(tokens))
    assert script.tokens == ["first", "second"]


def test_an_async_function_can_return_the_token_to_an_async_client() -> None:
    async def token() -> str:
        return "from-afar"

    script = Script(created)
    Driver("async").against(script, lambda c: c.timeline.create(event()), access_token=token)
    assert script.requests[0].headers["Authorization"] == "Bearer from-afar"
    with pytest.raises(InputError, match="an async function needs AsyncHubSpotEvents"):
        Driver("sync").against(Script(created), lambda c: c.timeline.create(event()), access_token=token)


def test_a_function_is_asked_once_more_after_a_401(driver: Driver) -> None:
    tokens = iter(["expired", "fresh", "fresh"])
    script = Script(httpx.Response(401), created)
    assert driver.against(script, lambda c: c.timeline.create(event()), access_token=lambda: next(tokens)).id
    assert script.tokens == ["expired", "fresh"]


def test_a_401_is_raised_when_the_function_has_no_other_token(driver: Driver) -> None:
    for token in ("revoked", lambda: "revoked"):
        script = Script(httpx.Response(401))
        with pytest.raises(AuthenticationError):
            driver.against(script, lambda c: c.timeline.create(event()), access_token=token)
        assert script.tokens == ["revoked"]


def test_a_401_that_stays_is_raised_after_one_more_token(driver: Driver) -> None:
    tokens = iter(["first", "second", "third"])
    script = Script(httpx.Response(401))
    with pytest.raises(AuthenticationError):
        driver.against(script, lambda c: c.timeline.create(event()), access_token=lambda: next(tokens))
    assert script.tokens == ["first", "second"]


def test_what_a_token_function_raises_reaches_the_caller(driver: Driver) -> None:
    def token() -> str:
        raise LookupError("no such account")

    with pytest.raises(LookupError, match="no such account"):
        driver.against(Script(created), lambda c: c.timeline.create(event()), access_token=token)


def test_a_stop_iteration_of_a_token_function_reaches_the_caller() -> None:
    tokens: Iterator[str] = iter([])
    with pytest.raises(StopIteration):
        Driver("sync").against(Script(created), lambda c: c.timeline.create(event()), access_token=lambda: next(tokens))
    # A coroutine cannot raise it as it is.
    with pytest.raises(RuntimeError, match="StopIteration"):
        Driver("async").against(
            Script(created), lambda c: c.timeline.create(event()), access_token=lambda: next(tokens)
        )


@pytest.mark.parametrize("token", ["token-1\n", "token-1 ", "tökén-1", "token-1\r\nX-Evil: 1"])
def test_a_token_that_no_header_can_carry_is_refused_without_showing_it(driver: Driver, token: str) -> None:
    for source in (token, lambda: token):
        with pytest.raises(InputError) as caught:
            driver.against(Script(created), lambda c: c.timeline.create(event()), access_token=source)
        assert caught.value.field == "access_token"
        assert token.strip() not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"secret", "not bytes"),
        (lambda: None, "not None"),
        (
            OAuthRefresh(client_id="a", client_secret="b", refresh_token="c"),
            "not OAuthRefresh; an httpx.Auth goes into",
        ),
    ],
)
def test_what_is_no_token_is_refused_with_its_type(driver: Driver, source: Any, said: str) -> None:
    with pytest.raises(InputError, match=f"must be text, or a function that returns it, {said}") as caught:
        driver.against(Script(created), lambda c: c.timeline.create(event()), access_token=source)
    assert caught.value.field == "access_token"


def test_a_token_is_refreshed_with_the_documented_form(driver: Driver, clock: ManualClock) -> None:
    server = Server()
    send(driver, server, clock, oauth(clock), timeout=7)
    assert server.refreshes == [
        {
            "grant_type": ["refresh_token"],
            "client_id": ["client-1"],
            "client_secret": ["client-secret-1"],
            "refresh_token": ["refresh-1"],
        }
    ]
    refresh = server.requests[0]
    assert str(refresh.url) == f"https://api.hubapi.com{TOKEN_PATH}"
    assert refresh.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in refresh.headers
    assert refresh.extensions["timeout"]["read"] == 7


def test_a_token_is_refreshed_a_minute_ahead_of_its_expiry(driver: Driver, clock: ManualClock) -> None:
    server, auth = Server(expires_in=1800), oauth(clock)
    send(driver, server, clock, auth)
    clock.now += 1739
    send(driver, server, clock, auth)
    assert len(server.refreshes) == 1
    clock.now += 1
    send(driver, server, clock, auth)
    assert len(server.refreshes) == 2


@pytest.mark.parametrize("expires_in", [None, 0, 20])
def test_an_odd_lifetime_does_not_make_every_request_a_refresh(
    driver: Driver, clock: ManualClock, expires_in: int | None
) -> None:
    server, auth = Server(expires_in=expires_in), oauth(clock)
    send(driver, server, clock, auth)
    send(driver, server, clock, auth)
    assert len(server.refreshes) == 1


def test_an_access_token_that_is_known_already_is_used_until_it_expires(driver: Driver, clock: ManualClock) -> None:
    server = Server()
    auth = oauth(clock, access_token="access-0", expires_at=clock.now + 100)
    send(driver, server, clock, auth)
    assert server.refreshes == []
    clock.now += 50
    send(driver, server, clock, auth)
    assert len(server.refreshes) == 1


def test_a_rotated_refresh_token_is_kept_and_handed_over(driver: Driver, clock: ManualClock) -> None:
    stored: list[TokenSet] = []
    server, auth = Server(rotate=True), oauth(clock, on_refresh=stored.append)
    send(driver, server, clock, auth)
    clock.now += 1800
    send(driver, server, clock, auth)
    assert [form["refresh_token"] for form in server.refreshes] == [["refresh-1"], ["refresh-2"]]
    assert [(one.access_token, one.refresh_token) for one in stored] == [
        ("access-1", "refresh-2"),
        ("access-2", "refresh-3"),
    ]
    assert stored[0].expires_at == 1_800_000_000 + 1800


@pytest.mark.parametrize("rotated", ["", " ", "refresh-2\n", "a\n", "\ud800", 5, None, ["a"]])
def test_what_cannot_be_a_refresh_token_does_not_take_the_place_of_one(
    driver: Driver, clock: ManualClock, rotated: Any
) -> None:
    forms: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path != TOKEN_PATH:
            return created(request)
        forms.append(request.content)
        return httpx.Response(200, content=json.dumps({"access_token": "access-1", "refresh_token": rotated}))

    auth = oauth(clock)
    send(driver, handler, clock, auth)
    clock.now += 1800
    send(driver, handler, clock, auth)
    assert [b"refresh_token=refresh-1" in form for form in forms] == [True, True]
    assert forms[0] == forms[1]


def test_tokens_can_be_stored_by_an_async_function(clock: ManualClock) -> None:
    stored: list[TokenSet] = []

    async def store(tokens: TokenSet) -> None:
        stored.append(tokens)

    send(Driver("async"), Server(), clock, oauth(clock, on_refresh=store))
    assert len(stored) == 1
    with pytest.raises(InputError, match="on_refresh"):
        send(Driver("sync"), Server(), clock, oauth(clock, on_refresh=store))


def test_when_tokens_cannot_be_stored_the_caller_hears_it_and_nothing_is_sent(
    driver: Driver, clock: ManualClock
) -> None:
    def fail(tokens: TokenSet) -> None:
        raise OSError("disk full")

    server = Server()
    with pytest.raises(OSError, match="disk full"):
        send(driver, server, clock, oauth(clock, on_refresh=fail))
    assert [request.url.path for request in server.requests] == [TOKEN_PATH]


def test_a_401_on_a_good_token_leads_to_one_refresh(driver: Driver, clock: ManualClock) -> None:
    server = Server()
    auth = oauth(clock, access_token="revoked", expires_at=clock.now + 1000)
    result = send(driver, server, clock, auth)
    assert result.id
    assert len(server.refreshes) == 1
    assert len(server.requests) == 3


def test_a_401_that_stays_is_raised_and_does_not_loop(driver: Driver, clock: ManualClock) -> None:
    server = Server()
    server.api_answer = httpx.Response(401, json={"status": "error", "message": "no", "category": "X"})
    with pytest.raises(AuthenticationError, match="401 X: no") as caught:
        send(driver, server, clock, oauth(clock, access_token="access-0", expires_at=clock.now + 1000))
    assert not caught.value.may_have_been_processed
    assert [request.url.path == TOKEN_PATH for request in server.requests] == [False, True, False]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400, json={"status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token"}),
        httpx.Response(401, json={"message": "refresh-1 of client-secret-1 is bad"}),
        httpx.Response(200, json={"refresh_token": "refresh-2"}),
        httpx.Response(200, json={"access_token": "bad token", "refresh_token": "refresh-2"}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(403, json={"error": "invalid_grant", "error_description": "refresh-1 is revoked"}),
    ],
)
def test_a_failed_refresh_says_what_hubspot_answered_and_no_secret(
    driver: Driver, clock: ManualClock, answer: httpx.Response
) -> None:
    server = Server()
    server.token_answer = answer
    with pytest.raises(AuthenticationError) as caught:
        send(driver, server, clock, oauth(clock))
    error = caught.value
    assert error.status_code == answer.status_code
    assert error.path == TOKEN_PATH
    assert not error.may_have_been_processed
    assert len(server.requests) == 1
    shown = "".join(traceback.format_exception(error)) + repr(error.body) + repr(vars(error))
    shown += pickle.dumps(error).decode("latin-1")
    assert not [secret for secret in SECRETS if secret in shown]
    assert error.message


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, ResponseError),
        (404, NotFoundError),
        (423, LockedError),
        (429, RateLimitError),
        (477, MigrationError),
        (500, ServerError),
        (503, ServerError),
        (524, ServerError),
    ],
)
def test_a_refresh_that_fails_without_a_refusal_is_the_error_that_it_is_elsewhere(
    driver: Driver, clock: ManualClock, status: int, kind: type[HubSpotError]
) -> None:
    server = Server()
    server.token_answer = httpx.Response(status, json={"message": "no refresh-1", "category": "X"})
    with pytest.raises(kind, match=f"{TOKEN_PATH}: {status} X: no ") as caught:
        send(driver, server, clock, oauth(clock), max_retries=0)
    error = caught.value
    assert type(error) is kind
    assert not error.may_have_been_processed
    shown = "".join(traceback.format_exception(error)) + repr(vars(error)) + pickle.dumps(error).decode("latin-1")
    assert not [secret for secret in SECRETS if secret in shown]
    assert error.__cause__ is error.__context__ is None


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({"status": "BAD_REFRESH_TOKEN", "message": "m"}, "BAD_REFRESH_TOKEN"),
        ({"status": "error", "error": "invalid_grant", "error_description": "m"}, "invalid_grant"),
        ({"status": "BAD_REFRESH_TOKEN", "error": "invalid_grant", "message": "m"}, "BAD_REFRESH_TOKEN"),
        ({"status": "error", "category": "BAD_CLIENT_ID", "message": "m"}, "BAD_CLIENT_ID"),
    ],
)
def test_a_refusal_says_the_word_for_its_reason(
    driver: Driver, clock: ManualClock, answer: dict[str, str], word: str
) -> None:
    server = Server()
    server.token_answer = httpx.Response(400, json=answer)
    with pytest.raises(AuthenticationError, match=f"400 {word}: m") as caught:
        send(driver, server, clock, oauth(clock))
    assert caught.value.category == word


def test_the_status_of_a_refusal_decides_whether_its_body_can_be_decoded_or_not(
    driver: Driver, clock: ManualClock
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        stream = httpx.ByteStream(b"no gzip")
        return httpx.Response(400, headers={"Content-Encoding": "gzip"}, stream=stream)

    with pytest.raises(AuthenticationError, match="400") as caught:
        send(driver, handler, clock, oauth(clock))
    assert caught.value.tries == 1


def test_a_refusal_in_gzip_is_read(driver: Driver, clock: ManualClock) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        content = gzip.compress(b'{"status": "BAD_REFRESH_TOKEN", "message": "m"}')
        return httpx.Response(400, headers={"Content-Encoding": "gzip"}, content=content)

    with pytest.raises(AuthenticationError, match="400 BAD_REFRESH_TOKEN: m"):
        send(driver, handler, clock, oauth(clock))


def raise_for_status(driver: Driver, handler: Any) -> Any:
    """Return a pool whose hook raises for each answer that is no success."""

    async def hook(response: httpx.Response) -> None:
        await response.aread()
        response.raise_for_status()

    def hook_sync(response: httpx.Response) -> None:
        response.read()
        response.raise_for_status()

    transport = httpx.MockTransport(handler)
    if driver.kind == "sync":
        return httpx.Client(transport=transport, event_hooks={"response": [hook_sync]})
    return httpx.AsyncClient(transport=transport, event_hooks={"response": [hook]})


def test_a_hook_that_raises_shows_no_secret_of_a_refusal(driver: Driver, clock: ManualClock) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"message": f"cannot read {request.content.decode()}"})

    pool = raise_for_status(driver, handler)
    with pytest.raises(AuthenticationError, match="cannot read") as caught:
        driver.run(lambda c: c.timeline.create(event()), auth=oauth(clock), http_client=pool, clock=clock)
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert not [secret for secret in SECRETS if secret in shown]
    assert caught.value.__context__ is None


def test_a_hook_that_raises_leaves_the_refresh_after_a_401(driver: Driver, clock: ManualClock) -> None:
    server = Server()
    auth = oauth(clock, access_token="revoked", expires_at=clock.now + 1000)
    pool = raise_for_status(driver, server)
    assert driver.run(lambda c: c.timeline.create(event()), auth=auth, http_client=pool, clock=clock).id
    assert len(server.refreshes) == 1


def test_a_rate_limit_of_the_token_endpoint_is_waited_out(driver: Driver, clock: ManualClock) -> None:
    answers = iter([httpx.Response(429, headers={"Retry-After": "7"})])
    server = Server()
    result = send(driver, lambda request: next(answers, None) or server(request), clock, oauth(clock))
    assert result.id
    assert len(clock.waits) == 1
    assert clock.waits[0] >= 7


def test_those_who_wait_for_a_refresh_that_fails_do_not_try_one_each(clock: ManualClock) -> None:
    refreshes: list[httpx.Request] = []

    async def handler(request: httpx.Request) -> httpx.Response:
        refreshes.append(request)
        await asyncio.sleep(0.01)
        return httpx.Response(400, json={"status": "BAD_REFRESH_TOKEN", "message": "m"})

    async def main() -> list[Any]:
        pool = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        async with AsyncHubSpotEvents(auth=oauth(clock), http_client=pool, clock=clock) as client:
            calls = (client.timeline.create(event(id=f"e-{number}")) for number in range(20))
            return await asyncio.gather(*calls, return_exceptions=True)

    errors = asyncio.run(main())
    assert {type(error) for error in errors} == {AuthenticationError}
    assert [error.sent_ids for error in errors] == [[f"e-{number}"] for number in range(20)]
    assert len(refreshes) == 1


def test_a_refresh_that_fails_for_a_moment_is_tried_again(driver: Driver, clock: ManualClock) -> None:
    server = Server()
    server.token_answer = httpx.Response(503)

    class Clock(ManualClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            server.token_answer = None

    result = send(driver, server, Clock(), oauth(clock))
    assert result.id
    assert len(server.refreshes) == 2


def test_a_refresh_whose_answer_is_lost_leaves_no_doubt_about_the_event(driver: Driver, clock: ManualClock) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.path == TOKEN_PATH
        raise httpx.ReadTimeout("lost", request=request)

    with pytest.raises(RequestTimeoutError) as caught:
        send(driver, handler, clock, oauth(clock), max_retries=0)
    assert not caught.value.may_have_been_processed
    assert caught.value.path == TOKEN_PATH


@pytest.mark.parametrize("raised", [StopIteration(), httpx.ConnectError("no vault"), httpx.ReadTimeout("vault")])
def test_what_on_refresh_raises_is_raised_and_the_tokens_are_handed_over_again(
    driver: Driver, clock: ManualClock, raised: Exception
) -> None:
    stored: list[TokenSet] = []

    def store(tokens: TokenSet) -> None:
        stored.append(tokens)
        if len(stored) == 1:
            raise raised

    server, auth = Server(rotate=True), oauth(clock, on_refresh=store)
    with pytest.raises((type(raised), RuntimeError)):  # a coroutine cannot raise StopIteration as it is
        send(driver, server, clock, auth)
    assert len(server.requests) == 1
    send(driver, server, clock, auth)
    assert len(server.refreshes) == 1
    assert [tokens.refresh_token for tokens in stored] == ["refresh-2", "refresh-2"]
    send(driver, server, clock, auth)
    assert len(stored) == 2


def test_a_word_of_an_enum_is_sent_as_its_text(driver: Driver, clock: ManualClock) -> None:
    class Words(str, Enum):  # noqa: UP042 - formatted as its name, which StrEnum is not
        TOKEN = "token-1"
        SECRET = "secret-1"

    script = Script(created)
    driver.against(script, lambda client: client.timeline.create(event()), access_token=Words.TOKEN)
    assert script.tokens == ["token-1"]
    server = Server()
    send(driver, server, clock, oauth(clock, client_secret=Words.SECRET))
    assert "secret-1" in str(server.refreshes)


@pytest.mark.parametrize("expires_in", [10**400, "1800", -1, [], "soon"])
def test_a_lifetime_of_any_kind_does_not_lose_the_refresh_token(
    driver: Driver, clock: ManualClock, expires_in: Any
) -> None:
    stored: list[TokenSet] = []
    server = Server(rotate=True, expires_in=expires_in)
    send(driver, server, clock, oauth(clock, on_refresh=stored.append))
    assert stored[0].refresh_token == "refresh-2"
    assert stored[0].expires_at == clock.now + 1800


def test_a_refresh_token_that_cannot_be_sent_takes_the_place_of_none(driver: Driver, clock: ManualClock) -> None:
    stored: list[TokenSet] = []
    server = Server()
    answer = {"access_token": "access-1", "refresh_token": "\ud800", "expires_in": 1800}
    server.token_answer = httpx.Response(200, content=json.dumps(answer))
    send(driver, server, clock, oauth(clock, on_refresh=stored.append))
    assert stored[0].refresh_token == "refresh-1"


def test_the_same_access_token_again_is_a_refresh_too(clock: ManualClock) -> None:
    """HubSpot may return the token that it gave out before; who waited does not ask again."""
    server, barrier = Server(), threading.Barrier(10)

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            server(request)
            return httpx.Response(200, json={"access_token": "the-same", "expires_in": 1800})
        return created(request)

    auth = oauth(clock, access_token="the-same", expires_at=clock.now)
    pool = httpx.Client(transport=httpx.MockTransport(handler))

    def work() -> None:
        barrier.wait()
        HubSpotEvents(auth=auth, http_client=pool, clock=clock).timeline.create(event())

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.refreshes) == 1


@pytest.mark.parametrize(
    "spelling",
    ["s3/cr+t=", "s3\\/cr+t=", "\\u00733/cr+t=", "s3%2Fcr%2Bt%3D"],
)
def test_a_secret_is_found_in_every_spelling(driver: Driver, clock: ManualClock, spelling: str) -> None:
    body = '{"message": "' + spelling + '"}'
    for content in (body.encode(), body.encode("utf-16"), spelling.encode()):
        with pytest.raises(HubSpotError) as caught:
            driver.against(
                Script(httpx.Response(400, content=content)),
                lambda c: c.timeline.create(event()),
                access_token="s3/cr+t=",
            )
        shown = str(caught.value) + repr(caught.value.body) + pickle.dumps(caught.value).decode("latin-1")
        assert "s3/cr+t=" not in shown
        assert "s3%2Fcr%2Bt%3D" not in shown

    server = Server()
    server.token_answer = httpx.Response(502, text=f"<pre>client_secret={spelling}</pre>")
    with pytest.raises(ServerError) as failed:
        send(driver, server, clock, oauth(clock, client_secret="s3/cr+t="), max_retries=0)
    assert "cr" not in str(failed.value).replace("secret", "")
    assert failed.value.content == b""


def test_an_error_does_not_lead_to_the_request_that_has_the_secrets(driver: Driver, clock: ManualClock) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("lost", request=request)

    with pytest.raises(RequestTimeoutError) as caught:
        send(driver, handler, clock, oauth(clock), max_retries=0)
    assert caught.value.__cause__ is None


def test_a_header_that_cannot_be_sent_is_not_shown_and_not_tried_again(driver: Driver, clock: ManualClock) -> None:
    script = Script(httpx.LocalProtocolError("Illegal header value b'Bearer token-1\\n'"))
    with pytest.raises(HubSpotError) as caught:
        driver.against(script, lambda c: c.timeline.create(event()))
    assert "token-1" not in "".join(traceback.format_exception(caught.value))
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"on_refresh": "x"}, "on_refresh"),
        ({"access_token": "a", "expires_at": "soon"}, "expires_at"),
        ({"access_token": "a", "expires_at": 10**400}, "expires_at"),
        ({"client_secret": ""}, "client_secret"),
        ({"client_secret": "client-secret-1\n"}, "client_secret"),
        ({"refresh_token": "\ud800"}, "refresh_token"),
        ({"client_id": "\ud800"}, "client_id"),
        ({"refresh_token": None}, "refresh_token"),
        ({"token_url": "http://hubspot.example/token"}, "token_url"),
        ({"access_token": "a"}, "expires_at"),
        ({"access_token": "a b", "expires_at": 1.0}, "access_token"),
    ],
)
def test_bad_credentials_are_refused_by_name(clock: ManualClock, options: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        oauth(clock, **options)
    assert caught.value.field == field


def test_another_token_endpoint_can_be_named(driver: Driver, clock: ManualClock) -> None:
    server = Server()
    send(driver, server, clock, oauth(clock, token_url="https://auth.example/oauth/v1/token"))
    assert str(server.requests[0].url) == "https://auth.example/oauth/v1/token"


@pytest.mark.parametrize("base_url", ["https://proxy.example/hubspot", "https://proxy.example/hubspot/"])
def test_the_token_endpoint_is_below_the_path_of_base_url(driver: Driver, clock: ManualClock, base_url: str) -> None:
    addresses: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        addresses.append(str(request.url))
        return httpx.Response(200, json={"access_token": "access-1"}) if len(addresses) == 1 else created(request)

    assert send(driver, handler, clock, oauth(clock), base_url=base_url).id
    assert addresses[0] == f"https://proxy.example/hubspot{TOKEN_PATH}"


def test_a_client_of_httpx_alone_is_told_what_is_missing(clock: ManualClock) -> None:
    with pytest.raises(InputError, match="needs a HubSpotEvents"):
        httpx.get("https://api.hubapi.com", auth=oauth(clock))


def test_many_threads_refresh_once(clock: ManualClock) -> None:
    entered, release = threading.Event(), threading.Event()
    server = Server()

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            entered.set()
            assert release.wait(10)
        return server(request)

    auth = oauth(clock)
    pool = httpx.Client(transport=httpx.MockTransport(handler))
    ids: list[str] = []

    def work() -> None:
        ids.append(HubSpotEvents(auth=auth, http_client=pool, clock=clock).timeline.create(event()).id)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    assert entered.wait(10)
    release.set()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 20
    assert len(server.refreshes) == 1


def test_many_tasks_refresh_once_and_the_next_event_loop_can_go_on(clock: ManualClock) -> None:
    server, auth = Server(), oauth(clock)

    class Clock(ManualClock):
        async def sleep_async(self, seconds: float) -> None:
            await asyncio.sleep(0)

    auth = oauth(Clock())

    async def handler(request: httpx.Request) -> httpx.Response:
        for _ in range(5):
            await asyncio.sleep(0)
        return server(request)

    async def main() -> None:
        pool = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        async with AsyncHubSpotEvents(auth=auth, http_client=pool, clock=clock) as client:
            await asyncio.gather(*(client.timeline.create(event()) for _ in range(20)))

    asyncio.run(main())
    assert len(server.refreshes) == 1
    asyncio.run(main())
    assert len(server.refreshes) == 1


def test_a_refresh_that_does_not_end_is_not_waited_for_for_ever(
    driver: Driver, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth = oauth(clock)
    with monkeypatch.context() as short, auth._lock:
        short.setattr(_auth, "_LONGEST_REFRESH", 0)
        with pytest.raises(RequestTimeoutError, match="does not end") as caught:
            send(driver, Server(), clock, auth)
    assert (caught.value.may_have_been_processed, caught.value.retry_safe) == (False, True)
    assert send(driver, Server(), clock, auth).id, "who gave up did not take the lock along"


@pytest.mark.parametrize("secretive", [AccessToken("token-1"), oauth(ManualClock())])
def test_what_holds_a_secret_neither_shows_nor_pickles_it(secretive: httpx.Auth) -> None:
    for text in (repr(secretive), str(secretive), repr(HubSpotEvents(auth=secretive, http_client=httpx.Client()))):
        assert not [secret for secret in SECRETS if secret in text]
    with pytest.raises(TypeError, match="holds secrets"):
        pickle.dumps(secretive)
    assert "access-1" not in repr(TokenSet("access-1", "refresh-1", 1.0))
    assert "refresh-1" not in repr(TokenSet("access-1", "refresh-1", 1.0))
    with pytest.raises(TypeError, match="holds secrets"):
        pickle.dumps(TokenSet("access-1", "refresh-1", 1.0))


def test_no_secret_is_in_a_log_line_or_an_error(
    driver: Driver, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = Server(rotate=True)

    def handler(request: httpx.Request) -> httpx.Response:
        answer = server(request)
        if request.url.path == TOKEN_PATH:
            return answer
        # A gateway that shows the request that it got.
        return httpx.Response(502, text=f"<pre>{request.headers['Authorization']}</pre>")

    with pytest.raises(HubSpotError) as caught:
        send(driver, handler, clock, oauth(clock), max_retries=2)
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value)) + caplog.text
    shown += pickle.dumps(caught.value).decode("latin-1")
    assert "[secret]" in shown
    assert not [secret for secret in SECRETS if secret in shown]


class Raising(httpx.Auth):
    """Raises for what an answer says, as httpx has it."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = "Bearer own"
        response = yield request
        response.raise_for_status()


def test_an_auth_that_raises_for_a_status_hides_none(driver: Driver, clock: ManualClock) -> None:
    script = Script(httpx.Response(503), httpx.Response(400, json={"message": "no"}))
    with pytest.raises(BadRequestError, match="400: no") as caught:
        driver.against(script, lambda c: c.timeline.create(event()), auth=Raising(), clock=clock)
    assert caught.value.tries == 2


class Auditing(httpx.Auth):
    """Sends a request of its own after that of a call."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield request
        yield httpx.Request("POST", "https://audit.example/")


@pytest.mark.parametrize("status", [201, 500])
def test_what_an_auth_sends_afterwards_says_nothing_of_the_event(
    driver: Driver, clock: ManualClock, status: int
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.host == "audit.example":
            raise httpx.ConnectError("no audit")
        sent.append(request)
        return httpx.Response(status, json={"id": "a"})

    sent: list[httpx.Request] = []
    expected: Any = nullcontext() if status == 201 else pytest.raises(ServerError, match="may have been processed")
    with expected:
        driver.against(handler, lambda c: c.timeline.create(event()), auth=Auditing(), clock=clock, fill_ids=False)
    assert len(sent) == 1


class Asking(httpx.Auth):
    """Asks for its token by itself, and reads the answer, as httpx lets an auth that has a flow for each client."""

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield httpx.Request("POST", "https://auth.example/token")
        request.headers["Authorization"] = response.read().decode()
        response = yield request
        assert json.loads(response.read())["id"] == "a"

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        response = yield httpx.Request("POST", "https://auth.example/token")
        request.headers["Authorization"] = (await response.aread()).decode()
        response = yield request
        assert json.loads(await response.aread())["id"] == "a"


class Given(httpx.Auth):
    """Is given the answers with their bodies."""

    requires_response_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield httpx.Request("POST", "https://auth.example/token")
        request.headers["Authorization"] = response.text
        response = yield request
        assert response.json()["id"] == "a"


@pytest.mark.parametrize("auth", [Asking(), Given()])
@pytest.mark.parametrize("encode", [bytes, gzip.compress])
@pytest.mark.parametrize("argument", ["content", "stream"])
def test_an_auth_reads_the_answers(driver: Driver, auth: httpx.Auth, encode: Any, argument: str) -> None:
    sent: list[str | None] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("Authorization"))
        body = encode(b'{"id": "a"}' if sent[-1] else b"Bearer own")
        headers = {"Content-Encoding": "gzip"} if encode is gzip.compress else {}
        given: Any = httpx.ByteStream(body) if argument == "stream" else body
        return httpx.Response(201, headers=headers, **{argument: given})

    result = driver.against(handler, lambda c: c.timeline.create(event(id="a")), auth=auth)
    assert (result.id, sent) == ("a", [None, "Bearer own"])


def test_what_a_hook_raises_in_a_request_of_an_auth_comes_out(driver: Driver) -> None:
    class SoftTimeLimitExceeded(Exception):  # noqa: N818 - as Celery calls it
        pass

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.host == "audit.example":
            raise SoftTimeLimitExceeded
        return created(request)

    with pytest.raises(SoftTimeLimitExceeded) as caught:
        driver.against(handler, lambda c: c.timeline.create(event(id="a")), auth=Auditing())
    assert "its ids are ['a']" in caught.value.__notes__[0]


def test_a_redirect_does_not_take_the_token_along(driver: Driver) -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(307, headers={"Location": "https://elsewhere.example/"})

    transport = httpx.MockTransport(handler)
    pool = (
        httpx.Client(transport=transport, follow_redirects=True)
        if driver.kind == "sync"
        else httpx.AsyncClient(transport=transport, follow_redirects=True)
    )
    with pytest.raises(HubSpotError, match="307"):
        driver.run(lambda client: client.timeline.create(event()), http_client=pool)
    assert seen == ["api.hubapi.com"]


def test_hundreds_of_accounts_share_one_pool(driver: Driver) -> None:
    tokens: set[str] = set()

    def handler(request: httpx.Request) -> httpx.Response:
        tokens.add(request.headers["Authorization"])
        return created(request)

    pool: Any
    if driver.kind == "sync":
        pool = httpx.Client(transport=httpx.MockTransport(handler))
        clients = [HubSpotEvents(f"token-{n}", http_client=pool) for n in range(500)]
        for client in clients:
            with client:
                client.timeline.create(event())
        assert not pool.is_closed
        pool.close()
    else:

        async def main() -> None:
            pool = httpx.AsyncClient(transport=httpx.MockTransport(handler))
            for n in range(500):
                async with AsyncHubSpotEvents(f"token-{n}", http_client=pool) as client:
                    await client.timeline.create(event())
            assert not pool.is_closed
            await pool.aclose()

        asyncio.run(main())
    assert len(tokens) == 500
