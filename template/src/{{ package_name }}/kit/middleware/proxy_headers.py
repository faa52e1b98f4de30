"""`X-Forwarded-*` headers, which only trusted proxies may set."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

# Returns the value of a header by its lower-case name: several are joined by commas, none is "".
GetHeader = Callable[[str], str]

_HEADERS = tuple(f"x-forwarded-{name}" for name in ("for", "proto", "host", "prefix"))
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")
# Characters of an address: 45, and the name of an interface.
_MAX_ADDRESS = 64
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")


class Forwarded(NamedTuple):
    """The values of a proxy; "" where a header is missing or malformed."""

    client: str = ""
    scheme: str = ""
    host: str = ""
    prefix: str = ""


class TrustedProxies:
    """The proxies whose headers are used: addresses, networks, or `*` for any peer."""

    def __init__(self, proxies: Iterable[str]) -> None:
        addresses = set(proxies)
        self._any = "*" in addresses
        self._networks = [ip_network(address, strict=False) for address in addresses - {"*"}]

    def read(self, peer: str, header: GetHeader) -> Forwarded:
        """Return the values that `peer`, the other end of the connection, has sent if trusted."""
        if not (any(map(header, _HEADERS)) and self._trusts(peer)):  # guard: proxy-headers
            return Forwarded()
        scheme = _last(header("x-forwarded-proto")).lower()
        host = _last(header("x-forwarded-host"))
        prefix = _last(header("x-forwarded-prefix")).rstrip("/")
        return Forwarded(
            client=self._client(header("x-forwarded-for")),
            scheme=scheme if scheme in ("http", "https") else "",
            host=host if _HOST.fullmatch(host) else "",
            prefix=prefix if _PREFIX.fullmatch(prefix) else "",
        )

    def _client(self, forwarded_for: str) -> str:
        """Return the last address that is not a proxy's: a client can invent those before it."""
        hops = [_without_port(hop.strip()) for hop in forwarded_for.split(",") if hop.strip()]
        untrusted = (hop for hop in reversed(hops) if not self._trusts(hop))  # guard: forwarded-for
        client = next(untrusted, hops[0] if hops else "")
        return client if parse_address(client) else ""

    def _trusts(self, peer: str) -> bool:
        address = parse_address(peer)
        return self._any or (
            address is not None and any(address in network for network in self._networks)
        )


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Parse an address, None if it is not one.

    An IPv4 client on an IPv6 socket (`::ffff:192.0.2.1`) has its IPv4 one.
    """
    # A client can choose the text, and the cache would keep it.
    return _parse(text) if len(text) <= _MAX_ADDRESS else None


@lru_cache(maxsize=4096)  # Few peers connect, and each many times.
def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _last(values: str) -> str:
    """Return the value that the last proxy has added: the client may have sent the others."""
    return values.rpartition(",")[2].strip()


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
