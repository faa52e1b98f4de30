"""Requests as bytes, most of them invalid, and the status of the response."""

from httpx2 import Client

HOST = b"Host: 127.0.0.1\r\n"
JSON = b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
ITEM = b'{"title": "Buy milk"}'
CHUNK = b"15\r\n" + ITEM + b"\r\n"


def credentials(client: Client) -> bytes:
    """Return the lines of the headers that authenticate `client`."""
    names = ("authorization", "x-api-key")
    lines = [f"{name}: {client.headers[name]}\r\n" for name in names if name in client.headers]
    return "".join(lines).encode()


def get(line: bytes = b"GET /livez HTTP/1.1", *headers: bytes, host: bytes = HOST) -> bytes:
    return line + b"\r\n" + host + b"".join(header + b"\r\n" for header in headers) + b"\r\n"


def post(headers: bytes, body: bytes = b"", kind: bytes = JSON) -> bytes:
    """Create an item."""
    return b"POST /api/v1/items HTTP/1.1\r\n" + HOST + kind + headers + b"\r\n" + body


def sized(length: bytes) -> bytes:
    return post(b"Content-Length: " + length + b"\r\n", ITEM)


FRAMING = {
    "length": (sized(b"21"), 201),
    "length twice": (post(b"Content-Length: 21\r\nContent-Length: 21\r\n", ITEM), 400),
    "two lengths": (post(b"Content-Length: 21\r\nContent-Length: 20\r\n", ITEM), 400),
    "list of lengths": (sized(b"21, 21"), 400),
    "length with a sign": (sized(b"+21"), 400),
    "negative length": (sized(b"-21"), 400),
    "hexadecimal length": (sized(b"0x15"), 400),
    "length in words": (sized(b"x"), 400),
    "empty length": (sized(b""), 400),
    "huge length": (sized(b"9" * 30), 400),
    "length and chunks": (post(b"Content-Length: 0\r\n" + CHUNKED, CHUNK + b"0\r\n\r\n"), 400),
    "chunks and length": (post(CHUNKED + b"Content-Length: 0\r\n", CHUNK + b"0\r\n\r\n"), 400),
    "chunks": (post(CHUNKED, CHUNK + b"0\r\n\r\n"), 201),
    "chunk extension": (post(CHUNKED, b"15;a=b\r\n" + ITEM + b"\r\n0\r\n\r\n"), 201),
    "trailer": (post(CHUNKED, CHUNK + b"0\r\nX: y\r\n\r\n"), 201),
    "length in a trailer": (post(CHUNKED, CHUNK + b"0\r\nContent-Length: 9\r\n\r\n"), 400),
    "chunked twice": (post(CHUNKED * 2, CHUNK + b"0\r\n\r\n"), 400),
    "other coding": (post(b"Transfer-Encoding: gzip, chunked\r\n", CHUNK + b"0\r\n\r\n"), 501),
    "coding after chunks": (
        post(b"Transfer-Encoding: chunked, gzip\r\n", CHUNK + b"0\r\n\r\n"),
        400,
    ),
    "identity": (post(b"Transfer-Encoding: identity\r\n", ITEM), 400),
    "unknown coding": (post(b"Transfer-Encoding: xchunked\r\n", ITEM), 400),
    "chunk size in words": (post(CHUNKED, b"x\r\n" + ITEM + b"\r\n0\r\n\r\n"), 400),
    "negative chunk size": (post(CHUNKED, b"-15\r\n" + ITEM + b"\r\n0\r\n\r\n"), 400),
    "prefixed chunk size": (post(CHUNKED, b"0x15\r\n" + ITEM + b"\r\n0\r\n\r\n"), 400),
    "huge chunk size": (post(CHUNKED, b"f" * 30 + b"\r\n" + ITEM), 400),
    "chunk too long": (post(CHUNKED, b"14\r\n" + ITEM + b"\r\n0\r\n\r\n"), 400),
    "chunk ends without a line end": (post(CHUNKED, b"15\r\n" + ITEM + b"0\r\n\r\n"), 400),
    "bad trailer": (post(CHUNKED, CHUNK + b"0\r\nnonsense\r\n\r\n"), 400),
}

