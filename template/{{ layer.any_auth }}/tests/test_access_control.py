"""Every operation requires authentication, unless it is listed here."""

import re
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client

from .problems import assert_problem

PUBLIC = {
    ("post", "/api/v1/auth/refresh"),
    ("post", "/api/v1/auth/register"),
    ("post", "/api/v1/auth/token"),
}
CREDENTIALS = ("authorization", "x-api-key")
SECRETS = {"password", "password_hash", "hash", "secret", "digest", "scopes"}


def operations(client: Client) -> dict[tuple[str, str], dict[str, Any]]:
    """Return every operation of the OpenAPI document by its method and path."""
    paths: dict[str, Any] = client.get("/openapi.json").json()["paths"]
    return {(method, path): paths[path][method] for path in paths for method in paths[path]}


@pytest.mark.parametrize("sent", ["", "nonsense", "Bearer nonsense", "Basic YTpi", "Bearer a.b.c"])
def test_operations_require_authentication(client: Client, sent: str) -> None:
    [name] = [name for name in CREDENTIALS if name in client.headers]
    for method, path in operations(client).keys() - PUBLIC:
        url = re.sub(r"\{\w+\}", str(uuid4()), path)
        response = client.request(method, url, headers={name: sent}, json={})
        assert_problem(response, 401)
        assert response.headers["www-authenticate"]
        assert response.headers["cache-control"] == "no-store"


def test_document_says_which_operations_require_authentication(client: Client) -> None:
    for operation, described in operations(client).items():
        required = operation not in PUBLIC
        assert bool(described.get("security")) is required, operation
        assert not required or "401" in described["responses"]


def test_cookies_do_not_authenticate(client: Client) -> None:
    """A browser sends cookies with requests of other pages, but never these headers (CSRF)."""
    [name] = [name for name in CREDENTIALS if name in client.headers]
    credentials = client.headers[name]
    for method, path in operations(client).keys() - PUBLIC:
        url = re.sub(r"\{\w+\}", str(uuid4()), path)
        for cookie in (name, "access_token", "session"):
            sent = {name: "", "cookie": f"{cookie}={credentials.removeprefix('Bearer ')}"}
            assert_problem(client.request(method, url, headers=sent, json={}), 401)


def test_no_response_contains_a_secret(client: Client) -> None:
    components = client.get("/openapi.json").json().get("components", {})
    for name, schema in components.get("schemas", {}).items():
        if name.endswith("Out"):
            assert not SECRETS & schema["properties"].keys(), name
