"""The sample over HTTP, with every kind of database."""

from datetime import datetime
from urllib.parse import urljoin

from httpx2 import Client

from ...problems import assert_problem

ITEMS = "/api/v1/items"


def test_an_item_lives_from_creation_to_deletion(stored: Client) -> None:
    created = stored.post(ITEMS, json={"title": "Buy milk", "notes": "2 litres"})
    assert created.status_code == 201
    item = created.json()
    assert datetime.fromisoformat(item["created_at"]).utcoffset() is not None
    path = urljoin(str(created.request.url), created.headers["location"])
    assert stored.get(path).json() == item
    changed = stored.patch(path, json={"notes": None})
    assert changed.json() == item | {"notes": None}
    done = stored.post(f"{path}/complete")
    assert done.json()["done_at"] is not None
    assert_problem(stored.post(f"{path}/complete"), 409)
    assert stored.get(path).json() == done.json()
    assert stored.delete(path).status_code == 204
    assert_problem(stored.get(path), 404)


def test_pages_show_every_item_once_and_in_order(stored: Client) -> None:
    created = [stored.post(ITEMS, json={"title": f"{n}"}).json()["id"] for n in range(5)]
    listed, query = list[str](), {"limit": "2"}
    while True:
        page = stored.get(ITEMS, params=query).json()
        assert 1 <= len(page["items"]) <= 2
        listed += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert listed == created
