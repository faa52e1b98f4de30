"""Requests the keys of the identity provider, with limits on its responses."""

import json
import re
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from httpx2 import Client, Response

from .settings import AuthSettings, discovery_url, url_problem

# Bytes of a response; the keys of large providers take 20 KB.
MAX_RESPONSE: Final = 512 * 1024
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_UNCACHED = re.compile(r"(?:^|[,\s])no-(?:store|cache)\b", re.IGNORECASE)


class ProviderError(Exception):
    """The provider did not respond in time, or not with keys."""


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object, and the seconds for which it may be cached; None: not specified."""

    content: dict[str, Any]
    max_age: int | None


class Provider:
    """The issuer of the tokens."""

    def __init__(self, settings: AuthSettings) -> None:
        self._issuer = settings.oidc_issuer
        self._jwks_url = settings.oidc_jwks_url
        self._timeout = settings.oidc_timeout_seconds

    def keys(self) -> Document:
        """Return its JSON Web Key Set."""
        deadline = monotonic() + self._timeout
        with Client() as client:
            return _read(client, self._jwks_url or self._discover(client, deadline), deadline)

    def _discover(self, client: Client, deadline: float) -> str:
        metadata = _read(client, discovery_url(self._issuer), deadline).content
        # OpenID Connect Discovery 1.0, 4.3: the issuer must match.
        if metadata.get("issuer") != self._issuer:
            issuer = str(metadata.get("issuer"))[:200]
            raise ProviderError(f"its issuer is {issuer!r}, not OIDC_ISSUER")
        url = metadata.get("jwks_uri")
        insecure = self._issuer.startswith("http:")
        if not isinstance(url, str) or url_problem(url, insecure=insecure):
            raise ProviderError(f"its jwks_uri {str(url)[:200]!r} is not safe")
        return url


def _read(client: Client, url: str, deadline: float) -> Document:
    # Compressed responses are not accepted: they could expand to any size.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    # Redirects are not followed: only the configured host is trusted.
    with client.stream("GET", url, headers=headers, timeout=_seconds_left(deadline)) as response:
        if response.status_code != 200:
            raise ProviderError(f"responded with status {response.status_code}")
        content = json.loads(_body(response, deadline))
    if not isinstance(content, dict):
        raise ProviderError("responded with JSON that is not an object")
    return Document(content, _max_age(response.headers.get("cache-control", "")))


def _body(response: Response, deadline: float) -> bytes:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_RESPONSE:
            raise ProviderError("responded with too many bytes")
        _seconds_left(deadline)
    return body


def _seconds_left(deadline: float) -> float:
    """Return the time left. A timeout per read would allow one byte at a time forever."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise ProviderError("did not respond in time")
    return seconds


def _max_age(cache_control: str) -> int | None:
    if _UNCACHED.search(cache_control):
        return 0
    match = _MAX_AGE.search(cache_control)
    return int(match[1]) if match else None
