"""gunicorn's threads, with an eye on the clock: for slow clients, and before the end.

A thread reads a request by itself. A client that sends it byte by byte would keep that thread.
"""

from signal import SIG_SETMASK, pthread_sigmask
from socket import SHUT_RD
from time import monotonic
from types import FrameType
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from .services import draining
from .settings import Settings


def options(settings: Settings) -> dict[str, int]:
    """Return what gunicorn is told for workers of this kind alone."""
    return {"threads": settings.threads}


class Worker(ThreadWorker):
    # Seconds; `gunicorn_config` sets them.
    patience = 30.0
    drains_for = 0.0

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._reading: dict[TConn, float] = {}
        self._ends_at = 0.0

    def init_signals(self) -> None:
        super().init_signals()
        pthread_sigmask(SIG_SETMASK, ())  # What came since the fork is taken now.

    def handle(self, conn: TConn) -> bool:
        """Read a request and answer it; the whole of its headers has to come in time."""
        self._reading[conn] = monotonic() + self.patience
        try:
            return super().handle(conn)
        finally:
            self._reading.pop(conn, None)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer a request; each piece of its body, and of the answer, has to go in time."""
        self._reading.pop(conn, None)
        conn.sock.settimeout(self.patience)
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Called every second: cut off who is late, and end when it is time."""
        super().murder_pending()
        now = monotonic()
        for conn, deadline in [*self._reading.items()]:
            if now > deadline:
                conn.sock.shutdown(SHUT_RD)
        if self._ends_at and now >= self._ends_at:
            self.alive = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Say on `/readyz` that this is the end, and go on for a while: balancers learn late."""
        draining.begin()
        if self.drains_for:
            self._ends_at = monotonic() + self.drains_for
        else:
            super().handle_exit(sig, frame)
