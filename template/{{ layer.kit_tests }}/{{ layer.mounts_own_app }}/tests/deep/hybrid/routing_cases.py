"""Requests to the endpoints of `routing_endpoints`, valid and invalid."""

from dataclasses import dataclass, field

ID = "/items/00000000-0000-0000-0000-000000000001"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
AUTH = {"Authorization": "Bearer t"}


@dataclass
class Case:
    """A request, and the expected status of both responses."""

    status: int
    method: str
    url: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.url} {self.body[:40]!r} {' '.join(self.headers.values())}"


def part(name: str, value: bytes, filename: str = "") -> bytes:
    named = f'name="{name}"' + (f'; filename="{filename}"' if filename else "")
    return (
        b"--b\r\nContent-Disposition: form-data; " + named.encode() + b"\r\n\r\n" + value + b"\r\n"
    )


def item(text: str | bytes, status: int = 422, **headers: str) -> Case:
    body = text if isinstance(text, bytes) else text.encode()
    return Case(status, "POST", "/items", body, JSON | headers)


def form(body: bytes, status: int = 422, kind: dict[str, str] = FORM) -> Case:
    return Case(status, "POST", "/login", body, kind)


CASES = [
    # The query string.
    Case(200, "GET", "/items"),
    Case(200, "GET", "/items?limit=5&q=abc&exact=yes&colour=blue&price=1e3"),
    Case(200, "GET", "/items?tags=a&tags=b&tags=&numbers=1&numbers=1"),
    Case(200, "GET", "/items?limit=1&limit=2"),
    Case(200, "GET", "/items?q="),
    Case(200, "GET", "/items?q=%F0%9F%8D%B0+%C3%A9"),
    Case(200, "GET", "/items?q=%FF%zz%"),
    Case(200, "GET", "/items?q=a%00b"),
    Case(200, "GET", "/items?q=a;limit=0"),
    Case(200, "GET", "/items?&&q=a&"),
    Case(422, "GET", "/items?limit="),
    Case(422, "GET", "/items?limit"),
    Case(422, "GET", "/items?limit=0&q=far+too+long+a+text&colour=green&exact=2"),
    Case(422, "GET", "/items?limit=" + "9" * 5000),
    Case(422, "GET", "/items?limit=1.5"),
    Case(422, "GET", "/items?price=nan"),
    Case(422, "GET", "/items?z=1&y=2&y=3&text=by+name"),
    Case(422, "GET", "/items?numbers=1&numbers=x&numbers="),
    Case(422, "GET", "/items?%FF=1"),
    Case(422, "GET", "/items?=1"),
    Case(200, "GET", "/loose/3?a=1&unknown=2"),
    Case(422, "GET", "/loose/0?b=1&b=2"),
    Case(422, "GET", "/loose/x"),
    Case(200, "GET", "/open?b=1&b=2&c=3&c"),
    Case(200, "GET", "/scalars?needed=1"),
    Case(200, "GET", "/scalars?needed=1&needed=2&text=&id=1&id=2&colour=red&unknown=1"),
    Case(422, "GET", "/scalars"),
    Case(422, "GET", "/scalars?needed=0&id=1&id=x&colour=&old=maybe"),
    Case(422, "GET", "/scalars?needed=1&id=1&id=2&id=3&id=4"),
    # The path.
    Case(200, "GET", ID),
    Case(200, "GET", "/items/%7B00000000-0000-0000-0000-000000000001%7D"),
    Case(200, "GET", "/items/urn:uuid:00000000-0000-0000-0000-000000000001"),
    Case(422, "GET", "/items/1"),
    Case(422, "GET", "/items/%20"),
    Case(422, "GET", "/items/%C3%A9"),
    Case(422, "GET", "/items/a%0Ab"),
    Case(404, "GET", "/items/a%2Fb"),
    Case(404, "GET", "/items/"),
    Case(404, "GET", "//items"),
    Case(404, "GET", ID + "/"),
    Case(404, "GET", "/nothing"),
    Case(200, "GET", "/headers/%C3%A9%20%3F%23;a=b", headers={"X-Count": "0"}),
    Case(200, "GET", "/files/a/b%20c/d.txt"),
    Case(200, "GET", "/files/a%2Fb//c"),
    # Headers and dependencies.
    Case(200, "GET", "/headers/n?limit=9", headers={"X-Count": "7", "If-Match": '"e"'}),
    Case(422, "GET", "/headers/n?limit=10"),
    Case(422, "GET", "/headers/n", headers={"X-Count": "-1"}),
    Case(200, "GET", "/whoami", headers=AUTH),
    Case(200, "GET", "/whoami"),
    Case(401, "PATCH", "/items/x", b"{}", JSON),
    Case(401, "PATCH", ID, b"{}", {"Content-Type": "text/plain"}),
    Case(422, "PATCH", ID, b"{}", JSON | {"X-Tenant": "x"}),
    Case(422, "PUT", "/items/x/labels?a=1", b'[{"text": ""}]', JSON | AUTH | {"X-Tenant": "x"}),
    Case(200, "PUT", ID + "/labels", b'[{"text": "t"}]', JSON | AUTH | {"X-API-Key": "k"}),
    Case(422, "PUT", ID + "/labels", b"{}", JSON | AUTH),
    Case(422, "PUT", ID + "/labels", b'[1, {"text": 2, "weight": "x"}]', JSON | AUTH),
    # Absent, null, and present.
    Case(200, "PATCH", ID, b"{}", JSON | AUTH),
    Case(200, "PATCH", ID, b'{"note": null}', JSON | AUTH | {"X-Tenant": "acme"}),
    Case(422, "PATCH", ID, b'{"name": null, "other": null}', JSON | AUTH),
    Case(422, "PATCH", "/items/x", b'{"name": ""}', JSON | AUTH),
    # JSON bodies.
    item('{"name": "a"}', 201),
    item('{"name": "a", "howMany": "7", "price": "2.5", "labels": [{"text": "l"}]}', 201),
    item('{"name": "a", "name": "b"}', 201),
    item('{"name": "\\ud83c\\udf70", "note": "\\u0000"}', 201),
    item('{"name": "a", "day": "2024-02-29", "price": 2}', 201),
    item('\ufeff{"name": "a"}', 201),
    item('{"name": "a"}'.encode("utf-16"), 201),
    item('{"name": "a", "extra": ' + '{"a":' * 90 + "1" + "}" * 90 + "}", 201),
    item("{}"),
    item("[]"),
    item("null"),
    item('"text"'),
    item("0"),
    item('{"name": null}'),
    item('{"name": 1, "kind": "old", "colour": "green", "howMany": 1.5, "labels": {}}'),
    item('{"name": "a", "count": 1, "unknown": 2, "Name": 3}'),
    item('{"name": "a", "howMany": NaN, "price": NaN}'),
    item('{"name": "a", "howMany": 1e400, "price": -Infinity}'),
    item('{"name": "a", "howMany": 123456789012345678901234567890}'),
    item('{"name": "a", "howMany": true, "price": true}'),
    item('{"name": "\\ud800"}'),
    item('{"name": "a", "\\ud800": 1}'),
    item('{"name": "a", "labels": [{"text": "x"}, {"text": ""}, {}, null]}'),
    item('{"name": "a", "day": "2023-02-29"}'),
    item('{"name": "a", "extra": [1]}'),
    item(b"", 422),
    item(" ", 400),
    item("{", 400),
    item('{"name": "a"} x', 400),
    item("{'name': 'a'}", 400),
    item(b'{"name": "\xff"}', 400),
    item('{"name": "a", "howMany": ' + "9" * 5000 + "}", 400),
    item('{"name": "a", "extra": ' + "[" * 100_000 + "]" * 100_000 + "}", 400),
    item(b"\x00", 400),
    Case(200, "POST", "/items/1/maybe"),
    Case(200, "POST", "/items/1/maybe", b"null", JSON),
    Case(202, "POST", "/items/1/maybe", b'{"text": "x"}', JSON),
    Case(415, "POST", "/items/1/maybe", b'{"text": "x"}', {"Content-Type": "text/plain"}),
    Case(422, "POST", "/items/x/maybe", b'{"text": ""}', JSON),
    Case(200, "POST", "/pets", b'{"kind": "cat"}', JSON),
    Case(422, "POST", "/pets", b'{"kind": "dog"}', JSON),
    Case(422, "POST", "/pets", b'{"kind": "cow"}', JSON),
    Case(422, "POST", "/pets", b"{}", JSON),
    Case(200, "POST", "/either", b"[1, 2]", JSON),
    Case(422, "POST", "/either", b'[1, "x"]', JSON),
    # Media types.
    item('{"name": "a"}', 201, **{"Content-Type": "application/json; charset=utf-8"}),
    item('{"name": "a"}', 201, **{"Content-Type": "Application/Merge-Patch+JSON"}),
    item('{"name": "a"}', 415, **{"Content-Type": "text/plain"}),
    item('{"name": "a"}', 415, **{"Content-Type": "application/jsonp"}),
    item('{"name": "a"}', 415, **{"Content-Type": "json"}),
    item('{"name": "a"}', 415, **{"Content-Type": ""}),
    item("{", 415, **{"Content-Type": "text/plain"}),
    item("name=a", 415, **FORM),
    Case(415, "POST", "/items"),
    # Forms.
    form(b"username=u&password=ppp", 200),
    form(b"username=a+b%20c&password=%F0%9F%8D%B0%FF%zz&remember=on&scopes=a&scopes=b", 200),
    form(b"username=a&username=b&password=ppp&note=", 200),
    form(b"username=\xc3\xa9&password=ppp", 200),
    form(b"username=u&password=ppp&scopes=", 200),
    form(b"username=&password=pp&remember=2"),
    form(b"username=u&password=ppp&other=1&other=2&another="),
    form(b""),
    form(b"username"),
    form(b"&&=&=x&username=u;password=ppp"),
    form(b"x=1&" * 1001 + b"username=u&password=ppp", 400),
    form(b'{"username": "u", "password": "ppp"}', 415, JSON),
    form(b"username=u&password=ppp", 415, {}),
    form(b"username=u&password=ppp", 415, {"Content-Type": "text/plain"}),
    form(part("username", b"u") + part("password", b"p\r\npp") + b"--b--\r\n", 200, MULTIPART),
    form(part("username", b"u") + part("password", "é".encode()) + b"--b--\r\n", 422, MULTIPART),
    form(part("username", b"u", "u.txt") + part("password", b"ppp") + b"--b--\r\n", 422, MULTIPART),
    form(b"nonsense", 400, MULTIPART),
    form(b"nonsense", 400, {"Content-Type": "multipart/form-data"}),
    Case(200, "POST", "/survey", b"b=1&b=2&c=&c&a=", FORM),
    Case(200, "POST", "/survey"),
    # Methods and responses.
    Case(204, "DELETE", ID),
    Case(422, "DELETE", "/items/x"),
    Case(405, "PUT", ID),
    Case(405, "DELETE", "/items"),
    Case(405, "OPTIONS", "/items"),
    Case(200, "GET", "/quiet"),
    Case(200, "GET", "/hidden"),
]
