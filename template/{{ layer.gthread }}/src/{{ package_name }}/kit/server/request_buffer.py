"""Collects a request until it is complete, so that a thread need not wait for the client."""

import re
from typing import Final

# Bytes. gunicorn refuses larger headers, and threads read the rest of larger bodies.
MAX_HEADERS: Final = 64 * 1024
MAX_BODY: Final = 1024 * 1024

_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECT: Final = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
_SIZE: Final = re.compile(rb"([0-9a-f]{1,8})[ \t]*(?:;[^\r\n]{0,256})?\r\n", re.IGNORECASE)
_NO_SIZE: Final = re.compile(rb"[^0-9a-f]|[^\n]{0,269}\n|[^\n]{270}", re.IGNORECASE)
_BARE_LINE_FEED: Final = re.compile(rb"(?<!\r)\n")


class RequestBuffer:
    """A request. A malformed one counts as complete: gunicorn refuses it.

    `limit` is the maximum of bytes of a body; the application refuses a larger `Content-Length`.
    """

    def __init__(self, limit: int) -> None:
        self.data = bytearray()
        self.has_headers = False
        self.is_complete = False
        self.is_truncated = False  # It counts as complete, and more of it follows.
        self.refusal = 0  # A status, where gunicorn would wait for more.
        self.expects_continue = False
        self._limit = min(limit, MAX_BODY)
        self._chunked = False
        self._next = 0  # Where the next chunk begins, or where a body without chunks ends.

    def add(self, received: bytes) -> None:
        searched = max(0, len(self.data) - 3)
        self.data += received
        if not self.has_headers:
            if searched == 0:
                self._skip_empty_lines()
            end = self.data.find(b"\r\n\r\n", searched)
            if end < 0:
                if _BARE_LINE_FEED.search(self.data):
                    self.refusal = 400
                elif len(self.data) > MAX_HEADERS:
                    self.refusal = 431
                return
            self._read_headers(end + 4)
        if self._chunked:
            self._skip_chunks()
        else:
            self.is_complete = self.is_complete or len(self.data) >= self._next

    def _skip_empty_lines(self) -> None:
        """Ignore empty lines before a request (RFC 9112, 2.2)."""
        while self.data.startswith(b"\r\n"):
            del self.data[:2]

    def _read_headers(self, end: int) -> None:
        self.has_headers = True
        head = bytes(self.data[:end])
        length = _LENGTH.search(head)
        self._chunked = bool(_CHUNKED.search(head))
        size = int(length[1]) if length and not self._chunked else 0
        if size > self._limit:
            self.is_complete = self.is_truncated = True
            return
        if expects := _EXPECT.search(head):
            self.expects_continue = True
            del self.data[expects.start() : expects.end()]
            end -= expects.end() - expects.start()
        self._next = end + size

    def _skip_chunks(self) -> None:
        while line := _SIZE.match(self.data, self._next):
            if size := int(line[1], 16):
                self._next = line.end() + size + 2
            else:  # The last chunk: trailers follow, and an empty line.
                self.is_complete = self.data.find(b"\r\n\r\n", line.end() - 2) >= 0
                if len(self.data) - line.end() > MAX_HEADERS:
                    self.refusal = 431
                return
        if _NO_SIZE.match(self.data, self._next):
            self.refusal = 400
        elif len(self.data) > MAX_HEADERS + self._limit:
            self.is_complete = self.is_truncated = True
