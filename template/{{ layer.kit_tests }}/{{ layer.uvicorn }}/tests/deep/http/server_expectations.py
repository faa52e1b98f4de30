"""What the tests expect of uvicorn. It finishes its requests and ends by SIGTERM itself."""

AFTER_SIGTERM = 143
LOGGER = "uvicorn"
# Settings with a short time limit for slow clients.
IMPATIENT = {"CLIENT_TIMEOUT": "1"}
# Settings for a server with many slow clients.
MANY_SLOW_CLIENTS: dict[str, str] = {}
# Whether the response to a request that it cannot parse is a problem.
SAYS_WHY = True
# Requests with another status than with the other servers, and the reason.
DIFFERS = {
    "version 1.2": (400, "It reads 1.0 and 1.1."),
    "version 2.0": (200, "It reads any such request as 1.1."),
    "no version": (200, "It reads headers after it, as if there was a version."),
    "unknown method": (400, "Its parser has a list of methods."),
    "two spaces": (200, "Its parser skips them."),
    "address without a path": (400, "It requires a path."),
}
