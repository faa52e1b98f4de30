"""The host names of this service. Any other one in `Host` would end up in links and caches."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address

# RFC 9110, 7.2: a name or an address, IPv6 in brackets, and a port.
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{0,5})?")


class TrustedHosts:
    """Names such as `api.example.com`, `*.example.com`, or `*` for any."""

    def __init__(self, allowed: Iterable[str]) -> None:
        names = {name.lower().strip("[]").rstrip(".") for name in allowed}
        self.any = "*" in names
        self._exact = {name for name in names if not name.startswith("*")}
        self._suffixes = tuple(name[1:] for name in names if name.startswith("*."))
        self.allows = lru_cache(maxsize=256)(self._allows)

    def _allows(self, host: str) -> bool:
        """Whether the value of a `Host` header is allowed; "" is a missing header."""
        name = host_name(host)
        return bool(name) and (
            self.any
            or name in self._exact
            or bool(self._suffixes and name.endswith(self._suffixes))
        )


def host_name(host: str) -> str:
    """Return `host` without its port, in lower case; "" if it is malformed."""
    match = _HOST.fullmatch(host.lower())
    return match["name"].strip("[]").rstrip(".") if match else ""


def is_address(host: str) -> bool:
    try:
        ip_address(host_name(host))
    except ValueError:
        return False
    return True
