"""Accounts over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from ..core.accounts import email_digest
from ..schemas.accounts import AccountOut, PasswordForm, Refresh, Registration, Tokens
from ..schemas.errors import problems
from ..services import accounts
from .dependencies import Database
from .identity import AccessTokens, User
from .throttle import AccountLimit, LoginLimit

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


@router.post("/register", status_code=201, responses=problems(400, 409, 415, 422, 429))
async def register(wanted: Registration, db: Database, _: LoginLimit) -> AccountOut:
    return await db.run(accounts.register, wanted)


@router.post("/token", responses=problems(400, 401, 415, 422, 429))
async def token(
    form: Annotated[PasswordForm, Form()],
    db: Database,
    tokens: AccessTokens,
    response: Response,
    limit_account: AccountLimit,
    _: LoginLimit,
) -> Tokens:
    """Log in."""
    await limit_account(email_digest(form.username))  # guard: account-limit
    response.headers["Cache-Control"] = "no-store"
    known = await db.run(accounts.find, form.username)
    return await db.run(accounts.log_in, known, form.password, tokens)


@router.post("/refresh", responses=problems(400, 401, 415, 422))
async def refresh(
    wanted: Refresh, db: Database, tokens: AccessTokens, response: Response
) -> Tokens:
    """Continue a login; the refresh token is used up by it."""
    response.headers["Cache-Control"] = "no-store"
    return await db.run(accounts.refresh, wanted.refresh_token, tokens)


@router.post("/logout", status_code=204)
async def logout(db: Database, user: User) -> None:
    """End the login, and with it its refresh token."""
    await db.run(accounts.log_out, by=user)


@router.get("/me")
async def me(db: Database, user: User) -> AccountOut:
    return await db.read(accounts.me, by=user)
