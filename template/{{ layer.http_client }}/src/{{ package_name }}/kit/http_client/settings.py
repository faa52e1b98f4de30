"""Settings of other services. env.example documents each."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from ..settings import RateLimit

_URL = re.compile(r"(https?://([\w.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?(/[^\s?#]*)?)?")


def _check_url(value: str) -> str:
    if not _URL.fullmatch(value):
        raise ValueError("is not a URL such as https://rates.example.com/v1")
    return value.rstrip("/")


def _check_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]*", value.get_secret_value()):
        raise ValueError("contains characters that a header cannot contain, such as spaces")
    return value


class UpstreamSettings(BaseModel):
    """How one service is called. Without a URL, calls are refused with 503."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(_check_url)] = ""
    token: Annotated[SecretStr, AfterValidator(_check_token)] = SecretStr("")
    timeout: Annotated[float, Field(gt=0, le=300)] = 10
    connect_timeout: Annotated[float, Field(gt=0, le=60)] = 2
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    # httpx2 becomes slow with several hundred open connections.
    at_once: Annotated[int, Field(ge=1, le=100)] = 20
    rate: RateLimit = ""
    max_response_bytes: Annotated[int, Field(ge=1)] = 10 * 1024 * 1024
