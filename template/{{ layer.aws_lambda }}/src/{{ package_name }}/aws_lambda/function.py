"""A request as API Gateway hands it over, an answer as it takes it: the same for every framework.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from ..settings import Settings

Event = dict[str, Any]
Answer = dict[str, Any]
# Turns an event into a request of its framework, and what that answers into an answer.
Adapter = Callable[[Event, Any], Answer]


class Function:
    """What Lambda calls, for one request after the other; in between, the process stands still."""

    def __init__(self, adapted: Callable[[Settings], Adapter], settings: Settings) -> None:
        self._answer = adapted(settings)
        self._prefix = settings.root_path
        self._flush = _flush(settings.otel_exporter_otlp_endpoint)

    def __call__(self, event: Event, context: Any) -> Answer:
        try:
            return completed(self._answer(arrived(event, context, self._prefix), context))
        finally:
            self._flush()


def arrived(event: Event, context: Any, prefix: str) -> Event:
    """Return the event with what a server would have seen to before the application hears of it."""
    if "rawPath" not in event:
        raise ValueError("Only events of HTTP APIs and function URLs, in format 2.0, are requests.")
    headers = {
        name.lower(): value
        for name, value in event.get("headers", {}).items()
        if "_" not in name  # X_Request_Id must not pass for X-Request-Id.
    }
    headers.pop("transfer-encoding", None)
    # The id that the lines of Lambda itself have, unless who calls has brought one.
    headers.setdefault("x-request-id", getattr(context, "aws_request_id", ""))
    if body := event.get("body"):
        size = len(b64decode(body) if event.get("isBase64Encoded") else body.encode())
        headers["content-length"] = str(size)  # It came in one piece, whatever it was sent in.
    path = event["rawPath"]
    if f"{path}/".startswith(f"{prefix}/"):  # A stage, or the path of a domain.
        path = path[len(prefix) :] or "/"
    asked = event["requestContext"]
    http = {**asked["http"], "path": path}
    return {
        **event,
        "headers": headers,
        "rawPath": path,
        "requestContext": {**asked, "http": http},
    }


def completed(answer: Answer) -> Answer:
    """Return the answer without what stands for content that is not there."""
    if answer["statusCode"] in (204, 304):
        answer["headers"] = {
            name: value for name, value in answer["headers"].items() if name != "content-type"
        }
    return answer


def _flush(endpoint: str) -> Callable[[], None]:
    """Return what sends the traces, which would wait in a process that stands still."""
    if not endpoint:
        return lambda: None
    from ..telemetry.spans import shared

    return shared(endpoint).flush
