"""The FastAPI application: its routers and its middleware."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from . import DESCRIPTION, TITLE, VERSION
from .auth.fastapi import register as register_auth
from .auth.router import router as auth_router
from .kit import fastapi as kit
from .settings import Settings, load_settings
from .todos.router import router as todos_router

ROUTERS: tuple[APIRouter, ...] = (
    auth_router,
    todos_router,
    # Yours below.
)

# The first one sees a request first.
MIDDLEWARE = (
    Middleware(kit.RequestMiddleware),
    Middleware(kit.HeadMiddleware),
    # Yours below.
)


def create_app(
    settings: Settings | None = None, *, routers: Iterable[APIRouter] = ROUTERS
) -> FastAPI:
    """Return the application; `settings` are those of the environment by default."""
    settings = settings or load_settings()
    app = kit.create_app(
        settings,
        title=TITLE,
        description=DESCRIPTION,
        version=VERSION,
        routers=routers,
        middleware=MIDDLEWARE,
    )
    register_auth(app, settings)
    return app
