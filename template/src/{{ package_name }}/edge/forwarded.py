"""What a proxy says of the request it passes on, believed only if the proxy is a named one."""

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

# The value of a header, by its name in lower case; several are joined by commas, none is "".
Header = Callable[[str], str]

_HEADERS = tuple(f"x-forwarded-{name}" for name in ("for", "proto", "host", "prefix"))
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What the proxy knows better; None where it says nothing, or nothing that makes sense."""

    client: str | None = None
    scheme: str | None = None
    host: str | None = None
    prefix: str | None = None


NOTHING = Forwarded()


class Proxies:
    """The proxies whose word counts: addresses, networks, or `*` for whoever connects."""

    def __init__(self, named: Iterable[str]) -> None:
        addresses = set(named)
        self._anyone = "*" in addresses
        self._networks = [as_network(address) for address in addresses - {"*"}]
        # Few addresses connect, and each many times.
        self.trusts = lru_cache(maxsize=4096)(self._trusts)

    def read(self, peer: str, header: Header) -> Forwarded:
        """Return what `peer`, the other end of the connection, says; NOTHING of a stranger."""
        if not (self.trusts(peer) and any(map(header, _HEADERS))):  # guard: proxy-headers
            return NOTHING
        scheme = _nearest(header("x-forwarded-proto")).lower()
        host = _nearest(header("x-forwarded-host"))
        prefix = _nearest(header("x-forwarded-prefix")).rstrip("/")
        return Forwarded(
            client=self._client(header("x-forwarded-for")),
            scheme=scheme if scheme in ("http", "https") else None,
            host=host if _HOST.fullmatch(host) else None,
            prefix=prefix if _PREFIX.fullmatch(prefix) else None,
        )

    def _trusts(self, peer: str) -> bool:
        try:
            address = as_address(peer)
        except ValueError:
            return self._anyone
        return self._anyone or any(address in network for network in self._networks)

    def _client(self, forwarded_for: str) -> str | None:
        """Return the nearest address that is not a proxy's: what is left of it may be made up."""
        hops = [_without_port(hop.strip()) for hop in forwarded_for.split(",") if hop.strip()]
        strangers = (hop for hop in reversed(hops) if not self.trusts(hop))  # guard: forwarded-for
        found = next(strangers, hops[0] if hops else "")
        return found if _is_address(found) else None


def as_address(text: str) -> IPv4Address | IPv6Address:
    """Return the address; of an IPv4 client on an IPv6 socket (`::ffff:192.0.2.1`), the IPv4 one.

    Raises:
        ValueError: It is no address.
    """
    found = ip_address(text)
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


def as_network(text: str) -> IPv4Network | IPv6Network:
    """Raises: ValueError: It is neither an address nor a network."""
    return ip_network(text, strict=False)


def _nearest(values: str) -> str:
    """Return what the last proxy has added: the client may have sent the rest."""
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
