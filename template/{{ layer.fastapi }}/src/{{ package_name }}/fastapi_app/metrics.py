"""The numbers that Prometheus collects."""

from fastapi import APIRouter, Request, Response

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def page(request: Request) -> Response:
    """Return them. In a thread: with several workers there are files to read."""
    metrics = request.app.state.metrics
    return Response(metrics.page(), headers={"content-type": metrics.media_type})
