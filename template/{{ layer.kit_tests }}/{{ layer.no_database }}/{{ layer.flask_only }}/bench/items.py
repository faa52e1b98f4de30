"""The listing as documentation would write it: a slice of a list; no authentication."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint

ITEMS: list[dict[str, Any]] = [
    {
        "id": str(uuid4()),
        "title": f"Item {number}",
        "notes": "Before the weekend.",
        "created_at": datetime.now(UTC).isoformat(),
        "done_at": None,
    }
    for number in range(50)
]
router = Blueprint("items", __name__)


@router.get("/api/v1/items")
def list_items() -> dict[str, Any]:
    return {"items": ITEMS[:20]}
