"""Settings of background jobs."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from ..db.settings import DatabaseSettings


class JobsSettings(DatabaseSettings):
    redis_url: Annotated[
        str, Field(pattern=r"^((rediss?|redis\+unix)://.+)?$", validate_default=True)
    ] = ""
    jobs_concurrency: Annotated[int, Field(ge=1, le=32)] = 4
    # Seconds until a job of a killed worker starts again: longer than the longest job.
    jobs_visibility_seconds: Annotated[int, Field(ge=1)] = 600
    # Seconds between SIGTERM and the end of jobs in progress, which start again elsewhere.
    jobs_stop_seconds: Annotated[int, Field(ge=0, le=3600)] = 20
    jobs_port: Annotated[int, Field(ge=0, le=65535)] = 8001

    @field_validator("redis_url")
    @classmethod
    def _check_queue(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("environment") == "production":
            raise ValueError("is required in production: background jobs wait in Redis")
        return value
