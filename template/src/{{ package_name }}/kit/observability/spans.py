"""Spans, exported by OpenTelemetry. Imported only if an endpoint is configured.

The SDK reads other settings itself: OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER,
OTEL_EXPORTER_OTLP_HEADERS and others, https://opentelemetry.io/docs/languages/sdk-configuration/.
Names are those of https://opentelemetry.io/docs/specs/semconv/http/http-spans/.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .trace_context import Trace

_W3C = TraceContextTextMapPropagator()


class Exporter:
    """Sends spans in the background, a few seconds later."""

    def __init__(self, endpoint: str, service: str, version: str) -> None:
        name = os.environ.get("OTEL_SERVICE_NAME", service)
        resource = Resource.create({"service.name": name, "service.version": version})
        self._provider = TracerProvider(resource=resource)
        sender = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(sender))
        trace.set_tracer_provider(self._provider)  # For spans of the application.
        self._tracer = self._provider.get_tracer(__name__)

    def start(self, method: str, path: str, parent: Trace | None) -> "RecordedTrace":
        span = self._tracer.start_span(
            method,
            _W3C.extract(parent.headers if parent else {}),
            SpanKind.SERVER,
            {"http.request.method": method, "url.path": path},
        )
        return RecordedTrace(span, self._tracer)

    def flush(self) -> None:
        self._provider.force_flush(5000)


class RecordedTrace(Trace):
    """A trace that records this request and its SQL statements as spans."""

    def __init__(self, span: Span, tracer: trace.Tracer) -> None:
        super().__init__(trace.format_trace_id(span.get_span_context().trace_id), {})
        self._span = span
        self._tracer = tracer

    @contextmanager
    def current(self) -> Iterator[None]:
        with super().current(), trace.use_span(self._span, end_on_exit=True):
            yield

    def outgoing_headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        _W3C.inject(headers)
        return headers

    @contextmanager
    def statement(self, database: str, text: str) -> Iterator[None]:
        operation = text.split(maxsplit=1)[0].upper()
        with self._tracer.start_as_current_span(
            f"{operation} {database}",
            kind=SpanKind.CLIENT,
            # The text contains no values: they are sent separately.
            attributes={
                "db.system.name": database,
                "db.operation.name": operation,
                "db.query.text": text,
            },
            # A message may quote values.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except Exception as error:
                span.set_attribute("error.type", type(error).__qualname__)
                span.set_status(StatusCode.ERROR)
                raise

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


@cache
def shared_exporter(endpoint: str, service: str, version: str) -> Exporter:
    """Return the exporter of this process."""
    return Exporter(endpoint, service, version)
