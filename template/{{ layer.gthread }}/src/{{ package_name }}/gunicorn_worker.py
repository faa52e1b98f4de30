"""gunicorn's threads, which are given requests that are there already, with all of their bodies.

A thread of gunicorn's waits for the client of a request, and its event loop for one that does not
close: a few slow clients stop a worker. Here only the event loop waits, for all of them at once.
"""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from errno import EMFILE
from selectors import EVENT_READ, EVENT_WRITE
from socket import SHUT_WR, socket
from threading import Timer
from time import monotonic
from types import FrameType
from typing import Any, Final

from gunicorn.workers.gthread import ThreadWorker

from . import listening
from .arriving import Arriving
from .gunicorn_clients import MIN_RATE, BaseWorker
from .gunicorn_connection import MAX_UNSENT, Connection
from .schemas.errors import response
from .services import draining
from .settings import Settings

# Bytes, of all requests that have not arrived completely. Beyond that, large ones are refused.
MAX_ARRIVING: Final = 64 * 1024 * 1024
LARGE: Final = 64 * 1024
# Bytes, of all answers that their clients have not read yet. Beyond that, threads wait.
MAX_ALL_UNSENT: Final = 64 * 1024 * 1024


def options(settings: Settings) -> dict[str, int]:
    """Return what gunicorn is told for workers of this kind alone."""
    Worker.max_body = settings.max_body_bytes
    return {"threads": settings.threads}


class Worker(BaseWorker, ThreadWorker):
    max_body = 0  # Bytes; `options` sets it.

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # The connections that the event loop waits for, the oldest first, and what it does then.
        self._waiting: dict[Connection, Callable[[Connection], None]] = {}
        self._unsent = 0
        self._next_look = 0.0

    def accept(self, listener: Any) -> None:
        try:
            self._serve(listener, *listener.accept())
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno != EMFILE:
                raise
            self._make_room()
        if self.nr_conns >= self.worker_connections:
            self._make_room()

    def _serve(self, listener: Any, client: socket, address: Any) -> None:
        self.nr_conns += 1
        self.enqueue_req(Connection(self, client, address, listener.getsockname()))

    def _make_room(self) -> None:
        """Close the connection that has been idle for longest."""
        if self.keepalived_conns:
            self.keepalived_conns[0].timeout = 0
            self.murder_keepalived()
        elif self._waiting:
            self._drop(next(iter(self._waiting)))

    def enqueue_req(self, conn: Any) -> None:
        """Wait for the next request on a connection, then have a thread answer it."""
        conn.request = Arriving(self.max_body)
        conn.began = monotonic()
        conn.until = conn.began + self.patience
        conn.sock.setblocking(False)
        if conn.parser and (ahead := conn.parser.unreader.take_buffered()):
            self._take(conn, ahead)
        else:
            self._collect(conn)

    def _collect(self, conn: Connection) -> None:
        try:
            received = conn.sock.recv(LARGE)
        except BlockingIOError:
            self._wait(conn, self._collect)
            return
        except OSError:
            received = b""
        if received:
            self._take(conn, received)
        else:  # The client has left.
            self._drop(conn)

    def _take(self, conn: Connection, received: bytes) -> None:
        request = conn.request
        request.add(received)
        if request.refusal:
            self._refuse(conn, request.refusal)
        elif request.is_whole:
            self._hand_over(conn)
        elif len(request.data) > LARGE and self._arriving() > MAX_ARRIVING:
            self._refuse(conn, 503)
        else:
            if request.wants_go_ahead:
                request.wants_go_ahead = False
                self._send(conn, b"HTTP/1.1 100 Continue\r\n\r\n")
            if request.has_headers:
                paid = conn.began + len(request.data) / MIN_RATE
                conn.until = min(monotonic(), paid) + self.patience
            self._wait(conn, self._collect)

    def _arriving(self) -> int:
        return sum(len(conn.request.data) for conn in self._waiting)

    def _hand_over(self, conn: Connection) -> None:
        self._stop_waiting(conn)
        conn.init()
        conn.data_ready = True
        parser: Any = conn.parser
        parser.unreader.unread(bytes(conn.request.data))
        conn.request.data.clear()
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Any) -> bool:
        conn.sock.max_unsent = MAX_UNSENT if self._unsent < MAX_ALL_UNSENT else 0
        if conn.request.is_cut or draining.has_begun():
            req.force_close()
        return super().handle_request(req, conn)

    def finish_request(self, conn: Any, fs: "Future[Any]") -> None:
        """Go on with a connection once its client has read the answer."""
        unsent = len(conn.sock.unsent)
        if not unsent or conn.sock.fileno() < 0:
            super().finish_request(conn, fs)
            return

        def send(_: Connection) -> None:
            try:
                conn.sock.flush()
            except OSError:
                conn.sock.unsent.clear()
            if not conn.sock.unsent:
                self._stop_waiting(conn)
                super(Worker, self).finish_request(conn, fs)

        conn.until = monotonic() + self.patience + unsent / MIN_RATE
        self._wait(conn, send, EVENT_WRITE)

    def _refuse(self, conn: Connection, status: int) -> None:
        self._send(conn, response(status))
        self.linger(conn)

    def _send(self, conn: Connection, data: bytes) -> None:
        with suppress(OSError):  # A client that reads nothing, or has left, misses it.
            conn.sock.send(data)

    def linger(self, conn: Connection) -> None:
        """Close a connection once its client has: earlier, what it sends would undo the answer."""
        conn.sock.setblocking(False)
        conn.until = monotonic() + listening.LINGER
        try:
            conn.sock.shutdown(SHUT_WR)
            self._wait(conn, self._discard)
        except OSError:
            self._drop(conn)

    def _discard(self, conn: Connection) -> None:
        try:
            if not conn.sock.recv(LARGE):
                self._drop(conn)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        self._stop_waiting(conn)
        self.nr_conns -= 1
        conn.close()

    def _wait(
        self, conn: Connection, then: Callable[[Connection], None], event: int = EVENT_READ
    ) -> None:
        if self._waiting.get(conn) != then:
            self._stop_waiting(conn)
            self._waiting[conn] = then
            self.poller.register(conn.sock, event, lambda _: then(conn))

    def _stop_waiting(self, conn: Connection) -> None:
        if self._waiting.pop(conn, None):
            self.poller.unregister(conn.sock)

    def murder_pending(self) -> None:
        """Cut off who is late; gunicorn calls it after each event, and every second."""
        now = monotonic()
        if now < self._next_look:
            return
        self._next_look = now + 0.2
        self._unsent = sum(len(each.sock.unsent) for each in self._waiting)
        for conn in [each for each in self._waiting if now > each.until]:
            if self._waiting[conn] == self._collect and conn.request.has_headers:
                self._refuse(conn, 408)
            else:
                self._drop(conn)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Say on `/readyz` that this is the end, and go on for a while: balancers learn late."""
        draining.begin()
        end = Timer(self.drains_for + listening.SETTLES, super().handle_exit, (sig, frame))
        end.daemon = True
        end.start()

    def set_accept_enabled(self, enabled: bool | None) -> None:
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            self._stop_listening()

    def _stop_listening(self) -> None:
        """Serve who waits in the queue; idle connections have a moment left, as gunicorn's have."""
        listeners: list[Any] = self.sockets
        for listener in listeners:
            for client, address in listening.accept_queued(listener.sock):
                self._serve(listener, client, address)
            listener.close()
        for conn, then in self._waiting.items():
            if then == self._collect and not conn.request.data:
                conn.until = min(conn.until, monotonic() + listening.LINGER)
