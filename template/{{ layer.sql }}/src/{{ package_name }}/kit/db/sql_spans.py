"""Records each SQL statement as a span of the request's trace."""

from typing import Any

from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext, ExecutionContext

_tracer = trace.get_tracer(__name__)


def record_statements(engine: Engine) -> None:
    """Start and end a span around each statement of `engine`."""

    @event.listens_for(engine, "before_cursor_execute")
    def start(
        connection: Connection, _: Any, text: str, __: Any, context: ExecutionContext, ___: bool
    ) -> None:
        if not trace.get_current_span().is_recording():
            return
        system, operation = connection.dialect.name, text.split(maxsplit=1)[0].upper()
        context.__dict__["span"] = _tracer.start_span(
            f"{operation} {system}",
            kind=SpanKind.CLIENT,
            # The text contains no values: they are sent separately.
            attributes={
                "db.system.name": system,
                "db.operation.name": operation,
                "db.query.text": text,
            },
        )

    @event.listens_for(engine, "after_cursor_execute")
    def end(_: Any, __: Any, ___: str, ____: Any, context: ExecutionContext, _____: bool) -> None:
        if span := context.__dict__.pop("span", None):
            span.end()

    @event.listens_for(engine, "handle_error")
    def fail(context: ExceptionContext) -> None:
        statement = context.execution_context
        if span := statement and statement.__dict__.pop("span", None):
            # Only the type: a message may quote values.
            span.set_attribute("error.type", type(context.original_exception).__qualname__)
            span.set_status(StatusCode.ERROR)
            span.end()
