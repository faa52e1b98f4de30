"""Values in the memory of a process."""

from threading import Lock
from time import monotonic
from typing import Final

MAX_BYTES: Final = 16 * 1024 * 1024
# Bytes of an entry, beside its key and value.
_OVERHEAD: Final = 400


class Memory:
    """At most `MAX_BYTES`: the oldest values make room for new ones. Thread-safe."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[bytes, float]] = {}
        self._size = 0
        self._lock = Lock()

    def get(self, name: str) -> bytes | None:
        content, expires = self._entries.get(name, (None, 0.0))
        return content if expires > monotonic() else None

    def set(self, name: str, content: bytes, seconds: float) -> None:
        self.delete(name)
        with self._lock:
            self._entries[name] = content, monotonic() + seconds
            self._size += len(name) + len(content) + _OVERHEAD
        while self._size > MAX_BYTES:
            self.delete(next(iter(self._entries)))

    def delete(self, name: str) -> None:
        with self._lock:
            if entry := self._entries.pop(name, None):
                self._size -= len(name) + len(entry[0]) + _OVERHEAD
