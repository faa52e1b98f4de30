"""Requests about statistics, in this order, to which both frameworks must respond alike."""

from typing import Any

from ..parity import Case

STATS = "/api/v1/stats"

CASES = [
    Case("DELETE", f"{STATS}/done"),
    Case("GET", STATS),
    Case("GET", STATS),
    Case("POST", "/api/v1/todos", json={"title": "Buy milk"}),
    Case("DELETE", f"{STATS}/done"),
    Case("GET", STATS),
    Case("GET", STATS, headers={"authorization": "Bearer nobody", "x-api-key": "nobody"}),
]
IGNORED_HEADERS: list[str] = []
SETTINGS: dict[str, Any] = {}
