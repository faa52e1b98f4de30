"""After SIGTERM uvicorn finishes its work, then ends by that very signal."""

AFTER_SIGTERM = 143
LOGGER = "uvicorn"
# What makes it give up early on those who are slow.
IMPATIENT = {"CLIENT_TIMEOUT": "1"}
# Whether a request begins when all of it is there.
READS_FIRST = False
