"""After SIGTERM uvicorn finishes its work, then ends by that very signal."""

AFTER_SIGTERM = 143
LOGGER = "uvicorn"
# What makes it give up early on those who are slow.
IMPATIENT = {"CLIENT_TIMEOUT": "1"}
# Whether what it cannot parse has a body that says so.
SAYS_WHY = True
# What it answers otherwise than the other servers do: the request, the status, why.
DIFFERS = {
    "version 1.2": (400, "It reads 1.0 and 1.1."),
    "version 2.0": (200, "It reads any such request as 1.1."),
    "no version": (200, "It reads headers after it, as if there was a version."),
    "unknown method": (400, "Its parser has a list of methods."),
    "two spaces": (200, "Its parser skips them."),
}
