"""Requests and responses."""

from uuid import UUID

from pydantic import MISSING

from ..kit.schemas import Line, RequestModel, ResponseModel, Text, Timestamp


class TodoIn(RequestModel):
    """A todo to create."""

    title: Line
    notes: Text | None = None


class TodoPatch(RequestModel):
    """Changes of a todo. A missing field stays as it is."""

    title: Line | MISSING = MISSING
    notes: Text | None | MISSING = MISSING


class TodoOut(ResponseModel):
    """A todo."""

    id: UUID
    title: str
    notes: str | None
    created_at: Timestamp
    done_at: Timestamp | None
