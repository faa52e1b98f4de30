"""Which passwords are good enough: long ones that are not everybody's (ASVS 6.2).

The list is Royce Williams' of the most common passwords as Django 5.2 ships it, without those that
are too short anyway. It is lower case; `common_passwords.LICENSE` is Django's.
"""

import gzip
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

# The longest is there to bound the work; nothing below it is cut off.
SHORTEST, LONGEST = 8, 128


@cache
def common() -> frozenset[str]:
    packed = files(__package__).joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def _whole(password: SecretStr) -> SecretStr:
    try:
        password.get_secret_value().encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "This has half a character in it") from None
    return password


def _uncommon(password: SecretStr) -> SecretStr:
    if password.get_secret_value().strip().lower() in common():
        raise PydanticCustomError("common_password", "This is one of the most common passwords")
    return password


Password = Annotated[SecretStr, Field(max_length=LONGEST), AfterValidator(_whole)]
NewPassword = Annotated[Password, Field(min_length=SHORTEST), AfterValidator(_uncommon)]
