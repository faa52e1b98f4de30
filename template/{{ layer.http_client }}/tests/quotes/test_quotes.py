"""Quotes over HTTP, from a service that really runs."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from httpx2 import Client

from ..ports import free_port
from ..problems import assert_problem
from .rates import RATES, Rates

QUOTES = "/api/v1/quotes"


@pytest.fixture(scope="module")
def rates() -> Iterator[Rates]:
    with Rates() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_quote_has_the_currencies_in_the_order_of_the_request(
    open_client: Callable[..., Client], rates: Rates
) -> None:
    client = open_client(rates={"url": rates.url})
    response = client.get(QUOTES, params={"currency": ["USD", "CHF"]})
    assert response.status_code == 200, response.text
    expected = [{"currency": name, "per_euro": RATES[name]} for name in ("USD", "CHF")]
    assert response.json() == {"rates": expected}


def test_unknown_currency_is_rejected(open_client: Callable[..., Client], rates: Rates) -> None:
    client = open_client(rates={"url": rates.url})
    response = client.get(QUOTES, params={"currency": ["USD", "XXX"]})
    assert_problem(response, 422)
    assert [each["parameter"] for each in response.json()["errors"]] == ["currency"]


def test_unreachable_service_is_a_bad_gateway(open_client: Callable[..., Client]) -> None:
    client = open_client(rates={"url": f"http://127.0.0.1:{free_port()}", "attempts": 1})
    response = client.get(QUOTES, params={"currency": "USD"})
    assert_problem(response, 502)
    assert response.json()["detail"] == "rates is unreachable."


def test_missing_setting_is_named(client: Client) -> None:
    response = client.get(QUOTES, params={"currency": "USD"})
    assert_problem(response, 503)
    assert response.json()["detail"] == "RATES__URL is not set."


@pytest.mark.parametrize("query", ["", "?currency=usd", "?currency=../admin"])
def test_invalid_currency_is_rejected(client: Client, query: str) -> None:
    assert_problem(client.get(QUOTES + query), 422)
