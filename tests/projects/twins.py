"""One application, served twice: mounted in a project, and alone; both are asked the same."""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

# What a server says of itself and of the connection, and the order of a set.
OF_THE_SERVER = {"connection", "date", "keep-alive", "server", "transfer-encoding"}
# What the front adds to each answer.
OF_THE_FRONT = {"x-request-id"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Sent:
    """A request, byte for byte; its `Host` is the same for both."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @contextmanager
    def to(self, url: str) -> Iterator[HTTPResponse]:
        """Send it and hand over the answer, whose body may still be on its way."""
        place = urlsplit(url)
        connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
        connection.putrequest(self.method, self.target, skip_host=True, skip_accept_encoding=True)
        length = [("Content-Length", str(len(self.body)))] if self.body else []
        for name, value in [("Host", "shop.example"), *self.headers, *length]:
            connection.putheader(name, value)
        connection.endheaders(self.body or None)
        with closing(connection), connection.getresponse() as answer:
            yield answer


@dataclass(frozen=True)
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def to(cls, sent: Sent, url: str) -> "Reply":
        with sent.to(url) as answer:
            headers = [(name.lower(), value) for name, value in answer.getheaders()]
            return cls(answer.status, headers, answer.read())

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)

    @property
    def comparable(self) -> "Reply":
        tidied = [_tidied(name, value) for name, value in self.headers if name not in OF_THE_SERVER]
        # The front takes the type from what has no content.
        left = [pair for pair in tidied if self.status != 204 or pair[0] != "content-type"]
        return Reply(self.status, sorted(left), self.body)

    @property
    def without_the_front(self) -> "Reply":
        own = [pair for pair in self.headers if pair[0] not in OF_THE_FRONT]
        return Reply(self.status, own, self.body)


def _tidied(name: str, value: str) -> tuple[str, str]:
    if name == "allow":
        return name, ", ".join(sorted(value.split(", ")))
    if name == "set-cookie":  # A session is signed with the second in which it was.
        return name, re.sub(r"(?<=session=)([^.]+)\.[^;]+", r"\1", value)
    if name == "etag":  # That of a file has in it where it is, and since when.
        return name, re.sub(r'"\d+\.\d+-(\d+)-\d+"', r'"\1"', value)
    if name == "last-modified":
        return name, "once"
    return name, value


@dataclass(frozen=True)
class Twins:
    """Where both are served."""

    mounted: str
    alone: str

    def differ(self, requests: Iterable[Sent]) -> list[str]:
        """Return what is not the same about their answers, in words."""
        return [said for sent in requests for said in self._differ(sent)]

    def _differ(self, sent: Sent) -> Iterable[str]:
        mounted, alone = Reply.to(sent, self.mounted), Reply.to(sent, self.alone)
        if not {name for name, _ in mounted.headers} >= {"x-request-id"}:
            yield f"{sent.method} {sent.target}: the front has not seen it"
        ours, theirs = mounted.without_the_front.comparable, alone.comparable
        for what in ("status", "headers", "body"):
            if getattr(ours, what) != getattr(theirs, what):
                yield f"{sent.method} {sent.target}: {getattr(ours, what)} is not {getattr(theirs, what)}"
