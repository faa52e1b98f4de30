"""Accounts and tokens as clients send and receive them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from .base import Answer, Request, Timestamp
from .passwords import NewPassword, Password


def _folded(value: str) -> str:
    return value.casefold()


# Whether it works only a message to it can tell.
Email = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$"),
    AfterValidator(_folded),
]
# Too long to be one that was given out, then; and not worth a look at the database.
Token = Annotated[str, Field(max_length=200)]


class Registration(Request):
    """An account to create."""

    email: Email
    password: NewPassword


class PasswordForm(Request):
    """A login as OAuth 2.0 writes it (RFC 6749, 4.3.2); `username` is the email address."""

    grant_type: Literal["password"] = "password"
    username: Annotated[str, Field(max_length=254)]
    password: Password
    # Sent by clients of OAuth 2.0 in general; here they decide nothing.
    scope: Annotated[str, Field(max_length=1000)] = ""
    client_id: Annotated[str, Field(max_length=200)] = ""
    client_secret: Annotated[str, Field(max_length=200)] = ""


class Refresh(Request):
    """A login to continue."""

    refresh_token: Token


class Tokens(Answer):
    """What to send in the header `Authorization`, and what continues the login after that."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: Annotated[int, Field(description="Seconds until the access token expires.")]


class AccountOut(Answer):
    """The caller's own account."""

    id: UUID
    email: str
    created_at: Timestamp
