"""Sends the same requests to both frameworks and normalizes the responses."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from string import Template
from typing import Any

from httpx2 import Client

# Values that differ between responses, and their replacements.
GENERATED = {
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "<id>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z": "<timestamp>",
    r'(?<=_token":")[^"]+': "<token>",
    r'(?<=next_cursor":")[^"]+': "<cursor>",
}


@dataclass(frozen=True)
class Case:
    """A request. `$id` in its path or body is replaced by the last `id` in a response."""

    method: str
    path: str
    json: Any = None
    form: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """A response, without generated values."""

    request: str
    status: int
    headers: list[tuple[str, str]]
    body: str


def send(
    client: Client, cases: Iterable[Case], ignored_headers: Iterable[str] = ()
) -> list[Result]:
    """Send the requests in order and return the responses."""
    values: dict[str, str] = {}
    ignored = {"date", *ignored_headers}
    results = []
    for number, case in enumerate(cases):
        body = (
            None if case.json is None else Template(json.dumps(case.json)).safe_substitute(values)
        )
        json_type = {} if body is None else {"content-type": "application/json"}
        response = client.request(
            case.method,
            Template(case.path).safe_substitute(values),
            content=body,
            data=case.form,
            headers={"x-request-id": f"parity-{number}", **json_type, **case.headers},
            follow_redirects=False,
        )
        if response.content and "json" in response.headers.get("content-type", ""):
            content = response.json()
            fields = content.items() if isinstance(content, dict) else ()
            values |= {name: value for name, value in fields if isinstance(value, str)}
        headers = [
            (name.lower(), _without_generated(value))
            for name, value in response.headers.multi_items()
            if name.lower() not in ignored
        ]
        request = f"{case.method} {case.path}"
        text = _without_generated(response.text)
        results.append(Result(request, response.status_code, sorted(headers), text))
    return results


def _without_generated(text: str) -> str:
    for pattern, word in GENERATED.items():
        text = re.sub(pattern, word, text)
    return text
