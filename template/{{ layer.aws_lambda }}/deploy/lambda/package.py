"""Makes the package that AWS Lambda runs: `uv run poe package`.

What `uv.lock` names and this project, compiled, in one file that is the same byte for byte each
time. Without its bytecode, a function compiles every module anew at each cold start.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "build" / "lambda" / "function.zip"

# `Runtime` in the templates. Bytecode is good for this one alone.
PYTHON = "3.13"
# The C library of that runtime, Amazon Linux 2023, is 2.34.
PLATFORMS = {"x86_64": "x86_64-manylinux_2_34", "arm64": "aarch64-manylinux_2_34"}
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LARGEST = 250 * 1024 * 1024
# Where Lambda unpacks it, for tracebacks.
TASK = "/var/task"
# What only installers read, or what says on which machine this was made.
LEFT_OUT = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")


def main() -> None:
    asked = options(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder) / "function"
        install(stage, asked.architecture, asked.without, asked.extra)
        tidy(stage)
        compile_all(stage)
        size = pack(stage, PACKAGE)
    if size > LARGEST:
        PACKAGE.unlink()
        sys.exit(f"{size:,} bytes unpacked are more than the {LARGEST:,} that Lambda takes.")
    name, packed = PACKAGE.relative_to(ROOT), PACKAGE.read_bytes()
    print(f"{name}: {asked.architecture}, {len(packed):,} bytes, unpacked {size:,}")
    print(f"sha256 {hashlib.sha256(packed).hexdigest()}")


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the package for AWS Lambda.")
    parser.add_argument("--architecture", choices=PLATFORMS, default="x86_64")
    parser.add_argument("--extra", action="append", default=[], help="of the project, such as otel")
    parser.add_argument("--without", action="append", default=[], help="a package of no use there")
    return parser.parse_args(arguments)


def install(stage: Path, architecture: str, without: list[str], extra: list[str]) -> None:
    """Put into `stage` what the lock names for that architecture, and the project."""
    choice = [f"--prune={name}" for name in without] + [f"--extra={name}" for name in extra]
    kinds = ["--no-dev", "--no-emit-project", "--format=requirements-txt"]
    wanted = stage.with_name("requirements.txt")
    uv("export", "--quiet", "--locked", *kinds, *choice, f"--output-file={wanted}")
    there = [
        f"--python-platform={PLATFORMS[architecture]}",
        f"--python-version={PYTHON}",
        f"--python={sys.executable}",
        f"--target={stage}",
        "--no-deps",
        "--link-mode=copy",
        "--quiet",
    ]
    # From wheels alone: what is compiled here would be for this machine. And away from the project:
    # its constraints, which the lock has followed, have no hashes.
    exactly = ["--only-binary=:all:", "--require-hashes", "-r", str(wanted)]
    uv("pip", "install", *there, *exactly, folder=stage.parent)
    uv("pip", "install", *there, str(ROOT), folder=stage.parent)


def tidy(stage: Path) -> None:
    for folder in (stage / "bin", stage / "include", *stage.rglob("__pycache__")):
        shutil.rmtree(folder, ignore_errors=True)
    (stage / ".lock").unlink(missing_ok=True)
    for about in stage.glob("*.dist-info"):
        for name in LEFT_OUT:
            (about / name).unlink(missing_ok=True)


def compile_all(stage: Path) -> None:
    """Compile every module, for an import that neither compiles nor looks at dates."""
    options = ["-q", "--invalidation-mode=unchecked-hash", "-s", str(stage), "-p", TASK]
    done = subprocess.run(
        [interpreter(), "-m", "compileall", *options, str(stage)],
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""},
        check=False,
    )
    if done.returncode != 0:
        sys.exit("Something in the package is no Python; see above.")


def interpreter() -> str:
    """Return a Python of the version that Lambda runs: this one, or one that uv knows."""
    if f"{sys.version_info.major}.{sys.version_info.minor}" == PYTHON:
        return sys.executable
    try:
        return uv("python", "find", "--no-project", PYTHON).strip()
    except SystemExit:
        sys.exit(f"Python {PYTHON} is needed, as in Lambda: uv python install {PYTHON}")


def pack(stage: Path, package: Path) -> int:
    """Write the file, without dates, owners or an order by chance; return the bytes unpacked."""
    package.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with ZipFile(package, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(stage.rglob("*")):
            if path.is_file():
                entry = ZipInfo(path.relative_to(stage).as_posix())
                entry.compress_type = ZIP_DEFLATED
                entry.create_system = 3  # Unix: so that what follows is read as its rights.
                entry.external_attr = 0o100644 << 16
                content = path.read_bytes()
                archive.writestr(entry, content)
                size += len(content)
    return size


def uv(*arguments: str, folder: Path = ROOT) -> str:
    """Run uv; end with what it says if it fails."""
    if not (program := os.environ.get("UV") or shutil.which("uv")):
        sys.exit("uv is needed: https://docs.astral.sh/uv/")
    done = subprocess.run(
        [program, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"uv {' '.join(arguments)}\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
