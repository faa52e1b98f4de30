"""Accounts and tokens as clients send and receive them."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from ..core.accounts import normalize_email
from .base import Answer, Request, Timestamp
from .passwords import NewPassword, Password


def _normalized(value: str) -> str:
    found = normalize_email(value)  # It may be longer.
    if len(found) > MAX_EMAIL:
        raise ValueError(f"The address has more than {MAX_EMAIL} characters.")
    return found


MAX_EMAIL: Final = 254
# Only sending mail proves that an address works.
Email = Annotated[
    str,
    Field(max_length=MAX_EMAIL, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$"),
    AfterValidator(_normalized),
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
    username: Annotated[str, Field(max_length=254, pattern=r"^[^\x00]*$")]
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
