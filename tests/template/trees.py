"""Reads folders whole, so that a law can be said about every file in them."""

import re
from pathlib import Path

from tests.conftest import ROOT, working_tree

# Other people's files, held as they are, and what is no text.
FOREIGN = re.compile(r"docs_ui/static/(redoc|swagger-ui-dist)/|\.(gif|gz|ico|jpg|png)$")


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def texts(folder: Path) -> dict[str, str]:
    """Return the files that are ours to write."""
    return {
        path: data.decode() for path, data in contents(folder).items() if not FOREIGN.search(path)
    }


def sources() -> dict[str, str]:
    """Return the files of this repository that are ours to write, as they are now."""
    return {
        path.as_posix(): (ROOT / path).read_text(encoding="utf-8")
        for path in working_tree()
        if not FOREIGN.search(path.as_posix())
    }


def offenders(files: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    """Return the lines that hold what `pattern` looks for, each with its place."""
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if pattern.search(line)
    ]
