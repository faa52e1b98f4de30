"""Who guesses passwords has to wait, long before the others have to."""

from collections.abc import Callable

from httpx2 import Client, Response

from .. import redis_server
from .problems import assert_problem

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


NAME, PASSWORD = "ada@example.org", "a lovelace of words"


def guess(client: Client, address: str, name: str = NAME, password: str = "wrong") -> Response:
    headers = {"x-forwarded-for": address}
    return client.post(
        f"{AUTH}/token", data={"username": name, "password": password}, headers=headers
    )


def register(client: Client) -> None:
    answer = client.post(f"{AUTH}/register", json={"email": NAME, "password": PASSWORD})
    assert answer.status_code == 201


def test_an_account_is_not_guessed_from_many_addresses(serve: Callable[..., Client]) -> None:
    client = serve(account_rate_limit="3/hour", forwarded_allow_ips="127.0.0.1")
    register(client)
    for name in (NAME, "nobody@example.org"):  # Whether there is one or not: the same is said.
        answers = [guess(client, f"198.51.100.{number}", name) for number in range(1, 5)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        assert_problem(answers[-1], 429)
        assert 3500 < int(answers[-1].headers["retry-after"]) <= 3600
    # Not even to who has guessed it at last, however the name is written.
    assert guess(client, "198.51.100.9", NAME.upper(), PASSWORD).status_code == 429
    assert guess(client, "198.51.100.1", "grace@example.org").status_code == 401


def test_who_has_logged_in_from_there_is_not_locked_out(serve: Callable[..., Client]) -> None:
    client = serve(account_rate_limit="2/hour", forwarded_allow_ips="127.0.0.1")
    register(client)
    assert guess(client, "192.0.2.1", password=PASSWORD).status_code == 200
    assert [guess(client, f"198.51.100.{n}").status_code for n in (1, 2)] == [401, 429]
    assert guess(client, "192.0.2.1", password=PASSWORD).status_code == 200
    assert guess(client, "192.0.2.2", password=PASSWORD).status_code == 429
    assert guess(client, "192.0.2.1", "nobody@example.org").status_code == 401


def test_with_redis_two_instances_count_an_account_together(serve: Callable[..., Client]) -> None:
    with redis_server.running() as (url, _):
        told = {"account_rate_limit": "2/hour", "forwarded_allow_ips": "127.0.0.1"}
        one, two = (serve(redis_url=url, **told) for _ in range(2))
        register(one)
        assert guess(one, "192.0.2.1", password=PASSWORD).status_code == 200
        assert guess(two, "198.51.100.1").status_code == 401
        assert [guess(each, "198.51.100.2").status_code for each in (one, two)] == [429, 429]
        assert guess(two, "192.0.2.1", password=PASSWORD).status_code == 200
