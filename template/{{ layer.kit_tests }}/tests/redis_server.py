"""A Redis of the tests' own, from the `redis-server` of this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NotYet

from .ports import free_port


@contextmanager
def running(
    port: int | None = None, *arguments: str
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Start it, on a free port unless one is named; stop it afterwards. `arguments` win."""
    program = shutil.which("redis-server")
    if program is None:
        missing = "redis-server is not on PATH: what needs Redis was not tested"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    port = port or free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", "/tmp"]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL) as server:
        try:
            _wait(port, server)
            yield f"redis://127.0.0.1:{port}/0", server
        finally:
            server.terminate()


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = monotonic() + 60
    with Redis(port=port) as client:
        while monotonic() < deadline:
            assert server.poll() is None, "redis-server ended at once."
            try:
                client.ping()
            except NotYet:
                sleep(0.05)
            else:
                return
    raise TimeoutError("redis-server did not respond within a minute.")
