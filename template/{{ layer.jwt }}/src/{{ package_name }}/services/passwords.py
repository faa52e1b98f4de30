"""Hashes passwords, and checks them: slowly on purpose, and beside everything else."""

from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from ..storage.offload import blocking

# Argon2id by https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html.
# The library's own default takes 64 MiB: times the threads, more than a small container has.
_MEMORY, _TIME, _LANES = 19 * 1024, 2, 1  # guard: password-hash
_HASHER = PasswordHash((Argon2Hasher(memory_cost=_MEMORY, time_cost=_TIME, parallelism=_LANES),))

# Of 19 MiB each; whoever comes next waits for its turn.
_AT_ONCE = BoundedSemaphore(4)

# What is checked where there is no account, so that it takes as long as where there is one. It is
# written down, and no password's: to make one would take as long as a login, at each start.
_NOBODYS = f"$argon2id$v=19$m={_MEMORY},t={_TIME},p={_LANES}${'A' * 22}${'A' * 43}"


def hashed(password: str) -> str:
    return blocking(_hash, password)


def checked(password: str, known: str | None) -> tuple[bool, str | None]:
    """Say whether `password` is the one of the hash, and return a better hash if there is one.

    An unknown hash takes as long as a wrong password.
    """
    matches, better = blocking(_verify, password, known or _NOBODYS)  # guard: login-timing
    return matches and known is not None, better


def _hash(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password)


def _verify(password: str, known: str) -> tuple[bool, str | None]:
    with _AT_ONCE:
        return _HASHER.verify_and_update(password, known)
