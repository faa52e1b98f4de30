"""Requests with an untrusted host are rejected."""

import socket
from collections.abc import Callable

import pytest
from httpx2 import Client

from ...problems import assert_problem
from .app_clients import ALL_APPS

ALLOWED = {"allowed_hosts": "api.example.com,*.shop.example.com,::1"}
PATHS = ["/livez", "/api/v1/items", "/nope"]


@pytest.mark.parametrize("serve", ALL_APPS, indirect=True)
def test_only_allowed_hosts_are_served(serve: Callable[..., Client]) -> None:
    # The address is for the test that waits for the server to start.
    client = serve(allowed_hosts=ALLOWED["allowed_hosts"] + ",127.0.0.1")
    for host in ("api.example.com", "API.example.com:8443", "a.shop.example.com", "[::1]:8000"):
        response = client.get("/api/v1/items", headers={"host": host})
        assert response.status_code == 200, host
    for host in ("evil.example", "api.example.com.evil.example", "api.example.com@evil.example"):
        for path in PATHS:
            response = client.get(path, headers={"host": host})
            assert_problem(response, 400)
            assert "evil" not in response.text
            assert response.headers["x-content-type-options"] == "nosniff"
    if client.base_url.port:  # Only a request through a socket can lack a host, or have two.
        for lines in ("", "Host: 127.0.0.1\r\nHost: evil.example\r\n"):
            assert status_line(client.base_url.port, lines).startswith(b"HTTP/1.1 400 ")


def status_line(port: int, lines: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        request = f"GET /api/v1/items HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
        connection.sendall(request.encode())
        return connection.makefile("rb").readline()


def test_health_checks_may_use_an_ip_address(serve: Callable[..., Client]) -> None:
    client = serve(**ALLOWED)
    assert client.get("/livez", headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert_problem(client.get("/api/v1/items", headers={"host": "10.0.0.7:8000"}), 400)
    assert_problem(client.get("/livez", headers={"host": "localhost"}), 400)
