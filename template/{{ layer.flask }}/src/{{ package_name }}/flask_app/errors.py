"""Turns refusals, of the core and of the framework, into answers."""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ..core.errors import Refusal
from ..edge.policy import located
from ..schemas import errors
from ..schemas.errors import MEDIA_TYPE, Problem
from .routing import MalformedBody, RequestInvalid, UnsupportedMediaType


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    found = located(problem, request.root_path + request.path)
    return Response(found.body(), found.status, headers, content_type=MEDIA_TYPE)


def register(app: Flask) -> None:
    """Teach `app` to answer every error in the one shape."""
    # What nobody expected goes on to the edge, which answers it for every framework.
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.errorhandler(Refusal)
    def refuse(error: Refusal) -> Response:
        return answer(errors.refused(error), errors.headers(error))

    @app.errorhandler(RequestInvalid)
    def reject(error: RequestInvalid) -> Response:
        return answer(errors.invalid(error.errors))

    @app.errorhandler(MalformedBody)
    def malformed(_: MalformedBody) -> Response:
        return answer(errors.malformed())

    @app.errorhandler(UnsupportedMediaType)
    def unsupported(_: UnsupportedMediaType) -> Response:
        return answer(errors.unsupported())

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> Response:
        headers = {}
        if isinstance(error, MethodNotAllowed):
            headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        said = error.description if error.description != type(error).description else None
        return answer(errors.problem(error.code or 500, said), headers)
