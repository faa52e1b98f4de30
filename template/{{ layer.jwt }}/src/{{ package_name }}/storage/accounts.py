"""The tables of accounts and of their logins."""

from sqlalchemy import Column, ForeignKey, String, Table, Uuid

from ..core.accounts import Account, Login, RefreshToken
from .tables import Timestamp, mapper, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("scopes", String(1000), nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("disabled_at", Timestamp),
)
logins = Table(
    "logins",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "account_id",
        ForeignKey("accounts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("started_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    Column("ended_at", Timestamp),
)
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("login_id", ForeignKey("logins.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("used_at", Timestamp),
)
mapper.map_imperatively(Account, accounts)
mapper.map_imperatively(Login, logins)
mapper.map_imperatively(RefreshToken, refresh_tokens)
