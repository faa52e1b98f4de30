"""Which passwords are accepted: long and uncommon ones (ASVS 6.2).

The list is Royce Williams' list of common passwords as shipped by Django 5.2, without those that are
too short anyway. It is in lower case; `common_passwords.LICENSE` is Django's.
"""

import gzip
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

MIN_LENGTH: Final = 8
# Bounds the time of hashing; no password is truncated.
MAX_LENGTH: Final = 128


@cache
def common_passwords() -> frozenset[str]:
    packed = Path(__file__).with_name("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def _check_encoding(password: SecretStr) -> SecretStr:
    try:
        password.get_secret_value().encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "Contains an unpaired surrogate") from None
    return password


def _check_uncommon(password: SecretStr) -> SecretStr:
    if password.get_secret_value().strip().lower() in common_passwords():
        raise PydanticCustomError("common_password", "This is one of the most common passwords")
    return password


Password = Annotated[SecretStr, Field(max_length=MAX_LENGTH), AfterValidator(_check_encoding)]
NewPassword = Annotated[Password, Field(min_length=MIN_LENGTH), AfterValidator(_check_uncommon)]
