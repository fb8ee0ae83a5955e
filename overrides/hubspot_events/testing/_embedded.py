"""The embedded HubSpot itself: what happens to a request from the socket to the answer, and what a test can see."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

from ._accounts import Account, State
from ._answers import Answer, Refusal, error_body, refusal
from ._control import CONTROL_PATH, control
from ._endpoints import App, Endpoints, Rejection
from ._faults import (
    CloseBeforeReading,
    CutAnswer,
    Delay,
    Fault,
    Faults,
    Hold,
    LoseAnswer,
    Respond,
)
from ._limits import RateLimits
from ._oauth import SECRET_FIELDS, TOKEN_PATHS, OAuth, Rotation
from ._records import RecordedRequest, Write
from ._responses import harmed_response, plain_response, planned_response
from ._server import Server
from ._spec import load_spec, method_not_allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from werkzeug import Response

    from ._http import Request
    from ._store import OnUsedId

KIND_HEADER = "X-Embedded-HubSpot"  # "simulated" or "example"
HOLD_POLL_SECONDS = 0.01  # how often a held answer looks whether the server is closing


class EmbeddedHubSpot:
    """A HubSpot on a free port of the loopback interface, in threads of this process.

    Use it as a context manager, or call ``start`` and ``close``. The attributes ``access_token``, ``client_id`` and
    ``client_secret`` say what it accepts. With more than one account, ``access_token`` and ``refresh_token`` are those
    of the first, and what else it shows is of all of them: ``accounts`` has each by its number. All arguments are by
    name:

    - ``accounts``: how many accounts there are, all of which installed the app. The first is number 0.
    - ``port``: the port to listen on; 0 takes a free one.
    - ``access_token``: the token of a private app, which never expires. That of account 3 has ``-3`` at its end, and so
      on; that of the first account is as it stands.
    - ``client_id``, ``client_secret``, ``refresh_token``: what the OAuth token endpoint wants to see. The refresh
      tokens of the other accounts are made like the access tokens.
    - ``access_token_lifetime``: for how many seconds an access token of that endpoint is good.
    - ``rotate_refresh_token``: whether each refresh gives a new refresh token and ends the old one. With ``"on use"``
      the old one ends when the new one is used, so that who dies before it has stored that loses nothing.
    - ``requests_per_ten_seconds``, ``requests_per_day``: the limits of each account; a million each unless set.
    - ``max_inputs``: how many inputs a batch may have.
    - ``on_used_id``: what becomes of a timeline event of v3 whose id is taken: ``"replace"`` (the last one processed
      wins), ``"reject"`` (400; in a batch, that input fails) or ``"conflict"`` (409, for the whole batch).
    - ``accepts_later``: whether the dated timeline endpoints answer a success with an empty 200, which says that the
      event is stored and will be passed on later.
    - ``known_properties``: the names of the custom properties of the account; others are dropped. None knows all.
    - ``status_word``: the ``status`` of a batch answer, also one that the specs do not know; None leaves it out.
    - ``recording``: whether every request, write and timeline event is kept. Without, only their numbers are, and which
      ids are used, in some 100 bytes for an event: ``Account.counts`` and ``Account.missing`` have them, and the
      attributes that would show the rest raise RuntimeError. Marketing events are kept, since updates change them.
    - ``now``: the clock, in Unix seconds.

    Attributes:
        accounts: Each account, by its number.

    """

    accounts: tuple[Account, ...]

    def __init__(
        self,
        *,
        accounts: int = 1,
        port: int = 0,
        access_token: str = "embedded-access-token",  # noqa: S107
        client_id: str = "embedded-client-id",
        client_secret: str = "embedded-client-secret",  # noqa: S107
        refresh_token: str = "embedded-refresh-token",  # noqa: S107
        access_token_lifetime: int = 1800,
        rotate_refresh_token: Rotation = False,
        requests_per_ten_seconds: int = 1_000_000,
        requests_per_day: int = 1_000_000,
        max_inputs: int = 100,
        on_used_id: OnUsedId = "replace",
        accepts_later: bool = False,
        known_properties: Collection[str] | None = None,
        status_word: str | None = "COMPLETE",
        recording: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        if accounts < 1:
            raise ValueError(f"There must be one account at least, not {accounts}")
        if not callable(now):
            raise TypeError(f"now is a function that returns Unix seconds, such as ManualClock().time, not {now!r}")
        self.access_token = access_token
        self.client_id = client_id
        self.client_secret = client_secret
        self._port = port
        self._status_word = status_word
        self._state = State(
            accounts,
            make_app=partial(App, recording),
            make_endpoints=partial(
                Endpoints,
                on_used_id=on_used_id,
                accepts_later=accepts_later,
                known_properties=known_properties,
                max_inputs=max_inputs,
                now=now,
            ),
            make_oauth=partial(
                OAuth,
                access_tokens=_of_each(access_token, accounts),
                client_id=client_id,
                client_secret=client_secret,
                refresh_tokens=_of_each(refresh_token, accounts),
                lifetime=access_token_lifetime,
                rotate=rotate_refresh_token,
                now=now,
            ),
            make_limits=partial(RateLimits, requests_per_ten_seconds, requests_per_day, now),
        )
        self.accounts = tuple(
            Account(self._state, number, token) for number, token in enumerate(_of_each(access_token, accounts))
        )
        self._spec = load_spec()
        self._faults = Faults()
        self._closing = threading.Event()
        self._server: Server | None = None
        self._bugs: list[Exception] = []

    def start(self) -> Self:
        """Begin to listen. Raises OSError when the port is taken, RuntimeError when started already."""
        if self._server:
            raise RuntimeError("The embedded HubSpot is started already")
        self._closing.clear()
        self._server = Server(self._respond, self._port)
        return self

    def close(self) -> None:
        """Stop listening and end all connections; what was recorded can still be read. Closing twice is no error.

        Raises RuntimeError when the embedded HubSpot itself failed: when it gave an answer that the specs forbid, or a
        function that was handed to it raised.
        """
        if self._server:
            self._closing.set()
            self._server.close()
            self._bugs += self._server.failures
            self._server = None
        if self._bugs:
            bugs, self._bugs = self._bugs, []
            raise RuntimeError(f"The embedded HubSpot failed {len(bugs)} times, first with: {bugs[0]!r}") from bugs[0]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.close()

    def reset(self) -> None:
        """Forget all events, requests, writes, tokens and counts, and all that was planned."""
        self._faults.clear()
        self._state.reset()

    @property
    def base_url(self) -> str:
        """The address to send requests to, without a slash at the end. Raises RuntimeError unless started."""
        if not self._server:
            raise RuntimeError("The embedded HubSpot is not started: use it within its with block, or call start()")
        return self._server.base_url

    @property
    def timeline_events(self) -> list[dict[str, Any]]:
        """A copy of the stored timeline events as HubSpot's JSON, account by account, in order of creation."""
        return [event for account in self.accounts for event in account.timeline_events]

    @property
    def marketing_events(self) -> list[dict[str, Any]]:
        """A copy of the stored marketing events as HubSpot's JSON and the external ids, in the same order."""
        return [record for account in self.accounts for record in account.marketing_events]

    @property
    def writes(self) -> list[Write]:
        """Every input that was written, in that order, those that were replaced later included."""
        self._state.expect_recording()
        with self._state.lock:
            return list(self._state.app.writes)

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request, in the order in which they were decided on: an answer held back is recorded already.

        What was no HTTP, broke off, or was for another host is none.
        """
        self._state.expect_recording()
        with self._state.lock:
            return list(self._state.requests)

    @property
    def refresh_token(self) -> str:
        """The refresh token of the first account that is good now."""
        return self.accounts[0].refresh_token

    @property
    def refreshes(self) -> int:
        """How many times the OAuth endpoint gave new tokens."""
        return sum(account.refreshes for account in self.accounts)

    def reject(
        self,
        applies: Callable[[dict[str, Any]], bool],
        *,
        category: str = "VALIDATION_ERROR",
        message: str = "The input was rejected.",
    ) -> None:
        """Let every input fail for which ``applies`` returns true, until ``reset``; it is given the input's JSON."""
        if not callable(applies):
            raise TypeError(f"What is rejected is told by a function, not by {applies!r}")
        with self._state.lock:
            self._state.app.rejections.append(Rejection(applies, category, message))

    def plan(self, *faults: Fault | None, path: str | None = None) -> None:
        """Let the next requests meet these faults, one each in this order; None lets a request pass unharmed.

        With ``path``, only requests to that path meet them. Without, requests to any path do but those to the OAuth
        token endpoint, so that a refresh in between takes no fault away. Raises TypeError for what is no fault.
        """
        self._faults.plan(faults, path)

    def misbehave(self, *, seed: int, rates: Mapping[Fault, float]) -> None:
        """Let requests meet faults by chance, each with its probability; planned faults and token requests aside.

        The same seed gives the same faults to the same order of requests. An empty mapping ends it. Raises ValueError
        when the probabilities are negative or add up to more than 1.
        """
        self._faults.misbehave(seed, rates)

    def _respond(self, request: Request) -> tuple[Response, int | None]:
        """Return the response, and after how many bytes of its body the connection is to break, None for not at all.

        Raises ConnectionAbortedError when the client is to see nothing of it.
        """
        if request.path.startswith(CONTROL_PATH):
            request.read_body()
            return plain_response(control(self, request)), None
        fault = self._faults.deal(request.path, token_endpoint=request.path in TOKEN_PATHS)
        if isinstance(fault, CloseBeforeReading):
            self._record(request, self._account_of(request), None, processed=False)
            raise ConnectionAbortedError
        request.read_body()
        account = self._account_of(request)  # which a refresh may change
        try:
            response, processed = self._decide(request, account, fault)
        except Exception as error:  # noqa: BLE001 a failure of our own must not pass for one of HubSpot's
            self._bugs.append(error)
            response, processed = (
                plain_response(Answer(500, error_body(f"The embedded HubSpot failed: {error!r}"))),
                False,
            )
        lost = isinstance(fault, LoseAnswer)
        self._record(request, account, None if lost else response.status_code, processed=processed)
        self._wait(fault)
        if lost or self._closing.is_set():
            raise ConnectionAbortedError
        if isinstance(fault, CutAnswer):
            return response, max(0, min(fault.after_bytes, len(response.get_data()) - 1))
        return response, None

    def _decide(self, request: Request, account: int | None, fault: Fault | None) -> tuple[Response, bool]:
        """Return the response and whether the request was processed."""
        if isinstance(fault, Respond) and not fault.processed:
            return planned_response(fault), False
        answer = self._process(request, account)
        return harmed_response(answer, fault), answer.status < 300

    def _process(self, request: Request, account: int | None) -> Answer:
        with self._state.lock:
            try:
                if request.path in TOKEN_PATHS:
                    return self._refresh(request)
                operation, parameters = self._spec.find(request)
            except Refusal as refused:
                return refused.answer
            number = account or 0  # where the token names no account, nothing comes of it
            simulation = self._state.endpoints[number].simulation(operation)
            headers = {KIND_HEADER: "simulated" if simulation else "example"}
            try:
                private_app = self._state.oauth.check(_bearer_token(request))
                headers |= self._state.limits[number].count(private_app=private_app)
                self._spec.check_request(request, operation, parameters)
                answer = simulation(operation, request.json) if simulation else operation.example
            except Refusal as refused:
                answer = refused.answer
            answer = replace(answer, headers={**headers, **answer.headers})
            if answer.json is not None:  # HubSpot may leave the body out
                self._spec.check_answer(request, operation, answer)
        return self._with_status_word(answer) if simulation else answer

    def _account_of(self, request: Request) -> int | None:
        """Return the number of the account that the token of the request names."""
        with self._state.lock:
            if request.path in TOKEN_PATHS:
                return self._state.oauth.account_of_refresh_token(dict(_form(request.body)).get("refresh_token", ""))
            return self._state.oauth.account_of(_bearer_token(request))

    def _refresh(self, request: Request) -> Answer:
        if request.method != "POST":
            raise method_not_allowed(request, {"POST"})
        if request.query_parameters:
            raise refusal(400, "VALIDATION_ERROR", "The parameters belong into the body, not into the query string")
        if request.media_type != "application/x-www-form-urlencoded":
            raise refusal(415, "VALIDATION_ERROR", "The body must be application/x-www-form-urlencoded")
        return self._state.oauth.refresh(dict(_form(request.body)))

    def _with_status_word(self, answer: Answer) -> Answer:
        if answer.json is None or "results" not in answer.json:
            return answer
        word = {} if self._status_word is None else {"status": self._status_word}
        rest = {name: value for name, value in answer.json.items() if name != "status"}
        return replace(answer, json=rest | word)

    def _record(self, request: Request, account: int | None, status: int | None, *, processed: bool) -> None:
        def make_record() -> RecordedRequest:
            headers = {name: "***" if name == "authorization" else value for name, value in request.headers.items()}
            body = _readable(request)
            return RecordedRequest(request.method, request.path, headers, body, status, processed, account)

        self._state.record(account, status, make_record)

    def _wait(self, fault: Fault | None) -> None:
        match fault:
            case Delay(seconds):
                self._closing.wait(seconds)
            case Hold(reached, release):
                reached.set()
                while not (release.wait(HOLD_POLL_SECONDS) or self._closing.is_set()):
                    pass
            case _:
                pass


def _of_each(token: str, accounts: int) -> list[str]:
    """Return the token of each account: the first has it as it stands, the others with their number behind it."""
    return [f"{token}-{number}" if number else token for number in range(accounts)]


def _bearer_token(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def _readable(request: Request) -> Any:
    if request.path in TOKEN_PATHS:
        return {name: "***" if name in SECRET_FIELDS else value for name, value in _form(request.body)} or None
    try:
        return request.json
    except ValueError:
        return None


def _form(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("utf-8", "replace"))
