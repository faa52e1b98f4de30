"""How gunicorn is started where its workers are event loops."""

COMMAND = ["-m", "gunicorn"]
