"""Password hashing, which is slow on purpose and runs in threads."""

from threading import BoundedSemaphore
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from ..kit.db import run_in_thread

# Argon2id by https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html.
# The default of pwdlib takes 64 MiB per hash: too much for many threads in a small container.
_MEMORY, _TIME, _LANES = 19 * 1024, 2, 1  # guard: password-hash
_HASHER = PasswordHash((Argon2Hasher(memory_cost=_MEMORY, time_cost=_TIME, parallelism=_LANES),))

# Concurrent hashes, of 19 MiB each.
_CONCURRENCY = BoundedSemaphore(4)

# Checked for an unknown account, so that it takes as long as for a known one. It is a constant, since
# hashing at each start would take as long as a login.
_DUMMY_HASH: Final = f"$argon2id$v=19$m={_MEMORY},t={_TIME},p={_LANES}${'A' * 22}${'A' * 43}"


def hash_password(password: str) -> str:
    return run_in_thread(_hash, password)


def verify_password(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Return whether the password is right, and a hash by today's parameters if the old one is not.

    Without a hash, the result is false, and takes as long as for a wrong password.
    """
    stored = password_hash or _DUMMY_HASH
    matches, new_hash = run_in_thread(_verify, password, stored)  # guard: login-timing
    return matches and password_hash is not None, new_hash


def _hash(password: str) -> str:
    with _CONCURRENCY:
        return _HASHER.hash(password)


def _verify(password: str, password_hash: str) -> tuple[bool, str | None]:
    with _CONCURRENCY:
        return _HASHER.verify_and_update(password, password_hash)
