"""Commands about who may call: none, the identity provider has them."""

import argparse
from typing import Any


def add(_: "argparse._SubParsersAction[Any]") -> None:
    """Add nothing."""
