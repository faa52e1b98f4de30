"""Asks the identity provider for its keys, and believes no more of the answer than it has to."""

import json
import re
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from httpx2 import Client, Response

from ..auth_settings import AuthSettings, discovery_url, url_fault

# Keys of the largest providers take 20 KB.
LARGEST: Final = 512 * 1024
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_UNCACHED = re.compile(r"(?:^|[,\s])no-(?:store|cache)\b", re.IGNORECASE)


class ProviderError(Exception):
    """The provider did not answer in time, or not with what was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object, and for how many seconds it may be kept, where that was said."""

    content: dict[str, Any]
    seconds: int | None


class Provider:
    """Whoever issues the tokens."""

    def __init__(self, settings: AuthSettings) -> None:
        self._issuer = settings.oidc_issuer
        self._jwks_url = settings.oidc_jwks_url
        self._timeout = settings.oidc_timeout_seconds

    def keys(self) -> Answer:
        """Return its JSON Web Key Set; raise whatever goes wrong on the way."""
        until = monotonic() + self._timeout
        with Client() as client:
            return _read(client, self._jwks_url or self._discover(client, until), until)

    def _discover(self, client: Client, until: float) -> str:
        found = _read(client, discovery_url(self._issuer), until).content
        # OpenID Connect Discovery 1.0, 4.3: or it speaks for somebody else.
        if found.get("issuer") != self._issuer:
            said = str(found.get("issuer"))[:200]
            raise ProviderError(f"calls itself {said!r}, which is not OIDC_ISSUER")
        url = found.get("jwks_uri")
        insecure = self._issuer.startswith("http:")
        if not isinstance(url, str) or url_fault(url, insecure=insecure):
            raise ProviderError(f"has its keys at {str(url)[:200]!r}, which is not safe")
        return url


def _read(client: Client, url: str, until: float) -> Answer:
    # Nothing else is decoded: a small answer could become a large one.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    # Redirects are not followed: where keys come from was said in the settings.
    with client.stream("GET", url, headers=headers, timeout=_left(until)) as response:
        if response.status_code != 200:
            raise ProviderError(f"answered {response.status_code}")
        content = json.loads(_body(response, until))
    if not isinstance(content, dict):
        raise ProviderError("answered with JSON that is no object")
    return Answer(content, _seconds(response.headers.get("cache-control", "")))


def _body(response: Response, until: float) -> bytes:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > LARGEST:
            raise ProviderError("answered with more than keys could be")
        _left(until)
    return body


def _left(until: float) -> float:
    """Return the seconds that are left; a byte at a time would never exceed those of one read."""
    seconds = until - monotonic()
    if seconds <= 0:
        raise ProviderError("did not answer in time")
    return seconds


def _seconds(cache_control: str) -> int | None:
    if _UNCACHED.search(cache_control):
        return 0
    found = _MAX_AGE.search(cache_control)
    return int(found[1]) if found else None
