"""gunicorn's ASGI worker, with an eye on the clock: for slow clients, and before the end."""

from asyncio import TimerHandle, Transport
from signal import SIG_SETMASK, pthread_sigmask
from typing import Any
from weakref import WeakSet

from gunicorn.asgi import protocol
from gunicorn.errors import AppImportError
from gunicorn.workers import gasgi

from .remainders import TakesIn
from .services import draining
from .settings import Settings, SettingsError


def options(settings: Settings) -> dict[str, int]:
    """Return what gunicorn is told for workers of this kind alone."""
    # A body that pauses is the edge's to refuse; gunicorn has to wait for longer than that. A
    # worker whose event loop stands still for so long is replaced.
    return {"timeout": int(settings.client_timeout) + 30}


# What there is of types for gunicorn knows little of these.
_gasgi: Any = gasgi
_protocol: Any = protocol
_Worker: Any = gasgi.ASGIWorker
_Connection: Any = protocol.ASGIProtocol


class Worker(_Worker):  # type: ignore[misc]
    # Seconds; `gunicorn_config` sets them.
    patience = 30.0
    drains_for = 0.0

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.connections: WeakSet[Connection] = WeakSet()

    async def _serve(self) -> None:
        # Not before: a loop of uvloop never hears of a signal that came before it ran.
        pthread_sigmask(SIG_SETMASK, ())
        await super()._serve()

    def load_wsgi(self) -> None:
        try:
            super().load_wsgi()
        except SettingsError as error:  # gunicorn tries others again, and says it with a traceback.
            raise AppImportError(str(error)) from None
        app: Any = self.asgi
        self.asgi: Any = TakesIn(app, self.patience)

    def handle_exit_signal(self) -> None:
        """Say on `/readyz` that this is the end, and go on for a while: balancers learn late."""
        draining.begin()
        self.loop.call_later(self.drains_for, super().handle_exit_signal)

    async def _shutdown(self) -> None:
        """End with the requests under way: gunicorn would wait for idle connections as well."""
        for server in self.servers:
            server.close()
        for connection in [*self.connections]:
            connection.close_if_idle()
        await super()._shutdown()


class Connection(_Connection):  # type: ignore[misc]
    """Closes itself if the headers of a request do not come in time."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._timer: TimerHandle | None = None
        self._number = 0

    def connection_made(self, transport: Transport) -> None:
        super().connection_made(transport)
        self.worker.connections.add(self)
        self._expect(1)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._awaiting_request and not (self._timer and self._number == self.req_count):
            self._expect(self.req_count)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def close_if_idle(self) -> None:
        if self._awaiting_request:
            self.transport.close()

    def _expect(self, number: int) -> None:
        """Give the client time for the headers of the request of that number on this connection."""
        self._stop()
        self._number = number
        self._timer = self.worker.loop.call_later(self.worker.patience, self._late)

    def _late(self) -> None:
        self._timer = None
        if self._number == self.req_count:
            self.close_if_idle()

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


# There is no setting for it.
_gasgi.ASGIProtocol = Connection
# What the server is, is nobody's business.
_protocol._CACHED_SERVER_HEADER = b""
