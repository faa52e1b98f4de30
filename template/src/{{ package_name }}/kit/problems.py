"""Problem details (RFC 9457), the body of every error response."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from .errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from .schemas import MAX_ERRORS

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[dict[type[DomainError], int]] = {
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    TooManyRequests: 429,
    Unavailable: 503,
}

# Characters of a JSON Pointer or a parameter name.
MAX_LOCATION: Final = 200

# Python 3.13 has renamed these; clients see the same phrase from every version.
_PHRASES: Final = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}


class ErrorDetail(BaseModel):
    """One error in a request."""

    detail: str
    code: str
    pointer: Annotated[str | None, Field(description="JSON Pointer to the place in the body.")] = (
        None
    )
    parameter: Annotated[
        str | None, Field(description="Name of the path, query or header parameter.")
    ] = None


class Problem(BaseModel):
    """Why a request has failed."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None
    request_id: str | None = None
    errors: list[ErrorDetail] | None = None

    def to_json(self) -> bytes:
        # pydantic cannot serialize an unpaired surrogate, which a client can send.
        return json.dumps(self.model_dump(exclude_none=True)).encode()


def title(status: int) -> str:
    """Return the reason phrase of RFC 9110 for `status`."""
    try:
        return _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:  # A status of the application.
        return "Error"


def problem(
    status: int, detail: str | None = None, errors: list[ErrorDetail] | None = None
) -> Problem:
    return Problem(title=title(status), status=status, detail=detail, errors=errors)


def raw_response(status: int, detail: str | None = None) -> bytes:
    """Return a complete HTTP response to a request that a server cannot parse."""
    body = problem(status, detail)
    content = body.to_json()
    head = (
        f"HTTP/1.1 {body.status} {body.title}\r\ncontent-type: {MEDIA_TYPE}\r\n"
        f"content-length: {len(content)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + content


def from_domain_error(error: DomainError) -> Problem:
    """Return the problem for an error that a service has raised."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    errors = None
    if isinstance(error, Invalid):
        errors = [ErrorDetail(detail=str(error), code="invalid", parameter=error.parameter)]
    return problem(status, str(error), errors)


def domain_error_headers(error: DomainError) -> dict[str, str]:
    """Return the headers for `from_domain_error`: the challenge (RFC 9110, 11.6.1), or the delay."""
    if isinstance(error, Unauthorized):
        return {"WWW-Authenticate": error.challenge, "Cache-Control": "no-store"}
    if isinstance(error, TooManyRequests | Unavailable) and error.retry_after is not None:
        return {"Retry-After": str(error.retry_after)}
    return {}


def malformed_body() -> Problem:
    return problem(400, "The body is not valid JSON.")


def unsupported_media_type() -> Problem:
    return problem(415, "The media type of the body is not supported here.")


def from_validation_errors(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """Return the problem for a request that does not match its schema.

    `errors` are pydantic's, with `loc` = (source, *path). The input is left out, as are the names of
    unknown fields: they may be a password (ASVS 14.2.1).
    """
    details: list[ErrorDetail] = []
    for error in islice(errors, MAX_ERRORS):
        if (detail := _detail(error)) not in details:
            details.append(detail)
    return problem(422, "The request is not valid.", details)


def _detail(error: Mapping[str, Any]) -> ErrorDetail:
    source, *path = error["loc"]
    if error["type"] == "extra_forbidden":
        del path[-1:]
    detail = ErrorDetail(detail=error["msg"], code=error["type"])  # guard: input-in-errors
    if source == "body":
        return detail.model_copy(update={"pointer": _pointer(path)})
    parameter = ".".join(map(str, path))[:MAX_LOCATION]
    return detail.model_copy(update={"parameter": parameter or None})


def _pointer(path: Iterable[object]) -> str:
    """Return `path` as a JSON Pointer (RFC 6901); the whole body is the empty string."""
    parts = (str(part)[:MAX_LOCATION].replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in parts)[:MAX_LOCATION]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of an endpoint for these statuses, for its OpenAPI description."""
    return {status: {"model": Problem, "description": title(status)} for status in statuses}
