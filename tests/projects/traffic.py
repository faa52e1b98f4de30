"""Clients that go on and on, and a balancer that sends them to whoever is ready."""

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit
from urllib.request import urlopen

CLIENTS = 4
# Between two rounds of calls of a client: without it, clients and server would leave no processor to
# whatever is to be seen under load.
PAUSE = 0.05
# Well below the time for which a server that stops goes on to answer.
CHECKED_EACH = 0.1


class Call(NamedTuple):
    method: str
    path: str
    answered: int  # the status
    body: object = None


class Traffic:
    """Load for as long as the block lasts; every answer but the expected one is a failure."""

    def __init__(self, *calls: Call) -> None:
        self.failures: list[str] = []
        self.answers: Counter[str] = Counter()  # by server
        self.headers: dict[str, str] = {}
        self._calls = calls
        self._servers: list[str] = []
        self._ready: list[str] = []
        self._over = Event()
        self._threads = [Thread(target=self._balance)]
        self._threads += [Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def add(self, url: str) -> None:
        """Send clients to this server, too, while it says that it is ready."""
        self._servers.append(url)

    def remove(self, url: str) -> None:
        self._servers.remove(url)

    def _balance(self) -> None:
        while not self._over.wait(CHECKED_EACH):
            self._ready = [url for url in self._servers if _is_ready(url)]

    def _ask(self, number: int) -> None:
        while not self._over.is_set():
            ready = self._ready
            if not ready:
                self._over.wait(CHECKED_EACH)
                continue
            url = ready[number % len(ready)]
            with ExitStack() as stack:
                connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
                stack.callback(connection.close)
                # One connection for as long as nothing changes, as clients have it.
                while ready == self._ready and not self._over.is_set():
                    for call in self._calls:
                        self._send(connection, url, call)
                    self._over.wait(PAUSE)

    def _send(self, connection: HTTPConnection, url: str, call: Call) -> None:
        try:
            connection.request(call.method, call.path, *_content(call, self.headers))
            with connection.getresponse() as answer:
                content = answer.read()
        except (OSError, HTTPException) as error:
            self.failures.append(f"{url}: {call.method} {call.path}: {error!r}")
            connection.close()
            return
        if answer.status == call.answered:
            self.answers[url] += 1
        else:
            self.failures.append(f"{url}: {call.method} {call.path}: {answer.status} {content!r}")


def _content(call: Call, headers: Mapping[str, str]) -> tuple[bytes | None, dict[str, str]]:
    if call.body is None:
        return None, {**headers}
    return json.dumps(call.body).encode(), {**headers, "Content-Type": "application/json"}


def _is_ready(url: str) -> bool:
    with suppress(OSError), urlopen(f"{url}/readyz", timeout=5) as answer:
        return bool(answer.status == 200)
    return False
