"""HTTP methods, where Starlette's answers differ from what RFC 9110 asks for."""

from functools import cached_property
from re import Pattern

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """Answers HEAD wherever GET is answered (9.3.2): the same headers, no body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # What is mounted finds here what was sent: it may tell one from the other.
        asked: Scope = {**scope, "method": "GET", "sent_method": "HEAD"}
        try:
            await self._app(asked, receive, without_body)
        finally:  # The edge looks there for the route.
            scope.update(asked, method="HEAD")


class Allowed:
    """All methods that a path answers to (10.2.1); FastAPI's own 405 names those of one route."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def __call__(self, scope: Scope) -> set[str]:
        # What mounts take off the path they add to `root_path`, so this is the path seen from here.
        root = scope.get("app_root_path", scope.get("root_path", ""))
        path = scope["path"].removeprefix(root)
        matching = (methods for regex, methods in self._table if regex.match(path))
        found = {method for methods in matching for method in methods}
        return found | {"HEAD"} if "GET" in found else found

    @cached_property
    def _table(self) -> list[tuple[Pattern[str], set[str]]]:
        return [
            (compile_path(route.path)[0], set(route.methods))
            for route in iter_route_contexts(self._app.routes)
            if route.path is not None and route.methods
        ]
