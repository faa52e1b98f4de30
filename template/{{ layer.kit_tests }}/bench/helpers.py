"""Helpers of the tests that the benchmark shares: users, databases and ports."""

from tests import identity, ports
from tests.deep import databases

__all__ = ["databases", "identity", "ports"]
