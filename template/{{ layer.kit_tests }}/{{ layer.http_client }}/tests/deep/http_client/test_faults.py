"""Each fault of another service, as a client of the booted server sees it, and how soon."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response

from ...problems import assert_problem
from ...served import Server
from ..waiting import until
from .stub import Stub

CALLS = "/api/v1/calls"
# Seconds beyond the limit: two busy cores.
SLACK = 0.9


@pytest.fixture(autouse=True)
def _fresh(served_stub: Stub) -> Iterator[None]:
    served_stub.requests.clear()
    served_stub.headers.clear()
    yield


def get(server: Server, *paths: str, url: str = CALLS, **headers: str) -> tuple[Response, float]:
    started = monotonic()
    query = {"path": list(paths)}
    response = server.client.get(url, params=query, headers=headers)
    return response, monotonic() - started


def failures(server: Server, request_id: str) -> list[dict[str, Any]]:
    """Return the warnings of a request, which is complete in the log."""
    server.wait_for_line(event="request", request_id=request_id)
    lines = [line for line in server.lines() if line.get("request_id") == request_id]
    return [line for line in lines if line["event"].startswith("upstream")]


@pytest.mark.parametrize(
    ("fault", "status", "least", "most", "attempts"),
    [
        ("slow", 504, 1.4, 1.5, 1),
        ("drip", 504, 1.4, 1.5, 1),
        ("head-drip", 504, 1.4, 1.5, 1),
        ("reset", 502, 0, 0.3, 2),
        ("cut", 502, 0, 0.3, 2),
        ("not-http", 502, 0, 0.3, 2),
        ("bomb", 502, 0, 0.3, 1),
        ("large", 502, 0, 0.3, 1),
        ("text", 502, 0, 0.3, 1),
        ("wrong", 502, 0, 0.3, 1),
        ("redirect", 502, 0, 0.3, 1),
        ("400", 502, 0, 0.3, 1),
        ("401", 502, 0, 0.3, 1),
        ("404", 502, 0, 0.3, 1),
        ("500", 502, 0, 0.3, 1),
        ("429", 502, 0, 0.3, 2),
        ("502", 502, 0, 0.3, 2),
        ("503", 502, 0, 0.3, 2),
        ("504", 502, 0, 0.3, 2),
    ],
)
def test_fault(
    server: Server,
    served_stub: Stub,
    fault: str,
    status: int,
    least: float,
    most: float,
    attempts: int,
) -> None:
    request_id = uuid4().hex
    response, seconds = get(server, f"/{fault}", **{"x-request-id": request_id})
    assert_problem(response, status)
    assert least <= seconds < most + SLACK
    assert served_stub.requests[f"/{fault}"] == attempts
    assert response.json()["detail"].startswith("stub ")
    lines = failures(server, request_id)
    assert len(lines) == attempts
    assert {line["level"] for line in lines} == {"warning"}
    printed = response.text + str(lines)
    for secret in ("hunter2", "127.0.0.1", str(served_stub.port)):
        assert secret not in printed
    recovered, seconds = get(server, "/quick")
    assert recovered.status_code == 200, recovered.text


def test_refused_connection(server: Server) -> None:
    request_id = uuid4().hex
    response, seconds = get(server, url="/api/v1/dead", **{"x-request-id": request_id})
    assert_problem(response, 502)
    assert response.json()["detail"] == "dead is unreachable."
    assert seconds < 0.3 + SLACK
    reasons = [line["reason"] for line in failures(server, request_id)]
    assert reasons == ["ConnectError", "ConnectError"]


def test_log_names_the_fields_of_a_wrong_response(server: Server) -> None:
    request_id = uuid4().hex
    get(server, "/wrong", **{"x-request-id": request_id})
    [line] = failures(server, request_id)
    assert line["errors"] == ["float_parsing at ('per_euro',)"]


def test_retry_after_is_obeyed(server: Server) -> None:
    response, seconds = get(server, "/limited")
    assert response.status_code == 200
    assert 1 <= seconds < 1.3 + SLACK


def test_temporary_error_is_retried(server: Server, served_stub: Stub) -> None:
    assert get(server, "/flaky")[0].status_code == 200
    assert served_stub.requests["/flaky"] == 2


@pytest.mark.parametrize(("key", "status", "attempts"), [("", 502, 1), ("k-1", 200, 2)])
def test_post_is_retried_only_with_a_key(
    server: Server, served_stub: Stub, key: str, status: int, attempts: int
) -> None:
    response = server.client.post(CALLS, params={"path": "/flaky", "key": key})
    assert response.status_code == status
    assert served_stub.requests["/flaky"] == attempts
    assert {each.get("idempotency-key", "") for each in served_stub.headers} == {key}


def test_first_error_does_not_wait_for_the_slowest(server: Server) -> None:
    response, seconds = get(server, "/slow", "/slow", "/500")
    assert_problem(response, 502)
    assert seconds < 0.3 + SLACK


def test_limit_is_reported_soon_and_the_pool_recovers(server: Server, served_stub: Stub) -> None:
    until(lambda: served_stub.busy == 0)
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(get, server, *["/slow"] * 10)
        until(lambda: served_stub.requests["/slow"] == 10, seconds=1)
        response, seconds = get(server, "/quick")
        assert_problem(response, 503)
        assert response.headers["retry-after"] == "1"
        assert response.json()["detail"] == "Too many calls to stub."
        assert seconds < 0.5 + SLACK
        assert_problem(slow.result()[0], 504)
    assert get(server, *["/quick"] * 10)[0].status_code == 200


def test_calls_at_once_are_fast_and_in_order(server: Server) -> None:
    paths = [f"/{number}/a-while" for number in range(10)]
    response, seconds = get(server, *paths)
    assert [each["currency"] for each in response.json()] == ["a-while"] * 10
    assert seconds < 0.1 + SLACK


def test_trace_and_request_id_are_passed_on(server: Server, served_stub: Stub) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    request_id = uuid4().hex
    get(server, "/quick", "/other", traceparent=trace, **{"x-request-id": request_id})
    assert len(served_stub.headers) == 2
    for headers in served_stub.headers:
        assert headers["traceparent"].split("-")[1] == trace.split("-")[1]
        assert headers["x-request-id"] == request_id
        assert headers["authorization"] == "bearer hunter2"


def test_connections_are_reused(server: Server, served_stub: Stub) -> None:
    get(server, "/quick")
    before = served_stub.accepted
    for _ in range(5):
        assert get(server, "/quick")[0].status_code == 200
    assert served_stub.accepted == before


def test_cookies_are_not_kept(server: Server, served_stub: Stub) -> None:
    get(server, "/cookie")
    get(server, "/quick")
    assert not [headers for headers in served_stub.headers if "cookie" in headers]


def test_calls_are_measured_by_outcome(server: Server) -> None:
    for fault in ("quick", "404", "500", "slow"):
        get(server, f"/{fault}")
    text = server.client.get("/metrics").text
    for outcome in ("success", "status 404", "status 500", "ReadTimeout"):
        assert "_duration_seconds_count{" + f'outcome="{outcome}",upstream="stub"' in text


def test_urls_are_not_logged(server: Server, served_stub: Stub) -> None:
    get(server, "/quick?name=hunter2")
    text = server.log.read_text()
    assert "hunter2" not in text.replace("%3Fname%3Dhunter2", "")
    assert str(served_stub.port) not in text


def test_hanging_service_leaves_probes_alone(server: Server) -> None:
    many = 40
    with ThreadPoolExecutor(many) as threads:
        requests = [threads.submit(get, server, "/slow") for _ in range(many)]
        slowest = 0.0
        while not all(request.done() for request in requests):
            started = monotonic()
            assert server.client.get("/livez").status_code == 200
            slowest = max(slowest, monotonic() - started)
    statuses = {request.result()[0].status_code for request in requests}
    assert statuses == {503, 504}
    assert max(request.result()[1] for request in requests) < 1.5 + 2 * SLACK
    assert slowest < 2  # 0.5 alone; 3 without a limit.
