"""uvicorn's protocol for WebSockets."""

import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_log = logging.getLogger(__name__)
# uvicorn would log each handshake with its query string; `WebSocketMiddleware` logs it without.
_log.setLevel(logging.WARNING)


class Protocol(WebSocketsSansIOProtocol):
    """Logs warnings only, and cuts off a client that does not read."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.logger = self.conn.logger = _log

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self.close_sent:
            # After a response instead of a handshake, uvicorn would report an error.
            self.handshake_complete = True

    async def run_asgi(self) -> None:
        await super().run_asgi()
        if not self.writable.is_set():
            # To close the connection would wait until the client has read everything.
            self.transport.abort()
