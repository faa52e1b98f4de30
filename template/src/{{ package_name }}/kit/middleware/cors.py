"""Cross-origin requests from browsers: https://fetch.spec.whatwg.org/#cors-protocol.

Responses differ by origin unless all are allowed, so they have `Vary: Origin`, allowed or not.
"""

from collections.abc import Iterable

Headers = tuple[tuple[str, str], ...]

METHODS = "DELETE, GET, HEAD, PATCH, POST, PUT"
REQUEST_HEADERS = "Authorization, Content-Type, If-Match, If-None-Match, X-API-Key, X-Request-ID"
RESPONSE_HEADERS = "ETag, Location, Retry-After, X-Request-ID"
# Seconds for which a browser caches a preflight; browsers cap it at two hours or less.
MAX_AGE = "600"


class CorsPolicy:
    """The headers of preflights and of the requests that follow."""

    def __init__(self, origins: Iterable[str], *, credentials: bool) -> None:
        self._origins = frozenset(origins)
        self._any = "*" in self._origins
        self._vary: Headers = (("vary", "Origin"),) if self._origins and not self._any else ()
        self._always: Headers = (("access-control-expose-headers", RESPONSE_HEADERS), *self._vary)
        if credentials:
            self._always += (("access-control-allow-credentials", "true"),)

    def headers(self, origin: str) -> Headers:
        """Return the headers of a response to a page of `origin`; "" is a request of no page."""
        if not self._allows(origin):
            return self._vary
        allowed = "*" if self._any else origin
        return (("access-control-allow-origin", allowed), *self._always)

    def preflight(self, origin: str, method: str) -> Headers:
        """Return more headers for the response to a preflight; none if it is not allowed."""
        if not (method and self._allows(origin)):
            return ()
        return (
            ("access-control-allow-methods", METHODS),
            ("access-control-allow-headers", REQUEST_HEADERS),
            ("access-control-max-age", MAX_AGE),
        )

    def _allows(self, origin: str) -> bool:
        return bool(origin) and (self._any or origin in self._origins)  # guard: cors
