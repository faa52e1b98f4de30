"""Passes the request body from the event loop to a thread, and detects disconnects."""

import asyncio
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from starlette.types import Receive

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER_SIZE = 64 * 1024  # Bytes of an upload that are buffered.
UNREAD_TIMEOUT = 10.0  # Seconds for which a responding application may leave an upload unread.


class ClientDisconnected(ConnectionError):
    """The client has disconnected."""


class Upload:
    """The body. It belongs to the event loop, and nothing else calls `receive()`."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.buffer = bytearray()
        self.more = True
        self.responding = False
        self.dropped = False
        self.error: Exception | None = None
        self.changed = asyncio.Event()

    async def fill(self) -> None:
        """Read a short body completely, so that the application never waits for it."""
        while self.more and len(self.buffer) < BUFFER_SIZE:
            await self.pull()

    def file(self) -> BinaryIO:
        if self.more:
            return io.BufferedReader(Body(self, asyncio.get_running_loop()), BUFFER_SIZE)
        whole, self.buffer = io.BytesIO(self.buffer), bytearray()
        return whole

    async def watch(self, cancel: Callable[[], object]) -> None:
        """Read ahead: a server reports a disconnect by `receive()`, too."""
        try:
            while True:
                await self.room()
                await self.pull()
        except Exception as error:  # noqa: BLE001  (a limit on the body raises it)
            self.error = error
            self.changed.set()
            cancel()

    async def room(self) -> None:
        """Wait until the buffer has room.

        If an application streams a response and never reads the rest of the body, its disconnect
        would not be detected, so the rest is dropped after a while.
        """
        while len(self.buffer) >= BUFFER_SIZE:
            responding = self.responding
            try:
                async with asyncio.timeout(UNREAD_TIMEOUT):
                    await self.change()
            except TimeoutError:
                if responding:
                    self.dropped = True
                    self.buffer.clear()

    async def pull(self) -> None:
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        if not self.dropped:
            self.buffer += message.get("body", b"")
        self.more = message.get("more_body", False)
        self.changed.set()

    async def take(self, size: int) -> bytes:
        while self.more and not (self.buffer or self.error or self.dropped):
            await self.change()
        if self.dropped:
            raise OSError("the rest of the upload was dropped: it was unread for too long")
        if self.more and self.error:
            raise self.error
        piece = bytes(self.buffer[:size])
        del self.buffer[:size]
        self.changed.set()
        return piece

    async def change(self) -> None:
        self.changed.clear()
        await self.changed.wait()


class Body(io.RawIOBase):
    """`wsgi.input` of an incomplete upload, for the thread."""

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
