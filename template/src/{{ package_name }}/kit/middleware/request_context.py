"""What follows a request to its response: ID, security headers, access log, metrics, trace."""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from random import getrandbits
from time import perf_counter

import structlog

from ..observability.telemetry import PROBES, Telemetry
from ..observability.traces import RequestSpan
from ..problems import Problem, problem
from .cors import Headers
from .proxy_headers import GetHeader
from .request_filter import RequestInfo

log = structlog.stdlib.get_logger(__name__)
_access_log = logging.getLogger(__name__)

# Characters of the path that a problem repeats.
MAX_PATH = 1000

# A request ID of a client is kept if it is harmless in logs and headers.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

# Safe for data; a page sets its own policy. ASVS 3.4.
_SECURITY_HEADERS: Headers = tuple(
    {
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        # A response that may be cached sets its own header. ASVS 14.3.2.
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",  # guard: nosniff
    }.items()
)


def _new_id() -> str:
    # Request IDs are not secret, so this avoids the cost of `urandom`.
    return f"{getrandbits(128):032x}"


def with_instance(problem: Problem, path: str) -> Problem:
    """Return `problem` with the path and the ID of the current request."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return problem.model_copy(update={"instance": path[:MAX_PATH], "request_id": request_id})


@dataclass(slots=True)
class RequestContext:
    """One request, from its headers to the last byte of its response."""

    info: RequestInfo
    request_id: str
    telemetry: Telemetry
    started: float
    route: str = ""  # The path template of the endpoint, "/todos/{todo_id}".
    status: int = 0
    backend: str = "middleware"  # What responds: this, `fastapi` or `flask`.
    # Headers for a response that does not set them itself.
    defaults: Headers = _SECURITY_HEADERS
    span: RequestSpan | None = None
    # Fields of the access log for a stream, whose duration is not that of its work.
    stream: dict[str, object] | None = None
    _waited: float = 0.0

    @classmethod
    def start(cls, info: RequestInfo, header: GetHeader, telemetry: Telemetry) -> "RequestContext":
        """Bind the request ID and the trace to all log lines until `end`."""
        sent_id = header("x-request-id")
        request_id = sent_id if _REQUEST_ID.fullmatch(sent_id) else _new_id()
        context = cls(info, request_id, telemetry, perf_counter())
        bound = {"request_id": request_id}
        headers = header("traceparent"), header("tracestate")
        if span := telemetry.start_span(info.method, info.path, *headers):
            context.span = span
            bound["trace_id"] = span.trace_id
        structlog.contextvars.bind_contextvars(**bound)
        return context

    def start_response(self, status: int) -> None:
        self.status = status
        self._waited = perf_counter() - self.started

    def missing_headers(self, present: Iterable[str]) -> Headers:
        """Return the headers to add to a response; `present` are its lower-case header names."""
        names = {*present}
        headers = [pair for pair in self.defaults if pair[0] not in names]
        if "x-request-id" not in names:
            headers.append(("x-request-id", self.request_id))
        return (*headers, *self.info.headers)

    def crash(self, error: Exception) -> Problem:
        """Log an unexpected error; the client gets the request ID and no details."""
        log.error("crashed", exc_info=error)
        if self.span:
            self.span.fail(error)
        return self.with_instance(problem(500))  # guard: crash-details

    def with_instance(self, problem: Problem) -> Problem:
        return with_instance(problem, self.info.prefix + self.info.path)

    def end(self) -> None:
        seconds = perf_counter() - self.started
        # Frameworks differ in whether a 405 has a route.
        route = "" if self.status == 405 else self.route
        self._log(route, seconds)
        if self.telemetry.metrics:
            method = self.info.method
            observed = self._waited if self.stream else seconds
            self.telemetry.metrics.observe(method, route, self.status, self.backend, observed)
        if self.span:
            self.span.end(self.info.method, route, self.status)
            structlog.contextvars.unbind_contextvars("trace_id")
        structlog.contextvars.unbind_contextvars("request_id")

    def _log(self, route: str, seconds: float) -> None:
        level = logging.DEBUG if self.info.path in PROBES else logging.INFO
        if _access_log.isEnabledFor(level):
            fields = {
                "method": self.info.method,
                "path": self.info.path,
                "route": route,
                "status": self.status,
                "duration_ms": _milliseconds(seconds),
                "client": self.info.client,
                **self._backend_field(),
                **(self.stream or {}),
            }
            # Not structlog's logger: that takes longer.
            _access_log.log(level, "request", extra=fields)
        # Time to the first byte: a long stream is not slow.
        if 0 < self.telemetry.slow_ms <= 1000 * self._waited:
            log.warning(
                "slow request",
                method=self.info.method,
                route=route,
                duration_ms=_milliseconds(self._waited),
                **self._backend_field(),
            )

    def _backend_field(self) -> dict[str, str]:
        return {"backend": self.backend} if self.telemetry.backend_label else {}


def _milliseconds(seconds: float) -> float:
    return round(1000 * seconds, 1)
