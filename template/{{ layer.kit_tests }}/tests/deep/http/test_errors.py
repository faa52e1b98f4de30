"""Error responses."""

import pytest
from httpx2 import Client

from ...problems import assert_problem
from ..sample import service

ITEMS = "/api/v1/items"
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("path", [ITEMS, "/livez", "/openapi.json", "/docs"])
def test_head_responds_as_get_without_a_body(client: Client, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    for name in ("content-type", "content-length"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'{"title": "\xff"}', b"[" * 100_000, b"1" * 10_000]
)
def test_a_body_that_is_not_json_is_refused(client: Client, body: bytes) -> None:
    assert_problem(client.post(ITEMS, content=body, headers=JSON), 400)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/jsonp"},
        {"content-type": "nonsense"},
    ],
)
def test_a_body_of_another_media_type_is_refused(client: Client, headers: dict[str, str]) -> None:
    assert_problem(client.post(ITEMS, content=b'{"title": "x"}', headers=headers), 415)


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=utf-8", "application/vnd.api+json", "Application/JSON"],
)
def test_json_by_any_of_its_names_is_read(client: Client, media_type: str) -> None:
    response = client.post(ITEMS, content=b'{"title": "x"}', headers={"content-type": media_type})
    assert response.status_code == 201, response.text


def test_a_body_in_chunks_is_read_whole(client: Client) -> None:
    chunks = (piece for piece in [b'{"title": "', b"x" * 150, b'"}'])
    response = client.post(ITEMS, content=chunks, headers=JSON)
    assert (response.status_code, response.json()["title"]) == (201, "x" * 150)


def test_error_does_not_repeat_the_input(client: Client) -> None:
    response = client.post(ITEMS, json={"title": "", "password": "hunter2"})
    assert_problem(response, 422)
    assert "hunter2" not in response.text


def test_crash_is_a_problem_without_details(local: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(service, "list_items", crash)
    response = local.get(ITEMS)
    assert_problem(response, 500)
    assert "secret" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
