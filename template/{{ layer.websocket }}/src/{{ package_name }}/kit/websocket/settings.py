"""Settings of WebSockets."""

from typing import Annotated, Any

from pydantic import Field

from ..settings import KitSettings, RateLimit
from .server_options import server_options


class WebSocketSettings(KitSettings):
    # Open at the same time: in a process, and of one client.
    websocket_limit: Annotated[int, Field(ge=1)] = 1000
    websocket_limit_per_client: Annotated[int, Field(ge=1)] = 50
    websocket_message_bytes: Annotated[int, Field(ge=1, le=16 * 1024 * 1024)] = 64 * 1024
    # Messages of one client on one socket.
    websocket_rate_limit: RateLimit = "100/10 seconds"
    # Seconds between pings. A socket without a message for three times as long is closed.
    websocket_ping_seconds: Annotated[float, Field(gt=0, le=60)] = 20
    # Seconds for the message that authenticates.
    websocket_auth_seconds: Annotated[float, Field(gt=0, le=60)] = 5
    # Seconds in which a client has to read a message.
    websocket_send_seconds: Annotated[float, Field(gt=0, le=60)] = 10

    @property
    def server_options(self) -> dict[str, Any]:
        return server_options(self.websocket_message_bytes)
