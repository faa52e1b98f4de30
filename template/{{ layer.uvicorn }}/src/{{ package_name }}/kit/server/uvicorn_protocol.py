"""uvicorn's protocol for HTTP/1.1, with limits on the headers of a request.

If a request has `Upgrade`, uvicorn parses its body as the next request. Java's HttpClient sends it:
https://github.com/Kludex/uvicorn/issues/2722
"""

from asyncio import BaseTransport, TimerHandle
from typing import Any, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..problems import raw_response

MAX_HEADERS: Final = 100
# Bytes of the request line and all headers, and of anything else that is not a body.
MAX_HEADER_BYTES: Final = 64 * 1024


class Protocol(HttpToolsProtocol):
    """Closes a connection without a complete request; `timeout`: seconds for all its headers."""

    def __init__(self, *args: Any, timeout: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timeout = timeout
        self._timer: TimerHandle | None = None
        self._unparsed = 0
        self._too_large = False

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self._unparsed += len(data)
        try:
            self._parse(data)
            if self._unparsed > MAX_HEADER_BYTES:
                self._too_large = True
                raise HttpParserError("Too large.")
        except HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
        upgraded = self.transport.get_protocol() is not self
        if upgraded or (self.cycle is not None and not self.cycle.response_complete):
            self._stop_timer()
        elif self._timer is None:
            self._start_timer()

    def on_headers_complete(self) -> None:
        self._unparsed = 0
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > MAX_HEADERS or size > MAX_HEADER_BYTES:
            self._too_large = True
            raise ValueError("Too large.")  # httptools turns it into an HttpParserError.
        if not self.parser.should_upgrade() or self._should_upgrade():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unparsed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Respond to a request that cannot be parsed, and close the connection."""
        self.transport.write(raw_response(431 if self._too_large else 400, msg))
        self.transport.close()

    def _should_upgrade(self) -> bool:
        # Anything else is an ordinary request, with its body.
        has_key = any(name == b"sec-websocket-key" for name, _ in self.headers)
        return has_key and super()._should_upgrade()

    def _parse(self, data: bytes) -> None:
        """Ignore `Upgrade` (RFC 9110, 7.8): parse again without it, since httptools has stopped."""
        while data:
            try:
                self.parser.feed_data(data)
                return
            except HttpParserUpgrade as stopped:
                if self._should_upgrade():
                    self.handle_websocket_upgrade()
                    return
                if self.parser.get_method() == b"CONNECT":
                    raise HttpParserError("CONNECT is not supported.") from None
                data = self._head_without_upgrade() + data[stopped.args[0] :]
                self.parser = HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # As uvicorn.

    def _head_without_upgrade(self) -> bytes:
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self._timeout, self.transport.close)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
