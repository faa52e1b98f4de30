"""What can be done with accounts: register, log in, continue a login, log out."""

from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import NoReturn
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .. import logs
from ..core.accounts import (
    Account,
    Credentials,
    Login,
    RefreshToken,
    is_open,
    join_scopes,
    normalize_email,
)
from ..core.errors import Conflict, NotFound, Unauthorized
from ..core.identity import User
from ..schemas.accounts import AccountOut, Registration, Tokens
from ..storage import accounts as tables
from . import passwords
from .tokens import AccessTokens, Claims

# A login and its account, in one trip, and made once: it is asked for with each request.
_LOGIN = (
    select(
        tables.logins.c.account_id,
        tables.logins.c.ended_at,
        tables.logins.c.expires_at,
        tables.accounts.c.scopes,
        tables.accounts.c.disabled_at,
    )
    .join_from(tables.logins, tables.accounts)
    .where(tables.logins.c.id == bindparam("login_id"))
)


def register(session: Session, wanted: Registration) -> AccountOut:
    """Create an account that may do what everybody may."""
    # Before the first statement: no connection is held while it takes its time.
    password_hash = passwords.hashed(wanted.password.get_secret_value())
    account = Account.new(wanted.email, password_hash, at=datetime.now(UTC))
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("There is an account with this email address.") from None
    logs.security("account registered", expected=True, account_id=str(account.id))
    return AccountOut.model_validate(account)


def find(session: Session, email: str) -> Credentials | None:
    """Return what the password of an account is checked against: the first half of a login."""
    account = session.scalar(_by_email(email))
    return Credentials(account.id, account.password_hash) if account else None


def log_in(
    session: Session, known: Credentials | None, password: SecretStr, tokens: AccessTokens
) -> Tokens:
    """Start a login; in its own transaction, so that none is open while the password is checked."""
    matches, better = passwords.checked(
        password.get_secret_value(), known.password_hash if known else None
    )
    if known is None or not matches:
        _refuse_login(known, "unknown account" if known is None else "wrong password")
    account = session.get(Account, known.account_id)
    if account is None or account.disabled_at is not None:  # guard: disabled-account
        _refuse_login(known, "disabled account")
    account.password_hash = better or account.password_hash
    logs.security("logged in", expected=True, account_id=str(account.id))
    return start(session, account, tokens)


def _refuse_login(known: Credentials | None, reason: str) -> NoReturn:
    # Not the name that was typed: now and then it is a password.
    logs.security("login refused", account_id=known and str(known.account_id), reason=reason)
    raise Unauthorized("The email address or the password is wrong.")


def start(session: Session, account: Account, tokens: AccessTokens) -> Tokens:
    """Start a login of somebody whose password was checked."""
    login = Login.new(account.id, at=datetime.now(UTC), days=tokens.login_days)
    session.add(login)
    session.flush()
    return _issue(session, Claims(account.id, login.id), tokens)


def refresh(session: Session, token: str, tokens: AccessTokens) -> Tokens:
    """Continue a login. A token does that once: a second use means that somebody has a copy."""
    login_id = session.scalar(
        update(tables.refresh_tokens)
        .where(tables.refresh_tokens.c.digest == _digest(token))
        .where(tables.refresh_tokens.c.used_at.is_(None))  # guard: refresh-once
        .values(used_at=datetime.now(UTC))
        .returning(tables.refresh_tokens.c.login_id)
    )
    if login_id is None:
        _end_if_reused(session, token)
    user = _user(session, login_id)
    if user is None:
        logs.security("refresh refused", login_id=str(login_id), reason="login is over")
        raise Unauthorized("The refresh token is not valid, or not any more.")
    return _issue(session, Claims(user.id, login_id), tokens)


def _end_if_reused(session: Session, token: str) -> NoReturn:
    found = session.get(RefreshToken, _digest(token))
    if found is not None:
        logs.security("refresh token reused", login_id=str(found.login_id))
        _end(session, found.login_id)  # guard: refresh-reuse
        # Now: the refusal takes back what is not committed before it.
        session.commit()
    raise Unauthorized("The refresh token is not valid, or not any more.")


def log_out(session: Session, *, by: User) -> None:
    """End the login, and with it every token that goes back to it."""
    if by.login_id is not None:
        _end(session, by.login_id)  # guard: logout
        fields = {"account_id": str(by.id), "login_id": str(by.login_id)}
        logs.security("logged out", expected=True, **fields)


def identify(session: Session, claims: Claims) -> User:
    """Return who is calling; raise `Unauthorized` if the login is over or the account disabled."""
    user = _user(session, claims.login_id)
    if user and user.id == claims.account_id:
        return user
    fields = {"account_id": str(claims.account_id), "reason": "login is over"}
    logs.security("access token refused", expected=True, **fields)
    raise Unauthorized("The access token is not valid, or not any more.")


def me(session: Session, *, by: User) -> AccountOut:
    return AccountOut.model_validate(session.get_one(Account, by.id))


def enable(session: Session, email: str, *, enabled: bool) -> None:
    """Let an account in again, or cut it off at once, wherever it is logged in."""
    account = _by_name(session, email)
    account.disabled_at = None if enabled else datetime.now(UTC)
    event = "account enabled" if enabled else "account disabled"
    logs.security(event, expected=True, account_id=str(account.id))
    if not enabled:
        logins = tables.logins
        session.execute(
            update(logins)
            .where(logins.c.account_id == account.id, logins.c.ended_at.is_(None))
            .values(ended_at=datetime.now(UTC))
        )


def grant(session: Session, email: str, scopes: list[str]) -> None:
    """Let an account do this and nothing else beside what everybody may."""
    account = _by_name(session, email)
    account.scopes = join_scopes(scopes)
    fields = {"account_id": str(account.id), "scopes": account.scopes}
    logs.security("scopes granted", expected=True, **fields)


def _issue(session: Session, claims: Claims, tokens: AccessTokens) -> Tokens:
    refresh_token = token_urlsafe(32)
    session.add(RefreshToken(_digest(refresh_token), claims.login_id))
    return Tokens(
        access_token=tokens.issue(claims),
        refresh_token=refresh_token,
        expires_in=tokens.seconds,
    )


def _user(session: Session, login_id: UUID) -> User | None:
    """Return whose login this is; None if it is over, or the account is disabled."""
    found = session.execute(_LOGIN, {"login_id": login_id}).one_or_none()
    if found is None or not is_open(found.ended_at, found.expires_at, at=datetime.now(UTC)):
        return None
    user = User(found.account_id, frozenset(found.scopes.split()), login_id)
    return user if found.disabled_at is None else None


def _end(session: Session, login_id: UUID) -> None:
    login = session.get(Login, login_id)
    if login is not None:
        login.end(at=datetime.now(UTC))


def _digest(token: str) -> str:
    """Return what is stored. One round is enough for 256 random bits."""
    return sha256(token.encode()).hexdigest()


def _by_email(email: str) -> Select[Account]:
    return select(Account).where(tables.accounts.c.email == normalize_email(email))


def _by_name(session: Session, email: str) -> Account:
    account = session.scalar(_by_email(email))
    if account is None:
        raise NotFound("There is no account with this email address.")
    return account
