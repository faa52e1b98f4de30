"""The table of API keys."""

from sqlalchemy import Column, String, Table

from ..core.api_keys import ApiKey
from .tables import Timestamp, mapper, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("scopes", String(1000), nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    Column("revoked_at", Timestamp),
)
mapper.map_imperatively(ApiKey, api_keys)
