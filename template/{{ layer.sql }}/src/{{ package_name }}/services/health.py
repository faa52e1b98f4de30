"""Whether requests can be served."""

from sqlalchemy.orm import Session

from ..core.errors import Unavailable
from ..storage import schema


def check(session: Session) -> None:
    """Raise `Unavailable` unless the database answers and has the schema of this code."""
    found, wanted = schema.current(session), schema.heads()
    if found != wanted:
        at, needs = (", ".join(sorted(each)) or None for each in (found, wanted))
        raise Unavailable(f"The database is at revision {at}, this code needs {needs}.")
