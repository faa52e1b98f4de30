"""Requests and responses."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from ..kit.schemas import RequestModel, ResponseModel, Timestamp
from .models import normalize_email
from .password_policy import NewPassword, Password

MAX_EMAIL: Final = 254


def _normalize(value: str) -> str:
    normalized = normalize_email(value)  # It may be longer.
    if len(normalized) > MAX_EMAIL:
        raise ValueError(f"The address has more than {MAX_EMAIL} characters.")
    return normalized


# Only sending mail proves that an address works.
Email = Annotated[
    str,
    Field(max_length=MAX_EMAIL, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$"),
    AfterValidator(_normalize),
]
# Longer than any token that was issued.
Token = Annotated[str, Field(max_length=200)]


class Registration(RequestModel):
    """An account to create."""

    email: Email
    password: NewPassword


class PasswordForm(RequestModel):
    """The password grant of OAuth 2.0 (RFC 6749, 4.3.2). `username` is the email address."""

    grant_type: Literal["password"] = "password"
    username: Annotated[str, Field(max_length=254, pattern=r"^[^\x00]*$")]
    password: Password
    # Accepted from OAuth 2.0 clients, and not used.
    scope: Annotated[str, Field(max_length=1000)] = ""
    client_id: Annotated[str, Field(max_length=200)] = ""
    client_secret: Annotated[str, Field(max_length=200)] = ""


class Refresh(RequestModel):
    """A session to continue."""

    refresh_token: Token


class Tokens(ResponseModel):
    """The access token for the `Authorization` header, and the refresh token for the next one."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: Annotated[int, Field(description="Seconds until the access token expires.")]


class AccountOut(ResponseModel):
    """The account of the user."""

    id: UUID
    email: str
    created_at: Timestamp
