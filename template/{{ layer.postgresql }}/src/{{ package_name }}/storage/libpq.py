"""What a URL of PostgreSQL may say, whatever the driver, and what each connection is told."""

from typing import Any, Final

from psycopg.pq import Conninfo
from sqlalchemy.engine import URL

# Per connection, https://www.postgresql.org/docs/current/runtime-config-client.html. A statement
# ends before a server that stops would end it (25 s); a transaction that a lost process left open
# does not hold its locks for long.
LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}

# Of libpq, where the URL does not say otherwise.
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
PARAMETERS: Final[dict[str, Any]] = {
    "connect_timeout": 2,  # Seconds, and the least that libpq takes.
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # Milliseconds without a sign of life while data is sent.
}

# A parameter of the URL, not libpq's own: PgBouncer stands in between, and each transaction may get
# another connection of its pool. Limits and prepared statements would stay with the one before.
# https://www.pgbouncer.org/features.html
POOLER: Final = "pgbouncer"


def has_pooler(url: URL) -> bool:
    return url.query.get(POOLER) == "true"


def server_options(url: URL) -> dict[str, str]:
    """Return the limits, and what the URL says: the last one wins."""
    limits = {} if has_pooler(url) else LIMITS
    said = [f"-c {name}={value}" for name, value in limits.items()]
    said.extend(url.normalized_query.get("options", ()))
    return {"options": " ".join(said)} if said else {}


def check_parameters(url: URL) -> str | None:
    """Return what is wrong with the parameters of a URL: libpq would say it with each connection."""
    known = {each.keyword.decode() for each in Conninfo.get_defaults()}
    if unknown := url.query.keys() - known - {POOLER}:
        return f"has a parameter that is not known: {min(unknown)}"
    if url.query.get(POOLER, "true") not in ("true", "false"):
        return f"has a parameter that is neither true nor false: {POOLER}"
    timeout = str(url.query.get("connect_timeout", 1))
    if not timeout.isdecimal() or not int(timeout):
        return "has a parameter that is no number of seconds: connect_timeout"
    for name, values in url.normalized_query.items():
        if len(values) > 1 and name not in ("host", "options"):
            return f"has a parameter twice: {name}"
    return None
