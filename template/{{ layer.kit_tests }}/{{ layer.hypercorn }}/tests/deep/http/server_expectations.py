"""What the tests expect of hypercorn. After SIGTERM it finishes its requests and exits with 0."""

AFTER_SIGTERM = 0
LOGGER = "hypercorn"
# Settings with short time limits for slow clients. A client has `KEEP_ALIVE_SECONDS` for headers.
IMPATIENT = {"CLIENT_TIMEOUT": "1", "KEEP_ALIVE_SECONDS": "1"}
# Settings for a server with many slow clients.
MANY_SLOW_CLIENTS: dict[str, str] = {}
# Whether the response to a request that it cannot parse is a problem.
SAYS_WHY = False
# Requests with another status than with the other servers, and the reason.
DIFFERS = {
    "length twice": (201, "It takes equal lengths for one, as RFC 9110, 8.6, allows."),
    "list of lengths": (201, "The same."),
    "length in a trailer": (201, "It drops trailers."),
    "chunked twice": (501, "It says so of each coding but chunked."),
    "coding after chunks": (501, "The same."),
    "identity": (501, "The same."),
    "unknown coding": (501, "The same."),
    "version 2.0": (200, "It reads any such request as 1.1."),
    "small method": (200, "It capitalizes methods."),
    "connect": (404, "It takes the address for a path."),
    "address with a path": (404, "The same."),
    "path without a slash": (404, "It takes any target for a path."),
    "fragment": (404, "The same."),
    "line ends without a return": (200, "RFC 9112, 2.2, allows it."),
    "folded": (200, "RFC 9112, 5.2, allows it: the line end becomes a space."),
    "too many": (200, "It limits their size alone, to 16 KiB."),
    "upgrade to http/2": (101, "It speaks HTTP/2."),
    "upgrade to a socket": (403, "It speaks the protocol; the middleware refuses it."),
}
