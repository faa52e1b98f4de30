"""A connection pool to one service, for event loops and for threads, with a deadline for each call."""

import asyncio
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any, Final

import httpcore2
import httpx2

from ..bridge import on_event_loop, wait

# Seconds that a call waits for a free connection.
WAIT: Final = 0.5

_deadline: ContextVar[float] = ContextVar("deadline")


class TooLarge(Exception):
    """The response has too many bytes, after decompression."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    content: bytes


class Pool:
    """At most `size` connections. It opens with the first call, so after a fork."""

    def __init__(self, size: int, max_bytes: int, connect_timeout: float, **options: Any) -> None:
        self._max_bytes = max_bytes
        self._connect_timeout = connect_timeout
        # An idle connection closes before the 5 seconds after which Node's servers close it.
        limits = httpx2.Limits(max_connections=size, keepalive_expiry=4)
        # A cookie for one user must not be sent with the calls of another.
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._options = {"limits": limits, "cookies": no_cookies, **options}
        self._client: httpx2.Client | None = None
        self._async_client: httpx2.AsyncClient | None = None
        self._lock = Lock()
        # The pool of httpx2 would search a queue of hundreds of calls for each of them.
        self._slots, self._async_slots = BoundedSemaphore(size), asyncio.Semaphore(size)

    def exchange(self, method: str, url: str, seconds: float, **options: Any) -> Reply:
        """Return the response within `seconds`; raise `httpx2.HTTPError` or `TooLarge`."""
        connect = min(seconds, self._connect_timeout)
        options["timeout"] = httpx2.Timeout(seconds, connect=connect)
        if on_event_loop():
            return wait(self._exchange_async(method, url, seconds, options))
        deadline = monotonic() + seconds
        if not self._slots.acquire(timeout=min(seconds, WAIT)):
            raise httpx2.PoolTimeout("")
        token = _deadline.set(deadline)
        try:
            with self._open().stream(method, url, **options) as response:
                content = bytearray()
                for piece in response.iter_bytes():
                    self._append(content, piece)
        finally:
            self._slots.release()
            _deadline.reset(token)
        return Reply(response.status_code, response.headers, bytes(content))

    async def _exchange_async(
        self, method: str, url: str, seconds: float, options: dict[str, Any]
    ) -> Reply:
        deadline = asyncio.get_running_loop().time() + seconds
        if self._async_client is None:
            self._async_client = httpx2.AsyncClient(**self._options)
        try:
            async with asyncio.timeout(min(seconds, WAIT)):
                await self._async_slots.acquire()
        except TimeoutError:
            raise httpx2.PoolTimeout("") from None
        try:
            async with asyncio.timeout_at(deadline):
                async with self._async_client.stream(method, url, **options) as response:
                    content = bytearray()
                    async for piece in response.aiter_bytes():
                        self._append(content, piece)
        except TimeoutError:
            raise httpx2.ReadTimeout("") from None
        finally:
            self._async_slots.release()
        return Reply(response.status_code, response.headers, bytes(content))

    def close(self) -> None:
        if self._client:
            self._client.close()

    async def aclose(self) -> None:
        self.close()
        if self._async_client:
            await self._async_client.aclose()

    def _append(self, content: bytearray, piece: bytes) -> None:
        content += piece
        if len(content) > self._max_bytes:
            raise TooLarge

    def _open(self) -> httpx2.Client:
        with self._lock:
            if self._client is None:
                self._client = httpx2.Client(**self._options)
                for transport in (self._client._transport, *self._client._mounts.values()):
                    if isinstance(transport, httpx2.HTTPTransport):
                        transport._pool._network_backend = _Backend()
            return self._client


class _Stream(httpcore2.NetworkStream):
    """A connection that keeps to the deadline of the call: httpx2 has a timeout for each read."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream
        self.close = stream.close  # type: ignore[method-assign]
        self.get_extra_info = stream.get_extra_info  # type: ignore[method-assign]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))


class _Backend(httpcore2.SyncBackend):
    def connect_tcp(self, *args: Any, **options: Any) -> httpcore2.NetworkStream:
        return _Stream(super().connect_tcp(*args, **options))


def _left() -> float:
    left = _deadline.get() - monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout
    return left
