"""Decides whether a request is let in, before the application is called."""

from dataclasses import dataclass

from limits import RateLimitItem, parse

from ..problems import Problem, problem
from ..settings import KitSettings
from .cors import CorsPolicy, Headers
from .proxy_headers import GetHeader, TrustedProxies
from .rate_limit import RateLimiter, client_key
from .trusted_hosts import is_address, is_trusted_host

_CLOSE = (("connection", "close"),)
# Requested by IP address, by whatever monitors this process from inside the network.
_PROBES = frozenset({"/livez", "/readyz", "/metrics"})
_ASSETS = "/docs/assets/"


@dataclass(slots=True)  # Not frozen: that costs a microsecond per request.
class RequestInfo:
    """A request as its client has sent it, before proxies have changed it."""

    method: str
    path: str  # Without the prefix.
    client: str
    scheme: str
    host: str
    host_header: str
    prefix: str
    headers: Headers  # Headers of the response, beside those of every response.


@dataclass(frozen=True, slots=True)
class EarlyResponse:
    """A response without the application: a problem, or 204."""

    problem: Problem | None
    headers: Headers = ()

    @property
    def status(self) -> int:
        return self.problem.status if self.problem else 204


class RequestFilter:
    """Proxy headers, trusted hosts, CORS, rate limit and body limit, from the settings."""

    def __init__(self, settings: KitSettings) -> None:
        self.max_body_bytes = settings.max_body_bytes
        self.client_timeout = settings.client_timeout
        self.limiter = RateLimiter(settings.redis_url)
        self._rate = parse(settings.rate_limit) if settings.rate_limit else None
        self._proxies = TrustedProxies(settings.forwarded_allow_ips)
        self._hosts = settings.allowed_hosts
        self._cors = CorsPolicy(settings.cors_origins, credentials=settings.cors_credentials)
        self._prefix = settings.root_path
        self._always: Headers = ()
        if settings.hsts_seconds:  # guard: hsts
            # Browsers ignore it unless the response came over TLS.
            self._always = (("strict-transport-security", f"max-age={settings.hsts_seconds}"),)

    def read(
        self, method: str, path: str, peer: str, scheme: str, header: GetHeader
    ) -> RequestInfo:
        """Return the request as its client has sent it."""
        forwarded = self._proxies.read(peer, header)
        host = header("host")
        return RequestInfo(
            method,
            path,
            # An IPv4 client on an IPv6 socket has its IPv4 address.
            client=forwarded.client or peer.removeprefix("::ffff:"),
            scheme=forwarded.scheme or scheme,
            host=forwarded.host or host,
            host_header=host,
            prefix=forwarded.prefix or self._prefix,
            headers=self._always + self._cors.headers(header("origin")),
        )

    def hit(self, info: RequestInfo) -> int:
        """Count a request. Return 0, or the seconds until the client may send the next one."""
        return self.limiter.hit(*limit) if (limit := self._limit(info)) else 0

    async def hit_async(self, info: RequestInfo) -> int:
        return await self.limiter.hit_async(*limit) if (limit := self._limit(info)) else 0

    def respond(self, info: RequestInfo, header: GetHeader, wait: int) -> EarlyResponse | None:
        """Return the response to a request that is not let in, None for all others.

        `wait` is the result of `hit`.
        """
        if wait:
            return EarlyResponse(problem(429, "Too many requests."), (("retry-after", str(wait)),))
        if not self._has_trusted_host(info):  # guard: trusted-hosts
            return EarlyResponse(problem(400, "The host is not one of this service."))
        if info.path.startswith("//"):  # Werkzeug would treat it as `/`, rules of proxies do not.
            return EarlyResponse(problem(404))
        if info.method == "OPTIONS" and (
            headers := self._cors.preflight(
                header("origin"), header("access-control-request-method")
            )
        ):
            return EarlyResponse(None, headers)
        length, coding = header("content-length"), header("transfer-encoding").strip().lower()
        if length and coding:  # A proxy may use the other one (RFC 9112, 6.3).
            return EarlyResponse(problem(400, "The body has two lengths."), _CLOSE)
        if coding not in ("", "chunked"):
            return EarlyResponse(problem(501, "The transfer coding is not supported."), _CLOSE)
        if self._exceeds_limit(length):
            return EarlyResponse(
                problem(413, f"The body has more than {self.max_body_bytes} bytes.")
            )
        return None

    def _limit(self, info: RequestInfo) -> tuple[RateLimitItem, str, str] | None:
        """Return what to count; None for a request that is not counted."""
        exempt = info.path in _PROBES or info.path.startswith(_ASSETS)
        if self._rate is None or exempt:
            return None
        return self._rate, "client", client_key(info.client)  # guard: rate-limit

    def _has_trusted_host(self, info: RequestInfo) -> bool:
        if not self._hosts or "*" in self._hosts or is_trusted_host(info.host, self._hosts):
            return True
        return info.path in _PROBES and is_address(info.host)

    def _exceeds_limit(self, length: str) -> bool:
        # Python refuses to parse a number of more than 4,300 digits.
        too_long = len(length) > 18
        return length.isdecimal() and (too_long or int(length) > self.max_body_bytes)
