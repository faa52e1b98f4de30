"""After SIGTERM gunicorn finishes its work, then ends as planned."""

AFTER_SIGTERM = 0
LOGGER = "gunicorn"
