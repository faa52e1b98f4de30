"""Headers of every response."""

import pytest
from httpx2 import Client

PATHS = ["/livez", "/readyz", "/api/v1/items", "/api/v1/items/milk"]


def test_the_request_id_of_a_proxy_is_kept(client: Client) -> None:
    response = client.get("/livez", headers={"x-request-id": "from-the-proxy_1.2"})
    assert response.headers["x-request-id"] == "from-the-proxy_1.2"


@pytest.mark.parametrize("offered", ["", "a b", "a;b", "a" * 129, '"'])
def test_unsafe_request_id_is_replaced(client: Client, offered: str) -> None:
    response = client.get("/livez", headers={"x-request-id": offered})
    assert len(response.headers["x-request-id"]) == 32


def test_two_requests_have_two_ids(client: Client) -> None:
    first, second = client.get("/livez"), client.get("/livez")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


@pytest.mark.parametrize("path", PATHS)
def test_security_headers_are_set(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
