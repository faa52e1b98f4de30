"""A real PgBouncer for the tests, from the program of this machine, in transaction mode."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep

import psycopg
import pytest
from sqlalchemy.engine import make_url

from .ports import free_port

# Fewer than clients, so that the statements of a client use several connections.
CONNECTIONS = 3

_SETTINGS = """
[databases]
{database} = host=127.0.0.1 port={server} user=tests
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
{more}
"""


@contextmanager
def running(database_url: str, more: str = "") -> Iterator[str]:
    """Run it in front of a database, with `more` settings; yield the URL."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        missing = "pgbouncer is not on PATH: what needs a pooler was not tested"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    url, port = make_url(database_url), free_port()
    user = "nobody" if os.geteuid() == 0 else None  # It does not run as root.
    folder = Path(mkdtemp(prefix="pgbouncer-"))
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        _SETTINGS.format(
            database=url.database, server=url.port, port=port, connections=CONNECTIONS, more=more
        )
    )
    folder.chmod(0o755)
    command = [program, str(settings)]
    with subprocess.Popen(command, user=user, stderr=subprocess.DEVNULL) as process:
        try:
            pooler = url.set(port=port)
            _wait(pooler.set(drivername="postgresql").render_as_string(False), process)
            yield pooler.render_as_string(False)
        finally:
            process.terminate()
            shutil.rmtree(folder)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = monotonic() + 60
    while monotonic() < deadline:
        assert process.poll() is None, "pgbouncer ended at once."
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            sleep(0.05)
        else:
            return
    raise TimeoutError("pgbouncer did not respond within a minute.")
