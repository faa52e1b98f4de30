"""The trace that a request belongs to: taken from who calls us, passed on to whom we call.

https://www.w3.org/TR/trace-context/
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

import structlog

# Version, trace, parent, flags. A version of the future may add to them; all zeros mean nothing.
_TRACEPARENT = re.compile(
    r"(?!ff|00.{54})[0-9a-f]{2}-(?P<id>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
    r"(?:-[!-~]{0,200})?"
)
_TRACESTATE = re.compile(r"[ -~]{1,512}")

_current: ContextVar["Trace | None"] = ContextVar("trace", default=None)


class Trace:
    """A trace of others, in which we leave no mark: its headers go on as they came."""

    def __init__(self, trace_id: str, headers: dict[str, str]) -> None:
        self.id = trace_id
        self.headers = headers

    @contextmanager
    def current(self) -> Iterator[None]:
        """Make this the trace of all that is done inside."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def outgoing(self) -> dict[str, str]:
        return dict(self.headers)

    def statement(self, database: str, text: str) -> AbstractContextManager[object]:
        """Cover a statement that is sent to a database."""
        return nullcontext()

    def fail(self, error: Exception) -> None:
        """Note that the request met an error that nobody expected."""

    def end(self, method: str, route: str, status: int) -> None:
        """Note how the request was answered."""


def current() -> Trace | None:
    return _current.get()


def received(traceparent: str, tracestate: str) -> Trace | None:
    """Return the trace that the headers of a request name, if they are well formed."""
    found = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    if not found:
        return None
    headers = {"traceparent": traceparent}
    if _TRACESTATE.fullmatch(tracestate):
        headers["tracestate"] = tracestate
    return Trace(found["id"], headers)


def outgoing_headers() -> dict[str, str]:
    """Return the headers that tell a service we call for which request it works.

    client.get(url, headers=outgoing_headers())
    """
    trace = current()
    headers = trace.outgoing() if trace else {}
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        headers["x-request-id"] = request_id
    return headers
