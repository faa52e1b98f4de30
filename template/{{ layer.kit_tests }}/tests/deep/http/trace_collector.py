"""Receives traces as an OpenTelemetry collector does, in a thread of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

WAIT = 30


class TraceCollector(ThreadingHTTPServer):
    """Keeps the spans that are sent to `url`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.spans: list[Span] = []

    def of(self, trace_id: str, count: int) -> list[Span]:
        """Return the spans of a trace, the earliest first, when there are `count` of them."""
        deadline = monotonic() + WAIT
        while True:
            spans = [span for span in self.spans if span.trace_id.hex() == trace_id]
            if len(spans) >= count:
                return sorted(spans, key=lambda span: span.start_time_unix_nano)
            assert monotonic() < deadline, f"{len(spans)} of {count} spans came."
            sleep(0.05)


class _Handler(BaseHTTPRequestHandler):
    server: TraceCollector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        sent = ExportTraceServiceRequest.FromString(body)
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.server.spans.extend(scope.spans)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def collecting() -> Iterator[TraceCollector]:
    with TraceCollector() as collector:
        thread = Thread(target=collector.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            collector.shutdown()
            thread.join()


def attributes(span: Span) -> dict[str, str | int]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}
