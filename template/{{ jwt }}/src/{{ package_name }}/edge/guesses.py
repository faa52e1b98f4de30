"""What is counted of those who guess the password of one account, from however many addresses.

Every try counts, right or wrong, and whether or not there is such an account: a refusal tells
neither. Who keeps an account busy keeps others out of it for as long; but not from an address from
which somebody has logged in to it, where only that client's own limit counts, nor who is logged in.
"""

from hashlib import sha256

from limits import RateLimitItem, parse

# Once from an address, and it is familiar for so long.
FAMILIAR: RateLimitItem = parse("1/30day")


def account_key(name: str) -> str:
    """Return what is counted as one account: not the name, now and then it is a password."""
    return sha256(name.casefold().encode(errors="surrogatepass")).hexdigest()
