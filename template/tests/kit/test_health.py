"""Liveness and readiness."""

from httpx2 import Client


def test_running_process_is_alive_and_ready(client: Client) -> None:
    for path in ("/livez", "/readyz"):
        response = client.get(path)
        assert (response.status_code, response.json()) == (200, {"status": "ok"})
