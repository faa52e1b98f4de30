"""Settings of a mounted application that is not part of this project."""

from typing import Annotated, Literal

from pydantic import Field

from .settings import HybridSettings

_NAME = r"[A-Za-z_]\w*"
# `module:application`, or `module:factory()`.
ImportPath = Annotated[str, Field(pattern=rf"^{_NAME}(\.{_NAME})*:{_NAME}(\(\))?$")]


class ForeignAppSettings(HybridSettings):
    legacy_app: ImportPath
    # Empty: at the root, so that its URLs stay the same.
    legacy_prefix: Annotated[str, Field(pattern=r"^((/[A-Za-z0-9._~-]+)+)?$")] = ""
    # `unasked`: without authentication, its own login applies; `known`: it gets the user, if there is
    # one; `required`: only requests with valid credentials reach it.
    legacy_callers: Literal["unasked", "known", "required"] = "unasked"
    # Requests that the application works on at the same time.
    threads: Annotated[int, Field(ge=1, le=1000)] = 16

    @property
    def applications(self) -> int:
        return 1
