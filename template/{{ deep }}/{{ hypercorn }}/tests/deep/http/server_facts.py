"""After SIGTERM hypercorn finishes its work, then ends as planned."""

AFTER_SIGTERM = 0
LOGGER = "hypercorn"
# What makes it give up early on those who are slow.
IMPATIENT = {"CLIENT_TIMEOUT": "1"}
# Whether a request begins when all of it is there.
READS_FIRST = False
