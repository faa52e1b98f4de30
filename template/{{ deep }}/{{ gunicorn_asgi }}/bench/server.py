"""How gunicorn serves the bare framework: with its ASGI worker, as it serves the project."""

NAME = "gunicorn with its ASGI worker"


def command(app: str, port: int) -> list[str]:
    return ["gunicorn", app, f"--bind=127.0.0.1:{port}", "--worker-class=asgi"]
