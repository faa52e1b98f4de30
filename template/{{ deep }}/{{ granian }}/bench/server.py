"""How granian serves the bare framework: as its documentation says, for HTTP/1."""

NAME = "granian"


def command(app: str, port: int) -> list[str]:
    return ["granian", "--interface=asgi", "--http=1", f"--port={port}", app]
