"""A limiter whose state lies where processes and machines share it: the face of `RateLimiter`, over a store.

The stores of pyrate-limiter (SQLite, Redis, Postgres) and limits (Redis, and no database) were looked at: each is a log
of when requests were let out, by the clock of who asks. In none of them a request can count until its answer is old, a
place be waited for in a line or come free when its holder died, one answer hold back or correct all.

A request takes two commands of a store where it need not wait: one before it goes out, one after its answer. One that
waits takes another each time it asks again, mostly once.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from functools import partial
from time import monotonic
from typing import Any, Literal, TypeAlias

from .errors import HubSpotError, InputError, is_text, one_line, shown, type_name
from .quota import Asking, Ended, LockedQuota, Quota, QuotaStore
from .rate_limiter import DAY, LONGEST_HOLD, PUBLIC_APP, WINDOW, DailyQuotaError, RateLimiter, Turn, check_number, said
from .redis_quota import RedisQuota

logger = logging.getLogger("hubspot_events")

_SLOWLY = 10  # what part of the quota each process uses while the store is away
_LOOK = 2.0  # seconds after which somebody looks whether the store is back


class QuotaStoreError(HubSpotError):
    """The store of a `SharedRateLimiter` is away, which is to stop requests then. Nothing was sent.

    What the store raised is the ``__cause__``.
    """


class SharedTurn:
    """The place of one request in the line of all processes."""

    __slots__ = ("id", "is_asked", "is_bulk", "is_out", "number", "said", "slow")

    def __init__(self, *, is_bulk: bool) -> None:
        self.id = os.urandom(8).hex()
        self.is_bulk = is_bulk
        self.is_asked = False  # whether the store knows of it
        self.is_out = False
        self.number = 0
        self.said: tuple[int, int, float] = (0, -1, 0.0)  # as in `Ended`
        self.slow: Turn | None = None  # its place in the line of this process, while the store is away


class SharedRateLimiter:
    """The requests of one account, by all processes and machines that use the same store.

    It does for them what `RateLimiter` does for the clients of one process. The limit counts for all of them together,
    and so do what HubSpot's headers say, the pace of `create_many` and its like, and a 429, which holds back everybody.
    All waits are told by the store, by its own clock, so that those of the machines may differ.

    The place of a process that died is free again a quarter of a second after its turn in the line has come, and, where
    its request was under way, when no answer can come any more: after a minute and HubSpot's window. A try that takes
    longer, with a `timeout` beyond 30 seconds, does not count in between.

    It can be pickled, for a queue of jobs, and goes along with a fork: each process makes its own connection.
    """

    def __init__(
        self,
        store: RedisQuota | QuotaStore,
        account: str,
        requests_per_ten_seconds: int | None = None,
        *,
        max_requests_today: int | None = None,
        when_away: Literal["slow", "stop"] = "slow",
    ) -> None:
        """Make a limiter.

        Args:
            store: `RedisQuota`, `SQLiteQuota`, or a `QuotaStore` of one's own.
            account: What tells the account from others, such as its hub id; the same in all processes, and never a
                token, which changes.
            requests_per_ten_seconds: How many requests may go out in any ten seconds, by all processes together, where
                HubSpot allows no less; to leave the rest to others. None for all that HubSpot allows: the 110 of a
                public app until an answer says otherwise.
            max_requests_today: How many requests may go out in a day of UTC, by all processes together; then they end
                with a DailyQuotaError.
            when_away: What becomes of requests while the store is away: ``"slow"`` lets each process send a tenth of
                the quota, and ``"stop"`` ends them with a QuotaStoreError before they are sent.

        Raises:
            InputError: An argument is of no use; the error names it.

        """
        if not isinstance(store, RedisQuota) and not callable(getattr(store, "lock", None)):
            raise InputError("store", f"must be a RedisQuota, an SQLiteQuota or a QuotaStore, not {type_name(store)}")
        if not is_text(account):
            raise InputError("account", f"must be text, such as the hub id, not {shown(account)}")
        if when_away not in ("slow", "stop"):
            raise InputError("when_away", f'must be "slow" or "stop", not {shown(when_away)}')
        check_number("requests_per_ten_seconds", requests_per_ten_seconds)
        check_number("max_requests_today", max_requests_today)
        self._arguments = store, account, requests_per_ten_seconds, max_requests_today, when_away
        self._store = store
        self._account = account
        self._own_limit = requests_per_ten_seconds or 0
        self._max_today = max_requests_today or 0
        self._stops = when_away == "stop"
        self._quota: Quota = store if isinstance(store, RedisQuota) else LockedQuota(store)
        self._known = (self._own_limit or PUBLIC_APP, WINDOW)  # the limit and the window, as told last
        self._today = (0, 0)  # the day, and how many requests went out, as far as is known here
        self._slowly = RateLimiter(max(1, self._known[0] // _SLOWLY))
        self._away: tuple[float, Exception] | None = None  # when it was looked for last, and what it raised
        # What the store was not told yet, and when it was. Bounded: what is older counts no longer.
        self._untold: deque[tuple[Ended, float]] = deque(maxlen=1000)
        self._holds: deque[float] = deque()

    def __repr__(self) -> str:
        limit, window = self._known
        return f"<SharedRateLimiter {limit} requests in {window:g} seconds, account {self._account}, {self._store!r}>"

    def __getstate__(self) -> tuple[Any, ...]:
        return self._arguments

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        store, account, requests_per_ten_seconds, max_requests_today, when_away = state
        SharedRateLimiter.__init__(
            self,
            store,
            account,
            requests_per_ten_seconds,
            max_requests_today=max_requests_today,
            when_away=when_away,
        )

    @property
    def requests_per_ten_seconds(self) -> float:
        """How many requests may go out in ten seconds, by all processes together, as far as is known."""
        limit, window = self._known
        return limit * 10 / window

    def line_up(self, *, is_bulk: bool = False) -> SharedTurn:
        """Return a place in the line; `leave` gives it back."""
        return SharedTurn(is_bulk=is_bulk)

    def wait_of(self, turn: SharedTurn, now: float) -> float:
        """Return the seconds after which to ask again, 0.0 when the request may go out now, and counts.

        Asks the store. `now` is the time of this process, in Unix seconds; nothing hangs on it but the work without the
        store. Raises DailyQuotaError, QuotaStoreError.
        """
        if self._is_to_be_asked(now):
            began = monotonic()
            asking = Asking(turn.id, turn.number, turn.is_bulk, self._own_limit, self._max_today)
            try:
                self._tell(now)
                turn.is_asked = True
                told = self._quota.ask(self._account, asking)
            except Exception as error:  # noqa: BLE001 - a database's own, whichever it is
                self._went(error, now + monotonic() - began)
            else:
                self._came()
                if turn.slow:
                    self._slowly.leave(turn.slow, now)
                    turn.slow = None
                turn.number = told.number
                if told[2:4] != self._known:
                    self._known = told.limit, told.window
                    self._slowly.keep_to(max(1, told.limit // _SLOWLY))
                self._today = int(now // DAY), told.today
                if told.wait < 0:
                    raise self._over()
                turn.is_out = told.wait == 0
                return told.wait
        return self._wait_without(turn, now)

    def asking(self, turn: SharedTurn, now: float) -> Generator[Callable[[], Any], Any, float]:
        """Yield the step that calls `wait_of`, and return what that does."""
        wait: float | HubSpotError = yield partial(self._wait_or_error, turn, now)
        if isinstance(wait, HubSpotError):
            raise wait
        return wait

    def _wait_or_error(self, turn: SharedTurn, now: float) -> float | HubSpotError:
        """Return what a driver sends back in: the wait, or an error for the generator to raise."""
        try:
            return self.wait_of(turn, now)
        except HubSpotError as error:
            return error

    def learn(self, turn: SharedTurn, headers: Mapping[str, str], now: float) -> None:
        """Take in what an answer says of the limit, by lower-case name of the header; before `leave`."""
        limit, remaining, interval = said(headers)
        if limit:
            used = -1 if remaining is None else limit - remaining
            turn.said = limit, used, (interval or 0) / 1000
        if turn.slow:
            self._slowly.learn(turn.slow, headers, now)

    def hold_back(self, seconds: float | None, now: float) -> None:
        """Let nothing out for a while, after a 429; for as long as the window is, where it does not say."""
        self._holds.append(-1.0 if seconds is None else min(seconds, LONGEST_HOLD))
        self._slowly.hold_back(seconds, now)

    def leave(self, turn: SharedTurn, now: float) -> None:
        """Give up a place, be it in the line or of a request whose answer came, or was lost.

        The store hears of it by `tell`, or else with what it is asked next.
        """
        if turn.slow:
            self._slowly.leave(turn.slow, now)
            turn.slow = None
        if turn.is_asked or turn.is_out:
            try:
                hold = self._holds.popleft()
            except IndexError:
                hold = 0.0
            self._untold.append((Ended(turn.id, turn.is_out, 0.0, *turn.said, hold), now))
            turn.is_asked = turn.is_out = False

    def tell(self, now: float) -> None:
        """Tell the store of those that left, if it is there."""
        if self._untold and self._is_to_be_asked(now):
            began = monotonic()
            try:
                self._tell(now)
            except Exception as error:  # noqa: BLE001 - as above
                self._went(error, now + monotonic() - began)
            else:
                self._came()

    def telling(self, now: float) -> Iterable[Callable[[], None]]:
        """Return the step that calls `tell`."""
        return (partial(self.tell, now),)

    def _tell(self, now: float) -> None:
        while self._untold:
            try:
                ended, at = self._untold.popleft()
            except IndexError:  # another thread tells it
                return
            try:
                self._quota.end(self._account, ended._replace(age=max(0.0, now - at)))
            except BaseException:
                self._untold.appendleft((ended, at))
                raise

    def _is_to_be_asked(self, now: float) -> bool:
        """Whether the store is there, or somebody has to look whether it is back."""
        if self._away is None:
            return True
        at, error = self._away
        if abs(now - at) < _LOOK:
            return False
        self._away = now, error  # the others do not wait for who looks
        return True

    def _went(self, error: Exception, now: float) -> None:
        """Take in that the store is away since now, when who asked has waited for it."""
        if self._away is None:
            does = "no request is sent" if self._stops else f"each process sends a tenth of it, {self._slowly!r}"
            logger.warning(
                "The quota of account %s is not to be had: %s until %r answers again (%s: %s)",
                *(self._account, does, self._store, type(error).__name__, one_line(str(error))),
            )
        self._away = now, error

    def _came(self) -> None:
        if self._away is not None:
            self._away = None
            logger.info("The quota of account %s is to be had again from %r", self._account, self._store)

    def _wait_without(self, turn: SharedTurn, now: float) -> float:
        """Return the wait of a request while the store is away."""
        if self._stops:
            cause = self._away and self._away[1]
            reason = f": {type(cause).__name__}: {one_line(str(cause))}" if cause else ""
            raise QuotaStoreError(f"the store of the quota of account {self._account} is away{reason}") from cause
        if int(now // DAY) != self._today[0]:
            self._today = int(now // DAY), 0
        day, today = self._today
        if self._max_today and today >= self._max_today:
            raise self._over()
        if turn.slow is None:
            turn.slow = self._slowly.line_up(is_bulk=turn.is_bulk)
        wait = self._slowly.wait_of(turn.slow, now)
        if wait == 0:
            turn.is_out = True
            self._today = day, today + 1
        return wait

    def _over(self) -> DailyQuotaError:
        return DailyQuotaError(f"the {self._max_today} requests of max_requests_today are used up")


#: What a client asks before each request. What does I/O is a step of the call, for the driver to take.
Limiter: TypeAlias = RateLimiter | SharedRateLimiter
