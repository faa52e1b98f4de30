"""The metrics and traces of an application."""

from typing import TYPE_CHECKING

from opentelemetry.trace import NoOpTracer, Tracer

from ..settings import KitSettings
from .traces import RequestSpan, exporting_provider

if TYPE_CHECKING:
    from .metrics import Metrics

# Requested every few seconds by whatever monitors this process: neither logged at info nor traced.
PROBES = frozenset({"/livez", "/readyz", "/metrics"})


class Telemetry:
    """What the settings enable. Disabled parts are not imported."""

    def __init__(self, settings: KitSettings, service: str, version: str) -> None:
        """Start telemetry; `service` and `version` name the application in its traces."""
        self.slow_ms = settings.slow_request_ms
        self.backend_label = settings.has_two_backends
        self.metrics = _metrics(self.backend_label) if settings.metrics else None
        endpoint = settings.otel_exporter_otlp_endpoint
        self._provider = exporting_provider(endpoint, service, version) if endpoint else None
        self._tracer: Tracer = (
            self._provider.get_tracer(__name__) if self._provider else NoOpTracer()
        )

    def start_span(
        self, method: str, path: str, traceparent: str, tracestate: str
    ) -> RequestSpan | None:
        """Return the span of a request, None if it has no trace."""
        if path in PROBES or not (traceparent or self._provider):
            return None
        return RequestSpan.start(self._tracer, method, path, traceparent, tracestate)

    def close(self) -> None:
        """Send the remaining spans."""
        if self._provider:
            self._provider.force_flush(5000)


def _metrics(backend_label: bool) -> "Metrics":
    from .metrics import shared_metrics

    return shared_metrics(backend_label)
