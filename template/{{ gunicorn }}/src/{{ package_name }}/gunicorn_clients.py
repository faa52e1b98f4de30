"""What a client of gunicorn may cost, and how it is told, whatever the kind of the workers."""

from contextlib import suppress
from time import monotonic
from typing import Any, Final

from gunicorn.util import write
from gunicorn.workers.base import Worker

from .schemas.errors import response

# Bytes a second that a client has to send, and to read, on average.
MIN_RATE: Final = 1024
# Seconds in which a client closes its side after the last answer, or uses an idle connection still.
LINGER: Final = 2


class Pace:
    """Ends what takes a client longer than `patience` seconds and `MIN_RATE` allow."""

    def __init__(self, patience: float) -> None:
        self._until = monotonic() + patience

    def moved(self, size: int) -> None:
        """Count `size` bytes that were sent or received; raise TimeoutError if it is too late."""
        self._until += size / MIN_RATE
        if monotonic() > self._until:
            raise TimeoutError("The client is too slow.")


class Answers(Worker):
    """Answers a request that gunicorn cannot parse as the API answers all others."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        status: Any = _Status()
        super().handle_error(req, status, addr, exc)
        if status.sent:
            with suppress(OSError):  # It may have left.
                write(client, response(int(status.sent[9:12])))


class _Status:
    """Takes what gunicorn would send."""

    sent = b""

    def gettimeout(self) -> float:
        return 0.0

    def sendall(self, data: bytes) -> None:
        self.sent += data
