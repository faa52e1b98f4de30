"""The options of hypercorn for WebSockets."""

from typing import Any


def server_options(message_bytes: int) -> dict[str, Any]:
    return {"websocket_max_message_size": message_bytes}
