"""Requests about todos, in this order, to which both frameworks must respond alike."""

from typing import Any

from ..parity import Case

TODOS = "/api/v1/todos"

CASES = [
    Case("GET", TODOS),
    Case("POST", TODOS, json={"title": "Buy milk", "notes": "two bottles"}),
    Case("GET", f"{TODOS}/$id"),
    Case("HEAD", f"{TODOS}/$id"),
    Case("PATCH", f"{TODOS}/$id", json={"title": "Buy bread"}),
    Case("POST", f"{TODOS}/$id/complete"),
    Case("POST", f"{TODOS}/$id/complete"),
    Case("DELETE", f"{TODOS}/$id"),
    Case("GET", f"{TODOS}/$id"),
    Case("POST", TODOS, json={"title": "One"}),
    Case("POST", TODOS, json={"title": "Two"}),
    Case("GET", f"{TODOS}?limit=1"),
    Case("GET", f"{TODOS}?limit=1&cursor=$next_cursor"),
    Case("GET", f"{TODOS}?limit=0&cursor=none"),
    Case("GET", f"{TODOS}/nothing"),
    Case("POST", TODOS, json={"title": "", "unknown": 1}),
    Case("POST", TODOS, form={"title": "Buy milk"}),
    Case("GET", TODOS, headers={"authorization": "Bearer nobody", "x-api-key": "nobody"}),
    Case("GET", TODOS, headers={"origin": "https://shop.example.com"}),
]
IGNORED_HEADERS: list[str] = []
SETTINGS: dict[str, Any] = {"cors_origins": "https://shop.example.com"}
