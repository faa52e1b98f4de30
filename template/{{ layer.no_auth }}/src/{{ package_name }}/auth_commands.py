"""Commands about who may call: none, everybody may."""

import argparse
from typing import Any


def add(_: "argparse._SubParsersAction[Any]") -> None:
    """Add nothing."""
