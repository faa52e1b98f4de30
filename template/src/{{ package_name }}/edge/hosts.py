"""Which names this service answers to. Another one in `Host` would end up in links and caches."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address

# RFC 9110, 7.2: a name or an address, IPv6 in brackets, perhaps a port.
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{0,5})?")


class Hosts:
    """The names from the settings: `api.example.com`, `*.example.com`, `*` for any."""

    def __init__(self, allowed: Iterable[str]) -> None:
        names = {name.lower().strip("[]").rstrip(".") for name in allowed}
        self.any = "*" in names
        self._exact = {name for name in names if not name.startswith("*")}
        self._suffixes = tuple(name[1:] for name in names if name.startswith("*."))
        self.admits = lru_cache(maxsize=256)(self._admits)

    def _admits(self, host: str) -> bool:
        """Say whether `host`, as the header has it, is one of ours; "" is a missing header."""
        name = named(host)
        return bool(name) and (
            self.any
            or name in self._exact
            or bool(self._suffixes and name.endswith(self._suffixes))
        )


def named(host: str) -> str:
    """Return `host` without its port, in lower case; "" if it is not well-formed."""
    found = _HOST.fullmatch(host.lower())
    return found["name"].strip("[]").rstrip(".") if found else ""


def is_address(host: str) -> bool:
    try:
        ip_address(named(host))
    except ValueError:
        return False
    return True
