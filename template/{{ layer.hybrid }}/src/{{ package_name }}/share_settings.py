"""What the environment decides about the two halves: who is answered by which."""

from math import nan
from typing import Annotated

from pydantic import BeforeValidator

from .edge_settings import EdgeSettings


def _share(value: object) -> float:
    try:
        share = float(str(value))
    except ValueError:
        share = nan
    if not 0 <= share <= 1:
        raise ValueError("has to be between 0, for nobody, and 1, for all; 0.1 is a tenth")
    return share


class ShareSettings(EdgeSettings):
    # The share of clients that FastAPI answers where both halves know a URL; docs/moving.md.
    fastapi_share: Annotated[float, BeforeValidator(_share)] = 1

    @property
    def tells_half(self) -> bool:
        return True
