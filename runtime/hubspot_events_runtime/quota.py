"""The quota of one account that processes and machines share: what is known of it, and who may send when.

The rules are those of `RateLimiter`, for holders of a place that may die: a place in the line is lost when its holder
does not ask again in time, and that of a request under way when no answer can come any more. They stand here for stores
that hand out a text under a lock, and in `redis_quota.py` in Lua, line by line.

All times are those of the store, so that the clocks of the processes are of no matter. They never go back: where the
store's clock does, it is waited for, or, when it was set back by more than some seconds, `shift` makes up for it.
"""

from __future__ import annotations

import json
from bisect import insort
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

import attrs

from .rate_limiter import BEHIND, DAY, MARGIN, PUBLIC_APP, WINDOW

#: Seconds that a try takes at the longest, after which the place of one that was never answered comes free.
LONGEST_TRY = 60.0

#: Seconds that who waits may ask too late, before those behind go on without them.
GRACE = 0.25

#: No number that is written is as large: not a Unix time, nor a count.
BEYOND = 1e12

#: Seconds by which two clocks may differ, where a database of one's own tells the time of whichever machine asks.
SKEW = 5.0


class Asking(NamedTuple):
    """Somebody asks whether a request may go out.

    Attributes:
        id: The id of the request.
        number: Its place in the line, as it was told; 0 for who asks first.
        is_bulk: Whether it goes after single calls.
        own_limit: How many requests may go out in a window, if HubSpot allows no less; 0 for all that HubSpot allows.
        max_today: How many requests may go out today; 0 for any number.
    """

    id: str
    number: int
    is_bulk: bool
    own_limit: int
    max_today: int


class Told(NamedTuple):
    """What somebody who asks is told.

    Attributes:
        wait: The seconds after which to ask again; 0.0 when the request may go out now, below 0 when not today.
        number: The place in the line.
        limit: How many requests may go out in a window, as far as is known.
        window: How many seconds that is.
        today: How many requests went out today.
    """

    wait: float
    number: int
    limit: int
    window: float
    today: int


class Ended(NamedTuple):
    """A request was answered or lost, or has left the line.

    Attributes:
        id: The id of the request.
        was_out: Whether it had gone out.
        age: How many seconds ago that was.
        limit: How many requests HubSpot allows in a window, by the answer; 0 where it does not say.
        used: How many of them HubSpot had counted; below 0 where it does not say.
        window: How many seconds the window is long; 0.0 where it does not say.
        hold: For how many seconds nothing is to go out; below 0 for as long as the window is.
    """

    id: str
    was_out: bool
    age: float = 0.0
    limit: int = 0
    used: int = -1
    window: float = 0.0
    hold: float = 0.0


class QuotaEntry(Protocol):
    """What is known of the quota of one account, while its lock is held."""

    def read(self) -> str | None:
        """Return the text that was written last, or None where there is none."""
        ...

    def write(self, text: str) -> None:
        """Write a text, of some kilobytes."""
        ...

    def time(self) -> float:
        """Return the time in Unix seconds: that of the database, where several machines use it."""
        ...


class QuotaStore(Protocol):
    """A database that several processes use, for `SharedRateLimiter`.

    All that is asked of it for a request is asked in one thread after the other, which for async clients is none of the
    event loop. What it raises says that it is away.
    """

    def lock(self, account: str) -> AbstractContextManager[QuotaEntry]:
        """Return a context manager: who is in it is the only one, of all processes, for this account.

        It is held for less than a millisecond, and has to be free again when its process is killed. What was written is
        there for the next one; after a crash of the machine it need not be.
        """
        ...


class Quota(Protocol):
    """The rules, in a store."""

    def ask(self, account: str, asking: Asking) -> Told:
        """Return whether a request may go out, or when to ask again."""
        ...

    def end(self, account: str, ended: Ended) -> None:
        """Take in that a request is over."""
        ...


class LockedQuota:
    """The rules on a store that hands out a text under a lock."""

    def __init__(self, store: QuotaStore) -> None:
        self._store = store

    def ask(self, account: str, asking: Asking) -> Told:
        """Return whether a request may go out, or when to ask again."""
        with self._store.lock(account) as entry:
            state = State.parsed(entry.read())
            told = state.ask(asking, entry.time())
            entry.write(state.text())
            return told
        raise RuntimeError("the lock of the store hides what goes wrong in it")

    def end(self, account: str, ended: Ended) -> None:
        """Take in that a request is over."""
        with self._store.lock(account) as entry:
            state = State.parsed(entry.read())
            state.end(ended, entry.time())
            entry.write(state.text())


