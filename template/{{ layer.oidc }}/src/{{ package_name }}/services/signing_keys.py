"""The provider's keys, kept: asked for when they are missing or old, and never more often.

A key that is not among those kept may be a new one, so the provider is asked again; but anybody
can make up a token with the name of another key, so it is asked once in `cooldown` at most, by
one thread for all who wait. While it does not answer, the keys it gave before go on for a while.
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

from ..auth_settings import AuthSettings
from ..core.errors import Unavailable
from .provider import Answer, Provider, ProviderError

log = structlog.stdlib.get_logger(__name__)

DAY: Final = 86400
PUBLIC: Final = ("RSA", "EC", "OKP")
Jwk = Mapping[str, Any]
FAULTS = (ProviderError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Kept:
    """Keys by their ids, and until when they are good, and still better than none."""

    keys: Mapping[str, Jwk] = field(default_factory=dict)
    fresh: float = -inf
    usable: float = -inf


class SigningKeys:
    """All that is known of the provider's keys. Safe to use from any thread."""

    def __init__(self, settings: AuthSettings, *, now: Callable[[], float] = monotonic) -> None:
        self._ask = Provider(settings).keys
        self._now = now
        self._seconds = settings.oidc_keys_seconds
        self._stale = settings.oidc_stale_seconds
        self._cooldown = settings.oidc_cooldown_seconds
        self._kept = Kept()
        self._rests_until = -inf
        # Whether it did, when it was asked last.
        self._answered = False
        self._flight: Future[None] | None = None
        self._turn = Lock()

    def pending(self, kid: str) -> "Future[None] | None":
        """Return what is worth waiting for before `find`, if anything is. It never raises."""
        with self._turn:
            now = self._now()
            known = kid in self._kept.keys and now < self._kept.usable
            if self._flight:
                return None if known else self._flight
            if now < self._rests_until or (known and now < self._kept.fresh):
                return None
            return self._take_off(now)

    def find(self, kid: str) -> Jwk | None:
        """Return the key of this id, None where the provider has none; wait for nothing.

        Raises:
            Unavailable: It is not known which keys the provider has.
        """
        with self._turn:
            usable = self._now() < self._kept.usable
            if usable and kid in self._kept.keys:
                return self._kept.keys[kid]
            if usable and self._answered:
                return None
            wait = max(1, ceil(self._rests_until - self._now()))
        raise Unavailable("The identity provider does not answer.", retry_after=wait)

    def _take_off(self, now: float) -> "Future[None]":
        flight: Future[None] = Future()
        Thread(target=self._fly, args=[flight], name="signing-keys", daemon=True).start()
        self._rests_until = now + self._cooldown
        self._answered = False
        self._flight = flight
        return flight

    def _fly(self, flight: "Future[None]") -> None:
        try:
            answer = self._ask()
            self._land(_signing(answer), answer.seconds)
        except FAULTS as error:
            log.warning("identity provider did not answer", reason=_reason(error))
        finally:
            # After what nobody expected, too: a flight without an end would be the last one.
            with self._turn:
                self._flight = None
            flight.set_result(None)

    def _land(self, keys: Mapping[str, Jwk], seconds: int | None) -> None:
        lifetime = self._seconds if seconds is None else min(seconds, DAY)
        with self._turn:
            fresh = self._now() + max(lifetime, self._cooldown)
            self._kept = Kept(keys, fresh, fresh + self._stale)
            self._answered = True


def _signing(answer: Answer) -> dict[str, Jwk]:
    """Return the keys that signatures are checked with, by their ids."""
    keys = answer.content.get("keys")
    if not isinstance(keys, list):
        raise ProviderError("answered with something that is no key set")
    found: dict[str, Jwk] = {}
    for key in keys:
        if isinstance(key, dict) and _is_for_signatures(key):
            found.setdefault(key["kid"], key)
    return found


def _is_for_signatures(key: Jwk) -> bool:
    # RFC 7517, 4.2 and 4.3. Without an id it could be any; "oct" is a secret, or was one.
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
        return "answered with something that is no JSON"
    return str(error) or type(error).__name__
