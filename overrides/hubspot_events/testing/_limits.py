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
        self._recent: deque[float] = deque()
        self._day = 0
        self._today = 0

    def count(self, *, private_app: bool) -> dict[str, str]:
        """Count a request and return the headers of its answer; the daily limit is for private apps only.

        Raises Refusal, a 429 with those headers, when a limit is reached.
        """
        now = self._now()
        while self._recent and self._recent[0] <= now - WINDOW_SECONDS:
            self._recent.popleft()
        if now // DAY_SECONDS != self._day:
            self._day, self._today = int(now // DAY_SECONDS), 0

        if private_app and self._today >= self._per_day:
            raise Refusal(Answer(429, rate_limit_body("DAILY"), self._headers(private_app=True)))
        if len(self._recent) >= self._per_ten_seconds:
            body = rate_limit_body("TEN_SECONDLY_ROLLING")
            raise Refusal(Answer(429, body, self._headers(private_app=private_app)))
        self._recent.append(now)
        self._today += private_app
        return self._headers(private_app=private_app)

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
