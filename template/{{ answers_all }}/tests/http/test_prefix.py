"""Under the prefix of a proxy, what is not there is missed at the place that the client named."""

import pytest
from httpx2 import Client

from .problems import assert_problem

UNDER = {"x-forwarded-prefix": "/api"}


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("DELETE", 404)])
def test_what_is_missing_is_missing_under_the_prefix(
    client: Client, method: str, status: int
) -> None:
    answer = client.request(method, "/nope", headers=UNDER)
    assert_problem(answer, status)
    assert answer.json()["instance"] == "/api/nope"


def test_a_wrong_method_names_the_right_ones_under_the_prefix(client: Client) -> None:
    answer = client.put("/api/v1/todos", headers=UNDER)
    assert_problem(answer, 405)
    assert {"GET", "POST"} <= {name.strip() for name in answer.headers["allow"].split(",")}
