"""How hypercorn serves the bare framework: with the event loop that the project has."""

from importlib.util import find_spec

NAME = "hypercorn"


def command(app: str, port: int) -> list[str]:
    loop = "uvloop" if find_spec("uvloop") else "asyncio"
    return ["hypercorn", f"--bind=127.0.0.1:{port}", f"--worker-class={loop}", app]
