"""Requests about quotes, in this order, to which both frameworks must respond alike."""

from typing import Any

from ..parity import Case

QUOTES = "/api/v1/quotes"

CASES = [
    Case("GET", f"{QUOTES}?currency=USD&currency=GBP"),
    Case("GET", QUOTES),
    Case("GET", f"{QUOTES}?currency=usd&limit=1"),
    Case("GET", QUOTES, headers={"authorization": "Bearer nobody", "x-api-key": "nobody"}),
]
IGNORED_HEADERS: list[str] = []
SETTINGS: dict[str, Any] = {}
