"""The trace of a request: read from its headers, passed on to other services.

https://www.w3.org/TR/trace-context/
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

import structlog

# Version, trace, parent, flags. Future versions may add fields; IDs of zeros are invalid.
_TRACEPARENT = re.compile(
    r"(?!ff|00.{54})[0-9a-f]{2}-(?P<id>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
    r"(?:-[!-~]{0,200})?"
)
_TRACESTATE = re.compile(r"[ -~]{1,512}")

_current: ContextVar["Trace | None"] = ContextVar("trace", default=None)


class Trace:
    """A trace that is passed on unchanged."""

    def __init__(self, trace_id: str, headers: dict[str, str]) -> None:
        self.id = trace_id
        self.headers = headers

    @contextmanager
    def current(self) -> Iterator[None]:
        """Make this the current trace."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def outgoing_headers(self) -> dict[str, str]:
        return dict(self.headers)

    def statement(self, database: str, text: str) -> AbstractContextManager[object]:
        """Surround an SQL statement."""
        return nullcontext()

    def fail(self, error: Exception) -> None:
        """Record an unexpected error."""

    def end(self, method: str, route: str, status: int) -> None:
        """Record the response."""


def current_trace() -> Trace | None:
    return _current.get()


def parse_trace(traceparent: str, tracestate: str) -> Trace | None:
    """Return the trace in the headers of a request, if they are well-formed."""
    match = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if not match:
        return None
    headers = {"traceparent": traceparent}
    if _TRACESTATE.fullmatch(tracestate):
        headers["tracestate"] = tracestate
    return Trace(match["id"], headers)


def outgoing_headers() -> dict[str, str]:
    """Return headers for a request to another service: the trace and the request ID.

    client.get(url, headers=outgoing_headers())
    """
    trace = current_trace()
    headers = trace.outgoing_headers() if trace else {}
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        headers["x-request-id"] = request_id
    return headers
