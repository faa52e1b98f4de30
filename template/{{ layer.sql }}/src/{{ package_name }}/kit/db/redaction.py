"""Describes database errors without the values that their messages quote."""

from sqlalchemy.exc import PendingRollbackError, StatementError

from ..observability import redaction
from .backends import BACKENDS


def describe_error(error: BaseException) -> str | None:
    """Return a safe description; None if the error's own message is safe."""
    if isinstance(error, StatementError):
        return _describe_statement(error)
    if isinstance(error, PendingRollbackError):  # It repeats the message of the earlier error.
        return "an earlier statement of the transaction has failed"
    for backend in BACKENDS.values():
        if isinstance(error, backend.errors):
            return backend.describe_error(error)
    return None


def _describe_statement(error: StatementError) -> str:
    cause = error.orig
    if cause is None:
        return f"[SQL: {error.statement}]"
    detail = describe_error(cause) or ""
    text = f"({type(cause).__module__}.{type(cause).__qualname__}) {detail}".rstrip()
    return f"{text}\n[SQL: {error.statement}]" if error.statement else text


redaction.DESCRIBERS.append(describe_error)
