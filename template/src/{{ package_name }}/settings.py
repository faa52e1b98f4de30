"""Everything the environment decides. Read once, passed on, never imported by what uses it."""

from importlib.util import find_spec
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from .auth_settings import AuthSettings
from .legacy_settings import LegacySettings
from .storage.settings import StorageSettings

# Lines of `.env` that compose.yaml reads.
_OF_COMPOSE: Final = {"image", "postgres_password", "proxy_address", "proxy_port", "subnet"}


class SettingsError(Exception):
    """What is wrong with the environment: one line per variable."""


class Settings(AuthSettings, LegacySettings, StorageSettings):
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
    # The debug mode of the framework. Production refuses it, as it does `reload`.
    debug: bool = False

    # None: in development, not in production, where they are for those who run it alone.
    metrics: bool | None = None
    server_timing: bool | None = None
    # A request that takes longer is logged as a warning; 0: none is.
    slow_request_ms: Annotated[int, Field(ge=0)] = 1000
    # Where OpenTelemetry sends traces, such as http://localhost:4318; empty: there are none.
    otel_exporter_otlp_endpoint: Annotated[str, Field(pattern=r"^(https?://[^\s/].*)?$")] = ""

    # Yours below: an update of the template changes what is above.

    @model_validator(mode="before")
    @classmethod
    def _leave_to_compose(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name not in _OF_COMPOSE}

    @field_validator("reload", "debug")
    @classmethod
    def _is_for_development(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("environment") == "production":
            raise ValueError("is for development; in production it has to be off")
        return value

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _can_be_sent(cls, value: str) -> str:
        if value and not _installed("opentelemetry.exporter.otlp.proto.http"):
            raise ValueError("needs more packages: uv sync --extra otel")
        return value

    @property
    def address(self) -> str:
        """Where the server listens: `127.0.0.1:8000`, `[::]:8000`."""
        host = f"[{self.bind_host}]" if ":" in self.bind_host else self.bind_host
        return f"{host}:{self.port}"

    @property
    def shows_docs(self) -> bool:
        return self.environment == "development" if self.docs is None else self.docs

    @property
    def counts_metrics(self) -> bool:
        return self.environment == "development" if self.metrics is None else self.metrics

    @property
    def tells_timing(self) -> bool:
        if self.server_timing is None:
            return self.environment == "development"
        return self.server_timing


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # Not even what it is part of.
        return False


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
    except UnicodeDecodeError as error:
        raise SettingsError(f".env: is not UTF-8: {error}") from None
