"""Under the prefix of a proxy, what is not there is missed at the place that the client named."""

import pytest
from httpx2 import Client

UNDER = {"x-forwarded-prefix": "/api"}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_problem_names_the_path_with_its_prefix(client: Client, method: str) -> None:
    answer = client.request(method, "/nope", headers=UNDER)
    assert answer.status_code == 404
    assert answer.json()["instance"] == "/api/nope"


def test_wrong_method_lists_allowed_methods_under_the_prefix(client: Client) -> None:
    answer = client.put("/api/v1/items", headers=UNDER)
    assert answer.status_code == 405
    assert answer.json()["instance"] == "/api/api/v1/items"
    assert {"GET", "POST"} <= {name.strip() for name in answer.headers["allow"].split(",")}
