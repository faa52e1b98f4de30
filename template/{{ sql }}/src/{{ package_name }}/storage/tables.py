"""The database schema, and which object of the core each table keeps."""

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Dialect, Index, MetaData, String, Table, Text, Uuid
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator

from ..core.todos import Todo

# Named constraints, so that a migration can drop what an earlier one made.
# https://alembic.sqlalchemy.org/en/latest/naming.html
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
mapper = registry(metadata=metadata)


class Timestamp(TypeDecorator[datetime]):
    """A moment in UTC, also where the database keeps no time zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


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
