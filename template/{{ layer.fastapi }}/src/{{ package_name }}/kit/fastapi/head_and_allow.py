"""HEAD requests and the `Allow` header, where Starlette differs from RFC 9110."""

from functools import cached_property
from re import Pattern

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadMiddleware:
    """Responds to HEAD wherever GET is allowed (9.3.2): the same headers, no body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # A mounted application reads the original method.
        get: Scope = {**scope, "method": "GET", "original_method": "HEAD"}
        try:
            await self._app(get, receive, send_without_body)
        finally:  # `RequestMiddleware` reads the route.
            scope.update(get, method="HEAD")


class AllowedMethods:
    """All methods of a path (10.2.1). FastAPI's own 405 lists those of one route."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def __call__(self, scope: Scope) -> set[str]:
        # A mount moves the start of the path to `root_path`.
        root = scope.get("app_root_path", scope.get("root_path", ""))
        path = scope["path"].removeprefix(root)
        matching = (methods for regex, methods in self._table if regex.match(path))
        allowed = {method for methods in matching for method in methods}
        return allowed | {"HEAD"} if "GET" in allowed else allowed

    @cached_property
    def _table(self) -> list[tuple[Pattern[str], set[str]]]:
        return [
            (compile_path(route.path)[0], set(route.methods))
            for route in iter_route_contexts(self._app.routes)
            if route.path is not None and route.methods
        ]
