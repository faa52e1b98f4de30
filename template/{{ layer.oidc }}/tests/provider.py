"""An identity provider for development and tests, with real keys and tokens but no login.

    uv run poe provider
    curl http://127.0.0.1:9000/token -d sub=me

Every client gets a token, so it listens on localhost only. Tests change its keys and its behaviour
over HTTP, and read how often its keys were requested.
"""

import argparse
import base64
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Lock
from time import sleep, time
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Json = dict[str, Any]
SECRET = b"a published secret of 32 bytes or more"


class Key:
    """A private key and its public JSON Web Key."""

    def __init__(self, name: str, algorithm: str, private: Any, **fields: Any) -> None:
        self.algorithm, self.private = algorithm, private
        self.kid = f"{name}-{uuid4()}"
        self.published = {"kid": self.kid, "use": "sig", **_public(private), **fields}


def _public(private: Any) -> Json:
    if isinstance(private, bytes):
        return {"kty": "oct", "k": _text(private)}
    family = jwt.algorithms.RSAAlgorithm if isinstance(private, rsa.RSAPrivateKey) else None
    write = (family or jwt.algorithms.ECAlgorithm).to_jwk
    return {**write(private.public_key(), as_dict=True)}


def _rsa(size: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, size)


def create_keys() -> dict[str, Key]:
    """Return valid keys, and published ones that a service must reject."""
    return {
        "rsa": Key("rsa", "RS256", _rsa(), alg="RS256"),
        "ec": Key("ec", "ES256", ec.generate_private_key(ec.SECP256R1())),
        "encryption": Key("encryption", "RS256", _rsa(), use="enc"),
        "wrapping": Key("wrapping", "RS256", _rsa(), key_ops=["wrapKey"]),
        "small": Key("small", "RS256", _rsa(1024)),
        "secret": Key("secret", "HS256", SECRET),
    }


class Provider:
    """The state of the provider."""

    def __init__(self, issuer: str, audience: str) -> None:
        self.issuer, self.audience = issuer, audience
        self.keys = create_keys()
        # Overrides of its responses, set by tests.
        self.behaviour: Json = {}
        self.requests = {"discovery": 0, "jwks": 0}
        self.lock = Lock()

    def discovery(self) -> Json:
        return {
            "issuer": self.behaviour.get("issuer", self.issuer),
            "jwks_uri": self.behaviour.get("jwks_uri", f"{self.issuer}/jwks"),
        }

    def jwks(self) -> Json:
        return {"keys": [key.published for key in self.keys.values()]}

    def count(self, page: str) -> None:
        with self.lock:
            self.requests[page] += 1

    def rotate(self) -> Json:
        self.keys = create_keys()
        return self.jwks()

    def behave(self, behaviour: Json) -> Json:
        self.behaviour = behaviour
        return behaviour

    def token(self, form: Json) -> Json:
        token = self.sign({"claims": {"sub": "somebody", **form}})
        return {"access_token": token["token"], "token_type": "Bearer", "expires_in": 3600}

    def sign(self, changes: Json) -> Json:
        """Sign a token with `changes`; a claim or header that is null is left out."""
        key = self.keys[changes.get("key", "rsa")]
        now = int(time())
        claims = {"iss": self.issuer, "aud": self.audience, "sub": "somebody", "iat": now}
        claims = {**claims, "exp": now + 3600, **changes.get("claims", {})}
        headers = {"kid": key.kid, "typ": "at+jwt", **changes.get("headers", {})}
        headers = {"alg": key.algorithm, **headers}
        # `jwt.encode` refuses invalid tokens, which tests need.
        signer = jwt.get_algorithm_by_name(headers["alg"])
        signed = f"{_segment(headers)}.{_segment(claims)}"
        signature = signer.sign(signed.encode(), signer.prepare_key(key.private))
        return {"token": f"{signed}.{_text(signature)}"}


def _segment(content: Json) -> str:
    kept = {name: each for name, each in content.items() if each is not None}
    return _text(json.dumps(kept).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    pages: dict[str, tuple[str, Callable[[], Json]]] = {
        "/.well-known/openid-configuration": ("discovery", provider.discovery),
        "/jwks": ("jwks", provider.jwks),
    }
    orders: dict[str, Callable[[Json], Json]] = {
        "/token": provider.token,
        "/sign": provider.sign,
        "/rotate": lambda _: provider.rotate(),
        "/behave": provider.behave,
        "/requests": lambda _: provider.requests,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path not in pages:
                self.send_error(404)
                return
            name, content = pages[self.path]
            provider.count(name)
            behaviour = provider.behaviour.get(name, {})
            sleep(behaviour.get("delay", 0))
            body = behaviour.get("body", json.dumps(content())).encode()
            self.response(behaviour.get("status", 200), body, behaviour)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            if self.path not in orders:
                self.send_error(404)
                return
            sent = json.loads(body) if body.startswith("{") else dict(parse_qsl(body))
            self.response(200, json.dumps(orders[self.path](sent)).encode(), {})

        def response(self, status: int, body: bytes, behaviour: Json) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in behaviour.get("headers", {}).items():
                self.send_header(name, value)
            self.end_headers()
            drip = behaviour.get("drip", 0)
            size = 64 if drip else len(body) or 1
            for piece in (body[at : at + size] for at in range(0, len(body), size)):
                sleep(drip)
                self.wfile.write(piece)

        def log_message(self, *_: object) -> None:
            """Say nothing: tokens are in what would be said."""

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of callers who did not wait."""


def speak_tls(server: Server, folder: Path) -> None:
    """Leave a certificate in `folder`, made for this machine and for today, and speak TLS by it."""
    key = ec.generate_private_key(ec.SECP256R1())
    here = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(here, here, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    private = key.private_bytes(pem, plain, serialization.NoEncryption())
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    # The handshake is for the thread that answers, not for the one that accepts.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--audience", required=True)
    parser.add_argument("--tls", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    # Nobody gets an answer before it is known what to answer.
    server = Server(("127.0.0.1", options.port), BaseHTTPRequestHandler)
    if options.tls:
        speak_tls(server, options.tls)
    issuer = f"http{'s' if options.tls else ''}://127.0.0.1:{server.server_port}"
    server.RequestHandlerClass = handler(Provider(issuer, options.audience))
    print(issuer, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
