"""The methods of a path, when one half answers some of them and the other half the rest."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..fastapi_app.methods import Allowed


class AllowBoth:
    """Adds what the front allows to what the mounted application says it does (10.2.1).

    HEAD is passed on as HEAD: an application may answer it in a way of its own. And the edge hears
    that this half was asked.
    """

    def __init__(self, mounted: ASGIApp, allowed: Allowed) -> None:
        self._mounted = mounted
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                headers = MutableHeaders(scope=message)
                theirs = headers.get("allow", "").replace(" ", "").split(",")
                ours = self._allowed(scope)
                headers["allow"] = ", ".join(sorted(ours.union(filter(None, theirs))))
            await send(message)

        if visit := scope.get("visit"):
            visit.half = "flask"
        if "sent_method" in scope:
            scope = {**scope, "method": scope["sent_method"]}
        await self._mounted(scope, receive, complete)
