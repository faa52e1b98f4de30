"""Responses in production."""

from collections.abc import Callable

import pytest
from httpx2 import Client

from ...problems import assert_problem
from .app_clients import ALL_APPS

ITEMS = "/api/v1/items"
PRODUCTION = {"environment": "production", "allowed_hosts": "127.0.0.1,testserver"}


@pytest.mark.parametrize("serve", ALL_APPS, indirect=True)
def test_production_sets_hsts_and_hides_internals(
    serve: Callable[..., Client],
) -> None:
    client = serve(max_body_bytes="99999", **PRODUCTION)
    for path, status in (("/livez", 200), (f"{ITEMS}/milk", 422)):
        response = client.get(path)
        assert response.status_code == status
        assert response.headers["strict-transport-security"] == "max-age=31536000"
        assert response.headers["cache-control"] == "no-store"
    large = client.post(ITEMS, content=b" " * 100_000)
    assert_problem(large, 413)
    assert "strict-transport-security" in large.headers
    for path in ("/docs", "/redoc", "/openapi.json", "/docs/assets/page.css", "/metrics"):
        assert client.get(path).status_code == 404, path


def test_development_sets_no_hsts(client: Client) -> None:
    assert "strict-transport-security" not in client.get("/livez").headers
