"""The host names of this service. Any other one in `Host` would end up in links and caches."""

import re
from fnmatch import fnmatchcase
from functools import lru_cache

from .proxy_headers import parse_address

# RFC 9110, 7.2: a name or an address, IPv6 in brackets, and a port.
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{0,5})?")
# Characters of a name with its port, rounded up.
_MAX_HOST = 300


def is_trusted_host(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a `Host` header matches `api.example.com`, `*.example.com`, or `*` for any."""
    # A client can choose the text, and the cache would keep it.
    return len(host) <= _MAX_HOST and _matches(host, allowed)


@lru_cache(maxsize=1024)
def _matches(host: str, allowed: tuple[str, ...]) -> bool:
    name = _host_name(host)
    return bool(name) and any(
        fnmatchcase(name, pattern.lower().strip("[]").rstrip(".")) for pattern in allowed
    )


def is_address(host: str) -> bool:
    return parse_address(_host_name(host)) is not None


def _host_name(host: str) -> str:
    """Return `host` without its port, in lower case; "" if it is malformed."""
    match = _HOST.fullmatch(host.lower())
    return match["name"].strip("[]").rstrip(".") if match else ""
