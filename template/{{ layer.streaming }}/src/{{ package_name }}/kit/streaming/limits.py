"""When streams are refused, and when they end because the process shuts down."""

from collections import Counter
from collections.abc import Hashable
from threading import Lock
from time import monotonic
from typing import Final

from ..errors import TooManyRequests, Unavailable
from ..health import is_draining

# Seconds after which a client that was refused may try again.
RETRY_AFTER: Final = 5
# Seconds between the end of the streams and the end of listening.
_MARGIN: Final = 1.0


class StreamLimits:
    """Counts the open streams of this process, for threads and event loops."""

    def __init__(self, total: int, per_client: int) -> None:
        self._total = total
        self._per_client = per_client
        self._open: Counter[Hashable] = Counter()
        self._lock = Lock()

    def enter(self, client: Hashable) -> None:
        """Count a stream until `leave`.

        Raises:
            TooManyRequests: The client has too many open streams.
            Unavailable: All clients together have.
        """
        with self._lock:
            if self._open[client] >= self._per_client:
                raise TooManyRequests(RETRY_AFTER)
            if self._open.total() >= self._total:
                self._open += Counter()  # Removes the clients without a stream.
                raise Unavailable("Too many streams are open.", retry_after=RETRY_AFTER)
            self._open[client] += 1

    def leave(self, client: Hashable) -> None:
        with self._lock:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]


class Shutdown:
    """The end of all streams: a second before the server stops listening.

    Not earlier, since a load balancer would send the clients back to this process.
    """

    def __init__(self, drain_seconds: float) -> None:
        self._seconds = max(0.0, drain_seconds - _MARGIN)
        self._due: float | None = None

    def is_due(self) -> bool:
        """Whether streams have to end. Call it at least every half second."""
        if not is_draining():
            return False
        self._due = self._due or monotonic() + self._seconds
        return monotonic() >= self._due
