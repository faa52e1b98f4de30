"""Runs a WSGI application inside an ASGI one, in threads of its own.

A short answer costs one hop to a thread and back. A stream waits for its client, and ends when the
client leaves. Two libraries do this as well: a2wsgi 1.10 hands Flask an empty body for a chunked
upload and loses the threads of abandoned streams; asgiref 3.13 reads an upload to its end before
the application starts, and neither closes what the application returns nor offers it `write()`.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from wsgiref.types import WSGIApplication

from starlette.types import Receive, Scope, Send

from .answer import Answer
from .environ import build_environ
from .upload import ClientLeft, Upload

__all__ = ["WSGIBridge"]


class WSGIBridge:
    """The ASGI face of a WSGI application: `app.mount("", WSGIBridge(flask_app))`.

    At most `threads` requests are in the application at once; more of them queue here, where they
    hold up nobody else. A mount at "" answers every path, so it comes after all other routes.
    """

    def __init__(self, app: WSGIApplication, threads: int = 16) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="wsgi")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            with suppress(ClientLeft):
                await self.serve(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
        else:
            raise NotImplementedError(f"WSGI has no {scope['type']}")

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        upload = Upload(receive)
        await upload.fill()
        answer = Answer(upload, send, is_head=scope["method"] == "HEAD")
        environ = build_environ(scope, upload.file())
        job = self.pool.submit(copy_context().run, answer.run, self.app, environ)
        work = asyncio.wrap_future(job)
        work.add_done_callback(answer.settle)
        watch = asyncio.create_task(upload.watch(job.cancel))
        try:
            await answer.emit(await answer.last)
            await work
        finally:
            watch.cancel()
            job.cancel()
            upload.lost = upload.lost or ClientLeft()
