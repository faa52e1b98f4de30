"""Metrics of WebSockets, for Prometheus."""

from functools import cache

from prometheus_client import Counter, Gauge

from .connection import Connection


class Metrics:
    def __init__(self) -> None:
        self.open = Gauge(
            "websockets_open", "WebSockets that are open.", multiprocess_mode="livesum"
        )
        self._ended = Counter(
            "websockets_ended", "WebSockets that have ended or were refused.", ["route", "code"]
        )
        self._messages = Counter("websocket_messages", "Messages.", ["route", "direction"])

    def count(self, route: str, connection: Connection) -> None:
        """Count a WebSocket that has ended. A refused one has its HTTP status as code."""
        self._ended.labels(route, connection.code or connection.status).inc()
        self._messages.labels(route, "received").inc(connection.received)
        self._messages.labels(route, "sent").inc(connection.sent)


@cache
def shared_metrics() -> Metrics:
    """Return the metrics of this process: prometheus_client keeps one value per name."""
    return Metrics()
