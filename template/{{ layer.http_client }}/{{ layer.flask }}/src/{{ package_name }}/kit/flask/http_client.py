"""Other services, as dependencies of endpoints."""

from collections.abc import Callable
from weakref import finalize

from flask import Flask, current_app, g

from ..concurrency_limit import ConcurrencyLimit
from ..http_client import Upstream, open_upstreams
from ..settings import KitSettings


def register(app: Flask, settings: KitSettings, max_waiting: int) -> None:
    """Let endpoints of `app` use the services of the settings, `max_waiting` requests at once."""
    upstreams = app.extensions["upstreams"] = open_upstreams(settings)
    app.extensions["upstream_limit"] = ConcurrencyLimit(max_waiting, "upstream service")
    for each in upstreams.values():
        finalize(app, each.close)
    app.teardown_appcontext(_leave)


def upstream(name: str) -> Callable[[], Upstream]:
    """Return a dependency: `Rates = Annotated[Upstream, Depends(upstream("rates"))]`."""

    def get_upstream() -> Upstream:
        if "upstream_limit" not in g:
            limit: ConcurrencyLimit = current_app.extensions["upstream_limit"]
            limit.__enter__()
            g.upstream_limit = limit
        found: Upstream = current_app.extensions["upstreams"][name]
        return found

    return get_upstream


def _leave(_: BaseException | None) -> None:
    if limit := g.pop("upstream_limit", None):
        limit.__exit__()
