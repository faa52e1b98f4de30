"""The log of a booted server."""

import json
from pathlib import Path
from typing import Any


def lines(folder: Path) -> list[dict[str, Any]]:
    """Return its lines; each has to be a JSON object."""
    return [json.loads(line) for line in (folder / "server.log").read_text().splitlines()]
