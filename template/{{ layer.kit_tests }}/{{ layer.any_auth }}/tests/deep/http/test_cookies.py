"""Cookies do not authenticate, so other web pages cannot forge requests (CSRF).

A browser sends cookies by itself, but never the `Authorization` or `X-API-Key` of another page.
"""

from httpx2 import Client

from ...problems import assert_problem

ITEMS, AUTH = "/api/v1/items", "/api/v1/auth"
IDENTITY = ("authorization", "x-api-key")
PASSWORD = "a lovelace of words"


def test_no_response_sets_a_cookie(client: Client) -> None:
    login = {"username": "ada@example.org", "password": PASSWORD}
    responses = [
        client.get("/docs"),
        client.get("/openapi.json"),
        client.get("/livez"),
        client.post(f"{AUTH}/register", json={"email": "ada@example.org", "password": PASSWORD}),
        tokens := client.post(f"{AUTH}/token", data=login),
        client.post(f"{AUTH}/token", data=login | {"password": "not this one"}),
        client.post(f"{AUTH}/refresh", json={"refresh_token": "nonsense"}),
        client.get(f"{AUTH}/me"),
        client.post(ITEMS, json={"title": "Buy milk"}),
        client.get(ITEMS),
        client.get(ITEMS, headers={name: "" for name in IDENTITY}),
        client.get("/nope"),
    ]
    if tokens.is_success:
        sent = {"refresh_token": tokens.json()["refresh_token"]}
        responses.append(client.post(f"{AUTH}/refresh", json=sent))
        assert responses[-1].status_code == 200
    assert {200, 201, 401, 404} <= {response.status_code for response in responses}
    assert not [response.url for response in responses if "set-cookie" in response.headers]


def test_credentials_in_a_cookie_are_ignored(client: Client) -> None:
    [name] = [name for name in IDENTITY if name in client.headers]
    good = client.headers[name]
    assert client.get(ITEMS).status_code == 200
    token = good.removeprefix("Bearer ")
    for cookie in (name, "access_token", "api_key", "session", "token"):
        for value in (token, f'"{good}"'):
            headers = {name: "", "cookie": f"{cookie}={value}"}
            assert_problem(client.get(ITEMS, headers=headers), 401)
            response = client.post(ITEMS, headers=headers, json={"title": "Theirs"})
            assert_problem(response, 401)
    assert client.get(ITEMS).json()["items"] == []
