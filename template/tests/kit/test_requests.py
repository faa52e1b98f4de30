"""What the middleware does for every request, whatever answers it."""

from collections.abc import Callable

import pytest
from httpx2 import Client

from ..problems import assert_problem
from ..production import PRODUCTION

SHOP = "https://shop.example.com"
PREFLIGHT = {"access-control-request-method": "POST"}


def test_request_id_is_taken_over_or_made(client: Client) -> None:
    response = client.get("/livez", headers={"x-request-id": "from-the-proxy_1.2"})
    assert response.headers["x-request-id"] == "from-the-proxy_1.2"
    response = client.get("/livez", headers={"x-request-id": "a;b"})
    assert len(response.headers["x-request-id"]) == 32


@pytest.mark.parametrize("path", ["/livez", "/docs/assets/nope"])
def test_security_headers_are_set(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers


def test_production_adds_hsts_and_hides_the_documentation(
    open_client: Callable[..., Client],
) -> None:
    redis_url = PRODUCTION.get("REDIS_URL", "")
    client = open_client(environment="production", redis_url=redis_url)
    assert client.get("/livez").headers["strict-transport-security"] == "max-age=31536000"
    for path in ("/docs", "/redoc", "/openapi.json", "/metrics"):
        assert client.get(path).status_code == 404, path


def test_unknown_host_is_rejected(open_client: Callable[..., Client]) -> None:
    client = open_client(allowed_hosts="api.example.com,*.shop.example.com")
    for host in ("API.example.com:8443", "a.shop.example.com"):
        assert client.get("/livez", headers={"host": host}).status_code == 200, host
    for host in ("evil.example", "api.example.com.evil.example"):
        response = client.get("/livez", headers={"host": host})
        assert_problem(response, 400)
        assert "evil" not in response.text


def test_forwarded_headers_are_trusted_from_named_proxies_only(
    open_client: Callable[..., Client],
) -> None:
    limited = {"rate_limit": "1/hour"}
    addresses = [{"x-forwarded-for": f"198.51.100.{number}"} for number in (1, 2)]
    trusting = open_client(**limited, forwarded_allow_ips="127.0.0.1")
    responses = [trusting.get("/nope", headers=address) for address in addresses]
    assert [response.status_code for response in responses] == [404, 404]
    # The client can send the header, too: what is left of the nearest address may be made up.
    made_up = {"x-forwarded-for": "198.51.100.3, 198.51.100.1"}
    assert trusting.get("/nope", headers=made_up).status_code == 429
    distrusting = open_client(**limited, forwarded_allow_ips="192.0.2.1")
    responses = [distrusting.get("/nope", headers=address) for address in addresses]
    assert [response.status_code for response in responses] == [404, 429]


def test_cors_allows_named_origins_only(open_client: Callable[..., Client]) -> None:
    client = open_client(cors_origins=SHOP, cors_credentials="true")
    for method in ("OPTIONS", "GET"):
        response = client.request(method, "/livez", headers={"origin": SHOP, **PREFLIGHT})
        assert response.headers["access-control-allow-origin"] == SHOP
        assert response.headers["access-control-allow-credentials"] == "true"
        other = {"origin": "https://evil.example", **PREFLIGHT}
        response = client.request(method, "/livez", headers=other)
        assert not [name for name in response.headers if name.startswith("access-control-")]
        assert "Origin" in response.headers["vary"]


def test_large_body_is_rejected(open_client: Callable[..., Client]) -> None:
    client = open_client(max_body_bytes="1000")
    assert client.post("/nope", content=b" " * 1000).status_code == 404
    assert_problem(client.post("/nope", content=b" " * 1001), 413)


def test_rate_limit_answers_when_to_retry(open_client: Callable[..., Client]) -> None:
    client = open_client(rate_limit="2/hour")
    responses = [client.get("/nope") for _ in range(3)]
    assert [response.status_code for response in responses] == [404, 404, 429]
    assert 3500 < int(responses[-1].headers["retry-after"]) <= 3600
    assert client.get("/livez").status_code == 200


def test_head_answers_like_get_without_a_body(client: Client) -> None:
    get, head = client.get("/livez"), client.head("/livez")
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
