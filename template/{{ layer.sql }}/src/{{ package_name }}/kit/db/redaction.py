"""Describes errors of SQLAlchemy without the values that their messages quote."""

from sqlalchemy.exc import PendingRollbackError, StatementError

from ..observability import redaction


def describe_error(error: BaseException) -> str | None:
    """Return a safe description; None for errors that are not SQLAlchemy's."""
    if isinstance(error, PendingRollbackError):  # It repeats the message of the earlier error.
        return "an earlier statement of the transaction has failed"
    if not isinstance(error, StatementError):
        return None
    lines = [f"[SQL: {error.statement}]"] if error.statement else []
    if cause := error.orig:
        detail = redaction.describe_error(cause) or ""
        name = f"{type(cause).__module__}.{type(cause).__qualname__}"
        lines.insert(0, f"({name}) {detail}".rstrip())
    return "\n".join(lines)


redaction.DESCRIBERS.append(describe_error)
