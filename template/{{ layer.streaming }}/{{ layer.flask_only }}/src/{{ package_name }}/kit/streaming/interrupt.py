"""Ends the blocking reads of a generator from another thread."""

import socket
from contextlib import suppress
from contextvars import ContextVar
from threading import Event


class Interrupt:
    """The sockets that a generator reads. Closing a socket would not wake a blocked read."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._set = Event()

    def add(self, sock: socket.socket) -> None:
        self._sockets.append(sock)
        if self._set.is_set():
            self.set()

    def set(self) -> None:
        """End all reads, also those of sockets that are added later."""
        self._set.set()
        for sock in [*self._sockets]:
            with suppress(OSError):  # It is closed already.
                sock.shutdown(socket.SHUT_RDWR)

    def is_set(self) -> bool:
        return self._set.is_set()


# The one of the current generator. A generator of your own adds each socket that it reads.
current_interrupt: ContextVar[Interrupt | None] = ContextVar("current_interrupt", default=None)
