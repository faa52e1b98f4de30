"""Unknown paths and methods."""

from httpx2 import Client

from ..problems import assert_problem


def test_unknown_path_is_not_found(client: Client) -> None:
    assert_problem(client.get("/nope"), 404)


def test_unknown_method_is_answered_with_the_allowed_ones(client: Client) -> None:
    response = client.delete("/livez")
    assert_problem(response, 405)
    assert response.headers["allow"] == "GET, HEAD"
