"""Opens many connections at once, for what they take and how many are held."""

from __future__ import annotations

import re
import select
import socket
import time
from contextlib import suppress

from decision.evidence.processes import Broken, memory
from decision.evidence.served import Served


class Crowd:
    """Connections that one client keeps open."""

    def __init__(self, server: Served, size: int) -> None:
        self.server, self.sockets = server, []
        try:
            for _ in range(size):
                self.sockets.append(socket.create_connection(("127.0.0.1", server.port), 10))
        except OSError as error:
            self.close()
            raise Broken(f"{server.url('')} takes no {size} connections: {error}") from error

    sockets: list[socket.socket]

    def send(self, workload: str) -> None:
        path = f"{self.server.prefix}/{workload}"
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        for each in self.sockets:
            with suppress(OSError):
                each.sendall(request)

    def receive(self) -> None:
        """Wait until each has an answer, ten seconds at most, and close what the server wants closed.

        gunicorn's sync worker does, and stands still for two seconds when a client does not.
        """
        limit = time.monotonic() + 10
        for each in self.sockets:
            with suppress(OSError):
                each.settimeout(max(limit - time.monotonic(), 0.001))
                if b"connection: close" in each.recv(65536).lower():
                    each.close()

    def here(self) -> list[bytes]:
        """Return the answers that have come by now."""
        poll = select.poll()
        by_number = {each.fileno(): each for each in self.sockets}
        for number in by_number:
            poll.register(number, select.POLLIN)
        return [by_number[number].recv(65536) for number, _ in poll.poll(0)]

    def close(self) -> None:
        for each in self.sockets:
            each.close()


def idle(server: Served, size: int) -> float:
    """Return the KiB that a connection takes which was answered once and stays open."""
    before = memory(server.pid)["tree"]
    crowd = Crowd(server, size)
    try:
        crowd.send("plain")
        crowd.receive()
        time.sleep(0.1)
        return round((memory(server.pid)["tree"] - before) * 1024 / size, 2)
    finally:
        crowd.close()


def held(server: Served, size: int, wait: float) -> tuple[int, float, float]:
    """Return how many of `size` requests wait at once, each for `wait`; the KiB for each of all; and
    the MiB of everything meanwhile.

    Each answer says how many were waiting when it began to. FastAPI's `def` answers a wait late, as
    it asks for a second thread to write the answer; so this listens a little longer than twice.
    """
    before = memory(server.pid)["tree"]
    crowd = Crowd(server, size)
    try:
        begun = time.monotonic()
        crowd.send("io_wait")
        time.sleep(max(begun + 0.75 * wait - time.monotonic(), 0))
        now = memory(server.pid)["tree"]
        time.sleep(max(begun + 2.4 * wait - time.monotonic(), 0))
        beside = [
            int(n) for answer in crowd.here() for n in re.findall(rb'"beside": ?(\d+)', answer)
        ]
        return max(beside, default=0), round((now - before) * 1024 / size, 2), now
    finally:
        crowd.close()
