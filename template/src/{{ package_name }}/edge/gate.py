"""Decides, before the application hears of it, whether a request is let in."""

from dataclasses import dataclass

from ..core.rates import Rate
from ..edge_settings import EdgeSettings
from ..schemas.errors import Problem, problem
from .bodies import announces_more
from .cors import Cors, Pairs
from .forwarded import Header, Proxies
from .hosts import Hosts, is_address
from .limits import Limiter, client_key

_CLOSE = (("connection", "close"),)
# Asked by address, by whoever watches this process from inside the network.
_WATCHED = frozenset({"/livez", "/readyz", "/metrics"})
_ASSETS = "/docs/assets/"


@dataclass(slots=True)  # Not frozen: that costs a microsecond for each request.
class Arrival:
    """A request as its sender meant it, whatever proxies did to it on the way."""

    method: str
    path: str  # Without the prefix.
    client: str
    scheme: str
    host: str
    named: str  # The host that the request itself named.
    prefix: str
    also: Pairs  # What its answer says beside the headers that every answer has.


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that the application is not asked for; without a problem it is a 204."""

    problem: Problem | None
    headers: Pairs = ()

    @property
    def status(self) -> int:
        return self.problem.status if self.problem else 204


class Gate:
    """The settings of the edge, worked out once; both adapters ask the same one."""

    def __init__(self, settings: EdgeSettings) -> None:
        self.max_body_bytes = settings.max_body_bytes
        self.client_timeout = settings.client_timeout
        self.limiter = Limiter(settings.redis_url)
        limit = settings.default_rate_limit
        self._limit = Rate.parse(limit) if limit else None
        self._proxies = Proxies(settings.forwarded_allow_ips)
        self._hosts = Hosts(settings.allowed_hosts or ("*",))
        self._cors = Cors(settings.cors_origins, credentials=settings.cors_credentials)
        self._prefix = settings.root_path
        self._always: Pairs = ()
        if settings.hsts_max_age:  # guard: hsts
            # Browsers ignore it on an answer that did not come over TLS.
            self._always = (("strict-transport-security", f"max-age={settings.hsts_max_age}"),)

    def arrive(self, method: str, path: str, peer: str, scheme: str, header: Header) -> Arrival:
        """Read what the application and the log will believe about a request."""
        told = self._proxies.read(peer, header)
        named = header("host")
        return Arrival(
            method,
            path,
            # Of an IPv4 client on an IPv6 socket, its IPv4 address.
            client=told.client or peer.removeprefix("::ffff:"),
            scheme=told.scheme or scheme,
            host=told.host or named,
            named=named,
            prefix=told.prefix or self._prefix,
            also=self._always + self._cors.headers(header("origin")),
        )

    def answer(self, arrival: Arrival, header: Header) -> Answer | None:
        """Return the answer to a request that ends here; None if it may go on."""
        if not self._is_ours(arrival):  # guard: trusted-hosts
            return Answer(problem(400, "This service does not answer to the host that was named."))
        if arrival.path.startswith("//"):  # Werkzeug takes it for `/`; rules of proxies do not.
            return Answer(problem(404))
        if arrival.method == "OPTIONS" and (
            granted := self._cors.preflight(
                header("origin"), header("access-control-request-method")
            )
        ):
            return Answer(None, granted)
        if coding := header("transfer-encoding"):
            # Two lengths: a proxy may believe the other one (RFC 9112, 6.3).
            if header("content-length"):
                return Answer(problem(400, "The body has two lengths."), _CLOSE)
            if coding.strip().lower() != "chunked":
                return Answer(problem(501, "The transfer coding of the body is unknown."), _CLOSE)
        if announces_more(header("content-length"), self.max_body_bytes):
            return Answer(problem(413, f"The body has more than {self.max_body_bytes} bytes."))
        return None

    def limit(self, arrival: Arrival) -> tuple[Rate, str, str] | None:
        """Return what to count a request as: arguments of `Limiter.hit`; None if it is free."""
        free = arrival.path in _WATCHED or arrival.path.startswith(_ASSETS)
        if self._limit is None or free:
            return None
        return self._limit, "edge", client_key(arrival.client)  # guard: rate-limit

    def _is_ours(self, arrival: Arrival) -> bool:
        if self._hosts.any or self._hosts.admits(arrival.host):
            return True
        return arrival.path in _WATCHED and is_address(arrival.host)


def too_many(seconds: int) -> Answer:
    return Answer(problem(429, "Too many requests."), (("retry-after", str(seconds)),))
