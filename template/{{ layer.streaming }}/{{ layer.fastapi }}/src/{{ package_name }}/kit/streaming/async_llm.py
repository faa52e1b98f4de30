"""The client of a language model for an event loop."""

from collections.abc import AsyncGenerator, Sequence
from functools import cached_property

import httpx2

from .events import Event
from .llm import Message, Reader, check_status, client_options, request, translate
from .settings import LLMSettings


class AsyncLLM:
    """One per process: it keeps connections open."""

    def __init__(self, settings: LLMSettings) -> None:
        self._settings = settings

    @cached_property
    def _client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(**client_options(self._settings))

    async def tokens(self, messages: Sequence[Message]) -> AsyncGenerator[Event, None]:
        """Yield the answer as events `token`. Closing the generator ends the request.

        Raises:
            BadGateway: The model cannot be reached, refuses the request or breaks off.
            GatewayTimeout: It does not respond in time.
            Unavailable: It is overloaded.
        """
        reader = Reader()
        try:
            async with self._client.sse(**request(self._settings, messages)) as source:
                check_status(source.response)
                async for event in source:
                    if token := reader.read(event.data):
                        yield token
        except httpx2.TransportError as error:
            raise translate(error) from None
        reader.end()

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.aclose()
