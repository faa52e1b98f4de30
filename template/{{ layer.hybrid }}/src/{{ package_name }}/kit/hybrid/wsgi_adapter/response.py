"""Passes the response of the application from its thread to the event loop."""

import asyncio
from collections.abc import Callable, Iterable
from types import TracebackType
from wsgiref.types import WSGIApplication, WSGIEnvironment

from starlette.types import Message, Send

from .upload import ClientDisconnected, Upload

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WSGIResponse:
    """A response. `run` and its callees run in the thread, the last three methods in the loop."""

    def __init__(self, upload: Upload, send: Send, *, is_head: bool) -> None:
        self.upload = upload
        self.send = send
        self.is_head = self.bodiless = is_head
        self.loop = asyncio.get_running_loop()
        self.last: asyncio.Future[list[Message]] = self.loop.create_future()
        self.start: Message | None = None
        self.started = self.finished = False
        self.remaining: int | None = None  # Remaining bytes, if there is a Content-Length.

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
        if exc_info and exc_info[1] and self.started:
            raise exc_info[1].with_traceback(exc_info[2])
        if self.start and not exc_info:
            raise RuntimeError("start_response() was called twice")
        code, raw = int(status[:3]), encode(headers)
        if code in (204, 304):  # A server would wait for its bytes.
            raw = [pair for pair in raw if pair[0] != b"content-length"]
        self.bodiless = self.is_head or code in (204, 304)
        self.start = {"type": "http.response.start", "status": code, "headers": raw}
        lengths = [int(value) for name, value in raw if name == b"content-length"]
        self.remaining = 0 if self.bodiless else next(iter(lengths), None)
        return self.write

    def write(self, chunk: bytes) -> None:
        """Send a piece and wait until the client reads more, except after the last one."""
        if self.remaining is not None:
            chunk = chunk[: self.remaining]
            self.remaining -= len(chunk)
        if self.remaining == 0:
            self.finish(chunk)
        else:
            sending = self.emit(self.messages(chunk, more=True))
            asyncio.run_coroutine_threadsafe(sending, self.loop).result()

    def finish(self, chunk: bytes) -> None:
        if not self.finished:
            messages = self.messages(chunk, more=False)
            self.finished = True
            self.loop.call_soon_threadsafe(self.set_last, messages)

    def messages(self, chunk: bytes, *, more: bool) -> list[Message]:
        if self.start is None:
            raise RuntimeError("the application has not called start_response()")
        start = [] if self.started else [self.start]
        self.started = True
        return [*start, {"type": "http.response.body", "body": chunk, "more_body": more}]

    def set_last(self, messages: list[Message]) -> None:
        if not self.last.done():
            self.last.set_result(messages)

    def settle(self, work: asyncio.Future[None]) -> None:
        """Fail if the thread has ended without a last message, or was not started."""
        error = None if work.cancelled() else work.exception()
        if not self.last.done():
            self.last.set_exception(self.upload.error or error or ClientDisconnected())

    async def emit(self, messages: list[Message]) -> None:
        for message in messages:
            if self.upload.error:
                raise self.upload.error
            await self.send(message)
        self.upload.responding = True


def encode(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
