"""Authentication: who sends a request, and what they may do.

Services take an `actor: User`. Endpoints get it by the annotation `user: CurrentUser`, from
`auth.fastapi` or `auth.flask`.
"""

from .user import ANONYMOUS, User

__all__ = ["ANONYMOUS", "User"]
