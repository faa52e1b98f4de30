"""Runs a WSGI application inside an ASGI one, in threads of its own.

A short answer costs one hop to a thread and back. A stream waits for its client, and ends when the
client leaves. Two libraries do this as well: a2wsgi 1.10 hands Flask an empty body for a chunked
upload and loses the threads of abandoned streams; asgiref 3.13 reads an upload to its end before
the application starts, and neither closes what the application returns nor offers it `write()`.
"""

import asyncio
import io
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO
from wsgiref.types import WSGIApplication, WSGIEnvironment

from starlette.types import Message, Receive, Scope, Send

from .environ import build_environ

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

AHEAD = 64 * 1024  # Bytes of an upload that wait in memory for the application to read them.
PATIENCE = 10.0  # Seconds an application that already answers may leave an upload unread.


class ClientLeft(ConnectionError):
    """Nobody waits for the answer any more."""


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
        answer = Answer(upload, send, bodiless=scope["method"] == "HEAD")
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
            upload.lost = upload.lost or ClientLeft()


class Upload:
    """What the client sends. It belongs to the event loop, and nothing else calls `receive()`."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.held = bytearray()
        self.more = True
        self.answered = False
        self.unwanted = False
        self.lost: Exception | None = None
        self.changed = asyncio.Event()

    async def fill(self) -> None:
        """Read a short body whole, so that the application never waits for it in its thread."""
        while self.more and len(self.held) < AHEAD:
            await self.pull()

    def file(self) -> BinaryIO:
        if self.more:
            return io.BufferedReader(Body(self, asyncio.get_running_loop()), AHEAD)
        whole, self.held = io.BytesIO(self.held), bytearray()
        return whole

    async def watch(self, give_up: Callable[[], object]) -> None:
        """Read ahead: this is also how a server tells that the client has left."""
        try:
            while True:
                await self.room()
                await self.pull()
        except Exception as error:  # noqa: BLE001  (a limit of the body raises out of receive())
            self.lost = error
            self.changed.set()
            give_up()

    async def room(self) -> None:
        """Hold the client back until the application reads.

        One that streams an answer and never reads the rest would hide from us that the client has
        left, and keep its thread for good; so the rest is dropped after a while.
        """
        while len(self.held) >= AHEAD:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.change()
            except TimeoutError:
                if self.answered:
                    self.unwanted = True
                    self.held.clear()

    async def pull(self) -> None:
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        if not self.unwanted:
            self.held += message.get("body", b"")
        self.more = message.get("more_body", False)
        self.changed.set()

    async def take(self, size: int) -> bytes:
        while self.more and not (self.held or self.lost or self.unwanted):
            await self.change()
        if self.unwanted:
            raise OSError("the rest of the upload was dropped: it was left unread for too long")
        if self.more and self.lost:
            raise self.lost
        piece = bytes(self.held[:size])
        del self.held[:size]
        self.changed.set()
        return piece

    async def change(self) -> None:
        self.changed.clear()
        await self.changed.wait()


class Body(io.RawIOBase):
    """`wsgi.input` of an upload that is still arriving, for the worker thread."""

    def __init__(self, upload: Upload, loop: asyncio.AbstractEventLoop) -> None:
        self.upload = upload
        self.loop = loop

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        taking = self.upload.take(len(view))
        piece = asyncio.run_coroutine_threadsafe(taking, self.loop).result()
        view[: len(piece)] = piece
        return len(piece)


class Answer:
    """What the application says in its thread, one piece ahead of what the event loop sends."""

    def __init__(self, upload: Upload, send: Send, *, bodiless: bool) -> None:
        self.upload = upload
        self.send = send
        self.bodiless = bodiless
        self.loop = asyncio.get_running_loop()
        self.last: asyncio.Future[list[Message]] = self.loop.create_future()
        self.start: Message | None = None
        self.begun = self.finished = False
        self.left: int | None = None  # Bytes still to come, where the application said how many.

    def run(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        output = app(environ, self.start_response)
        try:
            self.iterate(output)
            self.finish(b"")
        finally:
            if close := getattr(output, "close", None):
                close()

    def iterate(self, output: Iterable[bytes]) -> None:
        for chunk in output:
            if chunk:
                self.write(chunk)
            if self.finished and self.bodiless:
                break

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        if exc_info and exc_info[1] and self.begun:
            raise exc_info[1].with_traceback(exc_info[2])
        if self.start and not exc_info:
            raise RuntimeError("start_response() was called twice")
        code, raw = (
            int(status[:3]),
            [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers],
        )
        if code in (204, 304):  # A server would wait for as many bytes as such a header says.
            self.bodiless, raw = True, [pair for pair in raw if pair[0] != b"content-length"]
        self.start = {"type": "http.response.start", "status": code, "headers": raw}
        lengths = [int(value) for name, value in raw if name == b"content-length"]
        self.left = 0 if self.bodiless else next(iter(lengths), None)
        return self.write

    def write(self, chunk: bytes) -> None:
        """Send a piece and wait until the client takes more; the last one is not waited for."""
        if self.left is not None:
            chunk = chunk[: self.left]
            self.left -= len(chunk)
        if self.left == 0:
            self.finish(chunk)
        else:
            sending = self.emit(self.messages(chunk, more=True))
            asyncio.run_coroutine_threadsafe(sending, self.loop).result()

    def finish(self, chunk: bytes) -> None:
        if not self.finished:
            messages = self.messages(chunk, more=False)
            self.finished = True
            self.loop.call_soon_threadsafe(self.hand_over, messages)

    def messages(self, chunk: bytes, *, more: bool) -> list[Message]:
        if self.start is None:
            raise RuntimeError("the application has not called start_response()")
        begin = [] if self.begun else [self.start]
        self.begun = True
        return [*begin, {"type": "http.response.body", "body": chunk, "more_body": more}]

    def hand_over(self, messages: list[Message]) -> None:
        if not self.last.done():
            self.last.set_result(messages)

    def settle(self, work: asyncio.Future[None]) -> None:
        """Nothing follows once the thread has ended, or was never started."""
        if not self.last.done():
            self.last.set_exception(self.upload.lost or work.exception() or ClientLeft())

    async def emit(self, messages: list[Message]) -> None:
        for message in messages:
            if self.upload.lost:
                raise self.upload.lost
            await self.send(message)
        if not self.upload.answered:
            self.upload.answered = True
            self.upload.changed.set()
