"""How gunicorn is started where its workers are threads."""

COMMAND = ["-m", "gunicorn"]
