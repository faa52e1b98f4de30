"""Authentication of WebSockets, by a header and by the first message."""

from collections.abc import Iterator
from typing import Any

import pytest

from ..databases import FRESH, SERVED, keep
from .clients import Rooms, running


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    folder = tmp_path_factory.mktemp("rooms")
    settings = FRESH[SERVED](folder)
    keep()
    with running(settings, folder, WEBSOCKET_AUTH_SECONDS="0.5") as found:
        yield found


def token(rooms: Rooms) -> str:
    return next(iter(rooms.headers.values())).removeprefix("Bearer ")


def test_invalid_header_is_refused(rooms: Rooms) -> None:
    name = next(iter(rooms.headers))
    assert rooms.refused(headers={name: "Bearer nonsense"}).status_code == 401


def test_first_message_authenticates(rooms: Rooms) -> None:
    client = rooms.connect(signed_in=False)
    client.send(type="auth", token=token(rooms))
    assert [client.receive()["type"] for _ in range(2)] == ["ready", "open"]
    client.send(type="auth", token=token(rooms))
    assert client.receive()["type"] == "ready"
    client.close()


def test_silent_client_is_closed(rooms: Rooms) -> None:
    client = rooms.connect(signed_in=False)
    assert client.receive()["status"] == 401
    assert client.closed() == 4401


@pytest.mark.parametrize(
    "message",
    [{"type": "auth", "token": "nonsense"}, {"type": "auth"}, {"type": "say", "text": "x"}, {}],
)
def test_other_first_message_closes_the_socket(rooms: Rooms, message: dict[str, Any]) -> None:
    client = rooms.connect(signed_in=False)
    client.send(**message)
    problem = client.receive()
    assert (problem["type"], problem["status"]) == ("problem", 401)
    assert client.closed() == 4401


def test_credentials_in_the_url_are_ignored(rooms: Rooms) -> None:
    client = rooms.connect(f"one?token={token(rooms)}&access_token={token(rooms)}", signed_in=False)
    assert client.closed() == 4401
    assert token(rooms) not in rooms.server.log.read_text()
