"""Records each SQL statement as a span of the request's trace."""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext, ExecutionContext

from ..observability.trace_context import current_trace


def record_statements(engine: Engine) -> None:
    """Start and end a span around each statement of `engine`."""

    @event.listens_for(engine, "before_cursor_execute")
    def before(
        connection: Connection,
        _: Any,
        statement: str,
        __: Any,
        context: ExecutionContext,
        ___: bool,
    ) -> None:
        if trace := current_trace():
            span = trace.statement(connection.dialect.name, statement)
            span.__enter__()
            context.__dict__["span"] = span

    @event.listens_for(engine, "after_cursor_execute")
    def after(_: Any, __: Any, ___: str, ____: Any, context: ExecutionContext, _____: bool) -> None:
        _end(context, None)

    @event.listens_for(engine, "handle_error")
    def failed(context: ExceptionContext) -> None:
        _end(context.execution_context, context.original_exception)


def _end(context: ExecutionContext | None, error: BaseException | None) -> None:
    span = context and context.__dict__.pop("span", None)
    if span:
        span.__exit__(type(error) if error else None, error, None)
