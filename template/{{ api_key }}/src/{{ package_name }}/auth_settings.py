"""What the environment decides about who may call: nothing, keys are in the database."""

from typing import Literal

from pydantic_settings import BaseSettings


class AuthSettings(BaseSettings):
    environment: Literal["development", "production"] = "development"

    def shared(self) -> dict[str, str]:
        """Return what processes started by this one must not make up for themselves."""
        return {}
