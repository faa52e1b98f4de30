"""Todos as clients send and receive them."""

from uuid import UUID

from pydantic import MISSING

from .base import Answer, Line, Request, Text, Timestamp


class TodoIn(Request):
    """A todo to create."""

    title: Line
    notes: Text | None = None


class TodoPatch(Request):
    """What to change; a key that is not sent stays as it is."""

    title: Line | MISSING = MISSING
    notes: Text | None | MISSING = MISSING


class TodoOut(Answer):
    """A todo as stored."""

    id: UUID
    title: str
    notes: str | None
    created_at: Timestamp
    done_at: Timestamp | None
