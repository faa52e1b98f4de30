"""The options of uvicorn for WebSockets."""

from typing import Any


def server_options(message_bytes: int) -> dict[str, Any]:
    return {
        "ws": f"{__package__}.uvicorn_protocol:Protocol",
        "ws_max_size": message_bytes,
        # The application sends pings, the same with each server.
        "ws_ping_interval": None,
        # It costs memory for each socket, and time for each message of a fan-out.
        "ws_per_message_deflate": False,
    }


def prepare_server() -> None:
    """Do nothing: uvicorn has settings for everything."""
