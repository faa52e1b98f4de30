"""The smallest application of each framework, for what it takes to load it.

    python -m decision.evidence.subjects.smallest fastapi

Answers one request in this process, prints the KiB that it has come to, and ends.
Each framework is imported inside its function: a process has to load one of them alone.
"""

import asyncio
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def fastapi() -> None:
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/")
    async def hello() -> dict[str, str]:
        return {"message": "Hello"}

    asyncio.run(call_asgi(app))


def flask() -> None:
    from flask import Flask

    app = Flask(__name__)

    @app.get("/")
    def hello() -> dict[str, str]:
        return {"message": "Hello"}

    call_wsgi(app)


def flask_pydantic() -> None:
    """Flask with the validation that FastAPI has built in."""
    import pydantic

    class Message(pydantic.BaseModel):
        text: str

    flask()


def quart() -> None:
    from quart import Quart

    app = Quart(__name__)

    @app.get("/")
    async def hello() -> dict[str, str]:
        return {"message": "Hello"}

    asyncio.run(call_asgi(app))


def hybrid() -> None:
    from a2wsgi import WSGIMiddleware
    from fastapi import FastAPI
    from flask import Flask

    app, mounted = FastAPI(), Flask(__name__)

    @mounted.get("/")
    def hello() -> dict[str, str]:
        return {"message": "Hello"}

    flask_app: Any = mounted
    bridge: Any = WSGIMiddleware(flask_app)
    app.mount("", bridge)
    asyncio.run(call_asgi(app))


FRAMEWORKS: dict[str, Callable[[], None]] = {
    each.__name__: each for each in (fastapi, flask, flask_pydantic, quart, hybrid)
}


async def call_asgi(app: Any) -> None:
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []
    body_given = False

    async def receive() -> dict[str, Any]:
        nonlocal body_given
        if body_given:
            await asyncio.Event().wait()  # a client that stays
        body_given = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200, sent


def call_wsgi(app: Any) -> None:
    from werkzeug.test import create_environ

    statuses: list[str] = []
    answer = app(create_environ(), lambda status, headers, error=None: statuses.append(status))
    assert b"Hello" in b"".join(answer)
    assert statuses == ["200 OK"]


if __name__ == "__main__":
    FRAMEWORKS[sys.argv[1]]()
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    print(re.search(r"^VmRSS:\s*(\d+) kB$", status, re.MULTILINE)[1])  # type: ignore[index]
