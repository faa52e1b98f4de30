"""A gunicorn worker with greenlets, with time limits for slow clients and a graceful shutdown.

gevent has replaced blocking functions, see `gunicorn_main`.
"""

from contextlib import suppress
from errno import EBADF, ECONNRESET
from socket import SHUT_RD, SHUT_WR
from types import FrameType
from typing import Any

import gevent  # type: ignore[import-untyped]
from gunicorn.workers.ggevent import GeventWorker

from .. import health
from . import listener
from .gunicorn_clients import BaseWorker, MinimumRate

# The type stubs of gunicorn require a socket, not an object with its methods.
_Worker: Any = GeventWorker


class Worker(BaseWorker, _Worker):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open = 0
        # Connections without any byte of their next request, oldest first.
        self._idle: dict[Connection, None] = {}

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection, with a time limit for the headers of its requests."""
        connection = Connection(client, self)
        connection.start_timeout()
        self._open += 1
        self._idle[connection] = None
        if self._open >= self.worker_connections:
            self._close_idle(1)
        try:
            super().handle(listener, connection, addr)
        finally:
            self._open -= 1
            connection.stop_timeout()
            self._idle.pop(connection, None)

    def handle_request(self, listener_name: Any, req: Any, sock: "Connection", addr: Any) -> None:
        """Serve a request, with a minimum rate for its body and for the response."""
        sock.stop_timeout()
        self._idle.pop(sock, None)  # Its headers may have arrived with the previous request.
        sock.settimeout(self.client_timeout)
        sock.reading = MinimumRate(self.client_timeout)
        if health.is_draining():
            req.force_close()
        super().handle_request(listener_name, req, sock, addr)
        gevent.sleep(0)  # Let others run, even if the next request has arrived.
        sock.settimeout(None)
        sock.reading = None
        self._idle[sock] = None

    def mark_active(self, connection: "Connection") -> None:
        self._idle.pop(connection, None)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain: `/readyz` responds with 503 for a while before the worker stops."""
        health.start_draining()
        gevent.spawn_later(self.drain_time + listener.SETTLE_TIME, self._stop, sig, frame)

    def _stop(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        gevent.spawn_later(listener.LINGER, self._close_idle, None)

    def _close_idle(self, count: int | None) -> None:
        for connection in [*self._idle][:count]:
            connection.shutdown(SHUT_RD)


class Connection:
    """A socket with time limits for its client."""

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
            return b""  # gevent raises it if `_close_idle` has shut the socket.
        if self.reading:
            self.reading.moved(len(received))
        elif self in self._worker._idle:
            self._worker.mark_active(self)
            self.start_timeout()
        return received

    def sendall(self, data: Any, flags: int = 0) -> None:
        writing, rest = MinimumRate(self._worker.client_timeout), memoryview(data)
        while rest:
            sent = self._client.send(rest, flags)
            writing.moved(sent)
            rest = rest[sent:]

    def close(self) -> None:
        """Wait for the client to close: data that arrives later would reset the connection."""
        with suppress(OSError), gevent.Timeout(listener.LINGER, TimeoutError):
            self._client.shutdown(SHUT_WR)
            while self._client.recv(64 * 1024):
                pass
        self._client.close()

    def start_timeout(self) -> None:
        """Start the time limit for the headers of a request."""
        late = ConnectionResetError(ECONNRESET, "The headers did not arrive in time.")
        self.stop_timeout()
        self._limit = gevent.Timeout.start_new(self._worker.client_timeout, late)

    def stop_timeout(self) -> None:
        if self._limit:
            self._limit.close()
            self._limit = None
