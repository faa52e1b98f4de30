"""No more is taken in than the limit allows, whether or not it is announced."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from httpx2 import Client

from ...problems import assert_problem
from .. import served
from .places import EVERYWHERE

ITEMS = "/api/v1/items"
JSON = {"content-type": "application/json"}
LIMIT: int = served.Settings.model_fields["max_body_bytes"].default
MEGABYTE = 1024 * 1024


def chunks(size: int) -> Iterator[bytes]:
    piece = b" " * 64 * 1024
    for _ in range(size // len(piece)):
        yield piece


@pytest.mark.parametrize("path", [ITEMS, "/nope"])
def test_a_body_that_announces_too_much_is_refused(client: Client, path: str) -> None:
    answer = client.post(path, content=b" " * (LIMIT + 1), headers=JSON)
    assert_problem(answer, 413)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("serve", EVERYWHERE, indirect=True)
def test_who_is_refused_reads_the_answer_and_goes_on(serve: Callable[..., Client]) -> None:
    client = serve(max_body_bytes=str(MEGABYTE))
    for _ in range(10):
        assert client.post("/nope", content=b" " * (MEGABYTE + 1), headers=JSON).status_code == 413
        assert client.post(ITEMS, content=chunks(2 * MEGABYTE), headers=JSON).status_code == 413
        assert client.get("/livez").status_code == 200


def test_a_body_in_chunks_that_becomes_too_much_is_refused(client: Client) -> None:
    assert_problem(client.post(ITEMS, content=chunks(LIMIT + MEGABYTE), headers=JSON), 413)


def test_a_body_of_just_the_limit_is_read(client: Client) -> None:
    body = b'{"title": "x"}'.ljust(LIMIT)
    assert client.post(ITEMS, content=body, headers=JSON).status_code == 201
    pieces = (body[at : at + 100_000] for at in range(0, LIMIT, 100_000))
    assert client.post(ITEMS, content=pieces, headers=JSON).status_code == 201


def test_the_limit_is_a_setting(serve: Callable[..., Client]) -> None:
    client = serve(max_body_bytes="20")
    assert client.post(ITEMS, json={"title": "x"}).status_code == 201
    assert_problem(client.post(ITEMS, json={"title": "xxxxxxxxxxxxxxxxxxxx"}), 413)


def peak(process: int) -> int:
    """Return the most memory that a process and its children have ever held, in kB."""
    status = Path(f"/proc/{process}/status").read_text()
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    own = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(own.split()[1]) + sum(peak(int(child)) for child in children)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Needs Linux to tell.")
def test_a_refused_body_is_not_held_in_memory(settings: served.Settings) -> None:
    size = 64 * MEGABYTE
    with served.process(settings, MAX_BODY_BYTES=str(MEGABYTE)) as (client, server):
        client.post(ITEMS, json={"title": "x"})
        for length in ({"content-length": str(size)}, {}):
            before = peak(server.pid)
            answer = client.post(ITEMS, content=chunks(size), headers=JSON | length)
            assert answer.status_code == 413
            assert peak(server.pid) - before < 16 * 1024
