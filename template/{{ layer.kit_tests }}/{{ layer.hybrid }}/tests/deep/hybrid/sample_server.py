"""Serves `sample` with the server of this project, in a separate process."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from httpx2 import Client

from .serving import LISTENS, command


class Server:
    """`sample` under the server of this project, on a free port."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process = process
        self.log = log
        self.port = int(until(self._find_port))
        self.client = Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)

    def _find_port(self) -> str | None:
        assert self.process.poll() is None, self.log.read_text()
        found = re.search(LISTENS, self.log.read_text())
        return found and found[1]

    def count(self, name: str) -> int:
        value: int = self.client.get("/counts").json().get(name, 0)
        return value

    def wait_for_count(self, name: str, value: int) -> None:
        until(lambda: self.count(name) == value)

    def wait_until_idle(self) -> None:
        """Wait until only the request for the counts is in progress."""
        self.wait_for_count("requests", 1)

    def connect(self, request: str, *headers: str) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        lines = [f"{request} HTTP/1.1", "Host: x", *headers, "\r\n"]
        connection.sendall("\r\n".join(lines).encode())
        return connection


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        if found := condition():
            return found
        sleep(0.02)
    raise TimeoutError("The condition does not hold.")


def read_response(connection: socket.socket) -> tuple[int, bytes]:
    with connection, HTTPResponse(connection) as response:
        response.begin()
        return response.status, response.read()


@contextmanager
def serve(folder: Path, prefix: str = "", graceful_timeout: int = 30) -> Iterator[Server]:
    here = str(Path(__file__).parent)
    started = command("sample:app", here, prefix=prefix, graceful_timeout=graceful_timeout)
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(started, stdout=output, stderr=output, start_new_session=True)
    try:
        server = Server(process, log)
        with server.client:
            yield server
    finally:
        if os.name == "nt":
            process.kill()
        else:
            with suppress(ProcessLookupError):  # The server, and the processes that it has started.
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
