"""The use cases of accounts: register, log in, refresh, log out."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import NoReturn
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import Select, bindparam, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..kit.errors import Conflict, NotFound, Unauthorized
from ..kit.observability import logs
from . import passwords
from .models import (
    Account,
    AuthSession,
    Credentials,
    RefreshToken,
    is_active,
    normalize_email,
)
from .schemas import AccountOut, Registration, Tokens
from .scopes import join_scopes
from .tokens import AccessTokens, Claims
from .user import User

# A session and its account in one query, built once: every request runs it.
_SESSION = (
    select(
        AuthSession.account_id,
        AuthSession.ended_at,
        AuthSession.expires_at,
        Account.scopes,
        Account.disabled_at,
    )
    .join_from(AuthSession, Account)
    .where(AuthSession.id == bindparam("session_id"))
)


def register(session: Session, data: Registration) -> AccountOut:
    """Create an account without scopes."""
    # Before the first query, so that hashing holds no connection.
    password_hash = passwords.hash_password(data.password.get_secret_value())
    account = Account(email=data.email, password_hash=password_hash)
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("An account with this email address exists.") from None
    logs.security("account registered", expected=True, account_id=str(account.id))
    return AccountOut.model_validate(account)


def find_credentials(session: Session, email: str) -> Credentials | None:
    """Return the credentials of an account: the first step of a login."""
    account = session.scalar(_by_email(email))
    return Credentials(account.id, account.password_hash) if account else None


def log_in(
    session: Session, credentials: Credentials | None, password: SecretStr, tokens: AccessTokens
) -> Tokens:
    """Start a session. A transaction of its own: none is open while the password is verified."""
    matches, new_hash = passwords.verify_password(
        password.get_secret_value(), credentials.password_hash if credentials else None
    )
    if credentials is None or not matches:
        reason = "wrong password" if credentials else "unknown account"
        _refuse_login(credentials, reason)
    account = session.get(Account, credentials.account_id)
    if account is None or account.disabled_at is not None:  # guard: disabled-account
        _refuse_login(credentials, "disabled account")
    account.password_hash = new_hash or account.password_hash
    logs.security("logged in", expected=True, account_id=str(account.id))
    return start_session(session, account, tokens)


def _refuse_login(credentials: Credentials | None, reason: str) -> NoReturn:
    # Without the name that was entered: now and then it is a password.
    account_id = credentials and str(credentials.account_id)
    logs.security("login refused", account_id=account_id, reason=reason)
    raise Unauthorized("Wrong email address or password.")


def start_session(session: Session, account: Account, tokens: AccessTokens) -> Tokens:
    """Start a session of an account whose password was verified."""
    expires_at = datetime.now(UTC) + timedelta(days=tokens.login_days)
    started = AuthSession(account_id=account.id, expires_at=expires_at)
    session.add(started)
    session.flush()
    return _issue(session, Claims(account.id, started.id), tokens)


def refresh(session: Session, token: str, tokens: AccessTokens) -> Tokens:
    """Continue a session. A refresh token works once: a second use means that it was copied."""
    session_id = session.scalar(
        update(RefreshToken)
        .where(RefreshToken.digest == _digest(token))
        .where(RefreshToken.used_at.is_(None))  # guard: refresh-once
        .values(used_at=datetime.now(UTC))
        .returning(RefreshToken.session_id)
    )
    if session_id is None:
        _refuse_refresh(session, token)
    user = _user(session, session_id)
    if user is None:
        logs.security("refresh refused", session_id=str(session_id), reason="session ended")
        raise Unauthorized("Invalid or expired refresh token.")
    return _issue(session, Claims(user.id, session_id), tokens)


def _refuse_refresh(session: Session, token: str) -> NoReturn:
    used = session.get(RefreshToken, _digest(token))
    if used is not None:
        logs.security("refresh token reused", session_id=str(used.session_id))
        _end_session(session, used.session_id)  # guard: refresh-reuse
        # The error below rolls back what is not committed.
        session.commit()
    raise Unauthorized("Invalid or expired refresh token.")


def log_out(session: Session, *, actor: User) -> None:
    """End the session, and with it all of its tokens."""
    if actor.session_id is not None:
        _end_session(session, actor.session_id)  # guard: logout
        fields = {"account_id": str(actor.id), "session_id": str(actor.session_id)}
        logs.security("logged out", expected=True, **fields)


def authenticate(session: Session, claims: Claims) -> User:
    """Return the user of a token; raise `Unauthorized` if its session has ended."""
    user = _user(session, claims.session_id)
    if user and user.id == claims.account_id:
        return user
    fields = {"account_id": str(claims.account_id), "reason": "session ended"}
    logs.security("access token refused", expected=True, **fields)
    raise Unauthorized("Invalid or expired access token.")


def read_account(session: Session, *, actor: User) -> AccountOut:
    return AccountOut.model_validate(session.get_one(Account, actor.id))


def set_enabled(session: Session, email: str, *, enabled: bool) -> None:
    """Enable an account, or disable it and end all of its sessions."""
    account = _get(session, email)
    account.disabled_at = None if enabled else datetime.now(UTC)
    event = "account enabled" if enabled else "account disabled"
    logs.security(event, expected=True, account_id=str(account.id))
    if not enabled:
        session.execute(
            update(AuthSession)
            .where(AuthSession.account_id == account.id, AuthSession.ended_at.is_(None))
            .values(ended_at=datetime.now(UTC))
        )


def set_scopes(session: Session, email: str, scopes: list[str]) -> None:
    """Replace the scopes of an account."""
    account = _get(session, email)
    account.scopes = join_scopes(scopes)
    fields = {"account_id": str(account.id), "scopes": account.scopes}
    logs.security("scopes granted", expected=True, **fields)


def prune(session: Session) -> None:
    """Delete sessions and refresh tokens that ended more than a day ago.

    The reuse of a deleted token is refused, but no longer ends its session.
    """
    limit = datetime.now(UTC) - timedelta(days=1)
    ended = or_(AuthSession.ended_at < limit, AuthSession.expires_at < limit)
    session.execute(delete(AuthSession).where(ended))  # And its tokens: ON DELETE CASCADE.
    session.execute(delete(RefreshToken).where(RefreshToken.used_at < limit))


def _issue(session: Session, claims: Claims, tokens: AccessTokens) -> Tokens:
    refresh_token = token_urlsafe(32)
    session.add(RefreshToken(digest=_digest(refresh_token), session_id=claims.session_id))
    return Tokens(
        access_token=tokens.issue(claims),
        refresh_token=refresh_token,
        expires_in=tokens.seconds,
    )


def _user(session: Session, session_id: UUID) -> User | None:
    """Return the user of a session; None if it has ended, or the account is disabled."""
    row = session.execute(_SESSION, {"session_id": session_id}).one_or_none()
    if row is None or row.disabled_at or not is_active(row.ended_at, row.expires_at):
        return None
    return User(row.account_id, frozenset(row.scopes.split()), session_id)


def _end_session(session: Session, session_id: UUID) -> None:
    if ended := session.get(AuthSession, session_id):
        ended.end()


def _digest(token: str) -> str:
    """Return what is stored of a token. One round suffices for 256 random bits."""
    return sha256(token.encode()).hexdigest()


def _by_email(email: str) -> Select[Account]:
    return select(Account).where(Account.email == normalize_email(email))


def _get(session: Session, email: str) -> Account:
    account = session.scalar(_by_email(email))
    if account is None:
        raise NotFound("No account has this email address.")
    return account
