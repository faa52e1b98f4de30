"""The gunicorn command for the bare framework, with as many threads as the project."""

NAME = "gunicorn"


def command(app: str, port: int) -> list[str]:
    return ["gunicorn", app, f"--bind=127.0.0.1:{port}", "--threads=16"]
