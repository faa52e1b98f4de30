"""The methods of a URL that both frameworks serve."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..fastapi.head_and_allow import AllowedMethods


class AllowBoth:
    """Adds FastAPI's methods to the `Allow` header of the mounted application (10.2.1).

    HEAD is passed on as HEAD, since an application may handle it itself.
    """

    def __init__(self, mounted: ASGIApp, allowed_methods: AllowedMethods) -> None:
        self._mounted = mounted
        self._allowed_methods = allowed_methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_allow(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                headers = MutableHeaders(scope=message)
                mounted = headers.get("allow", "").replace(" ", "").split(",")
                front = self._allowed_methods(scope)
                headers["allow"] = ", ".join(sorted(front.union(filter(None, mounted))))
            await send(message)

        if context := scope.get("context"):
            context.backend = "flask"
        if "original_method" in scope:
            scope = {**scope, "method": scope["original_method"]}
        await self._mounted(scope, receive, send_allow)
