"""Cuts off clients that open a connection and take too long to say what they want.

uvicorn has a time limit for the next request of a connection, and none for the whole of its headers.
"""

from asyncio import BaseTransport, TimerHandle
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol


class Impatient(AutoHTTPProtocol):  # type: ignore[misc, valid-type] # Which one, depends on what is installed.
    """Closes a connection whose headers are not there `patience` seconds after they could be."""

    def __init__(self, *given: Any, patience: float, **named: Any) -> None:
        super().__init__(*given, **named)
        self._patience = patience
        self._timer: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_served():
            self._stop()
        elif self._timer is None:
            self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _is_served(self) -> bool:
        """Whether a request is under way, or the connection speaks another protocol by now."""
        under_way = self.cycle is not None and not self.cycle.response_complete
        return under_way or self.transport.get_protocol() is not self

    def _expect(self) -> None:
        self._timer = self.loop.call_later(self._patience, self.transport.close)

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
