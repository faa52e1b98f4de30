"""Runs a WSGI application in an ASGI one, in threads of its own.

A short response costs one switch to a thread and back. A stream waits for its client, and ends when
the client disconnects. Two libraries do the same: a2wsgi 1.10 passes an empty body for a chunked
upload and leaks the threads of abandoned streams; asgiref 3.13 reads an upload to its end before the
application starts, and neither closes the result of the application nor provides `write()`.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from wsgiref.types import WSGIApplication

from starlette.types import Receive, Scope, Send

from .environ import build_environ
from .response import WSGIResponse
from .upload import ClientDisconnected, Upload

__all__ = ["WSGIAdapter"]


class WSGIAdapter:
    """An ASGI application for a WSGI one: `app.mount("", WSGIAdapter(flask_app))`.

    At most `threads` requests are in the application at once; others queue here and block nothing
    else. A mount at "" matches every path, so it comes after all other routes.
    """

    def __init__(self, app: WSGIApplication, threads: int = 16) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="wsgi")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            with suppress(ClientDisconnected):
                await self.serve(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
        else:
            raise NotImplementedError(f"WSGI does not support {scope['type']}")

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        upload = Upload(receive)
        await upload.fill()
        response = WSGIResponse(upload, send, is_head=scope["method"] == "HEAD")
        environ = build_environ(scope, upload.file())
        job = self.pool.submit(copy_context().run, response.run, self.app, environ)
        work = asyncio.wrap_future(job)
        work.add_done_callback(response.settle)
        watch = asyncio.create_task(upload.watch(job.cancel))
        try:
            await response.emit(await response.last)
            await work
        finally:
            watch.cancel()
            job.cancel()
            upload.error = upload.error or ClientDisconnected()
