"""Endpoints for FastAPI."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from ..kit.fastapi import Database
from ..kit.problems import problems
from . import service
from .fastapi import AccessTokens, AccountLimit, CurrentUser, LoginLimit
from .models import email_digest
from .schemas import AccountOut, PasswordForm, Refresh, Registration, Tokens

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


@router.post("/register", status_code=201, responses=problems(400, 409, 415, 422, 429))
async def register(data: Registration, db: Database, _: LoginLimit) -> AccountOut:
    """Create an account."""
    return await db.run(service.register, data)


@router.post("/token", responses=problems(400, 401, 415, 422, 429))
async def token(
    form: Annotated[PasswordForm, Form()],
    db: Database,
    access_tokens: AccessTokens,
    response: Response,
    limit_account: AccountLimit,
    _: LoginLimit,
) -> Tokens:
    """Log in."""
    await limit_account(email_digest(form.username))  # guard: account-limit
    response.headers["Cache-Control"] = "no-store"
    credentials = await db.run(service.find_credentials, form.username)
    return await db.run(service.log_in, credentials, form.password, access_tokens)


@router.post("/refresh", responses=problems(400, 401, 415, 422))
async def refresh(
    data: Refresh, db: Database, access_tokens: AccessTokens, response: Response
) -> Tokens:
    """Continue a session. A refresh token works once."""
    response.headers["Cache-Control"] = "no-store"
    return await db.run(service.refresh, data.refresh_token, access_tokens)


@router.post("/logout", status_code=204)
async def logout(db: Database, user: CurrentUser) -> None:
    """End the session and its tokens."""
    await db.run(service.log_out, actor=user)


@router.get("/me")
async def me(db: Database, user: CurrentUser) -> AccountOut:
    """Return the account of the user."""
    return await db.read(service.read_account, actor=user)
