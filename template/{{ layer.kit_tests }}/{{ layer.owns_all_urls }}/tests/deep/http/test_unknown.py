"""What every client may rely on when nothing is there, whichever application responses."""

import re

import pytest
from httpx2 import Client

from ...problems import assert_problem

ITEMS = "/api/v1/items"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("GET", f"{ITEMS}/", 404),
        ("GET", f"/{ITEMS}", 404),
        ("GET", f"{ITEMS}/a%2Fb", 404),
        ("GET", "/%00", 404),
        ("GET", "/%FF", 404),
        ("PUT", ITEMS, 405),
        ("OPTIONS", ITEMS, 405),
        ("TRACE", ITEMS, 405),
        ("TRACE", "/livez", 405),
        ("POST", "/livez", 405),
        ("GET", f"{ITEMS}/milk", 422),
    ],
)
def test_every_error_is_a_problem(client: Client, method: str, path: str, status: int) -> None:
    assert_problem(client.request(method, path), status)


def test_unknown_path_has_security_headers(client: Client) -> None:
    missing, there = client.get("/nope").headers, client.get("/livez").headers
    for name in ("cache-control", "content-security-policy", "x-content-type-options"):
        assert missing[name] == there[name]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (ITEMS, {"GET", "HEAD", "POST"}),
        (f"{ITEMS}/7e0f1f7c-4d0f-4b0b-8f2f-000000000000", {"GET", "HEAD", "PATCH", "DELETE"}),
        ("/livez", {"GET", "HEAD"}),
    ],
)
def test_wrong_method_lists_allowed_methods(client: Client, path: str, methods: set[str]) -> None:
    response = client.put(path)
    assert_problem(response, 405)
    assert set(re.split(r", *", response.headers["allow"])) == methods
