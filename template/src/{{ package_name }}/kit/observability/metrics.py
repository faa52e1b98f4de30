"""Prometheus metrics of requests. `/metrics` also has those that you add yourself.

https://prometheus.github.io/client_python/
"""

import os
from functools import cache, lru_cache

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from .multiprocess import VARIABLE

# The buckets of OpenTelemetry's `http.server.request.duration`, in seconds, so that its dashboards and
# alerts fit.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)

# Clients can invent methods and paths: all unknown ones share one label.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"


class Metrics:
    """The metrics of this process, or of all workers that share a directory."""

    media_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, backend_label: bool = False) -> None:
        """With `backend_label`, requests are labelled by the framework that has responded."""
        self._backend_label = backend_label
        backend = ["backend"] if backend_label else []
        self._requests = Counter(
            "http_requests",
            "Requests that have a response.",
            ["method", "route", "status", *backend],
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time until the last byte of the response.",
            ["method", "route", *backend],
            buckets=BUCKETS,
        )
        self._labelled = lru_cache(maxsize=1024)(self._label)

    def observe(self, method: str, route: str, status: int, backend: str, seconds: float) -> None:
        """Count a request."""
        requests, durations = self._labelled(method, route, status, backend)
        requests.inc()
        durations.observe(seconds)

    def _label(
        self, method: str, route: str, status: int, backend: str
    ) -> tuple[Counter, Histogram]:
        method = method if method in _METHODS else "_OTHER"
        route = route or UNMATCHED
        backends = [backend] if self._backend_label else []
        return (
            self._requests.labels(method, route, status, *backends),
            self._seconds.labels(method, route, *backends),
        )

    def render(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        if VARIABLE not in os.environ:
            return generate_latest(REGISTRY)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


@cache
def shared_metrics(backend_label: bool) -> Metrics:
    """Return the metrics of this process: prometheus_client keeps one value per name."""
    return Metrics(backend_label)
