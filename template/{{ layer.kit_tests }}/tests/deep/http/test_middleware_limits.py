"""Rate limits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from signal import SIGCONT, SIGSTOP
from time import monotonic

import pytest
from httpx2 import Client

from ... import redis_server
from ...problems import assert_problem
from .app_clients import ALL_APPS

ITEMS = "/api/v1/items"


def from_(address: str) -> dict[str, str]:
    return {"x-forwarded-for": address}


def test_exceeded_limit_is_rejected(serve: Callable[..., Client]) -> None:
    client = serve(rate_limit="2/hour")
    assert [client.get(ITEMS).status_code for _ in range(2)] == [200, 200]
    refused = client.get("/nope")
    assert_problem(refused, 429)
    assert 3500 < int(refused.headers["retry-after"]) <= 3600
    assert refused.headers["x-content-type-options"] == "nosniff"
    for path in ("/livez", "/readyz", "/docs/assets/page.css"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("serve", ALL_APPS, indirect=True)
def test_clients_behind_a_trusted_proxy_are_counted_separately(
    serve: Callable[..., Client],
) -> None:
    client = serve(rate_limit="1/hour", forwarded_allow_ips="127.0.0.1,10.0.0.0/8")
    assert client.get(ITEMS, headers=from_("198.51.100.1")).status_code == 200
    assert client.get(ITEMS, headers=from_("198.51.100.2")).status_code == 200
    assert client.get(ITEMS, headers=from_("198.51.100.1, 10.0.0.1")).status_code == 429
    assert client.get(ITEMS, headers=from_("6.6.6.6, 198.51.100.2")).status_code == 429


def test_untrusted_client_cannot_change_its_address(serve: Callable[..., Client]) -> None:
    client = serve(rate_limit="1/hour", forwarded_allow_ips="192.0.2.1")
    assert client.get(ITEMS, headers=from_("198.51.100.1")).status_code == 200
    assert client.get(ITEMS, headers=from_("198.51.100.2")).status_code == 429


def test_with_redis_two_instances_count_together(serve: Callable[..., Client]) -> None:
    with redis_server.running() as (url, server):
        one = serve(rate_limit="2/hour", redis_url=url)
        two = serve(rate_limit="2/hour", redis_url=url)
        assert [each.get(ITEMS).status_code for each in (one, two)] == [200, 200]
        assert_problem(one.get(ITEMS), 429)
        assert_problem(two.get(ITEMS), 429)
        server.kill()
        server.wait()
        # Each instance counts for itself.
        assert [one.get(ITEMS).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("serve", ["served"], indirect=True)
def test_hanging_redis_does_not_delay_requests(serve: Callable[..., Client]) -> None:
    def visit(_: int) -> int:
        return client.get(ITEMS).status_code

    with redis_server.running() as (url, server), ThreadPoolExecutor(40) as pool:
        client = serve(rate_limit="1000/hour", redis_url=url)
        assert client.get(ITEMS).status_code == 200
        server.send_signal(SIGSTOP)
        try:
            begun, slowest = monotonic(), 0.0
            # Long enough for Redis to be tried once more.
            while monotonic() < begun + 8:
                requests = [pool.submit(visit, number) for number in range(40)]
                started = monotonic()
                assert client.get("/livez").status_code == 200
                slowest = max(slowest, monotonic() - started)
                assert {request.result(10) for request in requests} <= {200, 429}
        finally:
            server.send_signal(SIGCONT)
    assert slowest < 1
