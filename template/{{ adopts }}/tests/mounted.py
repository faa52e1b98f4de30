"""What is mounted where the tests are about the front: what the adopted one says is its own tests'."""

from pathlib import Path

# The server starts in another folder, and has to find it.
ROOT = Path(__file__).parents[1]
ENVIRONMENT = {"LEGACY_APP": "tests.hybrid_app.guests:nothing()", "PYTHONPATH": str(ROOT)}
