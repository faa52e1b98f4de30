"""How gunicorn serves the bare framework: with greenlets, as it serves the project."""

NAME = "gunicorn with gevent"


def command(app: str, port: int) -> list[str]:
    return ["gunicorn", app, f"--bind=127.0.0.1:{port}", "--worker-class=gevent"]
