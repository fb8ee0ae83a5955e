"""The embedded HubSpot itself: what happens to a request from the socket to the answer, and what a test can see."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

from ._answers import Answer, Refusal, error_body, refusal
from ._endpoints import Endpoints, Rejection
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
from ._oauth import SECRET_FIELDS, TOKEN_PATHS, OAuth
from ._records import RecordedRequest, Write
from ._responses import harmed_response, plain_response, planned_response
from ._server import Server
from ._spec import load_spec, method_not_allowed
from ._strict_json import copied, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from werkzeug import Response

    from ._http import Request
    from ._store import OnUsedId

KIND_HEADER = "X-Embedded-HubSpot"  # "simulated" or "example"
HOLD_POLL_SECONDS = 0.01  # how often a held answer looks whether the server is closing


class EmbeddedHubSpot:
    """A HubSpot of one account, on a free port of the loopback interface, in threads of this process.

    Use it as a context manager, or call ``start`` and ``close``. The attributes ``access_token``, ``client_id`` and
    ``client_secret`` say what it accepts. All arguments are by name:

    - ``port``: the port to listen on; 0 takes a free one.
    - ``access_token``: the token of a private app, which never expires.
    - ``client_id``, ``client_secret``, ``refresh_token``: what the OAuth token endpoint wants to see.
    - ``access_token_lifetime``: for how many seconds an access token of that endpoint is good.
    - ``rotate_refresh_token``: whether each refresh gives a new refresh token and ends the old one.
    - ``requests_per_ten_seconds``, ``requests_per_day``: the rate limits; a million each unless you set them.
    - ``max_inputs``: how many inputs a batch may have.
    - ``on_used_id``: what becomes of a timeline event of v3 whose id is taken: ``"replace"`` (the last one processed
      wins), ``"reject"`` (400; in a batch, that input fails) or ``"conflict"`` (409, for the whole batch).
    - ``accepts_later``: whether the dated timeline endpoints answer a success with an empty 200, which says that the
      event is stored and will be passed on later.
    - ``known_properties``: the names of the custom properties of the account; others are dropped. None knows all.
    - ``status_word``: the ``status`` of a batch answer, also one that the specs do not know; None leaves it out.
    - ``now``: the clock, in Unix seconds.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        access_token: str = "embedded-access-token",  # noqa: S107
        client_id: str = "embedded-client-id",
        client_secret: str = "embedded-client-secret",  # noqa: S107
        refresh_token: str = "embedded-refresh-token",  # noqa: S107
        access_token_lifetime: int = 1800,
        rotate_refresh_token: bool = False,
        requests_per_ten_seconds: int = 1_000_000,
        requests_per_day: int = 1_000_000,
        max_inputs: int = 100,
        on_used_id: OnUsedId = "replace",
        accepts_later: bool = False,
        known_properties: Collection[str] | None = None,
        status_word: str | None = "COMPLETE",
        now: Callable[[], float] = time.time,
    ) -> None:
        self.access_token = access_token
        self.client_id = client_id
        self.client_secret = client_secret
        self._port = port
        self._status_word = status_word
        self._make_endpoints = partial(
            Endpoints,
            on_used_id=on_used_id,
            accepts_later=accepts_later,
            known_properties=known_properties,
            max_inputs=max_inputs,
            now=now,
        )
        self._make_oauth = partial(
            OAuth,
            access_token=access_token,
            client_id=client_id,
            client_secret=client_secret,
            refresh_token=refresh_token,
            lifetime=access_token_lifetime,
            rotate=rotate_refresh_token,
            now=now,
        )
        self._make_limits = partial(RateLimits, requests_per_ten_seconds, requests_per_day, now)
        self._spec = load_spec()
        self._faults = Faults()
        self._lock = threading.RLock()  # re-entrant, since a function handed to ``reject`` may look at the events
        self._closing = threading.Event()
        self._server: Server | None = None
        self._bugs: list[Exception] = []
        self.reset()

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
        with self._lock:
            self._endpoints = self._make_endpoints()
            self._oauth = self._make_oauth()
            self._limits = self._make_limits()
            self._requests: list[RecordedRequest] = []

    @property
    def base_url(self) -> str:
        """The address to send requests to, without a slash at the end. Raises RuntimeError unless started."""
        if not self._server:
            raise RuntimeError("The embedded HubSpot is not started")
        return self._server.base_url

    @property
    def timeline_events(self) -> list[dict[str, Any]]:
        """A copy of the stored timeline events as HubSpot's JSON, in order of creation."""
        with self._lock:
            return copied(list(self._endpoints.timeline.events.values()))

    @property
    def marketing_events(self) -> list[dict[str, Any]]:
        """A copy of the stored marketing events as HubSpot's JSON and the external ids, in order of creation."""
        with self._lock:
            return copied(list(self._endpoints.marketing.records.values()))

    @property
    def writes(self) -> list[Write]:
        """Every input that was written, in that order, those that were replaced later included."""
        with self._lock:
            return list(self._endpoints.writes)

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request, in the order in which they were decided on: an answer held back is recorded already.

        What was no HTTP, broke off, or was for another host is none.
        """
        with self._lock:
            return list(self._requests)

    @property
    def refresh_token(self) -> str:
        """The refresh token that is good now."""
        with self._lock:
            return self._oauth.refresh_token

    @property
    def refreshes(self) -> int:
        """How many times the OAuth endpoint gave new tokens."""
        with self._lock:
            return self._oauth.refreshes

    def reject(
        self,
        applies: Callable[[dict[str, Any]], bool],
        *,
        category: str = "VALIDATION_ERROR",
        message: str = "The input was rejected.",
    ) -> None:
        """Let every input fail for which ``applies`` returns true, until ``reset``; it is given the input's JSON."""
        with self._lock:
            self._endpoints.rejections.append(Rejection(applies, category, message))

    def plan(self, *faults: Fault | None, path: str | None = None) -> None:
        """Let the next requests meet these faults, one each in this order; None lets a request pass unharmed.

        With ``path``, only requests to that path meet them. Without, requests to any path do but those to the OAuth
        token endpoint, so that a refresh in between takes no fault away.
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
        fault = self._faults.deal(request.path, token_endpoint=request.path in TOKEN_PATHS)
        if isinstance(fault, CloseBeforeReading):
            self._record(request, None, processed=False)
            raise ConnectionAbortedError
        request.read_body()
        try:
            response, processed = self._decide(request, fault)
        except Exception as error:  # noqa: BLE001 a failure of our own must not pass for one of HubSpot's
            self._bugs.append(error)
            response, processed = (
                plain_response(Answer(500, error_body(f"The embedded HubSpot failed: {error!r}"))),
                False,
            )
        lost = isinstance(fault, LoseAnswer)
        self._record(request, None if lost else response.status_code, processed=processed)
        self._wait(fault)
        if lost or self._closing.is_set():
            raise ConnectionAbortedError
        if isinstance(fault, CutAnswer):
            return response, max(0, min(fault.after_bytes, len(response.get_data()) - 1))
        return response, None

    def _decide(self, request: Request, fault: Fault | None) -> tuple[Response, bool]:
        """Return the response and whether the request was processed."""
        if isinstance(fault, Respond) and not fault.processed:
            return planned_response(fault), False
        answer = self._process(request)
        return harmed_response(answer, fault), answer.status < 300

    def _process(self, request: Request) -> Answer:
        with self._lock:
            try:
                if request.path in TOKEN_PATHS:
                    return self._refresh(request)
                operation, parameters = self._spec.find(request)
            except Refusal as refused:
                return refused.answer
            simulation = self._endpoints.simulation(operation)
            headers = {KIND_HEADER: "simulated" if simulation else "example"}
            try:
                headers |= self._limits.count(private_app=self._oauth.check(_bearer_token(request)))
                self._spec.check_request(request, operation, parameters)
                answer = simulation(operation, read_json(request.body)) if simulation else operation.example
            except Refusal as refused:
                answer = refused.answer
            answer = replace(answer, headers={**headers, **answer.headers})
            if answer.json is not None:  # HubSpot may leave the body out
                self._spec.check_answer(request, operation, plain_response(answer))
        return self._with_status_word(answer) if simulation else answer

    def _refresh(self, request: Request) -> Answer:
        if request.method != "POST":
            raise method_not_allowed(request, {"POST"})
        if request.query_parameters:
            raise refusal(400, "VALIDATION_ERROR", "The parameters belong into the body, not into the query string")
        if request.media_type != "application/x-www-form-urlencoded":
            raise refusal(415, "VALIDATION_ERROR", "The body must be application/x-www-form-urlencoded")
        return self._oauth.refresh(dict(_form(request.body)))

    def _with_status_word(self, answer: Answer) -> Answer:
        if answer.json is None or "results" not in answer.json:
            return answer
        word = {} if self._status_word is None else {"status": self._status_word}
        rest = {name: value for name, value in answer.json.items() if name != "status"}
        return replace(answer, json=rest | word)

    def _record(self, request: Request, status: int | None, *, processed: bool) -> None:
        shown = {name: "***" if name == "authorization" else value for name, value in request.headers.items()}
        record = RecordedRequest(request.method, request.path, shown, _readable(request), status, processed)
        with self._lock:
            self._requests.append(record)

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


def _bearer_token(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def _readable(request: Request) -> Any:
    if request.path in TOKEN_PATHS:
        return {name: "***" if name in SECRET_FIELDS else value for name, value in _form(request.body)} or None
    try:
        return read_json(request.body)
    except ValueError:
        return None


def _form(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("utf-8", "replace"))
