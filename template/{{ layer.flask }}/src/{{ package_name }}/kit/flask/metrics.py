"""Metrics for Prometheus."""

from flask import Response, current_app

from .routing.router import APIRouter

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def render() -> Response:
    metrics = current_app.extensions["telemetry"].metrics
    return Response(metrics.render(), headers={"Content-Type": metrics.media_type})
