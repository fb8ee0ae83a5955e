"""Two places for the tokens of accounts, for the processes of one machine and for many machines."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
from hubspot_events_runtime.errors import InputError, RequestTimeoutError, is_text, read_json, type_name

from ._tokens import TokenEntry, TokenSet, is_usable

_LONGEST_WAIT = 120.0  # seconds for the lock, as for a refresh within one process
_POLL = 0.02  # seconds between two looks at whether the lock is free
_LONGEST_NAME = 200  # bytes of a file's name, with what is appended


class FileTokenStore:
    """Keeps the tokens of each account in a file of a folder, for all processes of one machine.

    The files are readable by their owner alone, and replaced as a whole. The lock is one of the operating system, which
    is free again the moment its process ends, by ``kill -9`` too. Windows has none like it, nor have all file systems
    of a network.

    Args:
        folder: Where to keep them. It is made when it is not there, for its owner alone.

    Raises:
        InputError: This is Windows; or, from a call: a file is not as this class writes it, or the account makes no
            name for a file.
        OSError: From a call: the folder cannot be used.

    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        if os.name != "posix":
            raise InputError(
                "store", "FileTokenStore needs the locks of Unix: take RedisTokenStore, or one of your own"
            )
        if not isinstance(folder, str | os.PathLike):
            raise InputError("folder", f"must be the path of a folder, not {type_name(folder)}")
        self._folder = Path(folder).absolute()  # wherever the process goes

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._folder)!r})"

    @contextmanager
    def lock(self, account: str) -> Generator[TokenEntry]:
        """Be the only one for an account, of all processes of this machine."""
        name = quote(account, safe="") if is_text(account) else ""
        if not name or len(name) > _LONGEST_NAME:
            raise _no_account()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(self._folder / f"{name}.lock"):
            yield _FileEntry(self._folder / f"{name}.json")


@attrs.frozen(eq=False, repr=False)  # nobody compares one
class _FileEntry:
    path: Path

    def read(self) -> TokenSet | None:
        try:
            return _parsed(self.path.read_bytes(), str(self.path))
        except FileNotFoundError:
            return None

    def write(self, tokens: TokenSet) -> None:
        # One name for all, so that a process that is killed leaves no more than that behind.
        new = self.path.with_suffix(".new")
        with open(new, "wb", opener=_private) as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(_text(tokens).encode())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _private(path: str, flags: int) -> int:
    """Open a file, and no link to another, which is its owner's alone when it is new."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


@contextmanager
def _locked(path: Path) -> Generator[None]:
    from hubspot_events_runtime.locks import locked  # noqa: PLC0415 - most who import this package keep no tokens in files

    with open(path, "ab", opener=_private) as file:
        _held.add(file.fileno())
        try:
            until = time.monotonic() + _LONGEST_WAIT
            while not locked(file.fileno()):
                if time.monotonic() > until:
                    raise _busy()
                time.sleep(_POLL)
            yield
        finally:
            _held.discard(file.fileno())


# The files of locks. A child of a fork has them too, and would keep the lock of a parent that was killed.
_held: set[int] = set()


def _let_go() -> None:
    if _held:
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor in _held:
            os.dup2(nothing, descriptor, inheritable=False)
        os.close(nothing)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


class RedisTokenStore:
    """Keeps the tokens of each account in Redis or Valkey, for any number of machines.

    The lock ends by itself some seconds after its holder was killed; a holder that lives prolongs it. One that was away
    for longer, as a paused machine is, does not overwrite what another wrote meanwhile.

    Takes the extra ``redis``: ``pip install "hubspot-events[redis]"``.

    Args:
        client: A `redis.Redis`, for async clients too, which use it in a thread; for a cluster, a
            `redis.cluster.RedisCluster`.
        prefix: What the keys begin with, before the account.
        lock_seconds: After how many seconds the lock of a holder that was killed is free again.

    Raises:
        InputError: An argument is of no use; or, from a call, what Redis has is not as this class writes it.
        redis.RedisError: From a call: Redis cannot be used.

    """

    def __init__(self, client: Any, *, prefix: str = "hubspot-events:tokens:", lock_seconds: float = 10.0) -> None:
        if not callable(getattr(client, "register_script", None)) or hasattr(client, "__aenter__"):
            raise InputError("client", f"must be a redis.Redis, also for async clients, not {type(client).__name__}")
        if not isinstance(lock_seconds, int | float) or not 0.1 <= lock_seconds <= _LONGEST_WAIT:
            raise InputError("lock_seconds", f"must be a number from 0.1 to {_LONGEST_WAIT:.0f}")
        self._client = client
        self._prefix = prefix
        self._seconds = lock_seconds
        self._replace = client.register_script(_REPLACE)
        self._not_owned: Any = import_module("redis.exceptions").LockError

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._prefix}>"

    @contextmanager
    def lock(self, account: str) -> Generator[TokenEntry]:
        """Be the only one for an account, of all that use this Redis."""
        if not is_text(account):
            raise _no_account()
        key = self._prefix + account
        lock = self._client.lock(
            f"{key}:lock", timeout=self._seconds, sleep=_POLL, blocking_timeout=_LONGEST_WAIT, thread_local=False
        )
        if not lock.acquire():
            raise _busy()
        is_done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(lock, is_done), name="hubspot-events lock", daemon=True)
        keeper.start()
        try:
            yield _RedisEntry(self._client, self._replace, key)
        finally:
            is_done.set()
            keeper.join()
            with suppress(self._not_owned):  # it ended by itself
                lock.release()

    def _keep(self, lock: Any, is_done: threading.Event) -> None:
        """Prolong a lock until its holder is done."""
        while not is_done.wait(self._seconds / 3):
            with suppress(Exception):  # what is wrong with Redis, its holder will hear
                lock.reacquire()


# Written on top of what was there, or not at all: then somebody wrote who had the lock after it had ended by itself.
_REPLACE = """
if (redis.call("get", KEYS[1]) or "") == ARGV[1] then redis.call("set", KEYS[1], ARGV[2]) end
"""


class _RedisEntry:
    def __init__(self, client: Any, replace: Any, key: str) -> None:
        self._client = client
        self._replace = replace
        self._key = key
        self._before: bytes | str | None = None

    def _found(self) -> bytes | str:
        return self._client.get(self._key) or ""

    def read(self) -> TokenSet | None:
        self._before = self._found()
        return _parsed(self._before, self._key) if self._before else None

    def write(self, tokens: TokenSet) -> None:
        text = _text(tokens)
        before = self._found() if self._before is None else self._before
        self._replace(keys=[self._key], args=[before, text])
        self._before = text


def _text(tokens: TokenSet) -> str:
    return json.dumps(attrs.asdict(tokens))


def _parsed(text: bytes | str, place: str) -> TokenSet:
    fields = read_json(text.encode() if isinstance(text, str) else text)
    kinds = {"access_token": str, "refresh_token": str, "expires_at": int | float, "expires_in": int | float}
    if isinstance(fields, dict) and all(isinstance(fields.get(name), kind) for name, kind in kinds.items()):
        tokens = TokenSet(**{name: fields[name] for name in kinds})
        if is_usable(tokens):
            return tokens
    raise InputError(
        "store", f"{place} has no tokens as they are written here: remove it, and give OAuthRefresh a refresh_token"
    )


def _no_account() -> InputError:
    return InputError("account", "must be text that tells the account from others, such as its hub id")


def _busy() -> RequestTimeoutError:
    return RequestTimeoutError("the refresh of the access token by another process does not end")
