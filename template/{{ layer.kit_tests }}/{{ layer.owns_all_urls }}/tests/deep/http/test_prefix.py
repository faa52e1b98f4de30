"""Problems behind a proxy contain the path with its prefix."""

import pytest
from httpx2 import Client

UNDER = {"x-forwarded-prefix": "/api"}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_problem_names_the_path_with_its_prefix(client: Client, method: str) -> None:
    response = client.request(method, "/nope", headers=UNDER)
    assert response.status_code == 404
    assert response.json()["instance"] == "/api/nope"


def test_wrong_method_lists_allowed_methods_under_the_prefix(client: Client) -> None:
    response = client.put("/api/v1/items", headers=UNDER)
    assert response.status_code == 405
    assert response.json()["instance"] == "/api/api/v1/items"
    assert {"GET", "POST"} <= {name.strip() for name in response.headers["allow"].split(",")}
