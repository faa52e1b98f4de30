"""Turns refusals, of the core and of the framework, into answers."""

import re
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from starlette.exceptions import HTTPException

from ..core.errors import Refusal
from ..edge.policy import located
from ..schemas import errors
from ..schemas.errors import MEDIA_TYPE, Problem
from .methods import Allowed


def answer(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    found = located(problem, request.scope["path"])
    return Response(found.body(), found.status, headers, MEDIA_TYPE)


def register(app: FastAPI) -> None:
    """Teach `app` to answer every error in the one shape."""
    allowed = Allowed(app)

    @app.exception_handler(Refusal)
    async def refuse(request: Request, error: Refusal) -> Response:
        return answer(request, errors.refused(error), errors.headers(error))

    @app.exception_handler(RequestValidationError)
    async def reject(request: Request, error: RequestValidationError) -> Response:
        return answer(request, _rejected(request, error))

    @app.exception_handler(HTTPException)
    async def fail(request: Request, error: HTTPException) -> Response:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        if error.status_code == 405:
            headers["allow"] = ", ".join(sorted(allowed(request.scope)))
        return answer(request, _problem(error), headers)


def _problem(error: HTTPException) -> Problem:
    if error.status_code == 400 and error.detail == "There was an error parsing the body":
        return errors.malformed()  # FastAPI's own words.
    found = errors.problem(error.status_code)
    # Starlette repeats the title where the application says nothing.
    usual = error.detail in (found.title, _phrase(error.status_code))
    return found if usual else found.model_copy(update={"detail": str(error.detail)})


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _rejected(request: Request, error: RequestValidationError) -> Problem:
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return errors.malformed()
    if any(fault["loc"][0] == "body" for fault in faults) and not _is_read(request):
        return errors.unsupported()
    return errors.invalid(faults)


def _is_read(request: Request) -> bool:
    """Whether the body is of a media type that the endpoint reads."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if isinstance(request.scope["route"].body_field.field_info, Form):
        return sent in {"application/x-www-form-urlencoded", "multipart/form-data"}
    return re.fullmatch(r"application/([^/]*\+)?json", sent) is not None
