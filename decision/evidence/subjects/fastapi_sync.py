"""FastAPI with `def`: every request runs in one of 40 threads."""

import time
from typing import Any

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from decision.evidence.subjects import work
from decision.evidence.subjects.database import Rows


def create_app() -> FastAPI:
    rows = Rows()
    app = FastAPI()

    @app.get("/plain")
    def plain() -> dict[str, str]:
        return {"message": "Hello"}

    @app.post("/validated")
    def validated(order: work.Order) -> work.Order:
        return order

    @app.get("/io_wait")
    def io_wait() -> dict[str, int]:
        with work.waiting() as answer:
            time.sleep(work.WAIT)
            return answer

    @app.get("/cpu")
    def cpu() -> dict[str, int]:
        return {"result": work.compute()}

    @app.get("/database")
    def database() -> dict[str, Any]:
        return rows.read()

    @app.get("/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse(work.tokens(), media_type="text/event-stream")

    return app
