"""How uvicorn serves the bare framework: as its documentation says, without a line per request."""

NAME = "uvicorn"


def command(app: str, port: int) -> list[str]:
    return ["uvicorn", app, f"--port={port}", "--no-access-log", "--log-level=warning"]
