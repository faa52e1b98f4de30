"""Simulates API Gateway: a request becomes an event of payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from httpx2 import BaseTransport, Headers, Request, Response

HOST = "abc123.execute-api.eu-west-1.amazonaws.com"
# Bodies of these media types are sent as text, all others as Base64.
TEXT = ("text/", "application/json", "application/problem+json")


@dataclass(frozen=True)
class Context:
    """The part of the runtime's context that is used here."""

    aws_request_id: str


class Gateway(BaseTransport):
    """Calls a function as API Gateway does, with events as JSON.

    It adds `prefix`, of a stage or of a domain, to the paths.
    """

    def __init__(self, function: Callable[[Any, Any], dict[str, Any]], *, prefix: str = "") -> None:
        self._function = function
        self._prefix = prefix

    def handle_request(self, request: Request) -> Response:
        event = json.loads(json.dumps(as_event(request, prefix=self._prefix)))
        result = self._function(event, Context(str(uuid4())))
        return as_response(json.loads(json.dumps(result)))


def as_event(request: Request, *, prefix: str = "") -> dict[str, Any]:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    sent: dict[str, list[str]] = {}
    for name, value in request.headers.multi_items():
        sent.setdefault(name.lower(), []).append(value)
    cookies = [each for value in sent.pop("cookie", ()) for each in value.split("; ")]
    for hop in ("connection", "transfer-encoding"):
        sent.pop(hop, None)
    headers = {
        "x-amzn-trace-id": "Root=1-67890abc-0123456789abcdef01234567",
        "x-forwarded-port": "443",
        "x-forwarded-proto": request.url.scheme,
        **{name: ",".join(values) for name, values in sent.items()},
    }
    body = request.read()
    text = _text(headers.get("content-type", ""), body)
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": prefix + path,
        "rawQueryString": query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": HOST,
            "domainPrefix": "abc123",
            "http": {
                "method": request.method,
                "path": prefix + path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "20/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1795168800000,
        },
        **({"body": b64encode(body).decode() if text is None else text} if body else {}),
        "isBase64Encoded": bool(body) and text is None,
    }


def _text(kind: str, body: bytes) -> str | None:
    try:
        return body.decode() if kind.startswith(TEXT) else None
    except UnicodeDecodeError:
        return None


def as_response(result: dict[str, Any]) -> Response:
    """Return the response that the client gets; fail where API Gateway would."""
    assert isinstance(result["statusCode"], int)
    assert all(isinstance(value, str) for value in result["headers"].values())
    body: str = result.get("body") or ""
    content = b64decode(body) if result.get("isBase64Encoded") else body.encode()
    cookies = [("set-cookie", cookie) for cookie in result.get("cookies") or ()]
    headers = Headers([*result["headers"].items(), *cookies])
    return Response(result["statusCode"], headers=headers, content=content)
