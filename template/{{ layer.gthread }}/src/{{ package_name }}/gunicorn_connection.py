"""A connection of gunicorn's on which nobody waits for the client."""

import os
from contextlib import suppress
from socket import socket
from typing import Any, Final

from gunicorn.workers.gthread import TConn

from .arriving import Arriving
from .gunicorn_clients import MinimumRate

# Bytes of an answer that its client has not read yet, before a thread waits.
MAX_UNSENT: Final = 1024 * 1024


class Socket(socket):
    """A socket that has no thread wait for its client, or only for a while and for a fast one."""

    patience = 30.0
    max_unsent = MAX_UNSENT

    def __init__(self, client: socket) -> None:
        super().__init__(fileno=client.detach())
        self.unsent = bytearray()

    def setblocking(self, flag: bool) -> None:
        self.settimeout(self.patience if flag else 0)
        self._reading = MinimumRate(self.patience)

    def recv(self, size: int, flags: int = 0) -> bytes:
        received = super().recv(size, flags)
        self._reading.moved(len(received))
        return received

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send what the system takes at once; what it does not is for the event loop."""
        self.unsent += data
        self.flush()
        writing = MinimumRate(self.patience)
        while len(self.unsent) > self.max_unsent:
            sent = self.send(self.unsent)
            writing.moved(sent)
            del self.unsent[:sent]

    def flush(self) -> None:
        with suppress(BlockingIOError):
            while self.unsent:
                del self.unsent[: os.write(self.fileno(), self.unsent)]


class Connection(TConn):
    sock: Socket
    request: Arriving
    began: float
    until: float

    def __init__(self, worker: Any, client: socket, *addresses: Any) -> None:
        sock = Socket(client)
        sock.patience = worker.patience
        super().__init__(worker.cfg, sock, *addresses)
        self._worker = worker

    def close(self, graceful: bool = False) -> None:
        if graceful:
            self._worker.nr_conns += 1  # Which gunicorn has just taken off.
            self._worker.linger(self)
        else:
            super().close()
