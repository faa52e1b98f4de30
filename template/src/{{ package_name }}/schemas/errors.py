"""How a refusal looks to a client: RFC 9457, for every status from 400 up."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Annotated, Any

from pydantic import BaseModel, Field

from ..core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TooMany,
    Unauthorized,
    Unavailable,
)
from .base import MAX_ERRORS

MEDIA_TYPE = "application/problem+json"

# The one table from the words of the business to those of HTTP.
STATUS: dict[type[Refusal], int] = {
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}

# Characters that name a place in a request.
MAX_PLACE = 200

# Their names changed in Python 3.13, and clients should not see which Python answers.
_RENAMED = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    detail: str
    code: str
    pointer: Annotated[str | None, Field(description="JSON Pointer to the place in the body.")] = (
        None
    )
    parameter: Annotated[
        str | None, Field(description="Name of the path, query or header parameter.")
    ] = None


class Problem(BaseModel):
    """Why a request was not granted."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None
    request_id: str | None = None
    errors: list[Fault] | None = None

    def body(self) -> bytes:
        # Not pydantic's own writer: it cannot write half a surrogate pair, which a client can send.
        return json.dumps(self.model_dump(exclude_none=True)).encode()


def title(status: int) -> str:
    """Return the reason phrase of RFC 9110 for `status`."""
    try:
        return _RENAMED.get(status) or HTTPStatus(status).phrase
    except ValueError:  # A status of the application's own.
        return "Error"


def problem(status: int, detail: str | None = None, errors: list[Fault] | None = None) -> Problem:
    return Problem(title=title(status), status=status, detail=detail, errors=errors)


def response(status: int, detail: str | None = None) -> bytes:
    """Return all of an answer, for servers: to what cannot be parsed. It ends the connection."""
    found = problem(status, detail)
    body = found.body()
    head = (
        f"HTTP/1.1 {found.status} {found.title}\r\ncontent-type: {MEDIA_TYPE}\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def refused(refusal: Refusal) -> Problem:
    """Return the answer to a request that the core refused."""
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 400)
    errors = None
    if isinstance(refusal, Invalid):
        fault = Fault(detail=str(refusal), code="invalid", parameter=refusal.parameter)
        errors = [fault]
    return problem(status, str(refusal), errors)


def headers(refusal: Refusal) -> dict[str, str]:
    """Return what goes with `refused`: how to say who is calling (RFC 9110, 11.6.1), or when."""
    if isinstance(refusal, Unauthorized):
        return {"WWW-Authenticate": refusal.challenge, "Cache-Control": "no-store"}
    if isinstance(refusal, TooMany | Unavailable) and refusal.retry_after is not None:
        return {"Retry-After": str(refusal.retry_after)}
    return {}


def malformed() -> Problem:
    return problem(400, "The body is not valid JSON.")


def unsupported() -> Problem:
    return problem(415, "The body is not of a media type that this endpoint reads.")


def invalid(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """Return the answer to a request that a schema refused.

    `errors` are pydantic's, with `loc` = (source, *path). What was sent is left out on
    purpose, the names of unknown fields included: it may be a password (ASVS 14.2.1).
    """
    faults: list[Fault] = []
    for error in islice(errors, MAX_ERRORS):
        if (fault := _fault(error)) not in faults:
            faults.append(fault)
    return problem(422, "The request is not valid.", faults)


def _fault(error: Mapping[str, Any]) -> Fault:
    source, *path = error["loc"]
    if error["type"] == "extra_forbidden":
        del path[-1:]
    fault = Fault(detail=error["msg"], code=error["type"])  # guard: input-in-errors
    if source == "body":
        return fault.model_copy(update={"pointer": _pointer(path)})
    return fault.model_copy(update={"parameter": ".".join(map(str, path))[:MAX_PLACE] or None})


def _pointer(path: Iterable[object]) -> str:
    """Return `path` as RFC 6901 writes it; the whole body is the empty string."""
    parts = (str(part)[:MAX_PLACE].replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in parts)[:MAX_PLACE]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what an endpoint declares about the problems it may answer with."""
    return {status: {"model": Problem, "description": title(status)} for status in statuses}


def with_refusals(document: dict[str, Any]) -> dict[str, Any]:
    """Say in an OpenAPI document that operations which ask who is calling may answer 401."""
    for path in document["paths"].values():
        for operation in path.values():
            if operation.get("security"):
                content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
                refused = {"description": title(401), "content": content}
                operation["responses"].setdefault("401", refused)
    return with_media_types(document)


def with_media_types(document: dict[str, Any]) -> dict[str, Any]:
    """Say in an OpenAPI document that problems come as `application/problem+json`."""
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status[0] in "45" and "application/json" in response.get("content", {}):
                    response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
    return document
