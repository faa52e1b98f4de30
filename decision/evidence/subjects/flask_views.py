"""Flask; how many requests it has at a time is a matter of the server."""

import time
from typing import Any

from flask import Flask, Response, request
from pydantic import ValidationError

from decision.evidence.subjects import work
from decision.evidence.subjects.database import Rows


def create_app() -> Flask:
    rows = Rows()
    app = Flask(__name__)

    @app.get("/plain")
    def plain() -> dict[str, str]:
        return {"message": "Hello"}

    @app.post("/validated")
    def validated() -> Response:
        order = work.Order.model_validate_json(request.get_data())
        return Response(order.model_dump_json(), mimetype="application/json")

    @app.errorhandler(ValidationError)
    def refuse(error: ValidationError) -> Response:
        return Response(error.json(include_url=False), 422, mimetype="application/json")

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
    def stream() -> Response:
        return Response(work.tokens(), mimetype="text/event-stream")

    return app
