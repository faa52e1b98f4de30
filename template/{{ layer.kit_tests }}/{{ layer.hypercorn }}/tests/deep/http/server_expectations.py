"""After SIGTERM hypercorn finishes its work, then ends as planned."""

AFTER_SIGTERM = 0
LOGGER = "hypercorn"
# What makes it give up early on those who are slow.
IMPATIENT = {"CLIENT_TIMEOUT": "1"}
# Whether what it cannot parse has a body that says so.
SAYS_WHY = False
# What it answers otherwise than the other servers do: the request, the status, why.
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
    "upgrade to a socket": (403, "It would speak the protocol; the edge refuses."),
}
