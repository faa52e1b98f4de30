"""Settings of a hybrid."""

from typing import Annotated

from pydantic import Field

from ..db.settings import DatabaseSettings


class HybridSettings(DatabaseSettings):
    # The share of clients that FastAPI serves where both frameworks have a URL: docs/moving.md.
    fastapi_share: Annotated[float, Field(ge=0, le=1)] = 1

    @property
    def has_two_backends(self) -> bool:
        return True

    @property
    def applications(self) -> int:
        return 2
