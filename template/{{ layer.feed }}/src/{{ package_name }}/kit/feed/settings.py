"""Settings of the feed."""

from typing import Annotated

from pydantic import Field

from ..settings import KitSettings


class FeedSettings(KitSettings):
    # Events that are kept for clients that come back.
    feed_length: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
