"""CORS."""

from collections.abc import Callable

from httpx2 import Client

SHOP = "https://shop.example.com"
EVIL = "https://evil.example"
ITEMS = "/api/v1/items"


def preflight_headers(origin: str) -> dict[str, str]:
    return {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }


def test_allowed_origin_gets_cors_headers(serve: Callable[..., Client]) -> None:
    client = serve(cors_origins=SHOP, cors_credentials="true")
    preflight = client.options(ITEMS, headers=preflight_headers(SHOP))
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == SHOP
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "content-type" in preflight.headers["access-control-allow-headers"].lower()
    for path, status in ((ITEMS, 200), ("/nope", 404), (f"{ITEMS}/milk", 422)):
        response = client.get(path, headers={"origin": SHOP})
        assert response.status_code == status
        assert response.headers.get_list("access-control-allow-origin") == [SHOP]
        assert response.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in response.headers["vary"]


def test_other_origin_gets_no_cors_headers(serve: Callable[..., Client]) -> None:
    client = serve(cors_origins=SHOP)
    preflight = client.options(ITEMS, headers=preflight_headers(EVIL))
    for response in (preflight, client.get(ITEMS, headers={"origin": EVIL}), client.get(ITEMS)):
        assert not [name for name in response.headers if name.startswith("access-control-")]
        assert "Origin" in response.headers["vary"]


def test_cors_is_off_by_default(client: Client) -> None:
    preflight = client.options(ITEMS, headers=preflight_headers(SHOP))
    response = client.get(ITEMS, headers={"origin": SHOP})
    for headers in (preflight.headers, response.headers):
        assert not [name for name in headers if name.startswith("access-control-")]
        assert "vary" not in headers
