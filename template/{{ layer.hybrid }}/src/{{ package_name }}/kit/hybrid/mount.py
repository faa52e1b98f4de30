"""Turns a WSGI application into a backend that FastAPI mounts."""

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from ..fastapi.head_and_allow import AllowedMethods
from .wsgi_adapter import WSGIAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class WSGIBackend:
    """An ASGI application for `front` to mount after all of its routes.

    The `Allow` header lists the methods of both (RFC 9110, 10.2.1). HEAD is passed on as HEAD, since
    an application may handle it itself.
    """

    def __init__(self, mounted: "WSGIApplication", front: FastAPI, *, threads: int) -> None:
        self._mounted = WSGIAdapter(mounted, threads)
        self._allowed_methods = AllowedMethods(front)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_allow(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                headers = MutableHeaders(scope=message)
                mounted = headers.get("allow", "").replace(" ", "").split(",")
                front = self._allowed_methods(scope)
                headers["allow"] = ", ".join(sorted(front.union(filter(None, mounted))))
            await send(message)

        if context := scope.get("context"):
            context.backend = "flask"
        if "original_method" in scope:
            scope = {**scope, "method": scope["original_method"]}
        await self._mounted(scope, receive, send_allow)
