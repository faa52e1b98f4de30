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

    @property
    def security_schemes(self) -> dict[str, dict[str, Any]]:
        """What only the environment knows of how callers identify themselves, for OpenAPI."""
        return {}
