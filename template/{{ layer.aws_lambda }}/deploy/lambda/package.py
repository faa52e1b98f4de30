"""Build the package for AWS Lambda: `uv run poe package`.

It contains this project and what `uv.lock` lists, with bytecode. Without bytecode, each cold start
compiles every module. The same input gives the same file, byte for byte.
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

# `Runtime` in the templates. Bytecode works with this version only.
PYTHON = "3.13"
# The runtime is Amazon Linux 2023, which has glibc 2.34.
PLATFORMS = {"x86_64": "x86_64-manylinux_2_34", "arm64": "aarch64-manylinux_2_34"}
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LARGEST = 250 * 1024 * 1024
# Lambda unpacks the package here. Tracebacks contain this path.
TASK = "/var/task"
# Files for installers only, or with data of the build machine.
LEFT_OUT = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")


def main() -> None:
    arguments = options(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder) / "function"
        install(stage, arguments.architecture, arguments.without, arguments.extra)
        tidy(stage)
        compile_all(stage)
        size = pack(stage, PACKAGE)
    if size > LARGEST:
        PACKAGE.unlink()
        sys.exit(f"{size:,} bytes unpacked are more than the {LARGEST:,} that Lambda takes.")
    name, packed = PACKAGE.relative_to(ROOT), PACKAGE.read_bytes()
    print(f"{name}: {arguments.architecture}, {len(packed):,} bytes, unpacked {size:,}")
    print(f"sha256 {hashlib.sha256(packed).hexdigest()}")


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the package for AWS Lambda.")
    parser.add_argument("--architecture", choices=PLATFORMS, default="x86_64")
    parser.add_argument("--extra", action="append", default=[], help="an extra, such as otel")
    parser.add_argument("--without", action="append", default=[], help="a package to leave out")
    return parser.parse_args(arguments)


def install(stage: Path, architecture: str, without: list[str], extra: list[str]) -> None:
    """Install the locked dependencies for that architecture, and the project, into `stage`."""
    choice = [f"--prune={name}" for name in without] + [f"--extra={name}" for name in extra]
    kinds = ["--no-dev", "--no-emit-project", "--format=requirements-txt"]
    requirements = stage.with_name("requirements.txt")
    uv("export", "--quiet", "--locked", *kinds, *choice, f"--output-file={requirements}")
    target = [
        f"--python-platform={PLATFORMS[architecture]}",
        f"--python-version={PYTHON}",
        f"--python={sys.executable}",
        f"--target={stage}",
        "--no-deps",
        "--link-mode=copy",
        "--quiet",
    ]
    # Wheels only: a source build would be for this machine. In another folder: the constraints of the
    # project have no hashes, and the lock already satisfies them.
    exactly = ["--only-binary=:all:", "--require-hashes", "-r", str(requirements)]
    uv("pip", "install", *target, *exactly, folder=stage.parent)
    uv("pip", "install", *target, str(ROOT), folder=stage.parent)


def tidy(stage: Path) -> None:
    for folder in (stage / "bin", stage / "include", *stage.rglob("__pycache__")):
        shutil.rmtree(folder, ignore_errors=True)
    (stage / ".lock").unlink(missing_ok=True)
    for about in stage.glob("*.dist-info"):
        for name in LEFT_OUT:
            (about / name).unlink(missing_ok=True)


def compile_all(stage: Path) -> None:
    """Compile every module, so that imports neither compile nor check timestamps."""
    options = ["-q", "--invalidation-mode=unchecked-hash", "-s", str(stage), "-p", TASK]
    done = subprocess.run(
        [interpreter(), "-m", "compileall", *options, str(stage)],
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""},
        check=False,
    )
    if done.returncode != 0:
        sys.exit("A module of the package cannot be compiled; see above.")


def interpreter() -> str:
    """Return a Python of the version of Lambda: this one, or one that uv finds."""
    if f"{sys.version_info.major}.{sys.version_info.minor}" == PYTHON:
        return sys.executable
    try:
        return uv("python", "find", "--no-project", PYTHON).strip()
    except SystemExit:
        sys.exit(f"Python {PYTHON} is needed, as in Lambda: uv python install {PYTHON}")


def pack(stage: Path, package: Path) -> int:
    """Write the file with fixed dates, owners and order; return the unpacked size."""
    package.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with ZipFile(package, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(stage.rglob("*")):
            if path.is_file():
                entry = ZipInfo(path.relative_to(stage).as_posix())
                entry.compress_type = ZIP_DEFLATED
                entry.create_system = 3  # Unix: the permissions follow.
                entry.external_attr = 0o100644 << 16
                content = path.read_bytes()
                archive.writestr(entry, content)
                size += len(content)
    return size


def uv(*arguments: str, folder: Path = ROOT) -> str:
    """Run uv and return its output; exit with its error output if it fails."""
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
