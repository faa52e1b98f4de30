"""Parameters of a PostgreSQL URL, for every driver, and the settings of each connection."""

from typing import Any, Final

from psycopg.pq import Conninfo
from sqlalchemy.engine import URL

# Settings of a session, https://www.postgresql.org/docs/current/runtime-config-client.html. A statement
# ends before a shutdown would end it (25 s), and an abandoned transaction releases its locks soon.
LIMITS = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}

# Defaults for libpq, which the URL can override.
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
PARAMETERS: Final[dict[str, Any]] = {
    "connect_timeout": 2,  # Seconds; libpq's minimum.
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # Milliseconds for which sent data may stay unacknowledged.
}

# A parameter of the kit, not of libpq: with PgBouncer in transaction mode, each transaction may get
# another connection of its pool. Session settings and prepared statements would stay with the old one.
# https://www.pgbouncer.org/features.html
POOLER: Final = "pgbouncer"


def has_pooler(url: URL) -> bool:
    return url.query.get(POOLER) == "true"


def server_options(url: URL) -> dict[str, str]:
    """Return the limits and the options of the URL; the latter win."""
    limits = {} if has_pooler(url) else LIMITS
    options = [f"-c {name}={value}" for name, value in limits.items()]
    options.extend(url.normalized_query.get("options", ()))
    return {"options": " ".join(options)} if options else {}


def check_parameters(url: URL) -> str | None:
    """Return what is wrong with the parameters of a URL. libpq would report it per connection."""
    known = {each.keyword.decode() for each in Conninfo.get_defaults()}
    if unknown := url.query.keys() - known - {POOLER}:
        return f"has an unknown parameter: {min(unknown)}"
    if url.query.get(POOLER, "true") not in ("true", "false"):
        return f"has a parameter that must be true or false: {POOLER}"
    timeout = str(url.query.get("connect_timeout", 1))
    if not timeout.isdecimal() or not int(timeout):
        return "has a parameter that must be a number of seconds: connect_timeout"
    for name, values in url.normalized_query.items():
        if len(values) > 1 and name not in ("host", "options"):
            return f"has a parameter twice: {name}"
    return None
