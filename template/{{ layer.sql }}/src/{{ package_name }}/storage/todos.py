"""The table of todos."""

from sqlalchemy import Column, Index, String, Table, Text, Uuid

from ..core.todos import Todo
from .tables import Timestamp, mapper, metadata

todos = Table(
    "todos",
    metadata,
    Column("id", Uuid, primary_key=True),
    # No foreign key: who calls may be known elsewhere than in this database.
    Column("owner_id", Uuid, nullable=False),
    Column("title", String(200), nullable=False),
    Column("notes", Text),
    Column("created_at", Timestamp, nullable=False),
    Column("done_at", Timestamp),
    Index(None, "owner_id", "created_at", "id"),
)
mapper.map_imperatively(Todo, todos)
