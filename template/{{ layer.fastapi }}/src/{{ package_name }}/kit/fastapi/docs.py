"""The OpenAPI document and its pages."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from .. import openapi

router = APIRouter(include_in_schema=False)


def operation_id(route: APIRoute) -> str:
    """Return a readable name for generated clients: `todos_create`."""
    return "_".join([*map(str, route.tags[:1]), route.name])


def document(app: FastAPI) -> dict[str, Any]:
    return openapi.complete(app.openapi())


@router.get("/openapi.json")
async def describe(request: Request) -> dict[str, Any]:
    schemes = request.app.state.settings.openapi_security_schemes
    described = openapi.with_security_schemes(document(request.app), schemes)
    return openapi.with_prefix(described, request.scope.get("root_path", ""))


@router.get("/docs")
@router.get("/redoc")
async def page(request: Request) -> Response:
    etag = request.headers.get("if-none-match", "")
    path = request.scope["route"].path
    return _respond(openapi.page(path, title=request.app.title, if_none_match=etag))


@router.get("/docs/assets/{name:path}")
async def asset(name: str, request: Request) -> Response:
    file = openapi.asset(
        name,
        accept_encoding=request.headers.get("accept-encoding", ""),
        if_none_match=request.headers.get("if-none-match", ""),
    )
    if file is None:
        raise HTTPException(404)
    return _respond(file)


def _respond(response: openapi.StaticResponse) -> Response:
    return Response(response.body, response.status, response.headers)
