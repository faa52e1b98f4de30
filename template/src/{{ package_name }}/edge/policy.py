"""What is done for every request: an id, safe headers, one line in the log, an answer to a crash."""

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import perf_counter
from uuid import uuid4

import structlog

from ..schemas.errors import Problem, problem

log = structlog.stdlib.get_logger(__name__)

# What a proxy sends is kept if it can do no harm in a log or a header.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

# Safe for answers that are data; a page brings a policy of its own. ASVS 3.4.
_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    # What may be kept says so itself. ASVS 14.3.2.
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

# Asked every few seconds by whoever watches this process: said only at level debug.
_PROBES = frozenset({"/livez", "/readyz"})


def located(found: Problem, path: str) -> Problem:
    """Return `found` with the path and the id of the request that met it."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return found.model_copy(update={"instance": path, "request_id": request_id})


@dataclass
class Visit:
    """One request, from its first header to the last byte of its answer."""

    method: str
    path: str
    request_id: str
    prefix: str = ""  # That a proxy took off the path.
    status: int = 0
    _started: float = field(default_factory=perf_counter)
    _bound: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def begin(cls, method: str, path: str, offered_id: str, prefix: str = "") -> "Visit":
        """Name the request, for everything that is logged until `end`."""
        request_id = offered_id if _REQUEST_ID.fullmatch(offered_id) else uuid4().hex
        visit = cls(method, path, request_id, prefix)
        visit._bound.enter_context(structlog.contextvars.bound_contextvars(request_id=request_id))
        return visit

    def missing_headers(self, present: Iterable[str]) -> dict[str, str]:
        """Return what the answer lacks; `present` are its header names in lower case."""
        names = set(present)
        wanted = {**_HEADERS, "x-request-id": self.request_id}
        return {name: value for name, value in wanted.items() if name not in names}

    def crashed(self, error: Exception) -> Problem:
        """Log an error that nobody expected; the client learns the request's id, no more."""
        log.error("crashed", exc_info=error)
        return self.located(problem(500))

    def located(self, found: Problem) -> Problem:
        return located(found, self.prefix + self.path)

    def end(self) -> None:
        write = log.debug if self.path in _PROBES else log.info
        write(
            "answered",
            method=self.method,
            path=self.path,
            status=self.status,
            duration_ms=round(1000 * (perf_counter() - self._started), 1),
        )
        self._bound.close()
