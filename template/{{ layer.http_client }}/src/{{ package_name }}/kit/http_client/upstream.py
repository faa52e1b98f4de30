"""One service that this one calls."""

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import cache
from math import ceil
from threading import Lock
from time import monotonic, time
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeVar, Unpack

import httpx2
import structlog
from limits import parse
from pydantic import TypeAdapter, ValidationError

from ..bridge import in_transaction, pause
from ..errors import Unavailable
from ..observability.traces import outgoing_headers
from ..settings import KitSettings
from .errors import UpstreamError, UpstreamTimeout
from .pool import Pool, Reply, TooLarge
from .settings import UpstreamSettings

if TYPE_CHECKING:
    from prometheus_client import Histogram

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")

# RFC 9110, 9.2.2.
IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
# Statuses that may differ at the next attempt.
TEMPORARY: Final = frozenset({429, 502, 503, 504})
# Seconds before the second attempt at most; they double with each further one.
FIRST_DELAY: Final = 0.2

_UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout)
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


class Options(TypedDict, total=False):
    """Options of a call. With an `idempotency_key`, which the service must know, a POST is retried."""

    params: Mapping[str, Any]
    json: Any
    headers: Mapping[str, str]
    idempotency_key: str


class Upstream:
    """A service. Its methods may be called by threads, and by services on an event loop.

    Raises: `UpstreamError`, `UpstreamTimeout`, `Unavailable`.
    """

    def __init__(
        self, name: str, settings: UpstreamSettings, *, strict: bool = True, metrics: bool = False
    ) -> None:
        """If `strict`, a call while a database session is open is an error, else a warning."""
        self.name = name
        self._settings = settings
        self._strict = strict
        self._seconds = _histogram() if metrics else None
        self._rate = _Rate(settings.rate) if settings.rate else None
        limits = settings.at_once, settings.max_response_bytes, settings.connect_timeout
        self._pool = Pool(*limits)
        token = settings.token.get_secret_value()
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self.close, self.aclose = self._pool.close, self._pool.aclose

    def get(self, path: str, *, into: type[T], **options: Unpack[Options]) -> T:
        return self.request("GET", path, into=into, **options)

    def post(self, path: str, *, into: type[T], **options: Unpack[Options]) -> T:
        return self.request("POST", path, into=into, **options)

    def put(self, path: str, *, into: type[T], **options: Unpack[Options]) -> T:
        return self.request("PUT", path, into=into, **options)

    def patch(self, path: str, *, into: type[T], **options: Unpack[Options]) -> T:
        return self.request("PATCH", path, into=into, **options)

    def delete(self, path: str, *, into: type[T], **options: Unpack[Options]) -> T:
        return self.request("DELETE", path, into=into, **options)

    def request(self, method: str, path: str, *, into: type[T], **options: Unpack[Options]) -> T:
        """Return the JSON of the response as `into`; an empty response is `None` (NoneType).

        `path` begins with a slash; quote what a client has sent: `urllib.parse.quote(it, safe="")`.
        """
        if not path.startswith("/"):
            raise ValueError("The path must begin with a slash.")
        if not self._settings.url:
            raise Unavailable(f"{self.name.upper()}__URL is not set.")
        if in_transaction():
            self._report_transaction()
        headers = {**options.pop("headers", {}), **self._headers, **outgoing_headers()}
        repeatable = method in IDEMPOTENT
        if key := options.pop("idempotency_key", ""):
            headers["idempotency-key"] = key
            repeatable = True
        with self._measure():
            reply = self._send(method, path, repeatable, headers=headers, **options)
            return self._parse(reply, into)

    def _report_transaction(self) -> None:
        message = f"{self.name} is called while a database session is open"
        if self._strict:
            raise RuntimeError(f"{message}: its connection would wait for the service.")
        log.warning(message)

    def _send(self, method: str, path: str, repeatable: bool, **options: Any) -> Reply:
        deadline = monotonic() + self._settings.timeout
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._attempt(method, path, deadline, options)
            except (UpstreamError, Unavailable) as error:
                delay = self._delay(error, attempt, repeatable, deadline)
                fields = {"method": method, "attempt": attempt, "retry_in": delay}
                reason = _reason(error)
                log.warning("upstream call failed", upstream=self.name, reason=reason, **fields)
                if delay is None:
                    raise
            pause(delay)

    def _attempt(self, method: str, path: str, deadline: float, options: dict[str, Any]) -> Reply:
        if self._rate:
            pause(self._rate.reserve(self.name, deadline - monotonic()))
        seconds = max(0.001, deadline - monotonic())
        try:
            reply = self._pool.exchange(method, self._settings.url + path, seconds, **options)
        except httpx2.PoolTimeout as error:
            raise Unavailable(f"Too many calls to {self.name}.", retry_after=1) from error
        except httpx2.TimeoutException as error:
            raise UpstreamTimeout(f"{self.name} did not respond in time.") from error
        except httpx2.TransportError as error:
            raise UpstreamError(f"{self.name} is unreachable.") from error
        except (httpx2.HTTPError, TooLarge) as error:
            raise UpstreamError(f"{self.name} sent an invalid response.") from error
        if 200 <= reply.status < 300:
            return reply
        after = _retry_after(reply.headers.get("retry-after", ""))
        message = f"{self.name} responded with an error."
        raise UpstreamError(message, answered=reply.status, retry_after=after)

    def _delay(
        self, error: Exception, attempt: int, repeatable: bool, deadline: float
    ) -> float | None:
        """Return the seconds until the next attempt, None if there is none."""
        if not isinstance(error, UpstreamError) or attempt >= self._settings.attempts:
            return None
        cause = error.__cause__
        temporary = isinstance(cause, httpx2.TransportError) or error.answered in TEMPORARY
        if not temporary or not (repeatable or isinstance(cause, _UNSENT)):
            return None
        jitter = random.uniform(0, FIRST_DELAY * 2 ** (attempt - 1))
        delay = round(error.retry_after + jitter, 3)
        return delay if monotonic() + delay < deadline else None

    def _parse(self, reply: Reply, into: type[T]) -> T:
        try:
            result: T = _adapter(into).validate_json(reply.content or b"null")
        except ValidationError as error:
            # Not the values, which may be anybody's.
            errors = [f"{each['type']} at {each['loc']}" for each in error.errors()[:5]]
            log.warning("upstream response invalid", upstream=self.name, errors=errors)
            raise UpstreamError(f"{self.name} sent an invalid response.") from None
        return result

    @contextmanager
    def _measure(self) -> Iterator[None]:
        started = monotonic()
        outcome = "success"
        try:
            yield
        except BaseException as error:
            outcome = _reason(error)
            raise
        finally:
            if self._seconds:
                self._seconds.labels(self.name, outcome).observe(monotonic() - started)


