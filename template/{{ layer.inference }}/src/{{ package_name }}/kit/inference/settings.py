"""Settings of the models in this process."""

from typing import Annotated

from pydantic import Field

from ..settings import KitSettings


class InferenceSettings(KitSettings):
    inference_queue_size: Annotated[int, Field(ge=1, le=10_000)] = 32
    inference_batch_size: Annotated[int, Field(ge=1, le=1024)] = 8
    inference_workers: Annotated[int, Field(ge=1, le=64)] = 1
    # Shorter than the time for a graceful shutdown.
    inference_timeout: Annotated[float, Field(gt=0, le=20)] = 5
