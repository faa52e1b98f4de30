"""Events of API Gateway and their responses, for both frameworks.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from base64 import b64decode
from collections.abc import Callable
from typing import Any, Protocol

from ..observability.telemetry import Telemetry
from ..settings import KitSettings

Event = dict[str, Any]
Response = dict[str, Any]


class EventAdapter(Protocol):
    """Calls the application with an event."""

    settings: KitSettings
    telemetry: Telemetry

    def __call__(self, event: Event, context: Any) -> Response: ...


class Function:
    """The function that Lambda calls, for one request at a time. In between, the process sleeps."""

    def __init__(self, adapter: EventAdapter) -> None:
        self._adapter = adapter
        self._prefix = adapter.settings.root_path
        # Spans would wait in a sleeping process.
        self._flush: Callable[[], None] = adapter.telemetry.close

    def __call__(self, event: Event, context: Any) -> Response:
        try:
            request = prepare_event(event, context, self._prefix)
            return without_content_type(self._adapter(request, context))
        finally:
            self._flush()


def prepare_event(event: Event, context: Any, prefix: str) -> Event:
    """Return the event with the changes that a server would make."""
    if "rawPath" not in event:
        raise ValueError(
            "Only events of HTTP APIs and function URLs, in format 2.0, are supported."
        )
    headers = {
        name.lower(): value
        for name, value in event.get("headers", {}).items()
        if "_" not in name  # X_Request_Id is not X-Request-Id.
    }
    headers.pop("transfer-encoding", None)
    # The ID in Lambda's own log lines, unless the client has sent one.
    headers.setdefault("x-request-id", getattr(context, "aws_request_id", ""))
    if body := event.get("body"):
        size = len(b64decode(body) if event.get("isBase64Encoded") else body.encode())
        # The body is complete, whatever its transfer coding was.
        headers["content-length"] = str(size)
    path = event["rawPath"]
    if f"{path}/".startswith(f"{prefix}/"):  # A stage, or the path of a domain.
        path = path[len(prefix) :] or "/"
    request_context = event["requestContext"]
    http = {**request_context["http"], "path": path}
    return {
        **event,
        "headers": headers,
        "rawPath": path,
        "requestContext": {**request_context, "http": http},
    }


def without_content_type(response: Response) -> Response:
    """Remove the content type of a response without content."""
    if response["statusCode"] in (204, 304):
        response["headers"] = {
            name: value for name, value in response["headers"].items() if name != "content-type"
        }
    return response