class _Rate:
    """A limit such as 100/second: evenly spread after a first burst (GCRA)."""

    def __init__(self, rate: str) -> None:
        limit = parse(rate)
        self._gap = limit.get_expiry() / limit.amount
        self._burst = limit.get_expiry() - self._gap
        self._next = 0.0
        self._lock = Lock()

    def reserve(self, name: str, longest: float) -> float:
        """Return the seconds until the call may start; raise `Unavailable` if over `longest`."""
        with self._lock:
            now = monotonic()
            start = max(self._next, now)
            delay = start - self._burst - now
            if delay > longest:
                raise Unavailable(f"Too many calls to {name}.", retry_after=ceil(delay))
            self._next = start + self._gap
        return max(0.0, delay)


def open_upstreams(settings: KitSettings) -> dict[str, Upstream]:
    """Return an upstream for each field of the settings that is `UpstreamSettings`."""
    # It logs every URL at the level info.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    options = {"strict": not settings.is_production, "metrics": settings.metrics}
    return {
        name: Upstream(name, value, **options)
        for name, value in settings
        if isinstance(value, UpstreamSettings)
    }


@cache
def _histogram() -> "Histogram":
    from prometheus_client import Histogram

    from ..observability.metrics import BUCKETS

    return Histogram(
        "http_client_request_duration_seconds",
        "Time of a call to another service, with its retries.",
        ["upstream", "outcome"],
        buckets=BUCKETS,
    )


def _reason(error: BaseException) -> str:
    """Return the status of the response, or the kind of the error."""
    answered = isinstance(error, UpstreamError) and error.answered
    return f"status {answered}" if answered else type(error.__cause__ or error).__name__


def _retry_after(value: str) -> float:
    """Return the seconds of the header, which contains seconds or a date (RFC 9110, 10.2.3)."""
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (TypeError, ValueError):
        return 0.0
