"""What is asked of httpbin, mounted and alone: each of its URLs, in each way that HTTP has."""

from base64 import b64encode

from tests.projects.twins import FORM, Sent

# One for each rule but `/uuid`, which is another each time; `seed` makes chance the same for both.
PAGES = """
/ /html /robots.txt /deny /ip /headers /user-agent /json /xml /encoding/utf8 /forms/post /get
/gzip /deflate /brotli /image /image/png /image/jpeg /image/svg /image/webp /links/3 /links/3/1
/cache/60 /etag/abc /bytes/100?seed=1 /stream-bytes/5000?seed=1 /stream/5 /range/100 /base64/SGVsbG8=
/redirect/3 /relative-redirect/2 /absolute-redirect/2 /redirect-to?url=http://x.example/ /cookies
/cookies/set?a=1&b=2 /cookies/set/a/1 /cookies/delete?a= /basic-auth/u/p /hidden-basic-auth/u/p
/bearer /delay/0 /drip?numbytes=5&duration=0 /static/favicon.ico /static/ /post /put /patch /delete
/status/200 /status/204 /status/301 /status/304 /status/401 /status/406 /status/418 /status/500
/response-headers?X-A=1&X-A=2&Content-Security-Policy=x&Cache-Control=max-age=5
/get?q=1&q=%C3%BC&e /a?b?c /nope /nope/ /html/ //html
/anything/a%2Fb/caf%C3%A9//x /anything/%FF /anything/%00 /anything/a%20b;c=d?x=%FF /anything/../x
"""
METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "LINK")
PART = b'--b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
FILES = PART % (
    b"f",
    b'; filename="a.bin"\r\nContent-Type: application/octet-stream',
    bytes(range(256)),
)
FILES += PART % (b"t", b"", "Zoë".encode()) + b"--b--\r\n"
SHOP = ("Origin", "http://shop.example")
ASKS = (SHOP, ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "x-a"))


def typed(kind: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", kind),)


REQUESTS = [
    *(Sent(method, page) for page in PAGES.split() for method in ("GET", "HEAD", "OPTIONS")),
    *(
        Sent(method, page)
        for page in ("/anything", "/get", "/nope", "/status/200")
        for method in METHODS
    ),
    Sent("POST", "/post", typed(FORM["Content-Type"]), b"a=1&a=2&b=%C3%BC"),
    Sent("POST", "/post", typed("multipart/form-data; boundary=b"), FILES),
    Sent("POST", "/post", typed("text/plain"), b"x" * 5_000_000),
    Sent("POST", "/post"),
    Sent("PUT", "/put", typed("application/json"), b'{"a": [1, 2]}'),
    Sent("PATCH", "/patch", typed("application/octet-stream"), bytes(range(256))),
    Sent("DELETE", "/delete", (), b"a body"),
    Sent("GET", "/anything", typed("text/plain"), b"a body"),
    Sent("GET", "/basic-auth/u/p", (("Authorization", f"Basic {b64encode(b'u:p').decode()}"),)),
    Sent("GET", "/bearer", (("Authorization", "Bearer of somebody else"),)),
    Sent("GET", "/cookies", (("Cookie", 'a=1; b="2 3"; c=\xfc'),)),
    Sent("GET", "/headers", (("X-A", "1"), ("X-A", "2"), ("X-Empty", ""), ("X-L", "\xe9"))),
    Sent("GET", "/etag/abc", (("If-None-Match", '"abc"'),)),
    Sent("GET", "/etag/abc", (("If-Match", '"x"'),)),
    Sent("GET", "/cache", (("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"),)),
    Sent("GET", "/range/100", (("Range", "bytes=10-20"),)),
    Sent("GET", "/range/100", (("Range", "bytes=200-"),)),
    Sent("GET", "/image", (("Accept", "image/png"),)),
    Sent("GET", "/image", (("Accept", "x/y"),)),
    Sent("GET", "/get", (SHOP,)),
    Sent("OPTIONS", "/get", ASKS),
]
