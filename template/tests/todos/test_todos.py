"""Todos over HTTP."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from httpx2 import Client

from ..problems import assert_problem

TODOS = "/api/v1/todos"


def create(client: Client, title: str = "Buy milk", **more: Any) -> dict[str, Any]:
    response = client.post(TODOS, json={"title": title, **more})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def test_created_todo_is_returned_and_found_at_its_location(client: Client) -> None:
    response = client.post(TODOS, json={"title": "Buy milk"})
    assert response.status_code == 201
    assert list(response.json()) == ["id", "title", "notes", "created_at", "done_at"]
    location = urljoin(str(response.request.url), response.headers["location"])
    assert client.get(location).json() == response.json()


def test_timestamps_are_in_utc(client: Client) -> None:
    created = create(client)["created_at"]
    assert created.endswith("Z")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(created)).total_seconds()) < 60


def test_list_without_todos_is_empty(client: Client) -> None:
    assert client.get(TODOS).json() == {"items": [], "next_cursor": None}


def test_pages_contain_every_todo_once_in_order(client: Client) -> None:
    created = [create(client, f"Number {number}")["id"] for number in range(5)]
    shown: list[str] = []
    query = {"limit": "2"}
    while True:
        page = client.get(TODOS, params=query).json()
        assert 1 <= len(page["items"]) <= 2
        shown += [todo["id"] for todo in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert shown == created


def test_update_changes_only_the_fields_sent(client: Client) -> None:
    created = create(client, notes="2 litres")
    path = f"{TODOS}/{created['id']}"
    response = client.patch(path, json={"title": "Buy oat milk"})
    assert response.json() == created | {"title": "Buy oat milk"}
    response = client.patch(path, json={"notes": None})
    assert response.json() == created | {"title": "Buy oat milk", "notes": None}
    assert client.get(path).json() == response.json()


def test_title_cannot_be_null(client: Client) -> None:
    created = create(client)
    assert_problem(client.patch(f"{TODOS}/{created['id']}", json={"title": None}), 422)
    assert client.get(f"{TODOS}/{created['id']}").json() == created


def test_todo_can_be_completed_only_once(client: Client) -> None:
    path = f"{TODOS}/{create(client)['id']}"
    done = client.post(f"{path}/complete").json()
    assert done["done_at"] is not None
    assert_problem(client.post(f"{path}/complete"), 409)
    assert client.get(path).json() == done


def test_deleted_todo_is_gone(client: Client) -> None:
    path = f"{TODOS}/{create(client)['id']}"
    response = client.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    assert_problem(client.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/complete")]
)
def test_unknown_todo_is_not_found(client: Client, method: str, path: str) -> None:
    body = {} if method == "PATCH" else None
    assert_problem(client.request(method, f"{TODOS}/{uuid4()}{path}", json=body), 404)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/title", "missing"),
        ({"title": "   "}, "/title", "string_pattern_mismatch"),
        ({"title": "a\0b"}, "/title", "string_pattern_mismatch"),
        ({"title": "x" * 201}, "/title", "string_too_long"),
        ({"title": 1}, "/title", "string_type"),
        ({"title": "x", "id": str(uuid4())}, "", "extra_forbidden"),
        ({"title": "x", "owner_id": str(uuid4())}, "", "extra_forbidden"),
        ({"title": "x", "done_at": "2030-01-01T00:00:00Z"}, "", "extra_forbidden"),
    ],
)
def test_invalid_todo_is_rejected(
    client: Client, body: dict[str, Any], pointer: str, code: str
) -> None:
    response = client.post(TODOS, json=body)
    assert_problem(response, 422)
    errors = response.json()["errors"]
    assert [(error["pointer"], error["code"]) for error in errors] == [(pointer, code)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "greater_than_equal"),
        ("limit=1000000000", "less_than_equal"),
        ("limit=ten", "int_parsing"),
        ("page=2", "extra_forbidden"),
    ],
)
def test_invalid_query_is_rejected(client: Client, query: str, code: str) -> None:
    response = client.get(f"{TODOS}?{query}")
    assert_problem(response, 422)
    assert [error["code"] for error in response.json()["errors"]] == [code]


@pytest.mark.parametrize("cursor", ["", "nonsense", "ÿ"])
def test_invalid_cursor_is_rejected(client: Client, cursor: str) -> None:
    assert_problem(client.get(TODOS, params={"cursor": cursor}), 422)


def test_invalid_id_is_rejected(client: Client) -> None:
    assert_problem(client.get(f"{TODOS}/milk"), 422)
