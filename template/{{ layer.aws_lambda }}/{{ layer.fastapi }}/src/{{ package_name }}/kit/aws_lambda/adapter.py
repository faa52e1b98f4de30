"""ASGI for AWS Lambda, by Mangum: https://mangum.fastapiexpert.com."""

import asyncio
import logging
from pkgutil import resolve_name
from typing import Any, Final

from mangum import Mangum
from mangum.types import ASGI, Receive, Scope, Send

from ..observability.telemetry import Telemetry
from ..settings import KitSettings
from .function import Event, Response

# Content that is sent as text; all other content is encoded as Base64.
TEXT: Final = ["text/", "application/json", "application/problem+json"]


class Adapter:
    """The application of an import path, and the event loop of all its requests.

    Connections to the database and to Redis belong to the loop in which they were opened. The
    lifespan is disabled: it would close them with each request.
    """

    def __init__(self, path: str) -> None:
        logging.getLogger("mangum").setLevel(logging.WARNING)  # It writes an access log.
        self.app: Any = resolve_name(path)()
        self.settings: KitSettings = self.app.state.settings
        self.telemetry: Telemetry = self.app.state.telemetry
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self._handle = Mangum(with_host(self.app), lifespan="off", text_mime_types=TEXT)

    def __call__(self, event: Event, context: Any) -> Response:
        asyncio.set_event_loop(self.loop)  # Mangum uses the current one.
        others = {name: value for name, value in event["headers"].items() if name != "host"}
        return self._handle({**event, "headers": others, "all_headers": event["headers"]}, context)


def with_host(app: Any) -> ASGI:
    """Return `app` with the `Host` header, of which Mangum parses any colon as that of a port."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if host := scope["aws.event"]["all_headers"].get("host"):
            scope["headers"].append([b"host", host.encode()])
        await app(scope, receive, send)

    return call
