"""Closes a listening socket without resetting connections.

Closing it resets the connections in its accept queue, whose clients have sent requests already. So
block new connections first, then accept the queued ones, then close.
"""

import ctypes
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from socket import SOL_SOCKET, socket
from typing import Any, Final

# Seconds between blocking new connections and closing: handshakes in progress complete.
SETTLE_TIME: Final = 0.1
# Seconds for which an idle connection is still served after that: its client may be sending.
LINGER: Final = 2

# A classic BPF program (linux/filter.h): load the TCP flags; on SYN go on, else skip one
# instruction; drop the packet; accept the packet.
_NO_SYN: Final = struct.pack(
    "=" + "HBBI" * 4, 0x30, 0, 0, 13, 0x45, 0, 1, 2, 6, 0, 0, 0, 6, 0, 0, 2**32 - 1
)
_ATTACH_FILTER: Final = 26
_DETACH_FILTER: Final = 27


def block_new_connections(listener: socket) -> None:
    """Drop new connection attempts on Linux; do nothing on other systems.

    Clients retry after a second. Then another process accepts them, or they are refused. The filter
    belongs to the socket, not to this process: use it only when no other process goes on listening.
    """
    if sys.platform == "linux":
        program = ctypes.create_string_buffer(_NO_SYN)
        with suppress(OSError):  # Some sandboxes have no filters.
            pointer = struct.pack("HP", 4, ctypes.addressof(program))
            listener.setsockopt(SOL_SOCKET, _ATTACH_FILTER, pointer)


def allow_new_connections(listener: socket) -> None:
    """Undo `block_new_connections`."""
    if sys.platform == "linux":
        with suppress(OSError):  # There is no filter.
            listener.setsockopt(SOL_SOCKET, _DETACH_FILTER, 0)


def accept_queued(listener: socket) -> Iterator[tuple[socket, Any]]:
    """Accept all connections in the queue of a non-blocking listener."""
    with suppress(BlockingIOError):
        while True:
            yield listener.accept()
