"""A lock that one process holds, and that ends with the process, however that ends.

It is the operating system's, on a file that holds nothing but the id of the process. That the file is there says
nothing: ``kill -9`` leaves it behind, unlocked.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from contextlib import suppress

# Where the system has them: no link is followed, and no pipe is waited for.
_CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

_TRIES = 20  # 10 ms apart: who only asks holds the lock for a moment

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # nobody can read a byte that is locked; the id stands before it

    def locked(file: int, *, shared: bool = False) -> bool:
        """Lock a file if nobody else has; return whether it is."""
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def locked(file: int, *, shared: bool = False) -> bool:
        """Lock a file if nobody else has; return whether it is."""
        try:
            # Not `lockf`: its locks do not hold within one process, and closing any other file of that name ends them.
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # the second on NFS
            return False
        return True


class HeldError(Exception):
    """Somebody else holds the lock.

    Attributes:
        process: The id of the process, or None where it has not written it yet.

    """

    def __init__(self, process: int | None) -> None:
        super().__init__()
        self.process = process


class FileLock:
    """Holds a lock from when it is made until `release`, or the end of the process.

    Raises:
        HeldError: Another process holds it, or somebody else in this one.
        OSError: The file cannot be written or locked, or is something else than a lock, and is left as it is.

    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._file = _acquired(path)
        try:
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, b"%d" % os.getpid())
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Let go of the lock, and remove its file."""
        with suppress(OSError):
            # On Windows no open file can be removed: not this one, and none that the next has opened meanwhile.
            # Elsewhere the next one finds out that its file is no longer there.
            if sys.platform == "win32":
                os.close(self._file)
                os.unlink(self._path)
            else:
                os.unlink(self._path)
        if sys.platform != "win32":
            os.close(self._file)

    def leave(self) -> None:
        """Leave the lock to the process that this one is a fork of, and with which it is to end."""
        os.close(self._file)


def is_held(path: str) -> bool:
    """Whether somebody holds the lock.

    Raises:
        OSError: The file cannot be opened.

    """
    try:
        file = os.open(path, os.O_RDONLY | _CAREFULLY)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.EMLINK, errno.ENXIO):  # nothing, a link, a socket
            return False
        raise
    try:
        return not locked(file, shared=True)
    finally:
        os.close(file)


def _acquired(path: str) -> int:
    """Return the file, open and locked."""
    process = None
    for _ in range(_TRIES):
        file = _opened(path)
        try:
            if locked(file):
                _check_is_lock(path, file)
                with suppress(FileNotFoundError):  # removed by who held it until now
                    if os.path.samestat(os.fstat(file), os.stat(path)):
                        return file
            else:
                process = _process(file)
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        time.sleep(0.01)
    raise HeldError(process)


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | _CAREFULLY, 0o666)
    except OSError as error:
        raise _other(path) if error.errno in (errno.ELOOP, errno.EMLINK) else error from None


def _check_is_lock(path: str, file: int) -> None:
    """Refuse a file of somebody's: what it has is no number, or zeros that a loss of power has left of one."""
    found = os.read(file, 21) if stat.S_ISREG(os.fstat(file).st_mode) else b"-"
    if len(found) > 20 or found.strip(b"\0").strip(b"0123456789"):
        raise _other(path)


def _other(path: str) -> OSError:
    return OSError(errno.EEXIST, f"{path} is something else than a lock", path)


def _process(file: int) -> int | None:
    written = os.read(file, 20)
    return int(written) if written.isdigit() else None
