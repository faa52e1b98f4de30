"""What every problem has, whatever the status."""

from httpx2 import Response


def assert_problem(response: Response, status: int) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert found["type"] == "about:blank"
    assert found["title"]
    assert found["status"] == status
    assert found["instance"] == response.request.url.path
    assert found["request_id"] == response.headers["x-request-id"]
