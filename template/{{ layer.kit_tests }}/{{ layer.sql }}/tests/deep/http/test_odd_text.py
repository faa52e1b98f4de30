"""Any text is stored unchanged or rejected; it never breaks a query."""

from operator import itemgetter

import pytest
from httpx2 import Client

ITEMS = "/api/v1/items"
ODD = [
    "'; DROP TABLE items; --",
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


def test_odd_text_is_kept_as_it_is(stored: Client) -> None:
    written = []
    for text in ODD:
        response = stored.post(ITEMS, json={"title": text, "notes": text})
        assert response.status_code == 201, (ascii(text), response.text)
        created = response.json()
        assert (created["title"], created["notes"]) == (text, text)
        assert stored.get(f"{ITEMS}/{created['id']}").json() == created
        written.append(created)
    listed = stored.get(ITEMS).json()["items"]
    assert sorted(listed, key=itemgetter("id")) == sorted(written, key=itemgetter("id"))


@pytest.mark.parametrize("path", [f"{ITEMS}/%00", f"{ITEMS}?cursor=%00", f"{ITEMS}?limit=%00"])
def test_nul_is_rejected(client: Client, path: str) -> None:
    assert client.get(path).status_code == 422
    response = client.post(ITEMS, json={"title": "x", "notes": "a\0b"})
    assert response.status_code == 422
