"""The quota of accounts in Redis or Valkey, for any number of machines: the rules of `quota.py`, in Lua."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from .errors import InputError, type_name
from .quota import BEYOND, GRACE, LONGEST_TRY, SKEW, Asking, Ended, Told
from .rate_limiter import BEHIND, DAY, MARGIN, PUBLIC_APP, WINDOW

_TIMEOUT = 1.0  # seconds to connect, and for an answer, after which Redis is taken to be away
_KEPT = 2 * DAY  # seconds for which Redis keeps what it knows of an account that nobody asks for

# One key for an account, which Redis reads and writes with nobody in between: as `State`, and in its words.
_STATE = f"""
local state = {{
    untils = {{}}, out = {{}}, line = {{}}, number = 0, limit = 0, window = {WINDOW}, others = 0, seen = 0, held = 0,
    next_bulk = 0, day = 0, today = 0, last = 0, shift = 0
}}
local function take(kept)
    local read = cmsgpack.unpack(kept)
    local function check(number) assert(type(number) == 'number' and math.abs(number) < {BEYOND}) end
    for name, value in pairs(state) do
        if type(value) == 'number' then check(read[name]) end
    end
    for _, at in ipairs(read.untils) do check(at) end
    for _, one in ipairs(read.out) do check(one[2]) end
    for _, one in ipairs(read.line) do check(one[2]) check(one[4]) end
    assert(read.window > 0 and read.limit % 1 == 0 and math.min(read.limit, read.day, read.today) >= 0)
    state = read
end
local kept = redis.pcall('GET', KEYS[1])
if type(kept) == 'string' then pcall(take, kept) end  -- what is none of ours is written over

local time = tonumber(ARGV[1])
if not time then
    local parts = redis.call('TIME')
    time = parts[1] + parts[2] / 1000000
end
if state.last - time - state.shift > {SKEW} then state.shift = state.last - time end
local now = math.max(state.last, time + state.shift)
state.last = now

