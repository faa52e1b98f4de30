"""A service of exchange rates, for development and tests.

    uv run poe rates
    curl http://127.0.0.1:9100/rates/USD

It listens on localhost only.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RATES = {"CHF": 0.94, "GBP": 0.86, "JPY": 171.5, "USD": 1.16}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        currency = self.path.removeprefix("/rates/")
        found = {"currency": currency, "per_euro": RATES[currency]} if currency in RATES else {}
        body = json.dumps(found).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class Rates(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"


if __name__ == "__main__":
    server = Rates(9100)
    print(server.url, flush=True)
    server.serve_forever()
