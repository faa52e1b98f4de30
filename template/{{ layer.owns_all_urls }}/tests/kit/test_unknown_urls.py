"""Unknown paths and methods."""

from httpx2 import Client

from ..problems import assert_problem


def test_unknown_path_is_not_found(client: Client) -> None:
    assert_problem(client.get("/nope"), 404)


def test_unknown_method_is_answered_with_the_allowed_ones(client: Client) -> None:
    answer = client.delete("/livez")
    assert_problem(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD"
