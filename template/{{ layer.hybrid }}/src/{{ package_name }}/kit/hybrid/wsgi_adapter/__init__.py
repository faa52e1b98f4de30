"""Runs a WSGI application in an ASGI one, in threads of its own.

A request body is read before the application is called. A response is passed on as it is made, at the
pace of its client, and ends when the client disconnects. Two libraries do the same: a2wsgi 1.10 leaks
the threads of abandoned streams; asgiref 3.13 does not close the result of the application.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from io import BytesIO
from wsgiref.types import WSGIApplication

from starlette.types import Receive, Scope, Send

from .environ import build_environ
from .response import ClientDisconnected, WSGIResponse

__all__ = ["WSGIAdapter"]


class WSGIAdapter:
    """An ASGI application for a WSGI one: `app.mount("", WSGIAdapter(flask_app))`.

    At most `threads` requests are in the application at once; others queue here and block nothing
    else. A mount at "" matches every path, so it comes after all other routes.
    """

    def __init__(self, app: WSGIApplication, threads: int = 16) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="wsgi")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            with suppress(ClientDisconnected):
                await self._serve(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
        else:
            raise NotImplementedError(f"WSGI does not support {scope['type']}")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        environ = build_environ(scope, await _read_body(receive))
        response = WSGIResponse(send, is_head=scope["method"] == "HEAD")
        job = self._pool.submit(copy_context().run, response.run, self._app, environ)
        work = asyncio.wrap_future(job)
        watch = asyncio.create_task(_wait_for_disconnect(receive))
        try:
            await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
            response.disconnected = watch.done()
            if not (watch.done() and job.cancel()):  # It may still wait for a thread.
                await work
        finally:
            response.disconnected = True
            watch.cancel()
            job.cancel()


async def _read_body(receive: Receive) -> BytesIO:
    body, more = BytesIO(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        body.write(message.get("body", b""))
        more = message.get("more_body", False)
    body.seek(0)
    return body


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
