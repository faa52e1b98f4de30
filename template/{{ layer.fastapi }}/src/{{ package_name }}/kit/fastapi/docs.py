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
def page(request: Request) -> Response:
    body, headers = openapi.page(request.scope["route"].path, title=request.app.title)
    return Response(body, headers=headers)


@router.get("/docs/assets/{name:path}")
def asset(name: str) -> Response:
    content = openapi.asset(name)
    if content is None:
        raise HTTPException(404)
    body, headers = content
    return Response(body, headers=headers)
