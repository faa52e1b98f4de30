"""Settings of the database."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from ..settings import KitSettings
from .backends import BACKENDS, EXAMPLE, REQUIRED_IN_PRODUCTION

_SQLITE = f"sqlite:///{__name__.partition('.')[0]}.db"


class DatabaseSettings(KitSettings):
    # Not shown: it may contain a password.
    database_url: Annotated[str, Field(validate_default=True, repr=False)] = ""
    pool_size: Annotated[int, Field(ge=0, le=1000)] = 0

    @property
    def default_pool_size(self) -> int:
        return 16

    @property
    def pool_connections(self) -> int:
        """Connections of one pool."""
        return self.pool_size or self.default_pool_size

    @property
    def max_connections(self) -> int:
        """Connections of all processes: those of the pools, and one more each for `/readyz`."""
        return (self.pool_connections + 1) * self.web_concurrency * self.applications

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            if REQUIRED_IN_PRODUCTION and info.data.get("environment") == "production":
                raise ValueError(f"is required in production: a URL such as {EXAMPLE}")
            return _SQLITE
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):  # ValueError: the port is not a number.
            raise ValueError(f"is not a URL such as {EXAMPLE}") from None
        backend = BACKENDS.get(url.drivername)
        if not backend:
            supported = ", ".join(BACKENDS)
            raise ValueError(f"has an unknown driver {url.drivername!r}; use one of {supported}")
        if problem := backend.check_parameters(url):
            raise ValueError(problem)
        if not url.database or url.database == ":memory:":
            raise ValueError(f"has no database name; use a URL such as {EXAMPLE}")
        return url.set(drivername=backend.DRIVER).render_as_string(hide_password=False)
