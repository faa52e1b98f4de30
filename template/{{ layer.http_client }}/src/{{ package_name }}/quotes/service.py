"""The use cases of quotes."""

from collections.abc import Sequence
from functools import partial

from ..kit.bridge import together
from ..kit.errors import Invalid
from ..kit.http_client import Upstream, UpstreamError
from .schemas import QuoteOut, Rate, RateOut


def quote(rates: Upstream, currencies: Sequence[str]) -> QuoteOut:
    """Ask for all currencies at once."""
    found = together([partial(_rate, rates, currency) for currency in currencies])
    return QuoteOut(rates=[RateOut.model_validate(rate) for rate in found])


def _rate(rates: Upstream, currency: str) -> Rate:
    try:
        return rates.get(f"/rates/{currency}", into=Rate)
    except UpstreamError as error:
        if error.answered == 404:
            raise Invalid(f"{currency} is not a known currency.", parameter="currency") from None
        raise
