"""Ports for the servers that tests start."""

import socket


def free_port() -> int:
    """Return a port that for about a minute nobody is given who has not asked for it by its number.

    One that is merely free goes to another process, now and then, before its server listens, and
    what is asked of one server is answered by the other. After a connection that was closed from
    here first, the system holds a port back (TIME_WAIT, RFC 9293).
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listening.accept()[0].close()
    return port
