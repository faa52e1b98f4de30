"""The kit's settings. A field is the environment variable of the same name in upper case."""

import re
from collections.abc import Callable
from importlib.util import find_spec
from ipaddress import ip_network
from typing import Annotated, Any, Final, Literal, TypeVar

from limits import parse_many
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_ORIGIN = re.compile(r"\*|https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_HOST = re.compile(r"\*|(\*\.)?[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:.]+\]?")
# Lines of `.env` that only compose.yaml reads.
_COMPOSE_ONLY: Final = {"image", "postgres_password", "proxy_address", "proxy_port", "subnet"}


class SettingsError(Exception):
    """Invalid settings, one line for each variable."""


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _check_rate(value: str) -> str:
    if value:
        rates = parse_many(value)
        if len(rates) > 1 or rates[0].amount < 1:
            raise ValueError("is not one rate such as 100/second")
    return value


def _is_network(value: str) -> bool:
    if value != "*":
        try:
            ip_network(value, strict=False)
        except ValueError:
            return False
    return True


def _each(is_valid: Callable[[str], object], expected: str) -> AfterValidator:
    """Return a validator for lists whose items are `expected`."""

    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        if invalid := [value for value in values if not is_valid(value)]:
            raise ValueError(f"{invalid[0]!r} is not {expected}")
        return values

    return AfterValidator(check)


def _by_environment(*, development: Any, production: Any) -> Any:
    """Return a field whose default depends on ENVIRONMENT."""

    def default(data: dict[str, Any]) -> Any:
        return production if data["environment"] == "production" else development

    return Field(default_factory=default)


# A list, separated by commas.
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Networks = Annotated[Names, _each(_is_network, "an address, a network or *")]
HostNames = Annotated[
    Names, _each(_HOST.fullmatch, "a name such as api.example.com, without a port")
]
Origins = Annotated[
    Names, _each(_ORIGIN.fullmatch, "an origin such as https://shop.example.com or *")
]
# `100/second`, `5000/hour`; empty: no limit.
RateLimit = Annotated[str, AfterValidator(_check_rate)]


class KitSettings(BaseSettings):
    """Settings of server, middleware and observability. env.example documents each."""

    model_config = SettingsConfigDict(
        env_file=".env", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    environment: Literal["development", "production"] = "development"

    # Server
    bind_host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    web_concurrency: Annotated[int, Field(ge=1, le=64)] = 1
    keep_alive_seconds: Annotated[int, Field(ge=1, le=3600)] = 75
    # Seconds between SIGTERM and the end of listening. A load balancer notices late.
    drain_seconds: Annotated[int, Field(ge=0, le=20)] = _by_environment(development=0, production=5)
    shutdown_seconds: Annotated[int, Field(ge=25)] = 25
    reload: bool = False
    debug: bool = False

    # Requests
    forwarded_allow_ips: Networks = ("127.0.0.1",)
    allowed_hosts: HostNames = ()
    root_path: Annotated[str, Field(pattern=r"^((/[A-Za-z0-9._~-]+)+)?$")] = ""
    cors_origins: Origins = ()
    cors_credentials: bool = False
    max_body_bytes: Annotated[int, Field(ge=0)] = 1024 * 1024
    client_timeout: Annotated[float, Field(gt=0, le=600)] = 30
    hsts_seconds: Annotated[int, Field(ge=0)] = _by_environment(
        development=0, production=365 * 24 * 60 * 60
    )
    rate_limit: RateLimit = _by_environment(development="", production="100/second")
    redis_url: Annotated[str, Field(pattern=r"^((rediss?|redis\+unix)://.+)?$")] = ""

    # Observability
    docs: bool = _by_environment(development=True, production=False)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"
    metrics: bool = _by_environment(development=True, production=False)
    slow_request_ms: Annotated[int, Field(ge=0)] = 1000
    otel_exporter_otlp_endpoint: Annotated[str, Field(pattern=r"^(https?://[^\s/].*)?$")] = ""

    @model_validator(mode="before")
    @classmethod
    def _ignore_compose_variables(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name not in _COMPOSE_ONLY}

    @field_validator("reload", "debug")
    @classmethod
    def _check_development(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("environment") == "production":
            raise ValueError("must be off in production")
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _check_hosts(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not value and info.data.get("environment") == "production":
            raise ValueError("is required in production: the host names of this service")
        return value

    @field_validator("cors_credentials")
    @classmethod
    def _check_credentials(cls, value: bool, info: ValidationInfo) -> bool:
        if value and "*" in info.data.get("cors_origins", ()):
            raise ValueError("needs CORS_ORIGINS to list the origins: * would admit every page")
        return value

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _check_exporter(cls, value: str) -> str:
        if value and not _is_installed("opentelemetry.exporter.otlp.proto.http"):
            raise ValueError("needs more packages: uv sync --extra otel")
        return value

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def applications(self) -> int:
        """Applications in one process, each with a pool of connections."""
        return 1

    @property
    def has_two_backends(self) -> bool:
        """Whether metrics and log lines say if FastAPI or Flask has responded."""
        return False

    @property
    def server_options(self) -> dict[str, Any]:
        """More options of the server, by their names there."""
        return {}

    @property
    def address(self) -> str:
        """Where the server listens: `127.0.0.1:8000`, `[::]:8000`."""
        host = f"[{self.bind_host}]" if ":" in self.bind_host else self.bind_host
        return f"{host}:{self.port}"

    @property
    def graceful_timeout(self) -> int:
        """Seconds for the requests in progress after the end of listening."""
        return self.shutdown_seconds - self.drain_seconds

    @property
    def openapi_security_schemes(self) -> dict[str, dict[str, Any]]:
        """Parts of security schemes that only the environment knows, by scheme."""
        return {}

    @property
    def worker_environment(self) -> dict[str, str]:
        """Generated values that all processes of a server must share."""
        return {}


S = TypeVar("S", bound=KitSettings)


def load_settings(kind: type[S]) -> S:
    """Read the environment and `.env`; raise `SettingsError` that lists every invalid variable."""
    try:
        return kind()
    except ValidationError as error:
        errors = [
            f"{'__'.join(map(str, each['loc'])).upper()}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_url=False)
            if each["type"] != "default_factory_not_called"  # A consequence of the others.
        ]
        raise SettingsError("\n".join(errors)) from None
    except UnicodeDecodeError as error:
        raise SettingsError(f".env: is not UTF-8: {error}") from None


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # A parent package is missing.
        return False
