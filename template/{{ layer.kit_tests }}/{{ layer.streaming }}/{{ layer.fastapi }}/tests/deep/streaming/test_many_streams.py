"""Many open streams on one event loop."""

import asyncio
from collections.abc import Callable
from statistics import median
from time import monotonic

from httpx2 import Client

from .conftest import Model, Service

STREAMS = 200


async def open_stream(service: Service) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", service.client.base_url.port)
    body = b'{"text": "slow 0.5 100"}'
    head = b"POST /streams/relay HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    await reader.readuntil(b"event: token")
    return reader, writer


def livez(service: Service) -> list[float]:
    """Return the seconds of requests, each on a new connection."""
    times = []
    with Client(base_url=service.client.base_url, headers={"connection": "close"}) as client:
        for _ in range(50):
            started = monotonic()
            assert client.get("/livez").status_code == 200
            times.append(monotonic() - started)
    return times


def test_other_requests_are_served(serve: Callable[..., Service], model: Model) -> None:
    service = serve(MAX_STREAMS_PER_CLIENT="1000")

    async def measure() -> list[float]:
        opened = await asyncio.gather(*[open_stream(service) for _ in range(STREAMS)])
        assert model.calls()["open"] == STREAMS
        times = await asyncio.to_thread(livez, service)
        for _, writer in opened:
            writer.close()
        return times

    assert median(asyncio.run(measure())) < 0.2
