"""Who is calling: nobody is asked."""

from typing import Annotated

from fastapi import Depends

from ..core import identity


async def user() -> identity.User:
    return identity.ANYBODY


User = Annotated[identity.User, Depends(user)]
