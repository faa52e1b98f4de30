"""What both halves are asked, in this order. An endpoint that has moved over is added here."""

from . import parity
from .parity import Ask

TODOS = "/api/v1/todos"
NOBODY = {"authorization": "Bearer nobody", "x-api-key": "nobody"}

ASKED = [
    Ask("GET", TODOS),
    Ask("POST", TODOS, json={"title": "Buy milk", "notes": "two bottles"}),
    Ask("GET", f"{TODOS}/$id"),
    Ask("HEAD", f"{TODOS}/$id"),
    Ask("PATCH", f"{TODOS}/$id", json={"title": "Buy bread"}),
    Ask("POST", f"{TODOS}/$id/complete"),
    Ask("POST", f"{TODOS}/$id/complete"),
    Ask("DELETE", f"{TODOS}/$id"),
    Ask("GET", f"{TODOS}/$id"),
    Ask("POST", TODOS, json={"title": "One"}),
    Ask("POST", TODOS, json={"title": "Two"}),
    Ask("GET", f"{TODOS}?limit=1"),
    Ask("GET", f"{TODOS}?limit=1&cursor=$next_cursor"),
    # What is refused.
    Ask("GET", f"{TODOS}?limit=0&cursor=none"),
    Ask("GET", f"{TODOS}/nothing"),
    Ask("POST", TODOS, json={"title": "", "unknown": 1}),
    Ask("POST", TODOS, form={"title": "Buy milk"}),
    Ask("GET", TODOS, headers=NOBODY),
    Ask("GET", TODOS, headers={"origin": "https://shop.example.com"}),
]
# Headers in which the halves may differ.
UNTOLD = parity.UNTOLD
# Settings for both.
ENVIRONMENT = {"CORS_ORIGINS": "https://shop.example.com"}
