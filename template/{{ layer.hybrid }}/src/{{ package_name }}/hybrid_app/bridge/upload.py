"""Takes what the client sends from the event loop to a worker thread, and notices when it leaves."""

import asyncio
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from starlette.types import Receive

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

AHEAD = 64 * 1024  # Bytes of an upload that wait in memory for the application to read them.
PATIENCE = 10.0  # Seconds for which an application that answers may leave an upload unread.


class ClientLeft(ConnectionError):
    """Nobody waits for the answer any more."""


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
            answered = self.answered
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.change()
            except TimeoutError:
                if answered:
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
