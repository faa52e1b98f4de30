"""Settings of a hybrid."""

from math import nan
from typing import Annotated

from pydantic import BeforeValidator

from ..db.settings import DatabaseSettings


def _share(value: object) -> float:
    try:
        share = float(str(value))
    except ValueError:
        share = nan
    if not 0 <= share <= 1:
        raise ValueError("must be from 0 (no clients) to 1 (all clients), such as 0.1")
    return share


class HybridSettings(DatabaseSettings):
    # The share of clients that FastAPI serves where both frameworks have a URL: docs/moving.md.
    fastapi_share: Annotated[float, BeforeValidator(_share)] = 1

    @property
    def has_two_backends(self) -> bool:
        return True

    @property
    def applications(self) -> int:
        return 2
