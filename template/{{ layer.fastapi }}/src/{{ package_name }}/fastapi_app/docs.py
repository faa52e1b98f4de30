"""The OpenAPI document, and the pages that show it."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from .. import about, docs_ui
from ..schemas.errors import with_refusals

router = APIRouter(include_in_schema=False)


def operation_id(route: APIRoute) -> str:
    """Return a name that reads well in generated clients: `todos_create`."""
    return "_".join([*map(str, route.tags[:1]), route.name])


def register(app: FastAPI, schemes: docs_ui.Schemes) -> None:
    """Let `app` show what it offers."""
    app.state.security_schemes = schemes
    app.include_router(router)


def document(app: FastAPI) -> dict[str, Any]:
    return with_refusals(app.openapi())


@router.get("/openapi.json")
async def describe(request: Request) -> dict[str, Any]:
    known = docs_ui.with_schemes(document(request.app), request.app.state.security_schemes)
    return docs_ui.under_prefix(known, request.scope.get("root_path", ""))


@router.get("/docs")
@router.get("/redoc")
async def page(request: Request) -> Response:
    known = request.headers.get("if-none-match", "")
    path = request.scope["route"].path
    return _send(docs_ui.page(path, title=about.TITLE, if_none_match=known))


@router.get("/docs/assets/{name:path}")
async def asset(name: str, request: Request) -> Response:
    found = docs_ui.asset(
        name,
        accept_encoding=request.headers.get("accept-encoding", ""),
        if_none_match=request.headers.get("if-none-match", ""),
    )
    if found is None:
        raise HTTPException(404)
    return _send(found)


def _send(reply: docs_ui.Reply) -> Response:
    return Response(reply.body, reply.status, reply.headers)