local function only(list, is_kept)
    local rest = {{}}
    for _, one in ipairs(list) do
        if is_kept(one) then rest[#rest + 1] = one end
    end
    return rest
end
local function without(list, id)
    return only(list, function(one) return one[1] ~= id end)
end
local function count(list, counts)
    return #only(list, counts)
end

while state.untils[1] and state.untils[1] <= now do table.remove(state.untils, 1) end
state.out = only(state.out, function(one) return one[2] + {LONGEST_TRY} + state.window > now end)
state.line = only(state.line, function(one) return one[4] > now end)
"""

_WRITE = f"redis.call('SET', KEYS[1], cmsgpack.pack(state), 'EX', {_KEPT})"

_ASK = f"""
{_STATE}
local id, number, is_bulk = ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local own_limit, max_today = tonumber(ARGV[5]), tonumber(ARGV[6])

local limit = state.limit
if limit == 0 then limit = own_limit end
if limit == 0 then limit = {PUBLIC_APP} end
if own_limit > 0 then limit = math.min(limit, own_limit) end

local room, age = limit, (now - state.seen) / state.window
if state.others > 0 and age < 1 then
    local others = state.others + {MARGIN} + math.min(1, math.floor(state.others * age))
    if state.limit > 0 then room = state.limit end
    room = math.max(0, math.min(limit, room - others))
end
local pace = state.window / math.max(1, room)

local function until_out()
    local ahead = count(state.line, function(one) return one[3] == is_bulk and one[2] < number end)
    local wait = state.held - now
    if is_bulk then
        wait = math.max(wait, math.min(state.next_bulk + ahead * pace - now, state.window))
        ahead = ahead + count(state.line, function(one) return not one[3] end)
    end
    local answered = #state.untils
    local lacking = ahead + 1 + #state.out + answered - room
    if lacking > 0 then
        if answered == 0 then return math.max(wait, state.window / limit) end
        wait = math.max(wait, state.untils[(lacking - 1) % answered + 1] - now, 0.001)
    end
    return math.max(wait, 0)
end

local day = math.floor(now / {DAY})
if day ~= state.day then state.day, state.today = day, 0 end
local wait = 0
if count(state.out, function(one) return one[1] == id end) == 0 then
    if max_today > 0 and state.today >= max_today then
        wait = -1
    else
        if number == 0 or number > state.number then
            state.number = state.number + 1
            number = state.number
        end
        wait = until_out()
        state.line = without(state.line, id)
        if wait > 0 then
            state.line[#state.line + 1] = {{id, number, is_bulk, now + wait + {GRACE}}}
        else
            state.out[#state.out + 1] = {{id, now}}
            state.today = state.today + 1
            if is_bulk then state.next_bulk = math.max(state.next_bulk, now - {BEHIND}) + pace end
        end
    end
end
{_WRITE}
return {{string.format('%.17g', wait), number, limit, string.format('%.17g', state.window), state.today}}
"""

_END = f"""
{_STATE}
local id, was_out, age = ARGV[2], ARGV[3] == '1', tonumber(ARGV[4])
local limit, used, window, hold = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

if limit > 0 then
    state.limit = limit
    if window > 0 then state.window = window end
    if used >= 0 then
        state.seen, state.others = now, 0
        if used > #state.untils + #state.out then
            local mine = 0
            for _, one in ipairs(state.out) do
                if one[1] == id then mine = one[2] end
            end
            local earlier = count(state.out, function(one) return one[2] <= mine end)
            state.others = math.max(1, used - #state.untils - earlier)
        end
    end
end
if hold < 0 then hold = state.window end
if hold > 0 then state.held = math.max(state.held, now + hold) end
state.line = without(state.line, id)
state.out = without(state.out, id)
if was_out then
    local at, place = now - age + state.window, #state.untils + 1
    while place > 1 and state.untils[place - 1] > at do place = place - 1 end
    table.insert(state.untils, place, at)
end
{_WRITE}
"""


class RedisQuota:
    """Keeps the quota of each account in Redis or Valkey, for any number of machines.

    It asks in one command for each question, and goes by the clock of Redis. Takes the extra ``redis``:
    ``pip install "hubspot-events[redis]"``.

    Args:
        server: The address, such as ``redis://localhost:6379/0``, or a `redis.Redis`, for async clients too, which use
            it in a thread; for a cluster, a `redis.cluster.RedisCluster`. With an address, Redis is taken to be away
            when it does not answer within a second; a client should have a ``socket_timeout`` for the same. Only with
            an address can it be pickled.
        prefix: What the keys begin with, before the account.
        now: Tells the time, in Unix seconds, in place of Redis; for tests.

    Raises:
        InputError: The server is neither.

    """

    def __init__(
        self, server: Any, *, prefix: str = "hubspot-events:quota:", now: Callable[[], float] | None = None
    ) -> None:
        client = _client(server) if isinstance(server, str) else server
        if not callable(getattr(client, "register_script", None)) or hasattr(client, "__aenter__"):
            raise InputError(
                "server", f"must be an address or a redis.Redis, also for async clients, not {type_name(server)}"
            )
        self._server = server
        self._prefix = prefix
        self._now = now
        self._ask = client.register_script(_ASK)
        self._end = client.register_script(_END)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._prefix}>"

    def __getstate__(self) -> tuple[Any, str, Callable[[], float] | None]:
        return self._server, self._prefix, self._now

    def __setstate__(self, state: tuple[Any, str, Callable[[], float] | None]) -> None:
        server, prefix, now = state
        RedisQuota.__init__(self, server, prefix=prefix, now=now)

    def ask(self, account: str, asking: Asking) -> Told:
        """Return whether a request may go out, or when to ask again."""
        wait, number, limit, window, today = self._run(
            self._ask, account, asking.id, asking.number, int(asking.is_bulk), asking.own_limit, asking.max_today
        )
        return Told(float(wait), int(number), int(limit), float(window), int(today))

    def end(self, account: str, ended: Ended) -> None:
        """Take in that a request is over."""
        self._run(self._end, account, ended.id, int(ended.was_out), *map(repr, ended[2:]))

    def _run(self, script: Any, account: str, *arguments: Any) -> Any:
        return script(keys=[self._prefix + account], args=["" if self._now is None else repr(self._now()), *arguments])


def _client(address: str) -> Any:
    """Return a client for an address."""
    try:
        redis, retries, backoff = map(import_module, ("redis", "redis.retry", "redis.backoff"))
    except ImportError:
        raise InputError("server", 'needs redis-py: pip install "hubspot-events[redis]"') from None
    try:
        # A connection that Redis has closed meanwhile is made anew, once.
        retry = retries.Retry(backoff.NoBackoff(), 1)
        return redis.Redis.from_url(address, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=retry)
    except ValueError:  # which may have the password
        raise InputError("server", "must be an address such as redis://localhost:6379/0") from None
