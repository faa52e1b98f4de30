"""Makes each statement a part of the trace of the request it is for."""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext, ExecutionContext

from ..telemetry.traces import current


def observe(engine: Engine) -> None:
    """Cover what `engine` executes; without a trace this costs next to nothing."""

    @event.listens_for(engine, "before_cursor_execute")
    def before(
        connection: Connection,
        _: Any,
        statement: str,
        __: Any,
        context: ExecutionContext,
        ___: bool,
    ) -> None:
        if trace := current():
            span = trace.statement(connection.dialect.name, statement)
            span.__enter__()
            context.__dict__["span"] = span

    @event.listens_for(engine, "after_cursor_execute")
    def after(_: Any, __: Any, ___: str, ____: Any, context: ExecutionContext, _____: bool) -> None:
        _leave(context, None)

    @event.listens_for(engine, "handle_error")
    def failed(found: ExceptionContext) -> None:
        _leave(found.execution_context, found.original_exception)


def _leave(context: ExecutionContext | None, error: BaseException | None) -> None:
    span = context and context.__dict__.pop("span", None)
    if span:
        span.__exit__(type(error) if error else None, error, None)
