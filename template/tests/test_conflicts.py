"""`copier update` says nothing about conflicts, so this does."""

import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[1]
MARK = re.compile(rb"^(<{7}|>{7})( |$)", re.MULTILINE)


def test_nothing_is_left_of_a_conflict() -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listed, cwd=PROJECT, capture_output=True, check=False)
    # Without git there is no update either; then what is there is looked at all the same.
    names = found.stdout.decode().split("\0") if found.returncode == 0 else []
    files = [PROJECT / name for name in names if name] or [*PROJECT.glob("src/**/*.py")]
    assert files
    marked = {
        str(path.relative_to(PROJECT))
        for path in files
        if path.suffix == ".rej" or (path.is_file() and MARK.search(path.read_bytes()))
    }
    assert marked == set()
