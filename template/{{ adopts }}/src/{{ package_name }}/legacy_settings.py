"""What the environment decides about the application that was adopted."""

from typing import Annotated, Literal

from pydantic import Field

from .edge_settings import EdgeSettings


class LegacySettings(EdgeSettings):
    # Where it lives. Empty: at the root, so that none of its URLs changes.
    legacy_prefix: Annotated[str, Field(pattern=r"^((/[A-Za-z0-9._~-]+)+)?$")] = ""
    # Whether it hears who is calling: `unasked`, its own login decides, as before; `known`, where
    # the caller says it; `required`, nobody else gets through to it.
    legacy_callers: Literal["unasked", "known", "required"] = "unasked"
    # It may take files, which a megabyte does not hold; what is in memory of them is its choice.
    max_body_bytes: Annotated[int, Field(ge=0)] = 16 * 1024 * 1024
