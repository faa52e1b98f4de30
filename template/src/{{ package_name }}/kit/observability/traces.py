"""Traces: passed on to other services, and exported if an endpoint is configured.

Everything uses the API of OpenTelemetry. Without its SDK, a span records nothing and only passes the
trace of the request on. https://opentelemetry.io/docs/languages/python/instrumentation/
Names are those of https://opentelemetry.io/docs/specs/semconv/http/http-spans/.
"""

import os
from functools import cache
from typing import TYPE_CHECKING

import structlog
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_W3C = TraceContextTextMapPropagator()


class RequestSpan:
    """The span of a request, the current one until `end`."""

    def __init__(self, span: Span) -> None:
        self.trace_id = trace.format_trace_id(span.get_span_context().trace_id)
        self._span = span
        self._token = attach(trace.set_span_in_context(span))

    @classmethod
    def start(
        cls, tracer: Tracer, method: str, path: str, traceparent: str, tracestate: str
    ) -> "RequestSpan | None":
        """Return None for a request without a trace."""
        carrier = {"traceparent": traceparent, "tracestate": tracestate}
        parent = _W3C.extract(carrier) if traceparent else Context()
        attributes = {"http.request.method": method, "url.path": path}
        span = tracer.start_span(method, parent, SpanKind.SERVER, attributes)
        return cls(span) if span.get_span_context().is_valid else None

    def fail(self, error: Exception) -> None:
        # Only the type: a message may quote secrets.
        self._span.set_attribute("error.type", type(error).__qualname__)

    def end(self, method: str, route: str, status: int) -> None:
        self._span.set_attribute("http.response.status_code", status)
        if route:
            self._span.set_attribute("http.route", route)
            self._span.update_name(f"{method} {route}")
        if status >= 500 or not status:
            self._span.set_status(StatusCode.ERROR)
        detach(self._token)
        self._span.end()


def outgoing_headers() -> dict[str, str]:
    """Return headers for a request to another service: the trace and the request ID.

    client.get(url, headers=outgoing_headers())
    """
    headers: dict[str, str] = {}
    _W3C.inject(headers)
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        headers["x-request-id"] = request_id
    return headers


@cache
def exporting_provider(endpoint: str, service: str, version: str) -> "TracerProvider":
    """Return the provider of this process, whose spans are sent in the background.

    The SDK reads other settings itself: OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS and others,
    https://opentelemetry.io/docs/languages/sdk-configuration/.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME", service)
    resource = Resource.create({"service.name": name, "service.version": version})
    provider = TracerProvider(resource=resource)
    sender = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(sender))
    trace.set_tracer_provider(provider)  # For statements, and for spans of the application.
    return provider
