"""Passes the response of the application from its thread to the event loop."""

import asyncio
from collections.abc import Callable, Iterable
from types import TracebackType
from wsgiref.types import WSGIApplication, WSGIEnvironment

from starlette.types import Message, Send

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class ClientDisconnected(ConnectionError):
    """The client has disconnected."""


class WSGIResponse:
    """A response. Its methods run in the thread, except `_emit`."""

    def __init__(self, send: Send, *, is_head: bool) -> None:
        self.disconnected = False
        self._send = send
        self._is_head = self._bodiless = is_head
        self._loop = asyncio.get_running_loop()
        self._start: Message | None = None
        self._started = self._finished = False
        self._remaining: int | None = None  # Remaining bytes, if there is a Content-Length.

    def run(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        output = app(environ, self.start_response)
        try:
            self._iterate(output)
            if not self._finished:
                self._pass(b"", more=False)
        finally:
            if close := getattr(output, "close", None):
                close()

    def _iterate(self, output: Iterable[bytes]) -> None:
        for chunk in output:
            if chunk:
                self.write(chunk)
            if self._finished and self._bodiless:
                break

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        if exc_info and exc_info[1] and self._started:
            raise exc_info[1].with_traceback(exc_info[2])
        if self._start and not exc_info:
            raise RuntimeError("start_response() was called twice")
        code, raw = int(status[:3]), encode(headers)
        if code in (204, 304):  # A server would wait for its bytes.
            raw = [pair for pair in raw if pair[0] != b"content-length"]
        self._bodiless = self._is_head or code in (204, 304)
        self._start = {"type": "http.response.start", "status": code, "headers": raw}
        lengths = [int(value) for name, value in raw if name == b"content-length"]
        self._remaining = 0 if self._bodiless else next(iter(lengths), None)
        return self.write

    def write(self, chunk: bytes) -> None:
        """Send a piece and wait until the client reads more."""
        if self._finished:
            return
        if self._remaining is not None:
            chunk = chunk[: self._remaining]
            self._remaining -= len(chunk)
        self._pass(chunk, more=self._remaining != 0)

    def _pass(self, chunk: bytes, *, more: bool) -> None:
        self._finished = not more
        asyncio.run_coroutine_threadsafe(self._emit(chunk, more=more), self._loop).result()

    async def _emit(self, chunk: bytes, *, more: bool) -> None:
        if self._start is None:
            raise RuntimeError("the application has not called start_response()")
        if self.disconnected:
            raise ClientDisconnected
        if not self._started:
            self._started = True
            await self._send(self._start)
        await self._send({"type": "http.response.body", "body": chunk, "more_body": more})


def encode(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
