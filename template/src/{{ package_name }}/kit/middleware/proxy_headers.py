"""`X-Forwarded-*` headers, which only trusted proxies may set."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

# Returns the value of a header by its lower-case name: several are joined by commas, none is "".
GetHeader = Callable[[str], str]

_HEADERS = tuple(f"x-forwarded-{name}" for name in ("for", "proto", "host", "prefix"))
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The values of a proxy; None where a header is missing or malformed."""

    client: str | None = None
    scheme: str | None = None
    host: str | None = None
    prefix: str | None = None


NOT_FORWARDED = Forwarded()


class TrustedProxies:
    """The proxies whose headers are used: addresses, networks, or `*` for any peer."""

    def __init__(self, proxies: Iterable[str]) -> None:
        addresses = set(proxies)
        self._any = "*" in addresses
        self._networks = [parse_network(address) for address in addresses - {"*"}]
        # Few peers connect, and each many times.
        self.trusts = lru_cache(maxsize=4096)(self._trusts)

    def read(self, peer: str, header: GetHeader) -> Forwarded:
        """Return the values that `peer`, the other end of the connection, has sent if trusted."""
        if not (self.trusts(peer) and any(map(header, _HEADERS))):  # guard: proxy-headers
            return NOT_FORWARDED
        scheme = _last(header("x-forwarded-proto")).lower()
        host = _last(header("x-forwarded-host"))
        prefix = _last(header("x-forwarded-prefix")).rstrip("/")
        return Forwarded(
            client=self._client(header("x-forwarded-for")),
            scheme=scheme if scheme in ("http", "https") else None,
            host=host if _HOST.fullmatch(host) else None,
            prefix=prefix if _PREFIX.fullmatch(prefix) else None,
        )

    def _trusts(self, peer: str) -> bool:
        try:
            address = parse_address(peer)
        except ValueError:
            return self._any
        return self._any or any(address in network for network in self._networks)

    def _client(self, forwarded_for: str) -> str | None:
        """Return the last address that is not a proxy's: a client can invent those before it."""
        hops = [_without_port(hop.strip()) for hop in forwarded_for.split(",") if hop.strip()]
        untrusted = (hop for hop in reversed(hops) if not self.trusts(hop))  # guard: forwarded-for
        client = next(untrusted, hops[0] if hops else "")
        return client if _is_address(client) else None


def parse_address(text: str) -> IPv4Address | IPv6Address:
    """Parse an address. An IPv4 client on an IPv6 socket (`::ffff:192.0.2.1`) has its IPv4 one.

    Raises:
        ValueError: It is not an address.
    """
    address = ip_address(text)
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def parse_network(text: str) -> IPv4Network | IPv6Network:
    """Parse an address or a network.

    Raises:
        ValueError: It is neither.
    """
    return ip_network(text, strict=False)


def _last(values: str) -> str:
    """Return the value that the last proxy has added: the client may have sent the others."""
    return values.rpartition(",")[2].strip()


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