@attrs.define(slots=False, eq=False, repr=False)  # nobody compares one
class State:
    """What is known of the quota of one account."""

    untils: list[float] = attrs.Factory(list)  # when each request that was answered counts no longer, in order
    out: list[tuple[str, float]] = attrs.Factory(list)  # requests under way, and when each was let out, in order
    line: list[tuple[str, int, bool, float]] = attrs.Factory(list)  # id, number, is bulk, has to ask again until
    number: int = 0  # the last one in the line
    limit: int = 0  # HubSpot's; 0 until it is known
    window: float = WINDOW
    others: int = 0  # requests that are not ours, as the last answer said
    seen: float = 0.0  # when that was
    held: float = 0.0  # nothing goes out until then
    next_bulk: float = 0.0
    day: int = 0
    today: int = 0
    last: float = 0.0  # when it was asked last
    shift: float = 0.0  # how far the clock was set back

    @classmethod
    def parsed(cls, text: str | None) -> State:
        """Return what a text says; a new one where it is none of ours."""
        try:
            state = cls(**json.loads(text or "{}"))
            return state if state._is_ours() else cls()
        except (ValueError, TypeError, RecursionError):
            return cls()

    def _is_ours(self) -> bool:
        """Whether the rules can work with what was read; raises TypeError or ValueError where it is of another form."""
        numbers = [self.number, self.limit, self.window, self.others, self.seen, self.held, self.next_bulk]
        numbers += [self.day, self.today, self.last, self.shift, *self.untils, *(at for _, at in self.out)]
        numbers += [either for _, number, _, at in self.line for either in (number, at)]
        # NaN is not below anything.
        is_in_range = all(abs(number) < BEYOND for number in numbers)
        return is_in_range and self.window > 0 and self.limit % 1 == 0 and min(self.limit, self.day, self.today) >= 0

    def text(self) -> str:
        """Return what `parsed` reads."""
        return json.dumps(self.__dict__, separators=(",", ":"))

    def ask(self, asking: Asking, time: float) -> Told:
        """Let a request out, or put it into the line."""
        now = self._advance(time)
        if int(now // DAY) != self.day:
            self.day, self.today = int(now // DAY), 0
        limit = min(self.limit or asking.own_limit or PUBLIC_APP, asking.own_limit or 1_000_000)
        number, wait = asking.number, 0.0
        if any(one[0] == asking.id for one in self.out):
            pass  # asked twice, as the answer was lost
        elif asking.max_today and self.today >= asking.max_today:
            wait = -1.0
        else:
            # A number that was never given is of a store that has forgotten it.
            if not number or number > self.number:
                self.number += 1
                number = self.number
            wait = self._wait(asking, number, limit, now)
            self.line = [one for one in self.line if one[0] != asking.id]
            if wait > 0:
                self.line.append((asking.id, number, asking.is_bulk, now + wait + GRACE))
            else:
                self.out.append((asking.id, now))
                self.today += 1
                if asking.is_bulk:
                    self.next_bulk = max(self.next_bulk, now - BEHIND) + self._pace(limit, now)
        return Told(wait, number, limit, self.window, self.today)

    def end(self, ended: Ended, time: float) -> None:
        """Take a request out of the line, or let it count for one more window after its answer."""
        now = self._advance(time)
        if ended.limit > 0:
            self.limit = ended.limit
            self.window = ended.window or self.window
            if ended.used >= 0:
                self.seen, self.others = now, self._others_of(ended)
        if ended.hold:
            self.held = max(self.held, now + (self.window if ended.hold < 0 else ended.hold))
        self.line = [one for one in self.line if one[0] != ended.id]
        self.out = [one for one in self.out if one[0] != ended.id]
        if ended.was_out:
            insort(self.untils, now - ended.age + self.window)

    def _advance(self, time: float) -> float:
        """Let go of what counts no longer; return the time."""
        if self.last - time - self.shift > SKEW:
            self.shift = self.last - time
        now = self.last = max(self.last, time + self.shift)
        self.untils = [at for at in self.untils if at > now]
        self.out = [one for one in self.out if one[1] + LONGEST_TRY + self.window > now]
        self.line = [one for one in self.line if one[3] > now]
        return now

    def _wait(self, asking: Asking, number: int, limit: int, now: float) -> float:
        """Return the seconds after which a request can go out, or is to ask again."""
        # But for a 429, none is longer than the window: by then those ahead may have left, and others have ended.
        before = [one for one in self.line if one[2] == asking.is_bulk and one[1] < number]
        ahead, wait = len(before), self.held - now
        if asking.is_bulk:
            wait = max(wait, min(self.next_bulk + ahead * self._pace(limit, now) - now, self.window))
            ahead += sum(not one[2] for one in self.line)
        lacking = ahead + 1 + len(self.out) + len(self.untils) - self._room(limit, now)
        if lacking > 0:
            if not self.untils:  # nothing of ours comes free by itself
                return max(wait, self.window / limit)
            place = (lacking - 1) % len(self.untils)  # those beyond ask again, at several times
            wait = max(wait, self.untils[place] - now, 0.001)
        return max(wait, 0.0)

    def _others_of(self, ended: Ended) -> int:
        """Return how many of the requests that HubSpot counts in its window are not ours."""
        if ended.used <= len(self.untils) + len(self.out):
            return 0
        # There are some. Of ours, those that were let out later did not count yet.
        mine = next((at for id_, at in self.out if id_ == ended.id), 0.0)
        return max(1, ended.used - len(self.untils) - sum(at <= mine for _, at in self.out))

    def _room(self, limit: int, now: float) -> int:
        """Return how many requests of ours may count at once."""
        age = (now - self.seen) / self.window
        if not self.others or age >= 1:
            return limit
        others = self.others + MARGIN + min(1, int(self.others * age))
        return max(0, min(limit, (self.limit or limit) - others))

    def _pace(self, limit: int, now: float) -> float:
        """Return the seconds between two bulk requests."""
        return self.window / max(1, self._room(limit, now))
