"""Traces of our own, sent by OpenTelemetry. Imported only where a receiver is set.

The SDK reads the rest of its settings itself: OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER,
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

from .. import about
from .traces import Trace

_W3C = TraceContextTextMapPropagator()


class Exporter:
    """Sends spans, a few seconds later and never in a request's time."""

    def __init__(self, endpoint: str) -> None:
        name = os.environ.get("OTEL_SERVICE_NAME", about.TITLE)
        resource = Resource.create({"service.name": name, "service.version": about.VERSION})
        self._provider = TracerProvider(resource=resource)
        sender = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(sender))
        trace.set_tracer_provider(self._provider)  # For spans that the application adds.
        self._tracer = self._provider.get_tracer(__name__)

    def begin(self, method: str, path: str, parent: Trace | None) -> "Recorded":
        span = self._tracer.start_span(
            method,
            _W3C.extract(parent.headers if parent else {}),
            SpanKind.SERVER,
            {"http.request.method": method, "url.path": path},
        )
        return Recorded(span, self._tracer)

    def flush(self) -> None:
        self._provider.force_flush(5000)


class Recorded(Trace):
    """A trace in which this request, and what it asks of the database, are spans."""

    def __init__(self, span: Span, tracer: trace.Tracer) -> None:
        super().__init__(trace.format_trace_id(span.get_span_context().trace_id), {})
        self._span = span
        self._tracer = tracer

    @contextmanager
    def current(self) -> Iterator[None]:
        with super().current(), trace.use_span(self._span, end_on_exit=True):
            yield

    def outgoing(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        _W3C.inject(headers)
        return headers

    @contextmanager
    def statement(self, database: str, text: str) -> Iterator[None]:
        operation = text.split(maxsplit=1)[0].upper()
        with self._tracer.start_as_current_span(
            f"{operation} {database}",
            kind=SpanKind.CLIENT,
            # Values travel apart from the text, so it holds none of them.
            attributes={
                "db.system.name": database,
                "db.operation.name": operation,
                "db.query.text": text,
            },
            # What an error says may quote values.
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
        # The type alone: what an error says may be secret.
        self._span.set_attribute("error.type", type(error).__qualname__)

    def end(self, method: str, route: str, status: int) -> None:
        self._span.set_attribute("http.response.status_code", status)
        if route:
            self._span.set_attribute("http.route", route)
            self._span.update_name(f"{method} {route}")
        if status >= 500 or not status:
            self._span.set_status(StatusCode.ERROR)


@cache
def shared(endpoint: str) -> Exporter:
    """Return the one exporter of this process."""
    return Exporter(endpoint)
