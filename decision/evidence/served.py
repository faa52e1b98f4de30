"""A subject as a running server: booted, checked, ended."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from decision.evidence.plan import SUBJECTS, WORKLOADS, Subject
from decision.evidence.processes import Broken, free_port, running, wait_until


@dataclass(frozen=True)
class Served:
    port: int
    pid: int
    prefix: str
    started: float  # seconds from the start of the process to its first answer

    def url(self, workload: str) -> str:
        return f"http://127.0.0.1:{self.port}{self.prefix}/{workload}"

    def ask(self, workload: str, body: str | None = None, seconds: float = 10) -> int:
        """Return the status of one answer."""
        workload_request = WORKLOADS[workload]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(
                workload_request.method,
                f"{self.prefix}/{workload}",
                workload_request.body if body is None else body,
                {"Content-Type": "application/json", "Connection": "close"},
            )
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def recovered(self, workload: str) -> bool:
        """Whether what an earlier load left in its queues is done with."""
        try:
            return self.ask(workload, seconds=1) == 200
        except OSError:
            return False


@contextmanager
def serving(name: str, environment: Mapping[str, str], probe: str) -> Iterator[Served]:
    """Boot a subject and wait for its first answer, to the workload `probe`."""
    subject: Subject = SUBJECTS[name]
    port = free_port()
    begun = time.perf_counter()
    with running(subject.command(port), environment) as process:
        server = Served(port, process.pid, subject.prefix, 0.0)
        wait_until(lambda: _answers(server, probe), process, 30)
        yield Served(port, process.pid, subject.prefix, round(time.perf_counter() - begun, 4))


def _answers(server: Served, probe: str) -> bool:
    try:
        status = server.ask(probe)
    except OSError:
        return False
    if status != 200:
        raise Broken(f"/{probe} answers {status}.")
    return True


def check(name: str, environment: Mapping[str, str]) -> None:
    """See that every endpoint of a subject answers, before it is measured."""
    subject = SUBJECTS[name]
    with serving(name, environment, subject.workloads[0]) as server:
        for workload in subject.workloads:
            if (status := server.ask(workload)) != 200:
                raise Broken(f"{name} answers {status} to {workload}.")
