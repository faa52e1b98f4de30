"""What the tests have, and this needs as well: somebody who calls, places for data, and ports."""

from tests import identity, ports
from tests.deep import databases

__all__ = ["databases", "identity", "ports"]
