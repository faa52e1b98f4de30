"""Everything the environment decides. Read once, passed on, never imported by what uses it."""

from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from .storage.settings import StorageSettings


class SettingsError(Exception):
    """What is wrong with the environment: one line per variable."""


class Settings(StorageSettings):
    """Each field is the environment variable of the same name in capitals, or a line of `.env`."""

    model_config = SettingsConfigDict(env_file=".env", extra="forbid", frozen=True)

    bind_host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"
    # None: shown in development, hidden in production.
    docs: bool | None = None
    # Restart when a file changes.
    reload: bool = False
    # Whose `X-Forwarded-*` headers are believed: addresses, separated by commas.
    forwarded_allow_ips: str = "127.0.0.1"

    @property
    def shows_docs(self) -> bool:
        return self.environment == "development" if self.docs is None else self.docs


def load() -> Settings:
    """Return the settings; raise `SettingsError` that names every variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_url=False)
        ]
        raise SettingsError("\n".join(faults)) from None
