"""Events on the wire: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import randrange
from typing import Any, Final

import structlog
from pydantic import BaseModel

from ..errors import DomainError
from ..middleware.request_context import with_instance
from ..problems import from_domain_error, problem

log = structlog.stdlib.get_logger(__name__)

MEDIA_TYPE: Final = "text/event-stream"
HEADERS: Final = {
    # A proxy that compresses would delay events.
    "cache-control": "no-store, no-transform",
    # https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
    "x-accel-buffering": "no",
}
# A comment, which clients ignore.
HEARTBEAT: Final = b":\n\n"


@dataclass(frozen=True, slots=True)
class Event:
    """One event; its data is sent as JSON.

    A client that reconnects sends the last `id` in `Last-Event-ID`, after `retry` milliseconds.
    """

    name: str
    data: BaseModel | Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    retry: int | None = None

    def encode(self) -> bytes:
        """Return its lines; raise `ValueError` if `name` or `id` could add a line."""
        if not (self.name + self.id).isprintable():
            raise ValueError(f"The name or ID of an event is not printable: {self.name!r}")
        data = self.data.model_dump(mode="json") if isinstance(self.data, BaseModel) else self.data
        lines = [f"event: {self.name}"] if self.name else []
        lines += [f"id: {self.id}"] if self.id else []
        lines += [] if self.retry is None else [f"retry: {self.retry}"]
        # Not pydantic's JSON: a token may contain half of a surrogate pair.
        return "\n".join([*lines, f"data: {json.dumps(data)}", "", ""]).encode()


@dataclass(frozen=True, slots=True)
class End(Event):
    """The last event of a stream."""

    error: Exception | None = None

    def described(self, path: str) -> "End":
        """Return the event for the client of `path`; log an unexpected error."""
        if self.error is None:
            return self
        if isinstance(self.error, DomainError):
            details = from_domain_error(self.error)
        else:
            log.error("crashed", exc_info=self.error)
            details = problem(500)
        content = with_instance(details, path).model_dump(exclude_none=True)
        return End(self.name, content)


def done() -> End:
    return End("done")


def failed(error: Exception) -> End:
    return End("problem", error=error)


def restart() -> End:
    """Return the end of a stream whose process shuts down. Clients return at different times."""
    return End("restart", retry=randrange(1000, 5000))
