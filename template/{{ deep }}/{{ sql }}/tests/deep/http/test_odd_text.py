"""Whatever a client writes comes back as it was written, or is refused: it never breaks a query."""

import pytest
from httpx2 import Client

TODOS = "/api/v1/todos"
ODD = [
    "'; DROP TABLE todos; --",
    '" OR ""="',
    "100 % of \\'{}'\\ and $1 %s :name ?",
    "\x01\x1b[31m\x7f",
    "a\tb\r\nc",
    "\u202eright to left",
    "e\u0301 \u00e9",
    "\uffff\ufffe",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0010ffff" * 200,
]


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_odd_text_is_kept_as_it_is(client: Client, text: str) -> None:
    answer = client.post(TODOS, json={"title": text, "notes": text})
    assert answer.status_code == 201, answer.text
    created = answer.json()
    assert (created["title"], created["notes"]) == (text, text)
    assert client.get(f"{TODOS}/{created['id']}").json() == created
    assert client.get(TODOS).json()["items"] == [created]


@pytest.mark.parametrize("path", [f"{TODOS}/%00", f"{TODOS}?cursor=%00", f"{TODOS}?limit=%00"])
def test_nul_is_refused_wherever_it_is_sent(client: Client, path: str) -> None:
    assert client.get(path).status_code == 422
    answer = client.post(TODOS, json={"title": "x", "notes": "a\0b"})
    assert answer.status_code == 422
