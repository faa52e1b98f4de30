"""gunicorn's greenlets, with an eye on the clock: for slow clients, and before the end.

Whatever waits lets the others go on: gevent has replaced what blocks, see `launch`.
"""

from errno import EBADF, ECONNRESET
from signal import SIG_SETMASK, pthread_sigmask
from socket import SHUT_RD
from types import FrameType
from typing import Any

import gevent  # type: ignore[import-untyped]
from gunicorn.workers.ggevent import GeventWorker

from .services import draining
from .settings import Settings


def options(_: Settings) -> dict[str, int]:
    """Return what gunicorn is told for workers of this kind alone."""
    # Clients at the same time. A greenlet that waits costs little; how many of them work with the
    # database at the same time is for POOL_SIZE to say.
    return {"worker_connections": 1000}


# What there is of types for gunicorn asks for a socket, where something like one will do.
_Worker: Any = GeventWorker


class Worker(_Worker):  # type: ignore[misc]
    # Seconds; `gunicorn_config` sets them.
    patience = 30.0
    drains_for = 0.0

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._idle: set[Connection] = set()  # Of the next request nothing has come yet.

    def init_signals(self) -> None:
        super().init_signals()
        pthread_sigmask(SIG_SETMASK, ())  # What came since the fork is taken now.

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection; the whole of the first headers has to come in time."""
        connection = Connection(client, self)
        connection.expect()
        self._idle.add(connection)
        try:
            super().handle(listener, connection, addr)
        finally:
            connection.stop()
            self._idle.discard(connection)

    def handle_request(self, listener_name: Any, req: Any, sock: "Connection", addr: Any) -> None:
        """Answer a request; each piece of its body, and of the answer, has to go in time."""
        sock.stop()
        self._idle.discard(sock)  # Its headers may have come with the request before.
        sock.settimeout(self.patience)
        super().handle_request(listener_name, req, sock, addr)
        if not self.alive:
            raise StopIteration  # The connection ends, too; gunicorn would wait for it.
        sock.settimeout(None)
        self._idle.add(sock)

    def begun(self, connection: "Connection") -> None:
        self._idle.discard(connection)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Say on `/readyz` that this is the end, and go on for a while: balancers learn late."""
        draining.begin()
        gevent.spawn_later(self.drains_for, self._end, sig, frame)

    def _end(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        for connection in [*self._idle]:
            connection.shutdown(SHUT_RD)


class Connection:
    """A socket that is cut off if the headers of a request do not come in time."""

    def __init__(self, client: Any, worker: Worker) -> None:
        self._client = client
        self._worker = worker
        self._limit: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def recv(self, *size: int) -> bytes:
        try:
            received: bytes = self._client.recv(*size)
        except OSError as error:
            if error.errno != EBADF:
                raise
            return b""  # What gevent raises where somebody else, `_end`, has shut it: no failure.
        if self in self._worker._idle:
            self._worker.begun(self)
            self.expect()
        return received

    def expect(self) -> None:
        """Give the client time for the headers of the request that begins now."""
        late = ConnectionResetError(ECONNRESET, "The headers did not come in time.")
        self.stop()
        self._limit = gevent.Timeout.start_new(self._worker.patience, late)

    def stop(self) -> None:
        if self._limit:
            self._limit.close()
            self._limit = None
