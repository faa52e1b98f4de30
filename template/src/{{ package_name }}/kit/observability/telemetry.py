"""The metrics and traces of an application."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..settings import KitSettings
from .trace_context import Trace, parse_trace

if TYPE_CHECKING:
    from .metrics import Metrics
    from .spans import Exporter

# Requested every few seconds by whatever monitors this process: neither logged at info nor traced.
PROBES = frozenset({"/livez", "/readyz", "/metrics"})


@dataclass(frozen=True)
class Telemetry:
    """What the settings enable. Disabled parts are not imported."""

    metrics: "Metrics | None"
    exporter: "Exporter | None"
    slow_ms: int
    backend_label: bool

    @classmethod
    def start(cls, settings: KitSettings, service: str, version: str) -> "Telemetry":
        """Start telemetry; `service` and `version` name the application in its traces."""
        return cls(
            metrics=_metrics(settings.has_two_backends) if settings.metrics else None,
            exporter=_exporter(settings.otel_exporter_otlp_endpoint, service, version),
            slow_ms=settings.slow_request_ms,
            backend_label=settings.has_two_backends,
        )

    def trace(self, method: str, path: str, traceparent: str, tracestate: str) -> Trace | None:
        """Return the trace of a request, if there is one."""
        trace = parse_trace(traceparent, tracestate)
        if self.exporter is None or path in PROBES:
            return trace
        return self.exporter.start(method, path, trace)

    def close(self) -> None:
        """Send the remaining spans."""
        if self.exporter:
            self.exporter.flush()


def _metrics(backend_label: bool) -> "Metrics":
    from .metrics import shared_metrics

    return shared_metrics(backend_label)


def _exporter(endpoint: str, service: str, version: str) -> "Exporter | None":
    if not endpoint:
        return None
    from .spans import shared_exporter

    return shared_exporter(endpoint, service, version)
