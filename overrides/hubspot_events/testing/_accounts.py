"""The accounts: what the embedded HubSpot keeps of each, and what a test sees of it."""

import threading
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from ._endpoints import App, Endpoints
from ._limits import RateLimits
from ._oauth import OAuth
from ._records import Counts, RecordedRequest, Write
from ._store import Kind
from ._strict_json import copied

HIGHEST_RATE = 100_000  # requests of somebody else per second, each of which is counted


class State:
    """All that the embedded HubSpot was sent and told. What is in it is for the holder of ``lock`` only."""

    def __init__(
        self,
        accounts: int,
        *,
        make_app: Callable[[], App],
        make_oauth: Callable[[], OAuth],
        make_limits: Callable[[], RateLimits],
        make_endpoints: Callable[..., Endpoints],
    ) -> None:
        self.lock = threading.RLock()  # re-entrant, since a function handed to ``reject`` may look at the events
        self._accounts = range(accounts)
        self._make_app = make_app
        self._make_oauth = make_oauth
        self._make_limits = make_limits
        self._make_endpoints = make_endpoints
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self.requests: list[RecordedRequest] = []
            self.app = self._make_app()
            self.oauth = self._make_oauth()
            # By the number of the account:
            self.limits = [self._make_limits() for _ in self._accounts]
            self.answers: list[Counter[int | None]] = [Counter() for _ in self._accounts]
            self.endpoints = [self._make_endpoints(number, self.app) for number in self._accounts]

    def record(self, account: int | None, status: int | None, make_record: Callable[[], RecordedRequest]) -> None:
        """Note that a request of this account was answered."""
        with self.lock:
            if account is not None:
                self.answers[account][status] += 1
            if self.app.recording:
                self.requests.append(make_record())

    def expect_recording(self) -> None:
        """Raise RuntimeError where only numbers are kept, which an empty list would hide."""
        if not self.app.recording:
            raise RuntimeError("With recording=False nothing is kept but the counts and marketing_events")


class Account:
    """One of the accounts of an embedded HubSpot: what arrived there, and who else sends to it.

    Attributes:
        number: Its place in ``EmbeddedHubSpot.accounts``.
        access_token: The token of its private app, which never expires.

    """

    number: int
    access_token: str

    def __init__(self, state: State, number: int, access_token: str) -> None:
        self._state = state
        self.number = number
        self.access_token = access_token

    @property
    def refresh_token(self) -> str:
        """The refresh token that is good now."""
        with self._state.lock:
            return self._state.oauth.refresh_tokens[self.number]

    @property
    def refreshes(self) -> int:
        """How many times the OAuth endpoint gave new tokens."""
        with self._state.lock:
            return self._state.oauth.refreshes[self.number]

    @property
    def timeline_events(self) -> list[dict[str, Any]]:
        """A copy of the stored timeline events as HubSpot's JSON, in order of creation."""
        self._state.expect_recording()
        with self._state.lock:
            return copied(list(self._state.endpoints[self.number].timeline.events.values()))

    @property
    def marketing_events(self) -> list[dict[str, Any]]:
        """A copy of the stored marketing events as HubSpot's JSON and the external ids, in order of creation."""
        with self._state.lock:
            return copied(list(self._state.endpoints[self.number].marketing.records.values()))

    @property
    def writes(self) -> list[Write]:
        """Every input that was written, in that order, those that were replaced later included."""
        self._state.expect_recording()
        with self._state.lock:
            return [write for write in self._state.app.writes if write.account == self.number]

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request whose token names this account, in the order in which they were decided on."""
        self._state.expect_recording()
        with self._state.lock:
            return [request for request in self._state.requests if request.account == self.number]

    @property
    def counts(self) -> Counts:
        """What arrived, in numbers."""
        with self._state.lock:
            endpoints = self._state.endpoints[self.number]
            return Counts(
                answers=dict(self._state.answers[self.number]),
                most_in_ten_seconds=self._state.limits[self.number].most_in_ten_seconds,
                others=self._state.limits[self.number].others,
                writes=endpoints.written,
                timeline_events=endpoints.timeline.count,
                marketing_events=len(endpoints.marketing.records),
                refreshes=self._state.oauth.refreshes[self.number],
            )

    def missing(
        self, ids: Collection[str], *, event_template_id: str | None = None, event_type_name: str | None = None
    ) -> list[str]:
        """Return those of the ids that no timeline event has, of an event template or of an event type.

        Raises ValueError unless one of the two is given.
        """
        kind: Kind = "eventTemplateId" if event_type_name is None else "eventTypeName"
        name = event_template_id if event_type_name is None else event_type_name
        if name is None or None not in (event_template_id, event_type_name):
            raise ValueError("Either event_template_id or event_type_name is needed")
        with self._state.lock:
            timeline = self._state.endpoints[self.number].timeline
            return [event_id for event_id in ids if not timeline.has(kind, name, event_id)]

    def use_quota(self, requests: int) -> None:
        """Let somebody else send so many requests to this account now, or as many of them as its limits still allow.

        They count for the ten seconds and for the day, and nothing else is seen of them. Raises ValueError when there
        are less than none.
        """
        if requests < 0:
            raise ValueError(f"Somebody else cannot send {requests} requests")
        with self._state.lock:
            self._state.limits[self.number].use(requests)

    def share_quota(self, requests_per_second: float) -> None:
        """Let somebody else send requests to this account at this steady rate, by the clock ``now``, until ``reset``.

        They count like those of ``use_quota``; what the limits do not allow is lost. A rate of 0 ends it. Raises
        ValueError when the rate is below that, or so high that the server would do nothing but count.
        """
        if not 0 <= requests_per_second <= HIGHEST_RATE:
            raise ValueError(
                f"Somebody else cannot send {requests_per_second} requests per second, but from 0 to {HIGHEST_RATE}"
            )
        with self._state.lock:
            self._state.limits[self.number].share(requests_per_second)
