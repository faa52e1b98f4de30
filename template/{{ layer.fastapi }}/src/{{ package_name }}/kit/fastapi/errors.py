"""Turns exceptions of services and of FastAPI into problems."""

import re
from http.client import responses as phrases

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from starlette.exceptions import HTTPException

from .. import problems
from ..errors import DomainError
from ..middleware.request_context import with_instance
from ..problems import MEDIA_TYPE, Problem
from .head_and_allow import AllowedMethods


def respond(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    body = with_instance(problem, request.scope["path"]).to_json()
    return Response(body, problem.status, headers, MEDIA_TYPE)


def register(app: FastAPI) -> None:
    """Let `app` respond to every error with a problem."""
    allowed_methods = AllowedMethods(app)

    @app.exception_handler(DomainError)
    async def domain_error(request: Request, error: DomainError) -> Response:
        headers = problems.domain_error_headers(error)
        return respond(request, problems.from_domain_error(error), headers)

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Response:
        return respond(request, _validation_problem(request, error))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        if error.status_code == 405:
            headers["allow"] = ", ".join(sorted(allowed_methods(request.scope)))
        return respond(request, _http_problem(error), headers)


def _http_problem(error: HTTPException) -> Problem:
    if error.status_code == 400 and error.detail == "There was an error parsing the body":
        return problems.malformed_body()  # The message is FastAPI's.
    problem = problems.problem(error.status_code)
    # Without a detail, Starlette repeats the phrase.
    is_default = error.detail in (problem.title, phrases.get(error.status_code))
    return problem if is_default else problem.model_copy(update={"detail": str(error.detail)})


def _validation_problem(request: Request, error: RequestValidationError) -> Problem:
    errors = error.errors()
    if any(each["type"] == "json_invalid" for each in errors):
        return problems.malformed_body()
    if any(each["loc"][0] == "body" for each in errors) and not _is_supported(request):
        return problems.unsupported_media_type()
    return problems.from_validation_errors(errors)


def _is_supported(request: Request) -> bool:
    """Whether the endpoint supports the media type of the body."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if isinstance(request.scope["route"].body_field.field_info, Form):
        return media_type in {"application/x-www-form-urlencoded", "multipart/form-data"}
    return re.fullmatch(r"application/([^/]*\+)?json", media_type) is not None
