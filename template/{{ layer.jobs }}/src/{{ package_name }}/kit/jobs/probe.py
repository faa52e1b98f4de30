"""`/livez`, `/readyz` and `/metrics` of a worker, over HTTP in a thread."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from threading import Thread
from time import monotonic
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily

# Seconds without a sign of life after which `/livez` fails.
_SILENCE = 60.0


@dataclass
class Counts:
    """The jobs of the queue. `oldest_seconds`: how long the first of the waiting ones is due."""

    waiting: int
    running: int
    dead: int
    oldest_seconds: float


class Alive:
    """When the worker last showed that it works."""

    at = monotonic()


class _Collector:
    def __init__(self, counts: Callable[[], Counts]) -> None:
        self._counts = counts

    def collect(self) -> Iterable[Any]:
        for name, value in asdict(self._counts()).items():
            yield GaugeMetricFamily(f"jobs_{name}", f"Jobs: {name}.", value=value)


class _Handler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing: probes come every few seconds."""


def serve_probe(port: int, counts: Callable[[], Counts]) -> None:
    registry = CollectorRegistry()
    registry.register(_Collector(counts))
    metrics = make_wsgi_app(registry)

    def app(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/metrics":
            return metrics(environ, start_response)
        alive = monotonic() - Alive.at < _SILENCE
        start_response("200 OK" if alive else "503 Service Unavailable", [])
        return [b""]

    server = make_server("", port, app, handler_class=_Handler)
    Thread(target=server.serve_forever, name="probe", daemon=True).start()
