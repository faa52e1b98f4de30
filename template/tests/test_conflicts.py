"""Finds conflicts of `copier update`, which reports none."""

import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[1]
MARK = re.compile(rb"^(<{7}|>{7})( |$)", re.MULTILINE)


def test_no_conflict_is_unresolved() -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(listed, cwd=PROJECT, capture_output=True, check=False)
    # Without git, all files are checked.
    names = listing.stdout.decode().split("\0") if listing.returncode == 0 else []
    files = [PROJECT / name for name in names if name] or [*PROJECT.glob("src/**/*.py")]
    assert files
    marked = {
        str(path.relative_to(PROJECT))
        for path in files
        if path.suffix == ".rej" or (path.is_file() and MARK.search(path.read_bytes()))
    }
    assert marked == set()
