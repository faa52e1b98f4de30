"""What both kinds of gunicorn workers share: settings, a minimum rate, error responses."""

from contextlib import suppress
from signal import SIG_SETMASK, pthread_sigmask
from time import monotonic
from typing import Any, Final

from gunicorn.util import write
from gunicorn.workers.base import Worker

from ..problems import raw_response

# Bytes a second that a client has to send, and to read, on average.
MIN_RATE: Final = 1024


class MinimumRate:
    """A deadline that moves with the bytes transferred: `timeout` seconds, and more by `MIN_RATE`."""

    def __init__(self, timeout: float) -> None:
        self._until = monotonic() + timeout

    def moved(self, size: int) -> None:
        """Count `size` transferred bytes.

        Raises:
            TimeoutError: The client is slower than `MIN_RATE`.
        """
        self._until += size / MIN_RATE
        if monotonic() > self._until:
            raise TimeoutError("The client is too slow.")


class BaseWorker(Worker):
    """A worker. `gunicorn_config` sets its settings, in seconds and bytes."""

    client_timeout = 30.0
    drain_time = 0.0
    max_body_bytes = 0

    def init_signals(self) -> None:
        super().init_signals()
        pthread_sigmask(SIG_SETMASK, ())  # Signals sent since the fork are handled now.

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Respond to a request that gunicorn cannot parse with a problem instead of HTML."""
        status: Any = _Status()
        super().handle_error(req, status, addr, exc)
        if status.sent:
            with suppress(OSError):  # It may have left.
                write(client, raw_response(int(status.sent[9:12])))


class _Status:
    """A socket that records the response gunicorn would send."""

    sent = b""

    def gettimeout(self) -> float:
        return 0.0

    def sendall(self, data: bytes) -> None:
        self.sent += data
