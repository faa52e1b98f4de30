"""WebSockets: let in by the same rules as requests, with limits, authentication and a clean end.

    @router.websocket("")
    async def follow(socket: UserSocket, feed: Feed, after: str = "") -> None:
        await socket.serve(feed.follow(f"orders/{socket.user.id}", after))

    await socket.serve(events, Message, receive)    # also calls `receive` with each message

`receive` takes a `Message` (a pydantic model) and returns a model to send, or None. Messages are JSON
objects with a `type`. The server sends `ready`, `ping`, `problem` and those of the endpoint; a client
answers each `ping` with `pong`. Close codes: 4000 + the HTTP status of an error, 1009 a message is
too large, 1011 an unexpected error, 1012 the server restarts, 1013 the client reads too slowly.

A program sends its credentials in a header. A browser cannot, and sends `auth` with its `token`
first; both send it again before the token expires. `UserSocket` is in `auth.websocket`.
"""

from .connection import Connection, SocketClosed
from .settings import WebSocketSettings
from .sockets import Sockets

__all__ = ["Connection", "SocketClosed", "Sockets", "WebSocketSettings"]
