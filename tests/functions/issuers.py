"""An issuer of OpenID Connect to test against: real HTTP on this machine, own keys, any token it is told.

It signs what no honest issuer would, so that each refusal can be tried by itself. That honest ones are understood is
tried in `test_openid_peers`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

CLIENT, RESIDENTS_CLIENT, AUDIENCE = "linli-river", "linli-residents", "https://river.example/api"


@cache
def rsa_key(name: str, bits: int = 2048) -> Any:
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(name: str) -> Any:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def ed_key(name: str) -> Any:
    return ed25519.Ed25519PrivateKey.generate()


def public(key: Any, kid: str, **more: Any) -> dict[str, Any]:
    """The public half as an entry of a JWKS."""
    kinds = ((rsa.RSAPrivateKey, RSAAlgorithm), (ec.EllipticCurvePrivateKey, ECAlgorithm))
    algorithm = next((a for kind, a in kinds if isinstance(key, kind)), OKPAlgorithm)
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", **more}


class Issuer:
    """What the server answers; tests change it while it runs."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.keys: list[dict[str, Any]] = [public(rsa_key("one"), "one")]
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.changes: dict[str, Any] = {}
        self.tokens: dict[str, Any] | None = None
        self.token_status = 200
        self.raw: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.wait = 0.0
        self.codes: set[str] = set()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "end_session_endpoint": f"{self.address}/end",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            **self.changes,
        }

    def signed(
        self,
        claims: dict[str, Any],
        *,
        key: Any = None,
        alg: str = "RS256",
        kid: str | None = "one",
        **header: Any,
    ) -> str:
        """A token as it is told."""
        named = {"kid": kid, **header} if kid is not None else header
        return jwt.encode(claims, key or rsa_key("one"), alg, headers=named)

    def id_claims(self, now: float, ours: str, /, **changes: Any) -> dict[str, Any]:
        told = {
            "iss": self.address,
            "sub": "clerk",
            "aud": CLIENT,
            "exp": int(now) + 300,
            "iat": int(now),
            "nonce": ours,
            "name": "王芳",
            **changes,
        }
        return {name: value for name, value in told.items() if value is not None}

    def access_claims(self, now: float, **changes: Any) -> dict[str, Any]:
        told = {
            "iss": self.address,
            "sub": "clerk",
            "aud": AUDIENCE,
            "exp": int(now) + 300,
            "iat": int(now),
            "client_id": "tool",
            "scope": "linli",
            "jti": "t-1",
            **changes,
        }
        return {name: value for name, value in told.items() if value is not None}


class _Handler(BaseHTTPRequestHandler):
    issuer: Issuer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, told: Any, status: int = 200) -> None:
        self._send(status, {"content-type": "application/json"}, json.dumps(told).encode())

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.issuer.asked.append(path)
        if self.issuer.wait:
            time.sleep(self.issuer.wait)
        if path in self.issuer.raw:
            self._send(*self.issuer.raw[path])
        elif path == "/.well-known/openid-configuration":
            self._answer(self.issuer.discovery())
        elif path == "/jwks":
            self._answer({"keys": self.issuer.keys})
        else:
            self._answer({}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.issuer.forms.append(form)
        self.issuer.headers.append(dict(self.headers))
        if form["code"] in self.issuer.codes:
            self._answer({"error": "invalid_grant"}, 400)
            return
        self.issuer.codes.add(form["code"])
        self._answer(self.issuer.tokens or {}, self.issuer.token_status)


@contextmanager
def issuer() -> Iterator[Issuer]:
    """An issuer that runs until the end of the block."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    known = handler.issuer = Issuer(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
