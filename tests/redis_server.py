"""A real Redis for the tests that need one: Debian's `redis-server`, on a free port of the loopback interface."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import redis
from redis.cluster import RedisCluster


@contextmanager
def redis_server(folder: Path, port: int = 0, *more: str) -> Iterator[str]:
    """Run a Redis that keeps nothing on disk, with more options, and give its address."""
    for _ in range(5):  # another process may take the port first
        if not port:
            port = _free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *more]
        with subprocess.Popen(["redis-server", *options], stdout=subprocess.PIPE, text=True) as server:
            try:
                if server.stdout and any("Ready to accept connections" in line for line in server.stdout):
                    yield f"redis://127.0.0.1:{port}/0"
                    return
            finally:
                server.terminate()
        port = 0
    raise RuntimeError("redis-server does not start")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis that all tests share. Without `redis-server` they are skipped, but fail in CI."""
    if not shutil.which("redis-server"):
        reason = "redis-server is not installed (apt-get install redis-server)"
        pytest.fail(reason) if os.environ.get("CI_REQUIRES_SERVICES") == "1" else pytest.skip(reason)
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[redis.Redis]:
    """A client of that Redis, which is empty."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
        yield client


@pytest.fixture(scope="session")
def redis_cluster(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    """A client of a cluster of three, each with a third of the keys."""
    assert redis_url  # or this is skipped
    with ExitStack() as stack:
        nodes, url = [], ""
        for _ in range(3):
            bus = str(_free_port())  # at which the nodes talk to each other
            options = ["--cluster-enabled", "yes", "--cluster-port", bus]
            url = stack.enter_context(redis_server(tmp_path_factory.mktemp("node"), 0, *options))
            nodes.append(f"{url.removeprefix('redis://').removesuffix('/0')}@{bus}")
        subprocess.run(
            ["redis-cli", "--cluster", "create", *nodes, "--cluster-yes"], check=True, stdout=subprocess.PIPE
        )
        with RedisCluster.from_url(url) as client:
            yield client
