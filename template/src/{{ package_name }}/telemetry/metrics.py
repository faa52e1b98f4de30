"""Numbers for Prometheus: how many requests, how long they take, what the processes use.

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

from . import workers

# Those of OpenTelemetry's `http.server.request.duration`, in seconds, so that its dashboards and
# alerts fit: fine around what a database answers in, coarse up to where clients give up.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)

# A client may invent methods and paths: all that are unknown share one label each.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"


class Metrics:
    """The numbers of this process, or of all workers where they share a folder."""

    media_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, by_half: bool = False) -> None:
        """Tell requests apart by which half has answered them, if there are two."""
        self._by_half = by_half
        half = ["half"] if by_half else []
        self._registry = CollectorRegistry()
        for collector in (GCCollector, PlatformCollector, ProcessCollector):
            collector(registry=self._registry)
        workers.forget_this_one()
        self._requests = Counter(
            "http_requests",
            "Requests answered.",
            ["method", "route", "status", *half],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time until the last byte of the answer.",
            ["method", "route", *half],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._under_way = Gauge(
            "http_requests_in_progress",
            "Requests that are not answered yet.",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._labelled: dict[tuple[str, str, int, str], tuple[Counter, Histogram]] = {}

    def begin(self) -> None:
        self._under_way.inc()

    def end(self, method: str, route: str, status: int, half: str, seconds: float) -> None:
        key = method, route, status, half
        counter, histogram = self._labelled.get(key) or self._label(key)
        counter.inc()
        histogram.observe(seconds)
        self._under_way.dec()

    def page(self) -> bytes:
        """Return all numbers, in the text format of Prometheus."""
        return generate_latest(self._everything())

    def _label(self, key: tuple[str, str, int, str]) -> tuple[Counter, Histogram]:
        asked, template, status, answered = key
        method = asked if asked in _METHODS else "_OTHER"
        route = template or UNMATCHED
        half = [answered] if self._by_half else []
        found = (
            self._requests.labels(method, route, status, *half),
            self._seconds.labels(method, route, *half),
        )
        if method == asked:  # Else the table would grow with what clients invent.
            self._labelled[key] = found
        return found

    def _everything(self) -> CollectorRegistry:
        if folder := workers.folder():
            registry = CollectorRegistry()
            workers.forget_dead(folder)
            MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
            registry.register(_Processes(workers.alive(folder)))
            return registry
        return self._registry


class _Processes(Collector):
    """Memory, processor time and open files of each worker; Linux tells them."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._pids = pids

    def collect(self) -> Iterable[Metric]:
        found: dict[str, Metric] = {}
        for pid in self._pids:
            for family in _process(pid):
                metric = found.setdefault(family.name, family)
                samples, family.samples = family.samples, []
                for sample in samples:
                    metric.add_sample(sample.name, {"pid": str(pid)}, sample.value)
        return found.values()


def _process(pid: int) -> Iterable[Metric]:
    return ProcessCollector(pid=lambda: pid, registry=None).collect()


@cache
def shared(by_half: bool) -> Metrics:
    """Return the one of this process: prometheus_client keeps one value per name."""
    return Metrics(by_half)
