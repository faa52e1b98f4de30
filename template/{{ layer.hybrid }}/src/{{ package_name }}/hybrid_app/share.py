"""Which half answers what both know: FastAPI does for a share of all clients, FASTAPI_SHARE."""

from functools import lru_cache
from hashlib import blake2b

from fastapi import FastAPI
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Scope

from ..edge.limits import client_key
from .urls import Known


def divide(app: FastAPI, half: ASGIApp, mounted: object, share: float, prefix: str = "") -> None:
    """Let `half`, which carries `mounted`, answer those who are not of the share of `app`.

    Raises:
        SettingsError: `mounted` does not say which URLs it knows, and so none can be shared.
    """
    if share < 1:  # Else no request pays for it.
        app.router.routes.insert(0, Divided(prefix, half, share, Known(mounted, app, prefix)))


@lru_cache(maxsize=4096)
def place(client: str) -> float:
    """Return where a client stands between 0 and 1: in every process, and after every start.

    FastAPI answers it while the share is above that, so a share that grows sends nobody back.
    """
    digest = blake2b(client_key(client).encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


class Divided(Mount):
    """Stands before all routes of the front, and takes what is not of its share."""

    def __init__(self, path: str, app: ASGIApp, share: float, known: Known) -> None:
        super().__init__(path, app)
        self._share = share
        self._known = known

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and self._stays(scope):
            found, child = super().matches(scope)
            if found is not Match.NONE:
                path = scope["path"].removeprefix(child["root_path"])
                if self._known(path, scope.get("sent_method", scope["method"])):
                    return found, child
        return Match.NONE, {}

    def _stays(self, scope: Scope) -> bool:
        client, _ = scope.get("client") or ("", 0)
        return place(client) >= self._share
