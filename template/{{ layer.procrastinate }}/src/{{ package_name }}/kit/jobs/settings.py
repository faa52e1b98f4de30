"""Settings of background jobs."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from ..db.settings import DatabaseSettings


class JobsSettings(DatabaseSettings):
    jobs_concurrency: Annotated[int, Field(ge=1, le=32)] = 4
    # A job whose worker is silent for three times as long starts again.
    jobs_heartbeat_seconds: Annotated[float, Field(gt=0, le=600)] = 10
    # Seconds between SIGTERM and the end of jobs in progress, which start again elsewhere.
    jobs_stop_seconds: Annotated[int, Field(ge=0, le=3600)] = 20
    jobs_port: Annotated[int, Field(ge=0, le=65535)] = 8001

    @field_validator("database_url")
    @classmethod
    def _check_queue(cls, value: str, info: ValidationInfo) -> str:
        if value.startswith("sqlite") and info.data.get("environment") == "production":
            raise ValueError("must be PostgreSQL in production: background jobs wait in it")
        return value
