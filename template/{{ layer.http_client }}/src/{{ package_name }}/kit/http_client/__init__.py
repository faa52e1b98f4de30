"""Calls to other services, with one connection pool for each.

Declare a service in `settings.py`, and its settings are RATES__URL, RATES__TOKEN and so on:

    rates: UpstreamSettings = UpstreamSettings()

A service function calls it as if it blocked; see `kit.bridge` for how to run it:

    def quote(rates: Upstream, currencies: Sequence[str]) -> list[Rate]:
        return together([partial(rates.get, f"/rates/{name}", into=Rate) for name in currencies])

    def pay(rates: Upstream, amount: str, key: str) -> Payment:
        return rates.post("/payments", json={"amount": amount}, idempotency_key=key, into=Payment)

Call outside of database transactions. Errors are `UpstreamError` (502), `UpstreamTimeout` (504) and
`Unavailable` (503). `fetch_public` gets a URL that a client has chosen.
"""

from .errors import UpstreamError, UpstreamTimeout
from .public import fetch_public
from .settings import UpstreamSettings
from .upstream import Upstream, open_upstreams

__all__ = [
    "Upstream",
    "UpstreamError",
    "UpstreamSettings",
    "UpstreamTimeout",
    "fetch_public",
    "open_upstreams",
]
