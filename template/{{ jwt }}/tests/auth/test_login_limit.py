"""Who guesses passwords has to wait, long before the others have to."""

from collections.abc import Callable

from httpx2 import Client

from ..problems import assert_problem

AUTH = "/api/v1/auth"
GUESS = {"username": "ada@example.org", "password": "not the one"}


def test_logins_are_limited_before_anything_else_is(serve: Callable[..., Client]) -> None:
    client = serve(login_rate_limit="3/hour")
    guesses = [client.post(f"{AUTH}/token", data=GUESS) for _ in range(4)]
    assert [answer.status_code for answer in guesses] == [401, 401, 401, 429]
    assert_problem(guesses[-1], 429)
    assert 3500 < int(guesses[-1].headers["retry-after"]) <= 3600
    wanted = {"email": "ada@example.org", "password": "a lovelace of words"}
    assert_problem(client.post(f"{AUTH}/register", json=wanted), 429)
    assert client.get("/api/v1/todos").status_code == 200


def test_without_a_limit_there_is_none(serve: Callable[..., Client]) -> None:
    client = serve(login_rate_limit="")
    wanted = {"email": "ada", "password": ""}
    answers = [client.post(f"{AUTH}/register", json=wanted) for _ in range(12)]
    assert {answer.status_code for answer in answers} == {422}


def test_each_client_is_counted_alone(serve: Callable[..., Client]) -> None:
    client = serve(login_rate_limit="1/hour", forwarded_allow_ips="127.0.0.1")
    for address, status in (("198.51.100.1", 401), ("198.51.100.2", 401), ("198.51.100.1", 429)):
        headers = {"x-forwarded-for": address}
        assert client.post(f"{AUTH}/token", data=GUESS, headers=headers).status_code == status
