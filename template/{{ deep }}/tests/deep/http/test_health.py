"""What whoever watches this process may rely on."""

from httpx2 import Client


def test_a_process_that_runs_is_alive_and_ready(client: Client) -> None:
    for path in ("/livez", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
