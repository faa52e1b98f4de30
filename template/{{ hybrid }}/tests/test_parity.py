"""Whether it makes a difference to a client which half answers. What is asked is in `asked.py`."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from ..http.apps import served
from ..storages import FRESH, SERVED
from .asked import ASKED, ENVIRONMENT, UNTOLD
from .parity import Ask, Told, ask


def answers(folder: Path, share: str) -> tuple[list[Told], list[str]]:
    """Return what is said at this share, and by which half, by a server with data of its own."""
    folder.mkdir()
    settings = FRESH[SERVED](folder)
    environment = {**ENVIRONMENT, "FASTAPI_SHARE": share}
    with served.process(settings, folder, **environment) as (client, _):
        told = ask(client, ASKED, UNTOLD)
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in (folder / "server.log").read_text().splitlines()
    ]
    halves = [
        line["half"]
        for line in lines
        if line["event"] == "answered" and line["request_id"].startswith("parity-")
    ]
    return told, halves


@pytest.mark.skipif(not ASKED, reason="nothing has moved yet: asked.py has nothing to ask")
def test_both_halves_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    old, by_old = answers(tmp_path / "old", "0")
    new, by_new = answers(tmp_path / "new", "1")
    for before, after in zip(old, new, strict=True):
        assert after == before
    # Else there was nothing to compare.
    assert by_old == ["flask"] * len(ASKED)
    assert by_new == ["fastapi"] * len(ASKED)


def app(**differs: Any) -> TestClient:
    said = {"status": 200, "header": "same", "name": "same"} | differs
    found = FastAPI()

    @found.get("/things/{thing}")
    def read(thing: str) -> Response:
        body = json.dumps({"id": thing, "name": said["name"]})
        headers = {"X-Header": said["header"], "Date": said.get("date", "now")}
        return Response(body, said["status"], headers, "application/json")

    return TestClient(found)


ASKS = [Ask("GET", "/things/7"), Ask("GET", "/things/$id")]


@pytest.mark.parametrize("differs", [{"status": 203}, {"header": "other"}, {"name": "other"}])
def test_a_difference_is_found(differs: dict[str, Any]) -> None:
    assert ask(app(), ASKS) != ask(app(**differs), ASKS)


def test_what_is_made_up_makes_none() -> None:
    assert ask(app(), ASKS) == ask(app(date="later"), ASKS)
    moments = [app(name=f"2026-01-0{day}T00:00:00.5Z") for day in (1, 2)]
    assert ask(moments[0], ASKS) == ask(moments[1], ASKS)


def test_what_a_client_was_told_it_can_say_again() -> None:
    [first, second] = ask(app(), ASKS)
    assert (first.body, second.body) == (first.body, first.body)
