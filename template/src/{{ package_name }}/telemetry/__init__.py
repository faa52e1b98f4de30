"""What an operator can see of the application: its numbers, its traces, and what is slow."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..settings import Settings
from .traces import Trace, outgoing_headers, received

if TYPE_CHECKING:
    from .metrics import Metrics
    from .spans import Exporter

__all__ = ["Telemetry", "outgoing_headers"]

# Asked every few seconds by whoever watches this process: neither worth a line nor a trace.
PROBES = frozenset({"/livez", "/readyz", "/metrics"})


@dataclass(frozen=True)
class Telemetry:
    """What the settings switch on. What is off is not even imported."""

    metrics: "Metrics | None"
    exporter: "Exporter | None"
    slow_ms: int
    server_timing: bool
    tells_half: bool

    @classmethod
    def start(cls, settings: Settings) -> "Telemetry":
        return cls(
            metrics=_metrics(settings.tells_half) if settings.counts_metrics else None,
            exporter=_exporter(settings.otel_exporter_otlp_endpoint),
            slow_ms=settings.slow_request_ms,
            server_timing=settings.tells_timing,
            tells_half=settings.tells_half,
        )

    def trace(self, method: str, path: str, traceparent: str, tracestate: str) -> Trace | None:
        """Return the trace that a request belongs to, if there is one."""
        trace = received(traceparent, tracestate)
        if self.exporter is None or path in PROBES:
            return trace
        return self.exporter.begin(method, path, trace)

    def close(self) -> None:
        """Send what is still to be sent."""
        if self.exporter:
            self.exporter.flush()


def _metrics(by_half: bool) -> "Metrics":
    from .metrics import shared

    return shared(by_half)


def _exporter(endpoint: str) -> "Exporter | None":
    if not endpoint:
        return None
    from .spans import shared

    return shared(endpoint)
