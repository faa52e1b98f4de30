"""Which web pages may call, as their browser asks."""

from collections.abc import Callable

from httpx2 import Client

SHOP = "https://shop.example.com"
EVIL = "https://evil.example"
ITEMS = "/api/v1/items"


def asks(origin: str) -> dict[str, str]:
    return {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }


def test_allowed_origin_gets_cors_headers(serve: Callable[..., Client]) -> None:
    client = serve(cors_origins=SHOP, cors_credentials="true")
    may = client.options(ITEMS, headers=asks(SHOP))
    assert (may.status_code, may.content) == (204, b"")
    assert may.headers["access-control-allow-origin"] == SHOP
    assert "POST" in may.headers["access-control-allow-methods"]
    assert "content-type" in may.headers["access-control-allow-headers"].lower()
    for path, status in ((ITEMS, 200), ("/nope", 404), (f"{ITEMS}/milk", 422)):
        answer = client.get(path, headers={"origin": SHOP})
        assert answer.status_code == status
        assert answer.headers.get_list("access-control-allow-origin") == [SHOP]
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in answer.headers["vary"]


def test_other_origin_gets_no_cors_headers(serve: Callable[..., Client]) -> None:
    client = serve(cors_origins=SHOP)
    may = client.options(ITEMS, headers=asks(EVIL))
    for answer in (may, client.get(ITEMS, headers={"origin": EVIL}), client.get(ITEMS)):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "Origin" in answer.headers["vary"]


def test_cors_is_off_by_default(client: Client) -> None:
    asked = client.options(ITEMS, headers=asks(SHOP))
    answer = client.get(ITEMS, headers={"origin": SHOP})
    for headers in (asked.headers, answer.headers):
        assert not [name for name in headers if name.startswith("access-control-")]
        assert "vary" not in headers
