"""HubSpot's rate limits: so many requests in any ten seconds, so many a day."""

from collections import deque
from collections.abc import Callable

from ._answers import Answer, Refusal, rate_limit_body

WINDOW_SECONDS = 10
DAY_SECONDS = 86_400


class RateLimits:
    """Counts the requests of one account. Not for several threads at once."""

    def __init__(self, per_ten_seconds: int, per_day: int, now: Callable[[], float]) -> None:
        self._per_ten_seconds = per_ten_seconds
        self._per_day = per_day
        self._now = now
        self._arrived: deque[float] = deque()
        self.most_in_ten_seconds = 0
        """The most requests that arrived within ten seconds, those that were refused among them, others' not."""
        self.others = 0
        """How many requests of somebody else were taken."""
        self._recent: deque[float] = deque()
        self._day = 0
        self._today = 0
        self._others_interval = 0.0
        self._others_next = 0.0

    def count(self, *, private_app: bool) -> dict[str, str]:
        """Count a request and return the headers of its answer; the daily limit is for private apps only.

        Raises Refusal, a 429 with those headers, when a limit is reached.
        """
        now = self._now()
        _forget_old(self._arrived, now)
        self._arrived.append(now)
        self.most_in_ten_seconds = max(self.most_in_ten_seconds, len(self._arrived))
        self._let_others_send(now)
        self._forget_old(now)
        if policy := self._reached(private_app=private_app):
            raise Refusal(Answer(429, rate_limit_body(policy), self._headers(private_app=private_app)))
        self._take(now, private_app=private_app)
        return self._headers(private_app=private_app)

    def use(self, requests: int) -> None:
        """Let somebody else send so many requests now, or as many of them as the limits allow."""
        now = self._now()
        self._let_others_send(now)
        self._forget_old(now)
        for _ in range(requests):
            if self._reached(private_app=True):
                break
            self._take(now, private_app=True)
            self.others += 1

    def share(self, requests_per_second: float) -> None:
        """Let somebody else send requests at this rate from now on; 0 ends it."""
        now = self._now()
        self._let_others_send(now)
        self._others_interval = 1 / requests_per_second if requests_per_second else 0.0
        self._others_next = now + self._others_interval

    def _let_others_send(self, now: float) -> None:
        """Make up for what somebody else sent since this was looked at last."""
        while self._others_interval and self._others_next <= now:
            self._forget_old(self._others_next)
            if not self._reached(private_app=True):
                self._take(self._others_next, private_app=True)
                self.others += 1
            self._others_next += self._others_interval

    def _forget_old(self, now: float) -> None:
        _forget_old(self._recent, now)
        if now // DAY_SECONDS != self._day:
            self._day, self._today = int(now // DAY_SECONDS), 0

    def _reached(self, *, private_app: bool) -> str | None:
        """Return the name of the limit that is reached."""
        if private_app and self._today >= self._per_day:
            return "DAILY"
        return "TEN_SECONDLY_ROLLING" if len(self._recent) >= self._per_ten_seconds else None

    def _take(self, now: float, *, private_app: bool) -> None:
        self._recent.append(now)
        self._today += private_app

    def _headers(self, *, private_app: bool) -> dict[str, str]:
        headers = {
            "X-HubSpot-RateLimit-Max": str(self._per_ten_seconds),
            "X-HubSpot-RateLimit-Remaining": str(self._per_ten_seconds - len(self._recent)),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(WINDOW_SECONDS * 1000),
        }
        if private_app:
            headers["X-HubSpot-RateLimit-Daily"] = str(self._per_day)
            headers["X-HubSpot-RateLimit-Daily-Remaining"] = str(self._per_day - self._today)
        return headers


def _forget_old(times: deque[float], now: float) -> None:
    while times and times[0] <= now - WINDOW_SECONDS:
        times.popleft()