LINES = {
    "get": (get(), 200),
    "version 1.0": (get(b"GET /livez HTTP/1.0"), 200),
    "version 1.2": (get(b"GET /livez HTTP/1.2"), 200),
    "version 2.0": (get(b"GET /livez HTTP/2.0"), 400),
    "no version": (get(b"GET /livez"), 400),
    "version in words": (get(b"GET /livez HTTP/x"), 400),
    "other protocol": (get(b"GET /livez ICE/1.0"), 400),
    "nonsense": (get(b"nonsense"), 400),
    "unknown method": (get(b"FOO /livez HTTP/1.1"), 405),
    "small method": (get(b"get /livez HTTP/1.1"), 400),
    "method with a control character": (get(b"G\x01T /livez HTTP/1.1"), 400),
    "trace": (get(b"TRACE /livez HTTP/1.1"), 405),
    "connect": (get(b"CONNECT 127.0.0.1:80 HTTP/1.1"), 400),
    "options of the server": (get(b"OPTIONS * HTTP/1.1"), 404),
    "address with a path": (get(b"GET http://127.0.0.1/livez HTTP/1.1"), 200),
    "address without a path": (get(b"GET http://127.0.0.1 HTTP/1.1"), 404),
    "path without a slash": (get(b"GET livez HTTP/1.1"), 400),
    "fragment": (get(b"GET /livez#x HTTP/1.1"), 200),
    "space in the path": (get(b"GET /liv ez HTTP/1.1"), 400),
    "two spaces": (get(b"GET  /livez HTTP/1.1"), 400),
    "bytes in the path": (get(b"GET /livez\xff HTTP/1.1"), 400),
    "null in the path": (get(b"GET /livez%00 HTTP/1.1"), 404),
    "half an escape": (get(b"GET /livez%z HTTP/1.1"), 404),
    "two slashes": (get(b"GET //livez HTTP/1.1"), 404),
    "dot": (get(b"GET /./livez HTTP/1.1"), 404),
    "dots": (get(b"GET /x/../livez HTTP/1.1"), 404),
    "long path": (get(b"GET /" + b"x" * 70_000 + b" HTTP/1.1"), 431),
}

HEADERS = {
    "no host": (get(host=b""), 400),
    "empty host": (get(host=b"Host:\r\n"), 400),
    "two hosts": (get(host=HOST * 2), 400),
    "host with a user": (get(host=b"Host: a@127.0.0.1\r\n"), 400),
    "other host": (get(host=b"Host: evil.example\r\n"), 400),
    "line ends without a return": (b"GET /livez HTTP/1.1\nHost: 127.0.0.1\n\n", 400),
    "return alone": (get(b"GET /livez HTTP/1.1", b"X: a\rb"), 400),
    "folded": (get(b"GET /livez HTTP/1.1", b"X: a\r\n b"), 400),
    "space before the colon": (get(b"GET /livez HTTP/1.1", b"X : a"), 400),
    "space before the name": (get(b"GET /livez HTTP/1.1", host=b" X: a\r\n" + HOST), 400),
    "no colon": (get(b"GET /livez HTTP/1.1", b"nonsense"), 400),
    "no name": (get(b"GET /livez HTTP/1.1", b": a"), 400),
    "null in a value": (get(b"GET /livez HTTP/1.1", b"X: a\0b"), 400),
    "null in a name": (get(b"GET /livez HTTP/1.1", b"X\0: a"), 400),
    "bytes in a value": (get(b"GET /livez HTTP/1.1", b"X: \xff"), 200),
    "bytes in a name": (get(b"GET /livez HTTP/1.1", b"\xff: x"), 400),
    "underscore in a name": (get(b"GET /livez HTTP/1.1", b"a_b: x"), 200),
    "too many": (get(b"GET /livez HTTP/1.1", *[b"X: y"] * 200), 431),
    "too large": (get(b"GET /livez HTTP/1.1", b"X: " + b"y" * 70_000), 431),
    "other expectation": (get(b"GET /livez HTTP/1.1", b"Expect: tea"), 200),
    "upgrade": (get(b"GET /livez HTTP/1.1", b"Connection: Upgrade", b"Upgrade: x"), 200),
    "upgrade to http/2": (
        get(b"GET /livez HTTP/1.1", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
            b"HTTP2-Settings: AAMAAABkAAQAAP__"),
        200,
    ),
    "upgrade to a socket": (
        get(b"GET /livez HTTP/1.1", b"Connection: Upgrade", b"Upgrade: websocket",
            b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
        200,
    ),
    "multipart without a boundary": (
        post(b"Content-Length: 21\r\n", ITEM, b"Content-Type: multipart/form-data\r\n"), 415,
    ),
    "no type": (post(b"Content-Length: 21\r\n", ITEM, b""), 415),
    "other type": (post(b"Content-Length: 21\r\n", ITEM, b"Content-Type: text/plain\r\n"), 415),
    "bytes in json": (post(b"Content-Length: 15\r\n", b'{"title": "\xff\xff"}'), 400),
}  # fmt: skip

REQUESTS = FRAMING | LINES | HEADERS
