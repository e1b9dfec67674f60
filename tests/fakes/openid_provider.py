"""An OpenID provider over real HTTP with real keys, written without a look at ours; it can lie in many ways."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CLIENT_ID, CLIENT_SECRET = "provserver", "client-secret-4711-x"


def encoded(raw: bytes) -> str:
    """Write bytes as the standard does (RFC 7515, base64url without padding)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value: int, size: int) -> str:
    """Write a number of so many bytes."""
    return encoded(value.to_bytes(size, "big"))


class Key:
    """A key that signs; ``public`` is what the provider publishes of it."""

    def __init__(self, algorithm: str, name: str) -> None:
        self.algorithm, self.name = algorithm, name
        if algorithm == "RS256":
            self._rsa = rsa.generate_private_key(65537, 2048)
            numbers = self._rsa.public_key().public_numbers()
            parts = {"kty": "RSA", "n": number(numbers.n, 256), "e": number(numbers.e, 3)}
        else:
            self._ec = ec.generate_private_key(ec.SECP256R1())
            point = self._ec.public_key().public_numbers()
            parts = {"kty": "EC", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)}
        self.public = {**parts, "kid": name, "use": "sig", "alg": algorithm}

    def sign(self, text: bytes) -> bytes:
        if self.algorithm == "RS256":
            return self._rsa.sign(text, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self._ec.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def signed(claims: Mapping[str, Any], key: Key, header: Mapping[str, Any] | None = None) -> str:
    """Give an ID token; a header of its own may claim another algorithm, and "none" has no signature."""
    head = {"alg": key.algorithm, "kid": key.name, "typ": "JWT", **(header or {})}
    text = f"{encoded(json.dumps(head).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{text}." + ("" if head["alg"] == "none" else encoded(key.sign(text.encode())))


@dataclass
class Person:
    """Who sits in front of the browser, as the provider knows them."""

    subject: str = "248289761001"
    claims: dict[str, Any] = field(
        default_factory=lambda: {"email": "anna@example.com", "email_verified": True, "preferred_username": "anna"}
    )


class OpenidProvider:
    """The provider; ``person`` signs in at once. What it lies about is set on its attributes.

    ``spoil`` changes the claims before they are signed, ``header`` and ``forged`` how they are signed, ``facts`` what
    it says of itself, ``hang`` is set while nothing is answered, ``asked`` collects the paths that were asked for.
    """

    def __init__(self, algorithm: str = "RS256", tls: ssl.SSLContext | None = None) -> None:
        self.key = Key(algorithm, "first")
        self.person = Person()
        self.spoil: Callable[[dict[str, Any]], None] = lambda claims: None
        self.header: dict[str, Any] = {}
        self.forged: Key | None = None
        self.facts: dict[str, Any] = {}
        self.answer: dict[str, str] = {}
        self.token_reply: tuple[int, bytes] | None = None
        self.auth_age = 0.0
        self.now: Callable[[], float] = time.time
        self.asked: list[str] = []
        self.granted: dict[str, dict[str, str]] = {}
        self.hanging, self._release = False, threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        scheme = "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
            scheme = "https"
        self.issuer = f"{scheme}://127.0.0.1:{self._server.server_port}/realms/test"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and let go of whoever hangs."""
        self._release.set()
        if not self._thread.is_alive():
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def visit(self, address: str) -> str:
        """Be the browser that is sent to the provider; give where it is sent back to."""
        try:
            build_opener(_Still).open(Request(address))
        except _SentBack as back:
            return back.address
        raise AssertionError("the provider kept the browser")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                provider._answer(self, {name: values[0] for name, values in parse_qs(body).items()})

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        parts = urlsplit(request.path)
        self.asked.append(parts.path)
        if self.hanging:
            self._release.wait()
            return
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = parts.path.removeprefix("/realms/test")
        if path == "/.well-known/openid-configuration":
            _send(request, 200, self._says())
        elif path == "/keys":
            _send(request, 200, {"keys": [self.key.public]})
        elif path == "/authorize":
            request.send_response(302)
            request.send_header("Location", self._grant(query))
            request.end_headers()
        elif path == "/token":
            status, body = self.token_reply or self._redeem(form, request.headers.get("Authorization", ""))
            _send(request, status, body)
        else:
            _send(request, 404, {})

    def _says(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            **self.facts,
        }

    def _grant(self, query: dict[str, str]) -> str:
        assert query["response_type"] == "code" and query["client_id"] == CLIENT_ID, query
        assert "openid" in query["scope"].split() and query["code_challenge_method"] == "S256", query
        code = secrets.token_urlsafe(16)
        self.granted[code] = query
        answer = {"state": query["state"], "code": code, **self.answer}
        return f"{query['redirect_uri']}?" + urlencode({name: value for name, value in answer.items() if value})

    def _redeem(self, form: dict[str, str], credentials: str) -> tuple[int, object]:
        """Check what the standard has a provider check, then say who it is."""
        given = form.get("client_id"), form.get("client_secret")
        if credentials.startswith("Basic "):
            given = tuple(map(unquote, base64.b64decode(credentials[6:]).decode().split(":", 1)))  # type: ignore[assignment]
        if given != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        query = self.granted.pop(form.get("code", ""), None)
        challenge = encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        right = query and query["redirect_uri"] == form.get("redirect_uri") and query["code_challenge"] == challenge
        if form.get("grant_type") != "authorization_code" or not query or not right:
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": self._token(query, access)}

    def _token(self, query: dict[str, str], access: str) -> str:
        now = self.now()
        claims: dict[str, Any] = {
            "iss": self.issuer, "sub": self.person.subject, "aud": CLIENT_ID, "nonce": query["nonce"],
            "iat": int(now), "exp": int(now) + 300, "auth_time": int(now - self.auth_age), **self.person.claims,
            "at_hash": encoded(hashlib.sha256(access.encode()).digest()[:16]),
        }  # fmt: skip
        self.spoil(claims)
        return signed(claims, self.forged or self.key, self.header)


class _SentBack(Exception):
    def __init__(self, address: str) -> None:
        self.address = address


class _Still(HTTPRedirectHandler):
    """Goes nowhere by itself."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        fp.close()
        raise _SentBack(newurl)


def _send(request: BaseHTTPRequestHandler, status: int, body: object) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(raw)))
    request.end_headers()
    request.wfile.write(raw)
