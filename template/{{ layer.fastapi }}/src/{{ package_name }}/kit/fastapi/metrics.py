"""Metrics for Prometheus."""

from fastapi import APIRouter, Request, Response

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def render(request: Request) -> Response:
    """Return the metrics. In a thread: several workers share them in files."""
    metrics = request.app.state.telemetry.metrics
    return Response(metrics.render(), headers={"content-type": metrics.media_type})
