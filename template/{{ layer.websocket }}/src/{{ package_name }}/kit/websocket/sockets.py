"""The open sockets of a process: how many there may be, and their end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from .. import health
from ..middleware.rate_limit import client_key
from ..problems import Problem, problem
from .connection import RESTART, Connection
from .settings import WebSocketSettings

if TYPE_CHECKING:
    from .metrics import Metrics

# Seconds after which a signal is noticed.
INTERVAL: Final = 0.2


class Sockets:
    def __init__(self, settings: WebSocketSettings) -> None:
        self.settings = settings
        self._open: set[Connection] = set()
        self._per_client: Counter[str] = Counter()
        self.metrics = _metrics() if settings.metrics else None

    def refuse(self, client: str, origin: str, host: str) -> Problem | None:
        """Return the problem of a handshake that is not let in."""
        # Browsers let any page open a socket, and send the page's origin: RFC 6455, 10.2.
        allowed = self.settings.cors_origins
        same = urlsplit(origin).netloc.lower() == host.lower()
        if origin and not (same or "*" in allowed or origin in allowed):
            return problem(403, "Pages of this origin may not open WebSockets.")
        if health.is_draining() or len(self._open) >= self.settings.websocket_limit:
            return problem(503, "No more WebSockets are accepted.")
        if self._per_client[client_key(client)] >= self.settings.websocket_limit_per_client:
            return problem(429, "Too many WebSockets are open.")
        return None

    @contextmanager
    def opened(self, connection: Connection, client: str) -> Iterator[None]:
        """Count a socket until the context ends."""
        key = client_key(client)
        self._open.add(connection)
        self._per_client[key] += 1
        if self.metrics:
            self.metrics.open.inc()
        try:
            yield
        finally:
            if self.metrics:
                self.metrics.open.dec()
            self._open.discard(connection)
            self._per_client -= Counter([key])  # Drops what is 0.

    @asynccontextmanager
    async def closing_on_shutdown(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._close_on_shutdown())
        try:
            yield
        finally:
            task.cancel()

    async def _close_on_shutdown(self) -> None:
        """Close the sockets after SIGTERM, spread over DRAIN_SECONDS: all clients come back."""
        while not health.is_draining():
            await asyncio.sleep(INTERVAL)
        connections = [*self._open]
        pause = max(0.0, self.settings.drain_seconds - 1) / (len(connections) or 1)
        for connection in connections:
            connection.end(RESTART, "restart")
            await asyncio.sleep(pause)


def _metrics() -> "Metrics":
    from .metrics import shared_metrics

    return shared_metrics()
