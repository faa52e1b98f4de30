"""What the environment decides about the process itself; the other settings build on it."""

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class ProcessSettings(BaseSettings):
    environment: Literal["development", "production"] = "development"
    # Processes. One, and more containers, scales better than more in a container.
    web_concurrency: Annotated[int, Field(ge=1, le=64)] = 1
    # Requests that Flask works on at the same time, per process.
    threads: Annotated[int, Field(ge=1, le=1000)] = 16
    # How long an idle connection is kept: longer than a balancer keeps it (60 s is common), since
    # whoever closes first must not be the side that may just be sent a request.
    keep_alive_seconds: Annotated[int, Field(ge=1, le=3600)] = 75
    # How long SIGTERM is only announced, by a 503 on `/readyz`, before no more is accepted.
    # None: 5 in production, where a balancer has to notice.
    drain_seconds: Annotated[int | None, Field(ge=0, le=20)] = None
    # From SIGTERM to the end, all in all: less than the 30 s most platforms wait before they kill.
    shutdown_seconds: Annotated[int, Field(ge=25)] = 25

    @property
    def drains_for(self) -> int:
        by_default = 5 if self.environment == "production" else 0
        return by_default if self.drain_seconds is None else self.drain_seconds

    @property
    def finishes_in(self) -> int:
        """Seconds for the requests under way, once no more are accepted."""
        return self.shutdown_seconds - self.drains_for

    @property
    def security_schemes(self) -> dict[str, dict[str, Any]]:
        """What only the environment knows of how callers identify themselves, for OpenAPI."""
        return {}

    @property
    def tells_half(self) -> bool:
        """Whether there are two halves, so that numbers and log lines say which has answered."""
        return False

    def shared(self) -> dict[str, str]:
        """Return what processes started by this one must not make up for themselves."""
        return {}
