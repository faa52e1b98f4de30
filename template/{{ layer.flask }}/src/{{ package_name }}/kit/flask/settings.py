"""Settings of an application whose requests are served by threads."""

from typing import Annotated

from pydantic import Field

from ..db.settings import DatabaseSettings


class FlaskSettings(DatabaseSettings):
    threads: Annotated[int, Field(ge=1, le=1000)] = 16

    @property
    def max_waiting(self) -> int:
        """Requests that may wait for a dependency at once. The other threads serve `/livez`."""
        return max(1, self.threads * 3 // 4)

    @property
    def default_pool_size(self) -> int:
        """Connections of one pool: a thread uses one at a time."""
        return min(self.threads, self.max_waiting)
