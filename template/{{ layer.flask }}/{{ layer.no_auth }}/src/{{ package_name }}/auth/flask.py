"""Dependencies for Flask: every request is anonymous."""

from typing import Annotated

from ..kit.flask import Depends
from .user import ANONYMOUS, User


def authenticate() -> User:
    return ANONYMOUS


CurrentUser = Annotated[User, Depends(authenticate)]
