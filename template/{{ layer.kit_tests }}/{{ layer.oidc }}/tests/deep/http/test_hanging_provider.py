"""The identity provider hangs: requests get 503, and probes are served."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from socket import create_server
from time import monotonic, sleep

import pytest
from httpx2 import Client

from ...identity import PROVIDER

ITEMS = "/api/v1/items"
# More than a process has threads.
MANY = 40


@pytest.mark.parametrize("serve", ["served"], indirect=True)
def test_provider_that_hangs_leaves_probes_alone(serve: Callable[..., Client]) -> None:
    headers = {"Authorization": f"Bearer {PROVIDER.sign()}"}

    def visit(_: int) -> int:
        return client.get(ITEMS, headers=headers).status_code

    with create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(MANY) as pool:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/jwks"
        client = serve(oidc_jwks_url=url)
        slowest = 0.0
        requests = [pool.submit(visit, number) for number in range(2 * MANY)]
        while not all(request.done() for request in requests):
            started = monotonic()
            assert client.get("/livez").status_code == 200
            slowest = max(slowest, monotonic() - started)
            sleep(0.05)
    assert {request.result() for request in requests} == {503}
    assert slowest < 2.5  # 0.5 alone; 3 was the fault.
