"""A real PostgreSQL for the tests that need one: Debian's, with a folder of its own, on a free port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

# Debian keeps what is not for everybody out of the PATH.
_FOLDERS = [os.environ.get("PATH", os.defpath), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
_PG_CTL = shutil.which("pg_ctl", path=os.pathsep.join(_FOLDERS))


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Run a PostgreSQL that is not careful with the disk, and give the address of its database for SQLAlchemy."""
    # It refuses to run as root, for which Debian's package has made another user.
    is_root = os.geteuid() == 0
    user: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if is_root else {}

    def pg_ctl(*arguments: str) -> bool:
        command = [str(_PG_CTL), "-D", f"{folder}/data", *arguments]
        done = subprocess.run(command, check=False, cwd=folder, stdout=subprocess.DEVNULL, **user)
        return done.returncode == 0

    with tempfile.TemporaryDirectory() as folder:  # pytest's own are for nobody else
        if is_root:
            shutil.chown(folder, "postgres")
        if not pg_ctl("init", "-o", "--username=tests --auth=trust --no-sync"):
            raise RuntimeError("PostgreSQL makes no database")
        for _ in range(5):  # another process may take the port first
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            if pg_ctl("start", "-w", "-l", f"{folder}/log", "-o", f"-F -h 127.0.0.1 -p {port} -k ''"):
                try:
                    yield f"postgresql+psycopg://tests@127.0.0.1:{port}/postgres"
                finally:
                    pg_ctl("stop", "-w", "-m", "immediate")
                return
    raise RuntimeError("PostgreSQL does not start")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL that all tests share. Without one they are skipped, but fail in CI."""
    if not _PG_CTL:
        reason = "PostgreSQL is not installed (apt-get install postgresql)"
        pytest.fail(reason) if os.environ.get("CI_REQUIRES_SERVICES") == "1" else pytest.skip(reason)
    with postgresql_server() as url:
        yield url
