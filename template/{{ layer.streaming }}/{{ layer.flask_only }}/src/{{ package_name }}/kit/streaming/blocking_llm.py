"""The client of a language model for threads."""

from collections.abc import Generator, Mapping, Sequence
from functools import cached_property
from ssl import SSLContext
from typing import Any

import httpx2

from .events import Event
from .interrupt import current_interrupt
from .llm import Message, Reader, check_status, client_options, request, translate
from .settings import LLMSettings


class LLM:
    """Opens a connection for each answer, so that `Interrupt` knows the socket from the start."""

    def __init__(self, settings: LLMSettings) -> None:
        self._settings = settings

    @cached_property
    def _ssl(self) -> SSLContext:
        return httpx2.create_ssl_context()

    def tokens(self, messages: Sequence[Message]) -> Generator[Event, None, None]:
        """Yield the answer as events `token`. Closing the generator ends the request.

        Raises:
            BadGateway: The model cannot be reached, refuses the request or breaks off.
            GatewayTimeout: It does not respond in time.
            Unavailable: It is overloaded.
        """
        reader = Reader()
        arguments = request(self._settings, messages)
        try:
            with (
                httpx2.Client(verify=self._ssl, **client_options(self._settings)) as client,
                client.sse(**arguments, extensions={"trace": _register_socket}) as source,
            ):
                check_status(source.response)
                for event in source:
                    if token := reader.read(event.data):
                        yield token
        except httpx2.TransportError as error:
            raise translate(error) from None
        reader.end()


def _register_socket(event: str, info: Mapping[str, Any]) -> None:
    """Let the interrupt of the stream end reads of a new connection."""
    interrupt = current_interrupt.get()
    if interrupt and event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
        interrupt.add(info["return_value"].get_extra_info("socket"))
