"""A gunicorn worker whose threads get complete requests.

In gunicorn, a thread waits for the client of a request, and the event loop for a client that does not
close: a few slow clients block a worker. Here only the event loop waits, for all clients at once.
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

from .. import health
from ..problems import raw_response
from . import listener
from .gthread_connection import MAX_UNSENT, Connection
from .gunicorn_clients import MIN_RATE, BaseWorker
from .request_buffer import RequestBuffer

# Bytes of all incomplete requests. Beyond that, large ones are refused.
MAX_INCOMPLETE: Final = 64 * 1024 * 1024
LARGE: Final = 64 * 1024
# Bytes of all responses that are unread by their clients. Beyond that, threads wait.
MAX_ALL_UNSENT: Final = 64 * 1024 * 1024


class Worker(BaseWorker, ThreadWorker):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The connections that the event loop waits for, oldest first, and their callbacks.
        self._waiting: dict[Connection, Callable[[Connection], None]] = {}
        self._unsent = 0
        self._next_check = 0.0

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
        """Wait for the next request on a connection, then pass it to a thread."""
        conn.request = RequestBuffer(self.max_body_bytes)
        conn.started = monotonic()
        conn.deadline = conn.started + self.client_timeout
        conn.sock.setblocking(False)
        if conn.parser and (ahead := conn.parser.unreader.take_buffered()):
            self._receive(conn, ahead)
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
            self._receive(conn, received)
        else:  # The client has disconnected.
            self._drop(conn)

    def _receive(self, conn: Connection, received: bytes) -> None:
        request = conn.request
        request.add(received)
        if request.refusal:
            self._refuse(conn, request.refusal)
        elif request.is_complete:
            self._submit(conn)
        elif len(request.data) > LARGE and self._incomplete_bytes() > MAX_INCOMPLETE:
            self._refuse(conn, 503)
        else:
            if request.expects_continue:
                request.expects_continue = False
                self._send(conn, b"HTTP/1.1 100 Continue\r\n\r\n")
            if request.has_headers:
                earned = conn.started + len(request.data) / MIN_RATE
                conn.deadline = min(monotonic(), earned) + self.client_timeout
            self._wait(conn, self._collect)

    def _incomplete_bytes(self) -> int:
        return sum(len(conn.request.data) for conn in self._waiting)

    def _submit(self, conn: Connection) -> None:
        self._stop_waiting(conn)
        conn.init()
        conn.data_ready = True
        parser: Any = conn.parser
        parser.unreader.unread(bytes(conn.request.data))
        conn.request.data.clear()
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Any) -> bool:
        conn.sock.max_unsent = MAX_UNSENT if self._unsent < MAX_ALL_UNSENT else 0
        if conn.request.is_truncated or health.is_draining():
            req.force_close()
        return super().handle_request(req, conn)

    def finish_request(self, conn: Any, fs: "Future[Any]") -> None:
        """Continue with a connection after its client has read the response."""
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

        conn.deadline = monotonic() + self.client_timeout + unsent / MIN_RATE
        self._wait(conn, send, EVENT_WRITE)

    def _refuse(self, conn: Connection, status: int) -> None:
        self._send(conn, raw_response(status))
        self.linger(conn)

    def _send(self, conn: Connection, data: bytes) -> None:
        with suppress(OSError):  # The client reads nothing, or has disconnected.
            conn.sock.send(data)

    def linger(self, conn: Connection) -> None:
        """Close a connection after its client has: data that arrives later would reset it."""
        conn.sock.setblocking(False)
        conn.deadline = monotonic() + listener.LINGER
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
        """Close connections past their deadlines. gunicorn calls it after each event, and every second."""
        now = monotonic()
        if now < self._next_check:
            return
        self._next_check = now + 0.2
        self._unsent = sum(len(each.sock.unsent) for each in self._waiting)
        for conn in [each for each in self._waiting if now > each.deadline]:
            if self._waiting[conn] == self._collect and conn.request.has_headers:
                self._refuse(conn, 408)
            else:
                self._drop(conn)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain: `/readyz` responds with 503 for a while before the worker stops."""
        health.start_draining()
        timer = Timer(self.drain_time + listener.SETTLE_TIME, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()

    def set_accept_enabled(self, enabled: bool | None) -> None:
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            self._stop_listening()

    def _stop_listening(self) -> None:
        """Serve queued connections, and idle ones for a moment."""
        listeners: list[Any] = self.sockets
        for each in listeners:
            for client, address in listener.accept_queued(each.sock):
                self._serve(each, client, address)
            each.close()
        for conn, then in self._waiting.items():
            if then == self._collect and not conn.request.data:
                conn.deadline = min(conn.deadline, monotonic() + listener.LINGER)
