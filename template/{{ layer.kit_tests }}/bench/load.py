"""Puts a server under load, and counts what it answers.

A few system calls for each request and next to nothing else: it asks several times as fast as a
server in Python answers. Nothing has to be installed for it.
"""

import re
import selectors
import socket
from dataclasses import dataclass
from time import perf_counter, process_time

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
# Seconds without any answer after which nobody waits for one.
_PATIENCE = 30


class BenchError(Exception):
    """Why there is nothing to report, in one sentence."""


@dataclass(frozen=True)
class Seen:
    """What came of it."""

    rate: float  # Answers a second.
    p95: float  # Milliseconds in which 95 of 100 requests were answered.
    busy: float  # Which part of the time this process itself was at work.


@dataclass
class Connection:
    """One client: it asks again as soon as it was answered."""

    socket: socket.socket
    question: bytes
    asked: float = 0.0
    received: bytes = b""

    def ask(self) -> None:
        self.received = b""
        self.asked = perf_counter()
        self.socket.sendall(self.question)

    def is_answered(self) -> bool:
        """Take in what has come; say whether it is all of an answer."""
        piece = self.socket.recv(256 * 1024)
        self.received += piece
        if not piece:
            raise BenchError("The server has closed a connection under load.")
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return False
        if head[9:12] != b"200":
            raise BenchError(f"Under load it answers {head.splitlines()[0].decode()!r}.")
        length = _LENGTH.search(head)
        if not length:
            raise BenchError("An answer without Content-Length cannot be told from the next one.")
        return len(body) >= int(length[1])


def question(port: int, path: str, headers: dict[str, str]) -> bytes:
    said = {"Host": f"127.0.0.1:{port}", **headers}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def put(port: int, path: str, headers: dict[str, str], connections: int, seconds: float) -> Seen:
    """Keep so many connections busy for so many seconds, or until the first answer if that is later.

    Raises `BenchError` unless all is answered.
    """
    asked = question(port, path, headers)
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            one = Connection(socket.create_connection(("127.0.0.1", port), _PATIENCE), asked)
            one.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(one.socket, selectors.EVENT_READ, one)
        clients = [each.data for each in selector.get_map().values()]
        try:
            return _watch(selector, clients, seconds)
        finally:
            for one in clients:
                one.socket.close()


def _watch(selector: selectors.BaseSelector, clients: list[Connection], seconds: float) -> Seen:
    took: list[float] = []
    worked, begun = process_time(), perf_counter()
    for one in clients:
        one.ask()
    while (now := perf_counter()) < begun + seconds or not took:
        ready = selector.select(_PATIENCE)
        if not ready:
            raise BenchError(f"Under load it does not answer within {_PATIENCE} seconds.")
        for key, _ in ready:
            if key.data.is_answered():
                took.append(perf_counter() - key.data.asked)
                key.data.ask()
    spent = now - begun
    p95 = sorted(took)[int(len(took) * 0.95)] * 1000
    return Seen(len(took) / spent, p95, (process_time() - worked) / spent)
