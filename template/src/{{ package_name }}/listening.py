"""Ends listening without losing a connection.

The system resets the connections that wait in the queue of a socket when that is closed. Their
clients have sent their requests by then. So new ones are kept out first, then the queue is emptied.
"""

import ctypes
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from socket import SOL_SOCKET, socket
from typing import Any, Final

# Seconds for connections that are half made when new ones are kept out.
SETTLES: Final = 0.1

# linux/filter.h, four instructions: load the flags of TCP; if SYN is among them go on, else skip
# one; drop the packet; pass it.
_NO_SYN: Final = struct.pack(
    "=" + "HBBI" * 4, 0x30, 0, 0, 13, 0x45, 0, 1, 2, 6, 0, 0, 0, 6, 0, 0, 2**32 - 1
)
_ATTACH_FILTER: Final = 26
_DETACH_FILTER: Final = 27


def keep_out(listener: socket) -> None:
    """Have Linux leave new connections to `listener` unanswered; elsewhere, do nothing.

    A client asks again after a second, and reaches another process, or is refused and knows it.
    """
    if sys.platform == "linux":
        program = ctypes.create_string_buffer(_NO_SYN)
        with suppress(OSError):  # Not every sandbox has filters.
            pointer = struct.pack("HP", 4, ctypes.addressof(program))
            listener.setsockopt(SOL_SOCKET, _ATTACH_FILTER, pointer)


def let_in(listener: socket) -> None:
    """Undo `keep_out`."""
    if sys.platform == "linux":
        with suppress(OSError):  # There is no filter.
            listener.setsockopt(SOL_SOCKET, _DETACH_FILTER, 0)


def waiting(listener: socket) -> Iterator[tuple[socket, Any]]:
    """Accept what is in the queue of `listener`, which does not block."""
    with suppress(BlockingIOError):
        while True:
            yield listener.accept()
