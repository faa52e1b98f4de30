"""hypercorn and WebSockets."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from hypercorn.protocol import h2, h11
from hypercorn.protocol.ws_stream import WSStream

# Seconds in which a client must take the end of a socket.
_SECONDS: Final = 2.0


def server_options(message_bytes: int) -> dict[str, Any]:
    return {"websocket_max_message_size": message_bytes}


def prepare_server() -> None:
    """Prepare this process; hypercorn has no setting for it."""
    modules: tuple[Any, ...] = (h11, h2)
    for module in modules:
        module.WSStream = Stream


class Stream(WSStream):
    """Cuts off a client that does not read; hypercorn would wait for it forever."""

    async def app_send(self, message: Any) -> None:
        if message is not None:
            await super().app_send(message)
            return
        deadline = asyncio.timeout(_SECONDS)
        with suppress(TimeoutError):
            async with deadline:
                await super().app_send(message)
        if deadline.expired():  # hypercorn suppresses the cancellation.
            protocol: Any = self.send
            protocol.__self__.send.__self__.writer.transport.abort()
