"""A stand-in for the Runtime API of AWS Lambda, for AWS's own client of it: awslambdaric.

It hands events over and takes answers, as https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
says; what is called, and how it is called, is the part that runs in Lambda itself.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from time import perf_counter
from typing import Any
from uuid import uuid4

INVOCATION = "/2018-06-01/runtime/invocation/"
PATIENCE = 60


class Failed(Exception):
    """What the function, or its start, has ended with."""


@dataclass(frozen=True)
class Said:
    """What came from the client, and when: an answer, an error, or `ready` for an event."""

    kind: str
    content: Any
    at: float


class RuntimeApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.events: Queue[Any] = Queue()
        self.said: Queue[Said] = Queue()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """A client that was ended leaves its question behind."""


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def do_GET(self) -> None:
        assert self.path == f"{INVOCATION}next"
        self._say("ready", None)
        event = self.server.events.get()
        self._reply(200, event, {
            "Lambda-Runtime-Aws-Request-Id": str(uuid4()),
            "Lambda-Runtime-Deadline-Ms": "9999999999999",
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
        })  # fmt: skip

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        kind = "answer" if self.path.endswith("/response") else "error"
        self._say(kind, json.loads(content))
        self._reply(202, {"status": "OK"}, {})

    def _say(self, kind: str, content: Any) -> None:
        self.server.said.put(Said(kind, content, perf_counter()))

    def _reply(self, status: int, content: Any, headers: dict[str, str]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        all_headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }
        for name, value in all_headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True)
class Instance:
    """A function that was started, and waits for events."""

    api: RuntimeApi
    started: float
    log: Path

    def expect(self, kind: str) -> Said:
        try:
            said = self.api.said.get(timeout=PATIENCE)
        except Empty:
            raise Failed(self.log.read_text()) from None
        if said.kind != kind:
            raise Failed(f"{said.content}\n{self.log.read_text()}")
        return said

    def invoke(self, event: Any) -> Said:
        self.api.events.put(event)
        answer = self.expect("answer")
        self.expect("ready")
        return answer


@contextmanager
def started(
    python: Path, task: Path, handler: str, log: Path, **variables: str
) -> Iterator[Instance]:
    """Start what Lambda starts: the client of the Runtime API, in the folder of the package."""
    api = RuntimeApi()
    Thread(target=api.serve_forever, daemon=True).start()
    task_variables = {
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "LAMBDA_TASK_ROOT": str(task),
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",  # Where Lambda unpacks it, nothing can be written.
        "TZ": ":UTC",
        **variables,
    }
    with log.open("w") as output:
        begun = perf_counter()
        process = subprocess.Popen(
            [python, "-m", "awslambdaric", handler],
            cwd=task, env=task_variables, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield Instance(api, begun, log)
    finally:
        process.kill()
        process.wait()
        api.shutdown()
        api.server_close()
