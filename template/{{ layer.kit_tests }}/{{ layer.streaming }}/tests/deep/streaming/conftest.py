"""A booted server, the stub of a language model, and how often each is connected."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client, EventSource, Response

from ... import llm
from ...served import Server, running
from ..databases import FRESH, SERVED, keep

SECONDS = 20


def wait_until(condition: Callable[[], object], seconds: float = SECONDS) -> float:
    """Return the seconds until `condition` is true."""
    started = monotonic()
    while not condition():
        assert monotonic() < started + seconds, "It did not happen in time."
        sleep(0.02)
    return monotonic() - started


class Model:
    """The stub."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = Client(headers={"connection": "close"})

    def calls(self) -> dict[str, Any]:
        calls: dict[str, Any] = self._client.get(self.url).json()
        return calls


class Service:
    """A booted server that relays the tokens of the stub."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = server.client

    def ask(self, text: str) -> AbstractContextManager[Response]:
        return self.client.stream("POST", "/streams/relay", json={"text": text})

    def count(self, number: int) -> AbstractContextManager[Response]:
        return self.client.stream("GET", f"/streams/count/{number}")

    @contextmanager
    def paused(self, number: int = 1) -> Iterator[None]:
        """Hold open `number` streams, each after its first event."""
        with ExitStack() as stack:
            sources = []  # A source that is dropped closes its response.
            for _ in range(number):
                response = stack.enter_context(self.ask("pause"))
                assert response.status_code == 200
                sources.append(iter(EventSource(response)))
                assert next(sources[-1]).event == "token"
            yield

    def events(self, text: str) -> list[tuple[str, Any]]:
        with self.ask(text) as response:
            assert response.status_code == 200, response.read()
            return read(response)


def read(response: Response) -> list[tuple[str, Any]]:
    """Return the name and the data of all events."""
    return [(event.event, json.loads(event.data)) for event in EventSource(response)]


def request_id() -> str:
    return f"test-{uuid4().hex}"


@pytest.fixture(scope="session")
def model() -> Iterator[Model]:
    with llm.running() as url:
        yield Model(url)


@contextmanager
def serving(model: Model, folder: Path, **environment: str) -> Iterator[Service]:
    settings = FRESH[SERVED](folder)
    variables = {"PYTHONPATH": str(Path(__file__).parents[3]), "LLM__URL": model.url}
    module = "tests.deep.streaming.serve"
    with running(settings, folder, module=module, **{**variables, **environment}) as server:
        yield Service(server)


@pytest.fixture
def serve(
    model: Model, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Service]]:
    """`serve(LLM__TIMEOUT="1")`: a booted server with these settings."""
    with ExitStack() as stack:

        def start(**environment: str) -> Service:
            folder = tmp_path_factory.mktemp("served")
            return stack.enter_context(serving(model, folder, **environment))

        yield start


@pytest.fixture(scope="module")
def service(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A booted server with short times, for all tests of a file."""
    variables = {
        "LLM__TIMEOUT": "2",
        "LLM__TOKEN": "hunter2",
        "CLIENT_TIMEOUT": "1",
        "STREAM_HEARTBEAT_SECONDS": "0.7",
        "MAX_STREAMS_PER_CLIENT": "4",
    }
    folder = tmp_path_factory.mktemp("served")
    with serving(model, folder, **variables) as running:
        keep()
        yield running
