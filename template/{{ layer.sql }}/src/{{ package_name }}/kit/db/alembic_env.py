"""Runs migrations for `migrations/env.py`."""

from collections.abc import Callable
from typing import Any, Literal

from alembic import context
from sqlalchemy import CHAR, DATETIME, Connection
from sqlalchemy.types import TypeDecorator

from .engine import backend_of, open_engine
from .migrate import load_models


def run(database_url: Callable[[], str]) -> None:
    """Run the migrations that Alembic has chosen, on its connection or on that of a URL."""
    if (connection := context.config.attributes.get("connection")) is not None:
        _run(connection)
        return
    engine = open_engine(database_url(), response_timeout=None)
    with engine.connect() as opened:
        _run(opened)
    engine.dispose()


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=load_models(),
        render_item=_render_item,
        # SQLite alters a table by copying it: https://alembic.sqlalchemy.org/en/latest/batch.html
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,  # Alembic assumes that SQLite has none.
    )
    guard = backend_of(connection.engine.url).migration_guard
    with context.begin_transaction(), guard(connection):
        context.run_migrations()


def _render_item(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write types that every database has and that do not depend on today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        item = item.impl_instance
        return f"sa.{item!r}" if type(item).__module__ == "sqlalchemy.sql.sqltypes" else False
    # The types that SQLite reports for timestamps and UUIDs, where a migration drops a table.
    if kind == "type" and isinstance(item, DATETIME):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, CHAR) and item.length == 32:
        return "sa.Uuid()"
    return False
