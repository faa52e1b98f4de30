"""A service that is slow, broken or limited on demand, over real sockets."""

import asyncio
import gzip
import json
import threading
from collections import Counter
from contextlib import suppress
from typing import Any, Self

BOMB = gzip.compress(bytes(50_000_000))


class Stub:
    """Counts requests by path and those in progress, connections and those that are open."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.accepted = self.open = self.busy = 0
        self.location = ""

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main(started)))
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _main(self, started: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1000)
        self.port = server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        started.set()
        await self._stop.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self.open += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._respond(reader, writer):
                    await writer.drain()
        finally:
            self.open -= 1
            writer.close()

    async def _respond(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        path = head[0].split()[1]
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.headers.append(headers)
        self.requests[path] += 1
        # Ends a fault when the client leaves.
        fault = asyncio.ensure_future(self._fault(path, body, writer))
        gone = asyncio.ensure_future(reader.read(1))
        self.busy += 1
        await asyncio.wait([fault, gone], return_when=asyncio.FIRST_COMPLETED)
        self.busy -= 1
        if not fault.done():
            fault.cancel()
            return False
        if not gone.done():
            gone.cancel()
            await asyncio.wait([gone])
        return fault.result()

    async def _fault(self, path: str, body: bytes, writer: asyncio.StreamWriter) -> bool:
        times = self.requests[path]
        name = path.rpartition("/")[2].partition("?")[0]
        match name:
            case "slow":
                await asyncio.sleep(60)
            case "drip":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n")
                await _drip(writer, b" ")
            case "head-drip":
                writer.write(b"HTTP/1.1 200 OK\r\n")
                await _drip(writer, b"X")
            case "reset":
                writer.transport.abort()
                return False
            case "cut":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n{")
                return False
            case "not-http":
                writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
                return False
            case "bomb":
                _send(writer, 200, BOMB, "Content-Encoding: gzip\r\n")
            case "large":
                _send(writer, 200, b'"' + b"x" * 200_000 + b'"')
            case "text":
                _send(writer, 200, b"<html>hunter2</html>")
            case "wrong":
                _send(writer, 200, b'{"currency": "hunter2", "per_euro": "hunter2"}')
            case "redirect":
                _send(writer, 302, b"", f"Location: {self.location}\r\n")
            case "limited" if times == 1:
                _send(writer, 429, b"hunter2", "Retry-After: 1\r\n")
            case "flaky" if times == 1:
                _send(writer, 503, b"hunter2")
            case "cookie":
                _send(writer, 200, _rate(name), "Set-Cookie: session=hunter2; Path=/\r\n")
            case "empty":
                _send(writer, 204, b"")
            case "echo":
                _send(writer, 200, body)
            case "a-while":
                await asyncio.sleep(0.1)
                _send(writer, 200, _rate(name))
            case status if status.isdecimal():
                _send(writer, int(status), b"hunter2 is unhappy")
            case _:
                _send(writer, 200, _rate(name))
        return True


def _rate(name: str) -> bytes:
    return json.dumps({"currency": name, "per_euro": 1.5}).encode()


async def _drip(writer: asyncio.StreamWriter, drop: bytes) -> None:
    while True:
        writer.write(drop)
        await asyncio.sleep(0.1)


def _send(writer: Any, status: int, body: bytes, more: str = "") -> None:
    head = f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    writer.write(head.encode() + body)
