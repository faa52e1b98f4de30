"""The WSGI adapter under its server, in a separate process."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import pytest
from httpx2 import RemoteProtocolError

from .sample_server import Server, read_response, serve, until

THREADS = 4  # of each adapter in `sample`
MEGABYTES = bytes(range(256)) * 4096 * 3


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("adapter")) as server:
        yield server


@pytest.fixture
def server(shared: Server) -> Iterator[Server]:
    shared.client.post("/reset")
    yield shared
    shared.client.post("/open")
    shared.wait_until_idle()


def test_mount_at_the_root_serves_unknown_paths(server: Server) -> None:
    found = server.client.get("/path/caf%C3%A9%2Fau?q=1&q=%C3%BC").json()
    assert found == {
        "url": f"http://127.0.0.1:{server.port}/path/café/au?q=1&q=ü",
        "rest": "café/au",
        "script": "",
        "path": "/path/café/au".encode().decode("latin-1"),
        "query": {"q": ["1", "ü"]},
    }


def test_prefix_of_a_proxy_is_kept(tmp_path: Path) -> None:
    with serve(tmp_path, prefix="/proxy") as server:
        found = server.client.get("/legacy/path/x").json()
    assert found["url"] == f"http://127.0.0.1:{server.port}/proxy/legacy/path/x"
    assert (found["script"], found["path"]) == ("/proxy/legacy", "/path/x")


def test_repeated_headers_are_joined(server: Server) -> None:
    fields = ["Cookie: a=1", "Cookie: b=2", "X-Tag: one", "X-Tag: two", "Connection: close"]
    status, body = read_response(server.connect("GET /headers", *fields))
    assert status == 200
    assert b'"cookies":{"a":"1","b":"2"}' in body
    assert b'"X-Tag":"one,two"' in body


def test_header_with_an_underscore_is_ignored(server: Server) -> None:
    status, body = read_response(server.connect("GET /headers", "X_Forwarded_For: 6.6.6.6"))
    assert status == 200
    assert b"6.6.6.6" not in body


def test_upload_with_a_length_is_complete(server: Server) -> None:
    found = server.client.post("/upload", content=MEGABYTES).json()
    assert found["sha256"] == sha256(MEGABYTES).hexdigest()
    assert (found["length"], found["encoding"]) == (len(MEGABYTES), None)


@pytest.mark.parametrize("size", [1000, 100_000])
def test_chunked_upload_is_complete(server: Server, size: int) -> None:
    found = server.client.post("/upload", content=(b"x" * size for _ in range(30))).json()
    assert found["sha256"] == sha256(b"x" * size * 30).hexdigest()
    assert (found["length"], found["encoding"]) == (None, "chunked")


def test_expect_100_continue_gets_a_response(server: Server) -> None:
    connection = server.connect("POST /upload", "Content-Length: 5", "Expect: 100-continue")
    assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
    connection.sendall(b"hello")
    status, body = read_response(connection)
    assert status == 200
    assert sha256(b"hello").hexdigest().encode() in body


def test_disconnect_during_an_upload_frees_the_thread(server: Server) -> None:
    for _ in range(THREADS + 1):
        with server.connect("POST /parts", f"Content-Length: {len(MEGABYTES)}") as connection:
            connection.sendall(MEGABYTES[:200_000])
    server.wait_until_idle()
    assert server.client.get("/mark").text == "marked"


def test_stream_arrives_in_chunks(server: Server) -> None:
    with server.client.stream("GET", "/halves") as response:
        chunks = response.iter_raw()
        assert next(chunks) == b"first"
        server.client.post("/open")
        assert b"".join(chunks) == b"last"


def test_abandoned_streams_end_and_free_their_threads(server: Server) -> None:
    for _ in range(5):
        with ExitStack() as stack:
            for _ in range(THREADS):
                connection = stack.enter_context(server.connect("GET /endless"))
                assert connection.recv(100)
    server.wait_for_count("finished endless", 5 * THREADS)
    server.wait_until_idle()
    assert server.client.get("/mark").text == "marked"


def test_abandoned_stream_with_an_unread_upload_ends(server: Server) -> None:
    with server.connect("POST /endless", "Content-Length: 150000") as connection:
        connection.sendall(b"x" * 150_000)
        assert connection.recv(100)
    server.wait_for_count("finished endless", 1)


def test_busy_legacy_application_does_not_block_fastapi(server: Server) -> None:
    held = [server.connect("GET /hold", "Connection: close") for _ in range(3 * THREADS)]
    server.wait_for_count("requests", 3 * THREADS + 1)
    server.wait_for_count("hold", THREADS)
    assert server.client.get("/thread").json() == "a thread of FastAPI"
    server.client.post("/open")
    assert [read_response(connection) for connection in held] == [(200, b"held")] * 3 * THREADS
    assert server.count("most hold") == THREADS


def test_request_of_a_disconnected_client_is_removed_from_the_queue(server: Server) -> None:
    held = [server.connect("GET /hold", "Connection: close") for _ in range(THREADS)]
    server.wait_for_count("hold", THREADS)
    with server.connect("GET /mark"):
        server.wait_for_count("requests", THREADS + 2)
    server.wait_for_count("requests", THREADS + 1)
    server.client.post("/open")
    assert [read_response(connection) for connection in held] == [(200, b"held")] * THREADS
    server.wait_until_idle()
    assert server.count("mark") == 0


def test_concurrent_requests_keep_their_context(server: Server) -> None:
    def get_context(name: str) -> tuple[int, dict[str, str]]:
        response = server.client.get("/context", headers={"X-Request-ID": name})
        return response.status_code, response.json()

    names = [str(number) for number in range(200)]
    with ThreadPoolExecutor(len(names)) as clients:
        found = list(clients.map(get_context, names))
    assert found == [(200, {"request_id": name, "scope": "http"}) for name in names]


def test_error_during_a_stream_closes_the_connection_and_is_logged(server: Server) -> None:
    with pytest.raises(RemoteProtocolError):
        server.client.get("/late")
    until(lambda: "too late for a status" in server.log.read_text())
    assert server.client.get("/mark").text == "marked"


def test_websocket_to_an_unknown_path_is_rejected(server: Server) -> None:
    upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    assert read_response(server.connect("GET /nowhere", *upgrade, key))[0] == 403


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a process can handle")
def test_request_in_progress_is_finished_before_the_server_exits(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        connection = server.connect("GET /slow")
        server.wait_for_count("slow", 1)
        server.process.send_signal(signal.SIGTERM)
        assert read_response(connection) == (200, b"slow")
        server.process.wait(60)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a process can handle")
def test_endless_stream_does_not_block_the_shutdown(tmp_path: Path) -> None:
    with (
        serve(tmp_path, graceful_timeout=1) as server,
        server.connect("GET /endless") as connection,
    ):
        assert connection.recv(100)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(60)
