"""What the environment decides about who is let in, and how much and how often they may ask."""

import re
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from .core.rates import Rate
from .process import ProcessSettings

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_HOST = re.compile(r"\*|(\*\.)?[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:.]+\]?")


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


# Several, separated by commas.
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


def _counted(value: str) -> str:
    if value:
        Rate.parse(value)
    return value


# `100/second`, `5000/hour`; empty: any number.
RateLimit = Annotated[str, AfterValidator(_counted)]


class EdgeSettings(ProcessSettings):
    # Whose `X-Forwarded-*` headers are believed: addresses and networks, or `*` for anyone.
    forwarded_allow_ips: Names = ("127.0.0.1",)
    # Names that this service answers to: `api.example.com`, `*.example.com`, or `*` for any.
    # Empty: any in development; in production they have to be named.
    allowed_hosts: Annotated[Names, Field(validate_default=True)] = ()
    # The prefix that a proxy takes off the path. `X-Forwarded-Prefix` wins.
    root_path: Annotated[str, Field(pattern=r"^((/[A-Za-z0-9._~-]+)+)?$")] = ""
    # Web pages that may call this service from a browser: `https://shop.example.com`, `*`.
    cors_origins: Names = ()
    # Whether they may send cookies.
    cors_credentials: bool = False
    # Bytes of a request's body.
    max_body_bytes: Annotated[int, Field(ge=0)] = 1024 * 1024
    # Seconds that a client may take for its headers, and between two pieces of its body.
    client_timeout: Annotated[float, Field(gt=0, le=600)] = 30
    # Seconds for which browsers are to insist on TLS; 0: not said. None: a year in production.
    hsts_seconds: Annotated[int | None, Field(ge=0)] = None
    # Requests of one client. None: any number in development, 100/second in production.
    rate_limit: RateLimit | None = None
    # Counts them for all processes together. Empty: each process counts for itself.
    redis_url: Annotated[str, Field(pattern=r"^((rediss?|redis\+unix)://.+)?$")] = ""

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in set(value) - {"*"}:
            try:
                ip_network(address, strict=False)
            except ValueError:
                raise ValueError(f"{address!r} is no address, no network and not *") from None
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _are_named(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not value and info.data.get("environment") == "production":
            raise ValueError("has to name the hosts that production answers to")
        if wrong := [name for name in value if not _HOST.fullmatch(name)]:
            raise ValueError(f"{wrong[0]!r} is no name such as api.example.com, without a port")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [each for each in value if each != "*" and not _ORIGIN.fullmatch(each)]:
            raise ValueError(f"{wrong[0]!r} is no origin such as https://shop.example.com, nor *")
        return value

    @field_validator("cors_credentials")
    @classmethod
    def _is_not_for_anyone(cls, value: bool, info: ValidationInfo) -> bool:
        if value and "*" in info.data.get("cors_origins", ()):
            raise ValueError("needs CORS_ORIGINS to name the origins: * would admit every page")
        return value

    @property
    def hsts_max_age(self) -> int:
        by_default = 365 * 24 * 60 * 60 if self.environment == "production" else 0
        return by_default if self.hsts_seconds is None else self.hsts_seconds

    @property
    def default_rate_limit(self) -> str:
        by_default = "100/second" if self.environment == "production" else ""
        return by_default if self.rate_limit is None else self.rate_limit
