"""What people do by mistake, to see what it costs."""

import asyncio
import time
from typing import Any

from fastapi import FastAPI
from flask import Flask, request

from decision.evidence.subjects import work


def blocking_call() -> FastAPI:
    """A call that blocks, inside `async def`: the whole process stops for it."""
    app = FastAPI()

    @app.get("/io_wait")
    async def io_wait() -> dict[str, int]:
        with work.waiting() as answer:
            time.sleep(work.WAIT)  # noqa: ASYNC251
            return answer

    return app


def async_views() -> Flask:
    """`async def` in Flask: each view still holds its thread until it is done."""
    app = Flask(__name__)

    @app.get("/io_wait")
    async def io_wait() -> dict[str, int]:
        with work.waiting() as answer:
            await asyncio.sleep(work.WAIT)
            return answer

    return app


def unvalidated() -> Flask:
    """A body that is used as it comes."""
    app = Flask(__name__)

    @app.post("/validated")
    def validated() -> dict[str, Any]:
        order = request.get_json()
        lines = [{"sku": line["sku"], "quantity": line["quantity"]} for line in order["lines"]]
        return {"customer": order["customer"].strip(), "lines": lines}

    return app
