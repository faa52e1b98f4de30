"""Who is calling: nobody is asked."""

from typing import Annotated

from ..core import identity
from .routing import Depends


def user() -> identity.User:
    return identity.ANYBODY


User = Annotated[identity.User, Depends(user)]
