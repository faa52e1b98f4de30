"""What the tests have, and this needs as well: somebody who calls, and places for data."""

from tests import identity, storages

__all__ = ["identity", "storages"]
