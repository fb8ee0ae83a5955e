"""When a request may go out, so that HubSpot's rate limit is known before it is reached: a decision, without waiting.

pyrate-limiter and limits were looked at first. Both count a request when it is let out, and not for as long as HubSpot
may still count it; neither lets an answer correct the count, holds everybody back after a 429, or lets one request go
before another; both wait by themselves, in threads and in asyncio alone.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, NamedTuple
from weakref import WeakSet

from .errors import HubSpotError, InputError, shown

#: What HubSpot lets a public app do in any ten seconds on each account that installed it: the least that any app has.
PUBLIC_APP = 110

_NO_LIMIT = 1_000_000_000

WINDOW = 10.0  # seconds, unless an answer says otherwise
DAY = 86_400
LONGEST_HOLD = 60.0  # seconds that a 429 holds back others; whoever then asks is told for themselves
_FEW = 10  # requests that go out before an answer says what the limit is
_UNTOLD = 1.0  # seconds after which they are no longer waited for
_LOOK = 0.05  # seconds from one look for that answer to the next
BEHIND = 0.2  # seconds that bulk requests may fall behind their even pace and catch up with
MARGIN = 3  # requests that are left to others, where there are any, for what they do while nobody looks

_MAX = "x-hubspot-ratelimit-max"
_REMAINING = "x-hubspot-ratelimit-remaining"
_INTERVAL = "x-hubspot-ratelimit-interval-milliseconds"


class DailyQuotaError(HubSpotError):
    """The requests of `max_requests_today` are used up. Nothing was sent; tomorrow there are new ones."""


class Turn:
    """The place of one request in the line."""

    __slots__ = ("is_bulk", "number", "out_at", "state")

    def __init__(self, number: int, *, is_bulk: bool) -> None:
        self.number = number
        self.is_bulk = is_bulk
        self.out_at = 0.0
        self.state = "waiting"


class _Seen(NamedTuple):
    """What an answer said of requests that are not ours."""

    at: float
    others: int


class _Answered(NamedTuple):
    """A request whose answer came: until when it counts, and the middle of its time, near which HubSpot counted it."""

    until: float
    midway: float


class RateLimiter:
    """The requests of one account, by whichever clients are handed this limiter, in threads and tasks.

    A request counts from when it is let out until its answer is as old as HubSpot's window is long, so that HubSpot,
    which counts it somewhere in between, never counts more than we do. What the headers of an answer say beyond that is
    somebody else's use of the same quota. After a 429 nothing goes out until the window is over.

    Single calls go before those of `create_many` and its like, which keep an even pace, so that all the time a place
    comes free for a single call.
    """

    def __init__(self, requests_per_ten_seconds: int | None = None, *, max_requests_today: int | None = None) -> None:
        """Make a limiter.

        Args:
            requests_per_ten_seconds: How many requests may go out in any ten seconds, where HubSpot allows no less; to
                leave the rest to others. None for all that HubSpot allows: the 110 of a public app until an answer says
                otherwise.
            max_requests_today: How many requests may go out in a day of UTC; then they end with a DailyQuotaError.

        Raises:
            InputError: A number is none from 1.

        """
        check_number("requests_per_ten_seconds", requests_per_ten_seconds)
        check_number("max_requests_today", max_requests_today)
        self._own_limit = requests_per_ten_seconds
        self._max_today = max_requests_today
        self._limit = requests_per_ten_seconds or PUBLIC_APP
        self._limit_of_all = self._limit  # which others use too
        self._window = WINDOW
        self._lock = threading.Lock()
        self._last = 0.0  # when it was asked last
        self._answered: deque[_Answered] = deque()  # those that still count, in order
        self._under_way: set[Turn] = set()
        self._seen = _Seen(0.0, 0)
        self._told_from: float | None = None  # when what answers say is known, or is waited for no longer
        self._held_until = 0.0
        self._next_bulk = 0.0
        self._arrived = [0, 0]  # single calls and bulk requests that lined up, and those that left the line
        self._left = [0, 0]
        self._day = 0
        self._today = 0
        _limiters.add(self)

    def __repr__(self) -> str:
        return f"<RateLimiter {self._limit} requests in {self._window:g} seconds>"

    @property
    def requests_per_ten_seconds(self) -> float:
        """How many requests may go out in ten seconds, as far as is known."""
        return self._limit * 10 / self._window

    def keep_to(self, requests_per_ten_seconds: int) -> None:
        """Let so many requests go out in ten seconds from now on, where HubSpot allows no less."""
        with self._lock:
            self._own_limit = self._limit = self._limit_of_all = requests_per_ten_seconds

    def line_up(self, *, is_bulk: bool = False) -> Turn:
        """Return a place in the line; `leave` gives it back."""
        with self._lock:
            self._arrived[is_bulk] += 1
            return Turn(self._arrived[is_bulk], is_bulk=is_bulk)

    def wait_of(self, turn: Turn, now: float) -> float:
        """Return the seconds after which to ask again, 0.0 when the request may go out now, and counts.

        `now` is in Unix seconds. Raises DailyQuotaError.
        """
        with self._lock:
            self._advance(now)
            self._check_today(now)
            wait = self._wait_of(turn, now)
            if wait <= 0:
                if self._told_from is None:
                    self._told_from = now + _UNTOLD
                turn.out_at = now
                self._under_way.add(turn)
                self._today += 1
                self._leave_line(turn, "under way")
                if turn.is_bulk:
                    self._next_bulk = max(self._next_bulk, now - BEHIND) + self._pace(now)
                return 0.0
            return wait

    def asking(self, turn: Turn, now: float) -> Generator[Callable[[], Any], Any, float]:
        """Yield no step, as there is no I/O, and return `wait_of`."""
        yield from ()
        return self.wait_of(turn, now)

    def telling(self, _: float) -> Iterable[Callable[[], None]]:
        """Return no step, as nobody is to be told of those that left."""
        return ()

    def leave(self, turn: Turn, now: float) -> None:
        """Give up a place, be it in the line or of a request whose answer came, or was lost."""
        with self._lock:
            if turn.state == "under way":
                self._under_way.discard(turn)
                self._answered.append(_Answered(now + self._window, (turn.out_at + now) / 2))
            self._leave_line(turn, "over")

    def learn(self, turn: Turn, headers: Mapping[str, str], now: float) -> None:
        """Take in what an answer says of the limit, by lower-case name of the header; before `leave`."""
        limit, remaining, interval = said(headers)
        with self._lock:
            self._told_from = 0.0
            if not limit:
                return
            self._advance(now)
            self._window = interval / 1000 if interval else self._window
            self._limit_of_all = limit
            self._limit = min(limit, self._own_limit or limit)
            if remaining is not None:
                self._seen = _Seen(now, self._others_of(turn, limit - remaining, now))

    def hold_back(self, seconds: float | None, now: float) -> None:
        """Let nothing out for a while, after a 429; for as long as the window is, where it does not say."""
        with self._lock:
            seconds = self._window if seconds is None else min(seconds, LONGEST_HOLD)
            self._held_until = max(self._held_until, now + seconds)

    def _others_of(self, turn: Turn, used: int, now: float) -> int:
        """Return how many of the requests that HubSpot counts in its window are not ours."""
        if used <= len(self._answered) + len(self._under_way):
            return 0
        # There are some. As to how many, each of ours is taken to have counted midway between going out and its answer.
        midway = (turn.out_at + now) / 2
        own = sum(one.midway > midway - self._window for one in self._answered)
        return max(1, used - own - sum(other.out_at <= turn.out_at for other in self._under_way))

    def _advance(self, now: float) -> None:
        """Let go of what counts no longer."""
        if now < self._last:  # the clock was set back, and all that is known with it
            back = self._last - now
            self._answered = deque(_Answered(one.until - back, one.midway - back) for one in self._answered)
            self._seen = self._seen._replace(at=self._seen.at - back)
            self._held_until -= back
            if self._told_from:
                self._told_from -= back
            self._next_bulk -= back
        self._last = now
        while self._answered and self._answered[0].until <= now:
            self._answered.popleft()

    def _check_today(self, now: float) -> None:
        if self._max_today is None:
            return
        day = int(now // DAY)
        if day != self._day:
            self._day, self._today = day, 0
        if self._today >= self._max_today:
            raise DailyQuotaError(f"the {self._max_today} requests of max_requests_today are used up")

    def _wait_of(self, turn: Turn, now: float) -> float:
        # But for a 429, none is longer than the window: by then those ahead may have left, and others have ended.
        ahead = max(0, turn.number - self._left[turn.is_bulk] - 1)
        wait = self._held_until - now
        if self._told_from and now < self._told_from and len(self._under_way) >= _FEW:
            wait = max(wait, _LOOK)
        if turn.is_bulk:
            wait = max(wait, min(self._next_bulk + ahead * self._pace(now) - now, self._window))
            ahead += self._arrived[False] - self._left[False]
        lacking = ahead + 1 + len(self._under_way) + len(self._answered) - self._room(now)
        if lacking <= 0:
            return wait
        if not self._answered:  # nothing of ours comes free by itself
            return max(wait, self._window / self._limit)
        place = (lacking - 1) % len(self._answered)  # those beyond ask again, at several times
        return max(wait, self._answered[place].until - now, 0.001)

    def _room(self, now: float) -> int:
        """Return how many requests of ours may count at once."""
        others = self._others(now)
        return max(0, min(self._limit, self._limit_of_all - others))

    def _others(self, now: float) -> int:
        others, age = self._seen.others, (now - self._seen.at) / self._window
        return others + MARGIN + min(1, int(others * age)) if others and age < 1 else 0

    def _pace(self, now: float) -> float:
        """Return the seconds between two bulk requests."""
        return self._window / max(1, self._room(now))

    def _leave_line(self, turn: Turn, state: str) -> None:
        if turn.state == "waiting":
            self._left[turn.is_bulk] += 1
        turn.state = state

    def _forked(self) -> None:
        """Let go of what threads do that the new process does not have."""
        self._lock = threading.Lock()
        self._under_way.clear()
        self._left = self._arrived.copy()


_limiters: WeakSet[RateLimiter] = WeakSet()


def _forked() -> None:
    for limiter in _limiters:
        limiter._forked()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forked)


def default_limiter(base_url: str) -> RateLimiter:
    """Return the limiter of a client that is given none.

    A server on this machine, which alone plain http goes to, is none of HubSpot's but stands in for it: it has no limit
    until it tells of one.
    """
    limiter = RateLimiter()
    if base_url.startswith("http://"):
        limiter._limit = limiter._limit_of_all = _NO_LIMIT
    return limiter


def check_number(name: str, value: int | None) -> None:
    """Raise an InputError for what is no number of requests."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise InputError(name, f"must be a whole number from 1, or None, not {shown(value)}")


def said(headers: Mapping[str, str]) -> tuple[int | None, int | None, int | None]:
    """Return what headers say of the limit: how many requests, how many of them are left, in how many milliseconds."""
    return _number(headers.get(_MAX)), _number(headers.get(_REMAINING)), _number(headers.get(_INTERVAL))


def _number(text: str | None) -> int | None:
    """Return the whole number of a header, None for what is none."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None
