"""After SIGTERM uvicorn finishes its work, then ends by that very signal."""

AFTER_SIGTERM = 143
LOGGER = "uvicorn"
