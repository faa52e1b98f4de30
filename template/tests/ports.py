"""Ports for the servers that tests start."""

import socket


def free_port() -> int:
    """Return a free port that the system assigns to no other process for about a minute.

    A port that is only free may be assigned to another process before the server listens. After a
    connection that this side has closed, the system holds the port back (TIME_WAIT, RFC 9293).
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listening.accept()[0].close()
    return port
