"""Quart: the way of Flask, with `async def`."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from pydantic import ValidationError
from quart import Quart, Response, request

from decision.evidence.subjects import work
from decision.evidence.subjects.database import AwaitedRows


def create_app() -> Quart:
    rows = AwaitedRows()
    app = Quart(__name__)

    @app.while_serving
    async def pool() -> AsyncGenerator[None, None]:
        async with rows.lifespan():
            yield

    @app.get("/plain")
    async def plain() -> dict[str, str]:
        return {"message": "Hello"}

    @app.post("/validated")
    async def validated() -> Response:
        order = work.Order.model_validate_json(await request.get_data())
        return Response(order.model_dump_json(), mimetype="application/json")

    @app.errorhandler(ValidationError)
    async def refuse(error: ValidationError) -> Response:
        return Response(error.json(include_url=False), 422, mimetype="application/json")

    @app.get("/io_wait")
    async def io_wait() -> dict[str, int]:
        with work.waiting() as answer:
            await asyncio.sleep(work.WAIT)
            return answer

    @app.get("/cpu")
    async def cpu() -> dict[str, int]:
        return {"result": work.compute()}

    @app.get("/database")
    async def database() -> dict[str, Any]:
        return await rows.read()

    @app.get("/stream")
    async def stream() -> Response:
        return Response(tokens(), mimetype="text/event-stream")

    return app


async def tokens() -> AsyncIterator[str]:
    for number in range(work.CHUNKS):
        await asyncio.sleep(work.PAUSE)
        yield work.chunk(number)
