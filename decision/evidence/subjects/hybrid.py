"""FastAPI in front, Flask mounted behind it on as many threads as the others have."""

from typing import Any

from a2wsgi import WSGIMiddleware
from fastapi import FastAPI

from decision.evidence.subjects import fastapi_async, flask_views

THREADS = 40  # a2wsgi's own default is 10
MOUNTED = "/mounted"


def create_app() -> FastAPI:
    app = fastapi_async.create_app()
    mounted: Any = flask_views.create_app()
    bridge: Any = WSGIMiddleware(mounted, workers=THREADS)
    app.mount(MOUNTED, bridge)
    return app
