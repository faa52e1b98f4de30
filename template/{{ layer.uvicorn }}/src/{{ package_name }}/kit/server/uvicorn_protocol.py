"""uvicorn's protocol for HTTP/1.1, with limits on what one client can cost.

uvicorn limits neither the size of headers, nor the time for them, nor how slowly a response is read.
If a request has `Upgrade`, uvicorn parses its body as the next request:
https://github.com/Kludex/uvicorn/issues/2722. An override is removed once uvicorn has the same.
"""

import re
from asyncio import BaseTransport, TimerHandle
from typing import Any, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .. import health
from ..problems import raw_response
from . import listener

MAX_HEADERS: Final = 100
# Bytes of the request line and all headers, and of anything else that is not a body.
MAX_HEADER_BYTES: Final = 64 * 1024
_NO_PATH: Final = re.compile(rb"^[a-z]+://[^/?#]*(?![^?#])", re.IGNORECASE)
# Bytes per second that a client must read of a large response.
MIN_READ_RATE: Final = 1024


class Protocol(HttpToolsProtocol):
    """Closes connections that are too slow or too large. `timeout`: seconds for all headers."""

    def __init__(self, *args: Any, timeout: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parser: Any = _Parser(self)
        self._timeout = timeout
        self._header_timer: TimerHandle | None = None
        self._write_timer: TimerHandle | None = None
        self._events = 0
        self._unparsed = 0
        self._too_large = False

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._start_header_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._header_timer)
        _cancel(self._write_timer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        events = self._events
        self._unparsed += len(data)
        super().data_received(data)
        if events != self._events:
            self._unparsed = 0
        if self._unparsed > MAX_HEADER_BYTES and not self.transport.is_closing():
            self._too_large = True
            self.send_400_response("")
        if self.cycle is not None and not self.cycle.response_complete:
            _cancel(self._header_timer)
            self._header_timer = None
        elif self._header_timer is None:
            self._start_header_timer()

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > MAX_HEADERS:
            self._refuse()

    def on_headers_complete(self) -> None:
        self._events += 1
        if self._unparsed > MAX_HEADER_BYTES and self._head_size() > MAX_HEADER_BYTES:
            self._refuse()
        if not self.url.startswith(b"/"):
            # uvicorn requires a path, and the URL of the root may have none.
            self.url = _NO_PATH.sub(rb"\g<0>/", self.url)
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._events += 1
        super().on_body(body)

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Respond to a request that cannot be parsed, and close the connection."""
        self.transport.write(raw_response(431 if self._too_large else 400, msg or None))
        self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write_timer = self.loop.call_later(
            self._timeout, self._check_writing, self.transport.get_write_buffer_size()
        )

    def resume_writing(self) -> None:
        _cancel(self._write_timer)
        super().resume_writing()

    def _check_writing(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if before - left < MIN_READ_RATE * self._timeout:
            self.transport.abort()
        else:
            self._write_timer = self.loop.call_later(self._timeout, self._check_writing, left)

    def shutdown(self) -> None:
        """Keep an idle connection for a moment: its client may have sent a request."""
        if health.is_draining():
            self.loop.call_later(listener.LINGER, super().shutdown)
        else:
            super().shutdown()

    def _refuse(self) -> None:
        self._too_large = True
        raise ValueError("too large")  # Stops the parser; uvicorn calls `send_400_response`.

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _start_header_timer(self) -> None:
        self._header_timer = self.loop.call_later(self._timeout, self.transport.close)


class _Parser:
    """A parser that ignores `Upgrade`, as RFC 9110, 7.8 allows.

    httptools stops at such a request, so it is parsed again without that header.
    """

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._reset()

    def feed_data(self, data: bytes) -> None:
        while data:
            try:
                self._parser.feed_data(data)
                return
            except HttpParserUpgrade as stopped:
                if self._parser.get_method() == b"CONNECT":
                    raise HttpParserError("CONNECT is not supported.") from None
                data = self._without_upgrade() + data[stopped.args[0] :]
                self._reset()

    def _reset(self) -> None:
        self._parser = parser = HttpRequestParser(self._protocol)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)  # As uvicorn does.
        # Methods that uvicorn calls several times per request.
        self.should_upgrade = parser.should_upgrade
        self.should_keep_alive = parser.should_keep_alive
        self.get_http_version = parser.get_http_version
        self.get_method = parser.get_method

    def _without_upgrade(self) -> bytes:
        protocol, version = self._protocol, self._parser.get_http_version()
        lines = [self._parser.get_method() + b" " + protocol.url + b" HTTP/" + version.encode()]
        for name, value in protocol.headers:
            if name == b"connection":
                tokens = [token.strip() for token in value.split(b",")]
                value = b", ".join(token for token in tokens if token.lower() != b"upgrade")
            if name != b"upgrade":
                lines.append(name + b": " + value)
        return b"\r\n".join([*lines, b"", b""])


def _cancel(timer: TimerHandle | None) -> None:
    if timer:
        timer.cancel()
