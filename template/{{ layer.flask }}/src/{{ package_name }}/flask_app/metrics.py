"""The numbers that Prometheus collects."""

from flask import Response, current_app

from .routing import APIRouter

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def page() -> Response:
    metrics = current_app.extensions["metrics"]
    return Response(metrics.page(), headers={"Content-Type": metrics.media_type})
