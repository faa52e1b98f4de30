"""Statistics over HTTP."""

import pytest
from httpx2 import Client

STATS, TODOS = "/api/v1/stats", "/api/v1/todos"


@pytest.fixture(autouse=True)
def _empty(client: Client) -> None:
    """Forget the statistics that a test before has cached, where all have the same user."""
    client.delete(f"{STATS}/done")


def create(client: Client, *, done: bool = False) -> None:
    todo = client.post(TODOS, json={"title": "Buy milk"}).json()
    if done:
        client.post(f"{TODOS}/{todo['id']}/complete")


def test_statistics_count_open_and_done_todos(client: Client) -> None:
    for done in (False, True, True):
        create(client, done=done)
    response = client.get(STATS)
    assert response.status_code == 200, response.text
    assert response.json() == {"open": 1, "done": 2}


def test_second_response_is_from_the_cache(client: Client) -> None:
    first = client.get(STATS)
    create(client)
    second = client.get(STATS)
    assert first.json() == second.json() == {"open": 0, "done": 0}
    assert first.headers["cache-status"].endswith("; fwd=miss; stored")
    assert second.headers["cache-status"].endswith("; hit")
    assert second.headers["cache-control"] == "no-store"


def test_deleted_todos_are_forgotten_at_once(client: Client) -> None:
    create(client, done=True)
    create(client)
    assert client.get(STATS).json() == {"open": 1, "done": 1}
    assert client.delete(f"{STATS}/done").status_code == 204
    assert client.get(STATS).json() == {"open": 1, "done": 0}
    assert len(client.get(TODOS).json()["items"]) == 1
