"""How many connections fit: far fewer than requests, which have one only for as long as they work
with the database, and wait for their turn; for two seconds, then it is a 503.
"""

from typing import Final

# Enough to keep some cores of a database busy, and few enough for half a dozen processes: many a
# server grants a hundred.
FITS: Final = 16


def connections(wanted: int, _: int) -> int:
    """Return the connections of a process; 0 is no wish. Threads have no say: none waits here."""
    return wanted or FITS
