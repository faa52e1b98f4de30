"""Endpoints for Flask."""

from typing import Annotated

from ..auth.flask import CurrentUser
from ..kit.flask import APIRouter, Depends, Query
from ..kit.flask.http_client import upstream
from ..kit.http_client import Upstream
from ..kit.problems import problems
from . import service
from .schemas import QuoteOut, QuoteQuery

router = APIRouter(prefix="/api/v1/quotes", tags=["quotes"])

Rates = Annotated[Upstream, Depends(upstream("rates"))]


@router.get("", responses=problems(422, 502, 503, 504))
def quote(query: Annotated[QuoteQuery, Query()], rates: Rates, _: CurrentUser) -> QuoteOut:
    """Return the rates of several currencies, which another service knows."""
    return service.quote(rates, query.currency)
