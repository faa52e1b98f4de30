"""The listing as documentation would write it: a slice of a list; nobody is asked."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint

TODOS: list[dict[str, Any]] = [
    {
        "id": str(uuid4()),
        "title": f"Todo {number}",
        "notes": "Before the weekend.",
        "created_at": datetime.now(UTC).isoformat(),
        "done_at": None,
    }
    for number in range(50)
]
router = Blueprint("todos", __name__)


@router.get("/api/v1/todos")
def browse() -> dict[str, Any]:
    return {"items": TODOS[:20]}
