"""Splits the clients of URLs that both frameworks have, by FASTAPI_SHARE."""

from functools import lru_cache
from hashlib import blake2b

from fastapi import FastAPI
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Scope

from ..middleware.rate_limit import client_key
from .shared_urls import SharedUrls


def split_traffic(
    app: FastAPI, backend: ASGIApp, mounted: object, share: float, prefix: str = ""
) -> None:
    """Let `backend`, which runs `mounted`, serve the clients that are not in the share of `app`.

    Raises:
        SettingsError: The URLs of `mounted` are unknown.
    """
    if share < 1:  # Without a split, no request pays for it.
        split = SplitMount(prefix, backend, share, SharedUrls(mounted, app, prefix))
        app.router.routes.insert(0, split)


@lru_cache(maxsize=4096)
def position(client: str) -> float:
    """Return the position of a client between 0 and 1, the same in all processes and restarts.

    FastAPI serves it while the share is above that, so a growing share moves no client back.
    """
    digest = blake2b(client_key(client).encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


class SplitMount(Mount):
    """Comes before all routes of FastAPI, and matches the requests of the other clients."""

    def __init__(self, path: str, app: ASGIApp, share: float, shared_urls: SharedUrls) -> None:
        super().__init__(path, app)
        self._share = share
        self._shared_urls = shared_urls

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and self._is_for_mounted(scope):
            match, child = super().matches(scope)
            if match is not Match.NONE:
                path = scope["path"].removeprefix(child["root_path"])
                if self._shared_urls(path, scope.get("original_method", scope["method"])):
                    return match, child
        return Match.NONE, {}

    def _is_for_mounted(self, scope: Scope) -> bool:
        client, _ = scope.get("client") or ("", 0)
        return position(client) >= self._share
