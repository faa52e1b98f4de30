"""URLs behind a proxy that removes a prefix from the path."""

from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from httpx2 import Client

from .app_clients import IN_PROCESS

ITEMS = "/api/v1/items"
BY_HEADER = {"x-forwarded-prefix": "/api"}


@pytest.mark.parametrize(
    ("serve", "by"),
    [*((app, by) for app in IN_PROCESS for by in ("setting", "header")), ("served", "setting")],
    indirect=["serve"],
)
def test_urls_include_the_prefix(serve: Callable[..., Client], by: str) -> None:
    client = serve(root_path="/api") if by == "setting" else serve()
    headers = {} if by == "setting" else BY_HEADER
    document = client.get("/openapi.json", headers=headers).json()
    assert document["servers"] == [{"url": "/api"}]
    assert ITEMS in document["paths"]
    for page in ("/docs", "/redoc"):
        response = client.get(page, headers=headers)
        assert response.status_code == 200
        assert 'src="/' not in response.text
        assert 'href="/' not in response.text
    asset = client.get("/docs/assets/page.css", headers=headers)
    assert asset.status_code == 200
    created = client.post(ITEMS, json={"title": "x"}, headers=headers)
    url = urljoin(f"http://proxy/api{ITEMS}", created.headers["location"])
    assert url.startswith(f"http://proxy/api{ITEMS}/")
    assert client.get(url.removeprefix("http://proxy/api"), headers=headers).json()
    refused = client.get(f"{ITEMS}/milk", headers=headers)
    assert (refused.status_code, refused.json()["instance"]) == (422, f"/api{ITEMS}/milk")


def test_untrusted_client_cannot_set_a_prefix(serve: Callable[..., Client]) -> None:
    client = serve(forwarded_allow_ips="192.0.2.1")
    assert "servers" not in client.get("/openapi.json", headers=BY_HEADER).json()


def test_without_a_prefix_the_document_names_no_server(client: Client) -> None:
    assert "servers" not in client.get("/openapi.json").json()
