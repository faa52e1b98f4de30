"""FastAPI with `async def`: a request that waits gives its place to others."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from decision.evidence.subjects import work
from decision.evidence.subjects.database import AwaitedRows


def create_app() -> FastAPI:
    rows = AwaitedRows()
    app = FastAPI(lifespan=rows.lifespan)

    @app.get("/plain")
    async def plain() -> dict[str, str]:
        return {"message": "Hello"}

    @app.post("/validated")
    async def validated(order: work.Order) -> work.Order:
        return order

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
    async def stream() -> StreamingResponse:
        return StreamingResponse(tokens(), media_type="text/event-stream")

    return app


async def tokens() -> AsyncIterator[str]:
    for number in range(work.CHUNKS):
        await asyncio.sleep(work.PAUSE)
        yield work.chunk(number)
