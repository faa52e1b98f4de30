"""What production insists on."""

from collections.abc import Callable

from httpx2 import Client

from ...problems import assert_problem

TODOS = "/api/v1/todos"
PRODUCTION = {"environment": "production", "allowed_hosts": "127.0.0.1,testserver"}


def test_every_answer_insists_on_tls(serve: Callable[..., Client]) -> None:
    client = serve(max_body_bytes="99999", **PRODUCTION)
    for path, status in (("/livez", 200), (f"{TODOS}/milk", 422)):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert answer.headers["cache-control"] == "no-store"
    large = client.post(TODOS, content=b" " * 100_000)
    assert_problem(large, 413)
    assert "strict-transport-security" in large.headers


def test_no_half_shows_the_documentation(serve: Callable[..., Client]) -> None:
    client = serve(**PRODUCTION)
    for path in ("/docs", "/redoc", "/openapi.json", "/docs/assets/page.css"):
        assert client.get(path).status_code == 404, path


def test_development_does_not_speak_of_tls(client: Client) -> None:
    assert "strict-transport-security" not in client.get("/livez").headers
