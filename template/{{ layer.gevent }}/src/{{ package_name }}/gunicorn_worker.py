"""gunicorn's greenlets, with an eye on the clock: for slow clients, and before the end.

Whatever waits lets the others go on: gevent has replaced what blocks, see `launch`.
"""

from contextlib import suppress
from errno import EBADF, ECONNRESET
from socket import SHUT_RD, SHUT_WR
from types import FrameType
from typing import Any

import gevent  # type: ignore[import-untyped]
from gunicorn.workers.ggevent import GeventWorker

from . import listening
from .gunicorn_clients import BaseWorker, MinimumRate
from .services import draining
from .settings import Settings


def options(_: Settings) -> dict[str, int]:
    """Return what gunicorn is told for workers of this kind alone."""
    # Clients at the same time. A greenlet that waits costs little; how many of them work with the
    # database at the same time is for POOL_SIZE to say.
    return {"worker_connections": 1000}


# What there is of types for gunicorn asks for a socket, where something like one will do.
_Worker: Any = GeventWorker


class Worker(BaseWorker, _Worker):  # type: ignore[misc]
    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._open = 0
        # Of their next request nothing has come yet, the oldest first.
        self._idle: dict[Connection, None] = {}

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection; the whole of the first headers has to come in time."""
        connection = Connection(client, self)
        connection.expect()
        self._open += 1
        self._idle[connection] = None
        if self._open >= self.worker_connections:
            self._end_idle(1)
        try:
            super().handle(listener, connection, addr)
        finally:
            self._open -= 1
            connection.stop()
            self._idle.pop(connection, None)

    def handle_request(self, listener_name: Any, req: Any, sock: "Connection", addr: Any) -> None:
        """Answer a request; its body, and the answer, have to go in time."""
        sock.stop()
        self._idle.pop(sock, None)  # Its headers may have come with the request before.
        sock.settimeout(self.patience)
        sock.reading = MinimumRate(self.patience)
        if draining.has_begun():
            req.force_close()
        super().handle_request(listener_name, req, sock, addr)
        gevent.sleep(0)  # Others have their turn, also if the next request is here already.
        sock.settimeout(None)
        sock.reading = None
        self._idle[sock] = None

    def begun(self, connection: "Connection") -> None:
        self._idle.pop(connection, None)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Say on `/readyz` that this is the end, and go on for a while: balancers learn late."""
        draining.begin()
        gevent.spawn_later(self.drains_for + listening.SETTLES, self._end, sig, frame)

    def _end(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        gevent.spawn_later(listening.LINGER, self._end_idle, None)

    def _end_idle(self, count: int | None) -> None:
        for connection in [*self._idle][:count]:
            connection.shutdown(SHUT_RD)


class Connection:
    """A socket that is cut off if what a client sends or reads does not come and go in time."""

    def __init__(self, client: Any, worker: Worker) -> None:
        self._client = client
        self._worker = worker
        self._limit: Any = None
        self.reading: MinimumRate | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def recv(self, *size: int) -> bytes:
        try:
            received: bytes = self._client.recv(*size)
        except OSError as error:
            if error.errno != EBADF:
                raise
            return b""  # What gevent raises where somebody else, `_end_idle`, has shut it.
        if self.reading:
            self.reading.moved(len(received))
        elif self in self._worker._idle:
            self._worker.begun(self)
            self.expect()
        return received

    def sendall(self, data: Any, flags: int = 0) -> None:
        writing, rest = MinimumRate(self._worker.patience), memoryview(data)
        while rest:
            sent = self._client.send(rest, flags)
            writing.moved(sent)
            rest = rest[sent:]

    def close(self) -> None:
        """Wait for the client to close, too: what it still sends would undo the answer."""
        with suppress(OSError), gevent.Timeout(listening.LINGER, False):
            self._client.shutdown(SHUT_WR)
            while self._client.recv(64 * 1024):
                pass
        self._client.close()

    def expect(self) -> None:
        """Give the client time for the headers of the request that begins now."""
        late = ConnectionResetError(ECONNRESET, "The headers did not come in time.")
        self.stop()
        self._limit = gevent.Timeout.start_new(self._worker.patience, late)

    def stop(self) -> None:
        if self._limit:
            self._limit.close()
            self._limit = None
