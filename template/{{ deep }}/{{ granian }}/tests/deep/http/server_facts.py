"""After SIGTERM granian finishes its work, then ends as planned."""

AFTER_SIGTERM = 0
LOGGER = "_granian"
# What makes it give up early on those who are slow.
IMPATIENT = {"CLIENT_TIMEOUT": "1", "KEEP_ALIVE_SECONDS": "1"}
