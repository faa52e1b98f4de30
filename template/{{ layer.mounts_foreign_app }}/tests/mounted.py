"""Mounts an empty application in place of LEGACY_APP, which has its own tests."""

from pathlib import Path

from flask import Flask

# The server runs in another folder, and imports this module.
ENVIRONMENT = {"LEGACY_APP": "tests.mounted:empty()", "PYTHONPATH": str(Path(__file__).parents[1])}


def empty() -> Flask:
    return Flask("empty", static_folder=None)
