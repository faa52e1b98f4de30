"""A cache of the provider's keys.

An unknown key may be a new one, so the keys are requested again. Since anyone can invent a key ID,
they are requested once per cooldown at most, by one thread for all waiting requests. While the
provider does not respond, the old keys stay valid for a while.
"""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from math import ceil, inf
from threading import Lock, Thread
from time import monotonic
from typing import Any, Final

import httpx2
import structlog

from ..kit.errors import Unavailable
from .provider import Document, Provider, ProviderError
from .settings import AuthSettings

log = structlog.stdlib.get_logger(__name__)

DAY: Final = 86400
PUBLIC: Final = ("RSA", "EC", "OKP")
Jwk = Mapping[str, Any]
ERRORS = (ProviderError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class CachedKeys:
    """Keys by their IDs, and the times until which they are fresh, and usable."""

    keys: Mapping[str, Jwk] = field(default_factory=dict)
    fresh: float = -inf
    usable: float = -inf


class SigningKeys:
    """The keys of the provider. Safe to use from any thread."""

    def __init__(self, settings: AuthSettings, *, now: Callable[[], float] = monotonic) -> None:
        self._request = Provider(settings).keys
        self._now = now
        self._seconds = settings.oidc_keys_seconds
        self._stale = settings.oidc_stale_seconds
        self._cooldown = settings.oidc_cooldown_seconds
        self._cached = CachedKeys()
        self._next_request = -inf
        # Whether the last request succeeded.
        self._succeeded = False
        self._pending: Future[None] | None = None
        self._lock = Lock()

    def pending(self, kid: str) -> "Future[None] | None":
        """Return a request for keys that `find` should wait for, if there is one. It never raises."""
        with self._lock:
            now = self._now()
            known = kid in self._cached.keys and now < self._cached.usable
            if self._pending:
                return None if known else self._pending
            if now < self._next_request or (known and now < self._cached.fresh):
                return None
            return self._start(now)

    def find(self, kid: str) -> Jwk | None:
        """Return the key of this ID, None if the provider has none. It does not wait.

        Raises:
            Unavailable: The keys of the provider are unknown.
        """
        with self._lock:
            usable = self._now() < self._cached.usable
            if usable and kid in self._cached.keys:
                return self._cached.keys[kid]
            if usable and self._succeeded:
                return None
            wait = max(1, ceil(self._next_request - self._now()))
        raise Unavailable("The identity provider does not respond.", retry_after=wait)

    def _start(self, now: float) -> "Future[None]":
        pending: Future[None] = Future()
        Thread(target=self._run, args=[pending], name="signing-keys", daemon=True).start()
        self._next_request = now + self._cooldown
        self._succeeded = False
        self._pending = pending
        return pending

    def _run(self, pending: "Future[None]") -> None:
        try:
            document = self._request()
            self._store(_signing_keys(document), document.max_age)
        except ERRORS as error:
            log.warning("identity provider does not respond", reason=_reason(error))
        finally:
            # After unexpected errors, too: otherwise no further request would start.
            with self._lock:
                self._pending = None
            pending.set_result(None)

    def _store(self, keys: Mapping[str, Jwk], max_age: int | None) -> None:
        lifetime = self._seconds if max_age is None else min(max_age, DAY)
        with self._lock:
            fresh = self._now() + max(lifetime, self._cooldown)
            self._cached = CachedKeys(keys, fresh, fresh + self._stale)
            self._succeeded = True


def _signing_keys(document: Document) -> dict[str, Jwk]:
    """Return the keys for signatures, by their IDs."""
    keys = document.content.get("keys")
    if not isinstance(keys, list):
        raise ProviderError("responded with something that is not a key set")
    signing_keys: dict[str, Jwk] = {}
    for key in keys:
        if isinstance(key, dict) and _is_for_signatures(key):
            signing_keys.setdefault(key["kid"], key)
    return signing_keys


def _is_for_signatures(key: Jwk) -> bool:
    # RFC 7517, 4.2 and 4.3. A key of type "oct" is a shared secret.
    operations = key.get("key_ops", ["verify"])
    return (
        isinstance(key.get("kid"), str)
        and key.get("kty") in PUBLIC
        and key.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
    )


def _reason(error: BaseException) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "responded with something that is not JSON"
    return str(error) or type(error).__name__
