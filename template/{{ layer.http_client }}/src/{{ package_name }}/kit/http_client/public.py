"""Fetches a URL that a client has chosen, but never from this network.

All addresses of the host must be public, and the connection goes to one of them, so the name is
resolved once (DNS rebinding). Each redirect is checked in the same way.
https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import asyncio
import socket
from collections.abc import Collection
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from time import monotonic

import httpx2

from ..bridge import on_event_loop, wait
from ..errors import Invalid, Unavailable
from .errors import UpstreamError, UpstreamTimeout
from .pool import Pool, Reply, TooLarge

Address = IPv4Address | IPv6Address

MAX_BYTES, REDIRECTS = 5 * 1024 * 1024, 3
_NAT64, _GLOBAL_UNICAST = ip_network("64:ff9b::/96"), ip_network("2000::/3")


def fetch_public(
    url: str,
    *,
    timeout: float = 10,
    schemes: Collection[str] = ("https",),
    ports: Collection[int] = (443,),
) -> Reply:
    """Return the response, whatever its status, of 5 MiB at most.

    Raises: `Invalid` for a URL that is not public, `UpstreamError`, `UpstreamTimeout`, `Unavailable`.
    """
    deadline = monotonic() + timeout
    try:
        for _ in range(REDIRECTS + 1):
            target = _parse(url, schemes, ports)
            reply = _get(target, deadline)
            if reply.status not in (301, 302, 303, 307, 308) or "location" not in reply.headers:
                return reply
            url = str(target.join(reply.headers["location"]))
    except httpx2.PoolTimeout:
        raise Unavailable("Too many URLs are being fetched.", retry_after=1) from None
    except (httpx2.TimeoutException, TimeoutError):
        raise UpstreamTimeout("The URL did not respond in time.") from None
    except httpx2.InvalidURL:
        raise Invalid("The URL is not valid.") from None
    except (httpx2.HTTPError, OSError, UnicodeError, TooLarge):
        raise UpstreamError("The URL cannot be fetched.") from None
    raise Invalid("The URL has too many redirects.")


def is_public(address: Address) -> bool:
    """Whether an address belongs to the internet, and not to a network such as this one."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address not in _GLOBAL_UNICAST or address.sixtofour or address.teredo:
            return False
    return address.is_global and not address.is_multicast


def _parse(url: str, schemes: Collection[str], ports: Collection[int]) -> httpx2.URL:
    parsed = httpx2.URL(url)
    if parsed.scheme not in schemes or not parsed.host or parsed.userinfo:
        raise Invalid(f"The URL must begin with {' or '.join(schemes)}:// and a host.")
    if _port(parsed) not in ports:
        raise Invalid("The port of the URL is not allowed.")
    return parsed


def _port(url: httpx2.URL) -> int:
    return url.port or {"https": 443, "http": 80}[url.scheme]


def _get(url: httpx2.URL, deadline: float) -> Reply:
    addresses = _resolve(url.host, _port(url), deadline - monotonic())
    if not addresses or not all(map(is_public, addresses)):
        raise Invalid("The host of the URL is not public.")
    pinned = str(url.copy_with(host=str(addresses[0])))
    # The certificate must be that of the name.
    name = {"sni_hostname": url.raw_host.decode()}
    headers = {"host": url.netloc.decode()}
    seconds = max(0.001, deadline - monotonic())
    return _pool().exchange("GET", pinned, seconds, headers=headers, extensions=name)


def _resolve(host: str, port: int, seconds: float) -> list[Address]:
    if on_event_loop():
        lookup = asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = wait(asyncio.wait_for(lookup, seconds))
    else:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(each[4][0]).partition("%")[0]) for each in found]


@cache
def _pool() -> Pool:
    # A kept connection belongs to a name, but the pool knows it by its address. A proxy would
    # resolve the name again.
    limits = httpx2.Limits(max_connections=20, max_keepalive_connections=0)
    return Pool(20, MAX_BYTES, 2, limits=limits, trust_env=False)
