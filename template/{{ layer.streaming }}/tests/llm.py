"""A stub of a language model for development and tests, with the API of OpenAI's chat completions.

    uv run poe llm

It repeats the question, word by word. Tests ask for a behaviour instead: `count 5`; `slow 0.5 20`
(seconds, tokens); `flood`; `silent`; `pause` (after a token); `break` (a reset after two tokens);
`stop` (no `[DONE]`); `refuse 429`; `error` and `garbage` (after a token). `GET /calls` returns the
number of open connections, and of calls that are open or that their client has ended.
"""

import argparse
import asyncio
import json
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

DONE = b"data: [DONE]\n\n"
RESET = b""


def token(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


async def answer(question: str) -> AsyncIterator[bytes]:
    """Yield the parts of the response."""
    match question.split():
        case ["count", number]:
            for each in range(int(number)):
                yield token(f"{each} ")
        case ["slow", seconds, number]:
            for each in range(int(number)):
                yield token(f"{each} ")
                await asyncio.sleep(float(seconds))
        case ["flood"]:
            while True:
                yield token("x" * 10_000)
        case ["silent"]:
            await asyncio.sleep(600)
        case ["pause"]:
            yield token("one ")
            await asyncio.sleep(600)
        case ["break" | "stop" as how]:
            yield token("one ")
            yield token("two ")
            if how == "break":
                yield RESET
            return
        case ["error"]:
            yield token("one ")
            yield b'data: {"error": {"message": "Out of memory at 0xdeadbeef"}}\n\n'
        case ["garbage"]:
            yield token("one ")
            yield b"data: {deadbeef\n\n"
        case words:
            for word in ["You", "have", "asked:", *words]:
                yield token(f"{word} ")
                await asyncio.sleep(0.1)
    yield DONE


class Stub:
    def __init__(self) -> None:
        self.calls: dict[str, Any] = {"connections": 0, "open": 0, "left": 0, "last": {}}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Respond to the requests of a connection."""
        self.calls["connections"] += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:-2])
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if not head[0].startswith("POST /v1/chat/completions "):
                    writer.write(complete(200, json.dumps(self.calls)))
                    continue
                sent = json.loads(body)
                self.calls["last"] = {"authorization": headers.get("authorization"), **sent}
                question = sent["messages"][-1]["content"]
                if question.startswith("refuse "):
                    status = int(question.split()[1])
                    writer.write(complete(status, '{"error": "deadbeef"}', "Retry-After: 7\r\n"))
                else:
                    await self.stream(question, reader, writer)
        except (OSError, EOFError):
            pass
        finally:
            self.calls["connections"] -= 1
            writer.close()

    async def stream(
        self, question: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Send the answer until the client leaves."""
        self.calls["open"] += 1
        sender = asyncio.create_task(send(question, writer))
        left = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({sender, left}, return_when=asyncio.FIRST_COMPLETED)
            if not sender.done():
                self.calls["left"] += 1
                raise EOFError
            sender.result()
        finally:
            self.calls["open"] -= 1
            sender.cancel()
            left.cancel()
            await asyncio.wait({left})


async def send(question: str, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
    writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
    async for part in answer(question):
        if part == RESET:
            linger = struct.pack("ii", 1, 0)
            await asyncio.sleep(0.1)  # A reset discards what has not been sent.
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.close()
            raise EOFError
        writer.write(b"%x\r\n%s\r\n" % (len(part), part))
        await writer.drain()
    writer.write(b"0\r\n\r\n")


def complete(status: int, body: str, headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


@contextmanager
def running() -> Iterator[str]:
    """Run the stub in a process of its own; yield its URL."""
    command = [sys.executable, __file__, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9001)
    server = await asyncio.start_server(
        Stub().serve, "127.0.0.1", parser.parse_args().port, backlog=1000
    )
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
