"""The gunicorn command for the bare framework, with greenlets as in the project."""

NAME = "gunicorn with gevent"


def command(app: str, port: int) -> list[str]:
    return ["gunicorn", app, f"--bind=127.0.0.1:{port}", "--worker-class=gevent"]
