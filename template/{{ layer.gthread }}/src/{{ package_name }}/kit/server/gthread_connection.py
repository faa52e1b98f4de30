"""A connection of gunicorn on which no thread waits for the client."""

import os
from contextlib import suppress
from socket import socket
from typing import Any, Final

from gunicorn.workers.gthread import TConn

from .gunicorn_clients import MinimumRate
from .request_buffer import RequestBuffer

# Bytes of a response that may be unread by the client before a thread waits.
MAX_UNSENT: Final = 1024 * 1024


class Socket(socket):
    """A socket on which a thread waits only for a short time, and for a fast client."""

    timeout_seconds = 30.0
    max_unsent = MAX_UNSENT

    def __init__(self, client: socket) -> None:
        super().__init__(fileno=client.detach())
        self.unsent = bytearray()

    def setblocking(self, flag: bool) -> None:
        self.settimeout(self.timeout_seconds if flag else 0)
        self._reading = MinimumRate(self.timeout_seconds)

    def recv(self, size: int, flags: int = 0) -> bytes:
        received = super().recv(size, flags)
        self._reading.moved(len(received))
        return received

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send what the system accepts at once; the event loop sends the rest."""
        self.unsent += data
        self.flush()
        writing = MinimumRate(self.timeout_seconds)
        while len(self.unsent) > self.max_unsent:
            sent = self.send(self.unsent)
            writing.moved(sent)
            del self.unsent[:sent]

    def flush(self) -> None:
        with suppress(BlockingIOError):
            while self.unsent:
                del self.unsent[: os.write(self.fileno(), self.unsent)]


class Connection(TConn):
    sock: Any  # A `Socket`.
    request: RequestBuffer
    started: float
    deadline: float

    def __init__(self, worker: Any, client: socket, *addresses: Any) -> None:
        sock = Socket(client)
        sock.timeout_seconds = worker.client_timeout
        super().__init__(worker.cfg, sock, *addresses)
        self._worker = worker

    def close(self, graceful: bool = False) -> None:
        if graceful:
            self._worker.nr_conns += 1  # gunicorn has just decremented it.
            self._worker.linger(self)
        else:
            super().close()
