"""gunicorn's worker with threads, with time limits for slow clients.

A thread waits for its client, so a few slow clients occupy all threads. A proxy that buffers
requests and responses prevents that: https://docs.gunicorn.org/en/stable/deploy.html.
"""

from contextlib import suppress
from socket import SHUT_RD, SHUT_WR
from time import monotonic
from typing import Any, Final

from gunicorn.workers.gthread import ThreadWorker

# Bytes of an unread body that gunicorn reads to keep a connection.
MAX_UNREAD: Final = 64 * 1024
# Seconds in which a client must close its connection after a response that closes it.
LINGER: Final = 2


class Worker(ThreadWorker):
    """Limits the time for the headers, and for each wait for a part of a body or of a response."""

    client_timeout = 30.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Connections for which a thread waits, and until when.
        self._deadlines: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        self._deadlines[conn] = monotonic() + self.client_timeout
        try:
            keep_open = super().handle(conn)
            if not keep_open:
                self._linger(conn)
            return keep_open
        finally:
            self._deadlines.pop(conn, None)

    def _linger(self, conn: Any) -> None:
        """Wait for the client to close: data that arrives later would reset the connection.

        gunicorn would wait in its event loop, which delays all other clients.
        """
        self._deadlines[conn] = until = monotonic() + LINGER
        with suppress(OSError):
            conn.sock.shutdown(SHUT_WR)
            while monotonic() < until and conn.sock.recv(MAX_UNREAD):
                pass

    def handle_request(self, req: Any, conn: Any) -> bool:
        self._deadlines.pop(conn, None)
        conn.sock.settimeout(self.client_timeout)
        headers = dict(req.headers)
        if "TRANSFER-ENCODING" in headers or int(headers.get("CONTENT-LENGTH", 0)) > MAX_UNREAD:
            req.force_close()  # gunicorn would announce keep-alive, and close if a body is unread.
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Close connections that are too slow. gunicorn calls it at least every second."""
        for conn, deadline in self._deadlines.copy().items():
            if monotonic() > deadline:
                with suppress(OSError):
                    conn.sock.shutdown(SHUT_RD)  # Wakes its thread.
        if not self.alive:
            for conn in self.pending_conns:  # They have sent nothing.
                conn.timeout = 0
        super().murder_pending()

    def set_accept_enabled(self, enabled: bool | None) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:  # Refuse connections, instead of keeping them waiting.
                listener.close()
