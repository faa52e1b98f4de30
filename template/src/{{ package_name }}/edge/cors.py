"""Which web pages may call this service from a browser: https://fetch.spec.whatwg.org/#cors-protocol.

Answers for all origins but `*` differ by origin, so they say `Vary: Origin`, allowed or not.
"""

from collections.abc import Iterable

Pairs = tuple[tuple[str, str], ...]

METHODS = "DELETE, GET, HEAD, PATCH, POST, PUT"
SENT = "Authorization, Content-Type, If-Match, If-None-Match, X-API-Key, X-Request-ID"
SHOWN = "ETag, Location, Retry-After, X-Request-ID"
# Seconds for which a browser need not ask again. None of them waits longer than two hours.
MAX_AGE = "600"


class Cors:
    """The one policy, for preflights and for what follows them."""

    def __init__(self, origins: Iterable[str], *, credentials: bool) -> None:
        self._origins = frozenset(origins)
        self._credentials: Pairs = (
            (("access-control-allow-credentials", "true"),) if credentials else ()
        )

    def headers(self, origin: str) -> Pairs:
        """Return what an answer to a page of `origin` says; "" is a request of no page."""
        if not self._origins:
            return ()
        shown = ("access-control-expose-headers", SHOWN)
        return (*self._granted(origin), shown) if self._allows(origin) else self._vary()

    def preflight(self, origin: str, method: str) -> Pairs:
        """Return what the answer to "may I?" adds; nothing if it is not asked, or not granted."""
        if not (origin and method and self._allows(origin)):
            return ()
        return (
            ("access-control-allow-methods", METHODS),
            ("access-control-allow-headers", SENT),
            ("access-control-max-age", MAX_AGE),
        )

    def _allows(self, origin: str) -> bool:
        return bool(origin) and ("*" in self._origins or origin in self._origins)  # guard: cors

    def _granted(self, origin: str) -> Pairs:
        granted = "*" if "*" in self._origins else origin
        return (("access-control-allow-origin", granted), *self._vary(), *self._credentials)

    def _vary(self) -> Pairs:
        return () if "*" in self._origins else (("vary", "Origin"),)
