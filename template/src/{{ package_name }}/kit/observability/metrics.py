"""Prometheus metrics of requests and processes.

https://prometheus.github.io/client_python/
"""

from collections.abc import Iterable
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from . import multiprocess

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
        self._registry = CollectorRegistry()
        for collector in (GCCollector, PlatformCollector, ProcessCollector):
            collector(registry=self._registry)
        multiprocess.reset_current()
        self._requests = Counter(
            "http_requests",
            "Requests that have a response.",
            ["method", "route", "status", *backend],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time until the last byte of the response.",
            ["method", "route", *backend],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._in_progress = Gauge(
            "http_requests_in_progress",
            "Requests in progress.",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._labelled: dict[tuple[str, str, int, str], tuple[Counter, Histogram]] = {}

    def start(self) -> None:
        self._in_progress.inc()

    def end(self, method: str, route: str, status: int, backend: str, seconds: float) -> None:
        key = method, route, status, backend
        counter, histogram = self._labelled.get(key) or self._label(key)
        counter.inc()
        histogram.observe(seconds)
        self._in_progress.dec()

    def render(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._collect())

    def _label(self, key: tuple[str, str, int, str]) -> tuple[Counter, Histogram]:
        requested, template, status, backend_name = key
        method = requested if requested in _METHODS else "_OTHER"
        route = template or UNMATCHED
        backend = [backend_name] if self._backend_label else []
        metrics = (
            self._requests.labels(method, route, status, *backend),
            self._seconds.labels(method, route, *backend),
        )
        if method == requested:  # Invented methods would let the table grow.
            self._labelled[key] = metrics
        return metrics

    def _collect(self) -> CollectorRegistry:
        if directory := multiprocess.directory():
            registry = CollectorRegistry()
            multiprocess.remove_dead(directory)
            MultiProcessCollector(registry, str(directory))  # type: ignore[no-untyped-call]
            registry.register(_Processes(multiprocess.live_workers(directory)))
            return registry
        return self._registry


class _Processes(Collector):
    """Memory, CPU time and open files of each worker, on Linux."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._pids = pids

    def collect(self) -> Iterable[Metric]:
        metrics: dict[str, Metric] = {}
        for pid in self._pids:
            for family in _process(pid):
                metric = metrics.setdefault(family.name, family)
                samples, family.samples = family.samples, []
                for sample in samples:
                    metric.add_sample(sample.name, {"pid": str(pid)}, sample.value)
        return metrics.values()


def _process(pid: int) -> Iterable[Metric]:
    return ProcessCollector(pid=lambda: pid, registry=None).collect()


@cache
def shared_metrics(backend_label: bool) -> Metrics:
    """Return the metrics of this process: prometheus_client keeps one value per name."""
    return Metrics(backend_label)
