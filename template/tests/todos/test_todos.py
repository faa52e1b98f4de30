"""What every client may rely on about todos, whichever application answers."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from httpx2 import Client

TODOS = "/api/v1/todos"


def create(client: Client, title: str = "Buy milk", **more: Any) -> dict[str, Any]:
    answer = client.post(TODOS, json={"title": title, **more})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def test_a_created_todo_is_answered_whole_and_can_be_found(client: Client) -> None:
    answer = client.post(TODOS, json={"title": "Buy milk"})
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["id", "title", "notes", "created_at", "done_at"]
    place = urljoin(str(answer.request.url), answer.headers["location"])
    assert client.get(place).json() == answer.json()


def test_moments_are_in_utc(client: Client) -> None:
    created = create(client)
    assert created["created_at"].endswith("Z")
    read = client.get(f"{TODOS}/{created['id']}").json()
    assert datetime.fromisoformat(read["created_at"]) == datetime.fromisoformat(
        created["created_at"]
    )


def test_pages_show_every_todo_once_and_in_order(client: Client) -> None:
    created = [create(client, f"Number {number}")["id"] for number in range(5)]
    shown: list[str] = []
    cursor = None
    while True:
        query = {"limit": "2"} if cursor is None else {"limit": "2", "cursor": cursor}
        page = client.get(TODOS, params=query).json()
        assert 1 <= len(page["items"]) <= 2
        shown += [todo["id"] for todo in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert shown == created


def test_nothing_is_an_empty_page(client: Client) -> None:
    assert client.get(TODOS).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("cursor", ["", "nonsense", "MjAyNnx4", "ÿ", "A" * 200])
def test_a_cursor_that_no_page_returned_is_refused(client: Client, cursor: str) -> None:
    answer = client.get(TODOS, params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "cursor"


def test_an_update_changes_what_was_sent_and_nothing_else(client: Client) -> None:
    created = create(client, notes="2 litres")
    answer = client.patch(f"{TODOS}/{created['id']}", json={"title": "Buy oat milk"})
    assert answer.json() == created | {"title": "Buy oat milk"}
    answer = client.patch(f"{TODOS}/{created['id']}", json={"notes": None})
    assert answer.json() == created | {"title": "Buy oat milk", "notes": None}
    assert client.get(f"{TODOS}/{created['id']}").json() == answer.json()


def test_a_title_cannot_be_taken_away(client: Client) -> None:
    created = create(client)
    answer = client.patch(f"{TODOS}/{created['id']}", json={"title": None})
    assert answer.status_code == 422
    assert client.get(f"{TODOS}/{created['id']}").json() == created


def test_what_is_done_stays_done(client: Client) -> None:
    created = create(client)
    done = client.post(f"{TODOS}/{created['id']}/complete").json()
    assert done["done_at"] is not None
    again = client.post(f"{TODOS}/{created['id']}/complete")
    assert (again.status_code, again.json()["detail"]) == (409, "This todo is already done.")
    assert client.get(f"{TODOS}/{created['id']}").json() == done


def test_a_deleted_todo_is_gone(client: Client) -> None:
    created = create(client)
    answer = client.delete(f"{TODOS}/{created['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers
    assert client.get(f"{TODOS}/{created['id']}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/complete")],
)
def test_a_todo_that_does_not_exist_is_not_found(client: Client, method: str, path: str) -> None:
    answer = client.request(
        method, f"{TODOS}/{uuid4()}{path}", json={} if method == "PATCH" else None
    )
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no todo with this id."


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/title", "missing"),
        ({"title": ""}, "/title", "string_too_short"),
        ({"title": "   "}, "/title", "string_pattern_mismatch"),
        ({"title": "a\0b"}, "/title", "string_pattern_mismatch"),
        ({"title": "x" * 201}, "/title", "string_too_long"),
        ({"title": 1}, "/title", "string_type"),
        ({"title": "x", "notes": 1}, "/notes", "string_type"),
        ({"title": "x", "id": str(uuid4())}, "/id", "extra_forbidden"),
        ({"title": "x", "done_at": "2030-01-01T00:00:00Z"}, "/done_at", "extra_forbidden"),
        ([], "", "model_attributes_type"),
        (None, "", "missing"),
    ],
)
def test_a_todo_that_makes_no_sense_is_refused(
    client: Client, body: object, pointer: str, code: str
) -> None:
    answer = client.post(
        TODOS,
        content=b"" if body is None else None,
        json=body,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [(error["pointer"], error["code"]) for error in errors] == [(pointer, code)]


@pytest.mark.parametrize("body", [rb'{"\ud800": 1}', rb'{"title": "\ud800"}'])
def test_half_a_character_is_refused(client: Client, body: bytes) -> None:
    answer = client.post(TODOS, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert {error["code"] for error in answer.json()["errors"]} == {"string_unicode"}


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("limit=0", "limit", "greater_than_equal"),
        ("limit=1000000000", "limit", "less_than_equal"),
        ("limit=ten", "limit", "int_parsing"),
        ("limit=", "limit", "int_parsing"),
        ("page=2", "page", "extra_forbidden"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(
    client: Client, query: str, parameter: str, code: str
) -> None:
    answer = client.get(f"{TODOS}?{query}")
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [(error["parameter"], error["code"]) for error in errors] == [(parameter, code)]


def test_an_id_that_is_none_is_refused(client: Client) -> None:
    answer = client.get(f"{TODOS}/milk")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "todo_id"
