"""Asks both halves the same, one after the other, and compares what each of them says."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from string import Template
from typing import Any

from httpx2 import Client

# What is made up for each answer, and what takes its place; the rest has to be the same.
MADE_UP = {
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "<id>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z": "<moment>",
    r'(?<=_token":")[^"]+': "<token>",
    r'(?<=next_cursor":")[^"]+': "<cursor>",
}
# When it was, and how long it took.
UNTOLD = frozenset({"date", "server-timing"})


@dataclass(frozen=True)
class Ask:
    """A request. `$id` in its path or body is the `id` that its caller was told last."""

    method: str
    path: str
    json: Any = None
    form: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Told:
    """What was said to one of the requests, without what is made up for each."""

    asked: str
    status: int
    headers: list[tuple[str, str]]
    body: str


def ask(client: Client, requests: Iterable[Ask], untold: frozenset[str] = UNTOLD) -> list[Told]:
    """Return what `client` is told; each request has an id that is the same for every client."""
    known: dict[str, str] = {}
    answers = []
    for number, request in enumerate(requests):
        answer = client.request(
            request.method,
            Template(request.path).safe_substitute(known),
            content=_json(request, known),
            data=_form(request, known),
            headers=_headers(request, number),
            follow_redirects=False,
        )
        if answer.content and "json" in answer.headers.get("content-type", ""):
            known |= _texts(answer.json())
        headers = [
            (name.lower(), _plain(value))
            for name, value in answer.headers.multi_items()
            if name.lower() not in untold
        ]
        told = Told(str(request), answer.status_code, sorted(headers), _plain(answer.text))
        answers.append(told)
    return answers


def _json(request: Ask, known: dict[str, str]) -> str | None:
    return None if request.json is None else Template(json.dumps(request.json)).substitute(known)


def _form(request: Ask, known: dict[str, str]) -> dict[str, str] | None:
    fields = (request.form or {}).items()
    return {name: Template(value).safe_substitute(known) for name, value in fields} or None


def _headers(request: Ask, number: int) -> dict[str, str]:
    kind = {} if request.json is None else {"content-type": "application/json"}
    return {"x-request-id": f"parity-{number}", **kind, **request.headers}


def _texts(said: Any) -> dict[str, str]:
    fields = said.items() if isinstance(said, dict) else ()
    return {name: value for name, value in fields if isinstance(value, str)}


def _plain(text: str) -> str:
    for pattern, name in MADE_UP.items():
        text = re.sub(pattern, name, text)
    return text
