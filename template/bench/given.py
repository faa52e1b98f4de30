"""What the tests have, and this needs as well: somebody who calls, places for data, and ports."""

from tests import identity, ports, storages

__all__ = ["identity", "ports", "storages"]
