"""Turns exceptions of services and of Flask into problems."""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from .. import problems
from ..errors import DomainError
from ..middleware.request_context import with_instance
from ..problems import MEDIA_TYPE, Problem
from .routing.router import RequestInvalid


def respond(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    body = with_instance(problem, request.root_path + request.path).to_json()
    return Response(body, problem.status, headers, content_type=MEDIA_TYPE)


def register(app: Flask) -> None:
    """Let `app` respond to every error with a problem."""
    # `RequestMiddleware` responds to unexpected errors, as for FastAPI.
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> Response:
        return respond(problems.from_domain_error(error), problems.domain_error_headers(error))

    @app.errorhandler(RequestInvalid)
    def validation_error(error: RequestInvalid) -> Response:
        return respond(problems.from_validation_errors(error.errors))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        headers = {}
        if isinstance(error, MethodNotAllowed):
            headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        detail = error.description if error.description != type(error).description else None
        return respond(problems.problem(error.code or 500, detail), headers)
