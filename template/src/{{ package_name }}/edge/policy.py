"""What is done for every request: an id, safe headers, one line in the log, an answer to a crash."""

import logging
import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from random import getrandbits
from time import perf_counter

import structlog

from .. import logs
from ..schemas.errors import Problem, problem
from ..telemetry import PROBES, Telemetry
from ..telemetry.traces import Trace
from .cors import Pairs
from .forwarded import Header
from .gate import Arrival

log = structlog.stdlib.get_logger(__name__)
_lines = logging.getLogger(__name__)

# Characters of a path that are repeated in an answer.
MAX_PATH = 1000

# What a proxy sends is kept if it can do no harm in a log or a header.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

# Safe for answers that are data; a page brings a policy of its own. ASVS 3.4.
_USUAL: Pairs = tuple(
    {
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        # What may be kept says so itself. ASVS 14.3.2.
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",  # guard: nosniff
    }.items()
)


def _new_id() -> str:
    # Nobody is harmed who guesses it; the system's randomness would let go of the processor for it.
    return f"{getrandbits(128):032x}"


def located(found: Problem, path: str) -> Problem:
    """Return `found` with the path and the id of the request that met it."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return found.model_copy(update={"instance": path[:MAX_PATH], "request_id": request_id})


@dataclass(slots=True)
class Visit:
    """One request, from its first header to the last byte of its answer."""

    arrival: Arrival
    request_id: str
    telemetry: Telemetry
    started: float
    route: str = ""  # The template of the endpoint that answers, "/todos/{todo_id}".
    status: int = 0
    half: str = "edge"  # Who answers; this, until one of the applications is asked.
    # What an answer has that does not say it itself; who answers may know better.
    usual: Pairs = _USUAL
    trace: Trace | None = None
    _waited: float = 0.0
    _traced: ExitStack | None = None

    @classmethod
    def begin(cls, arrival: Arrival, header: Header, telemetry: Telemetry) -> "Visit":
        """Name the request, for everything that is logged until `end`."""
        offered = header("x-request-id")
        request_id = offered if _REQUEST_ID.fullmatch(offered) else _new_id()
        visit = cls(arrival, request_id, telemetry, perf_counter())
        names = {"request_id": request_id}
        told = header("traceparent"), header("tracestate")
        if trace := telemetry.trace(arrival.method, arrival.path, *told):
            visit.trace, visit._traced = trace, ExitStack()
            visit._traced.enter_context(trace.current())
            names["trace_id"] = trace.id
        structlog.contextvars.bind_contextvars(**names)
        if telemetry.metrics:
            telemetry.metrics.begin()
        return visit

    def answer(self, status: int) -> None:
        """Note that the answer begins."""
        self.status = status
        self._waited = perf_counter() - self.started

    def missing_headers(self, present: Iterable[str]) -> Pairs:
        """Return what the answer lacks; `present` are its header names in lower case."""
        names = {*present}
        found = [pair for pair in self.usual if pair[0] not in names]
        if "x-request-id" not in names:
            found.append(("x-request-id", self.request_id))
        if self.telemetry.server_timing and "server-timing" not in names:
            found.append(("server-timing", f"app;dur={_milliseconds(self._waited)}"))
        return (*found, *self.arrival.also)

    def crashed(self, error: Exception) -> Problem:
        """Log an error that nobody expected; the client learns the request's id, no more."""
        log.error("crashed", exc_info=error)
        if self.trace:
            self.trace.fail(error)
        return self.located(problem(500))  # guard: crash-details

    def located(self, found: Problem) -> Problem:
        return located(found, self.arrival.prefix + self.arrival.path)

    def end(self) -> None:
        seconds = perf_counter() - self.started
        # Frameworks differ in whether a method that a path lacks has found its route.
        route = "" if self.status == 405 else self.route
        self._log(route, seconds)
        if self.telemetry.metrics:
            method = self.arrival.method
            self.telemetry.metrics.end(method, route, self.status, self.half, seconds)
        if self.trace:
            self.trace.end(self.arrival.method, route, self.status)
        structlog.contextvars.unbind_contextvars("request_id", "trace_id")
        if self._traced:
            self._traced.close()

    def _log(self, route: str, seconds: float) -> None:
        half = {"half": self.half} if self.telemetry.tells_half else {}
        logs.line(
            _lines,
            logging.DEBUG if self.arrival.path in PROBES else logging.INFO,
            "answered",
            method=self.arrival.method,
            path=self.arrival.path,
            route=route,
            status=self.status,
            duration_ms=_milliseconds(seconds),
            client=self.arrival.client,
            **half,
        )
        # Until the answer begins: a stream that lasts is not slow.
        waited = _milliseconds(self._waited)
        if 0 < self.telemetry.slow_ms <= waited:
            method = self.arrival.method
            log.warning("slow", method=method, route=route, duration_ms=waited, **half)


def _milliseconds(seconds: float) -> float:
    return round(1000 * seconds, 1)
