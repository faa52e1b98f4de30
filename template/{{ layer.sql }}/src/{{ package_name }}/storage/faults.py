"""What may be told of an error of the database: its own words quote values that it was given."""

from sqlalchemy.exc import PendingRollbackError, StatementError

from .dialects import DIALECTS


def told(error: BaseException) -> str | None:
    """Return what is to be said instead of an error's own words; None if those quote nothing."""
    if isinstance(error, StatementError):
        return _of_statement(error)
    if isinstance(error, PendingRollbackError):  # It repeats what an error before it said.
        return "the transaction has failed before"
    for dialect in DIALECTS.values():
        if isinstance(error, dialect.errors):
            return dialect.told(error)
    return None


def _of_statement(error: StatementError) -> str:
    cause = error.orig
    if cause is None:
        return f"[SQL: {error.statement}]"
    found = f"({type(cause).__module__}.{type(cause).__qualname__}) {told(cause) or ''}".rstrip()
    return f"{found}\n[SQL: {error.statement}]" if error.statement else found
