"""gunicorn's worker with greenlets, with time limits for slow clients and idle connections."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

import gevent  # type: ignore[import-untyped]
from gunicorn.workers.ggevent import GeventWorker

# Seconds for which an idle connection is still served by a worker that stops.
LINGER: Final = 2

_Worker: Any = GeventWorker


class Worker(_Worker):  # type: ignore[misc]
    """Limits the time for each wait for a part of a body or of a response."""

    client_timeout = 30.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The greenlets that wait for a request, by their time limits.
        self._waiting: dict[Any, Any] = {}

    @contextmanager
    def timeout_ctx(self) -> Iterator[None]:
        """Limit the time until the headers of a request have arrived."""
        with gevent.Timeout(self.cfg.keepalive, False) as timeout:
            self._waiting[timeout] = gevent.getcurrent()
            try:
                yield
            finally:
                del self._waiting[timeout]

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        sock.settimeout(self.client_timeout)
        super().handle_request(listener_name, req, sock, addr)
        sock.settimeout(None)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        gevent.spawn_later(LINGER, self._close_idle)

    def _close_idle(self) -> None:
        for timeout, greenlet in self._waiting.copy().items():
            greenlet.kill(timeout, block=False)
