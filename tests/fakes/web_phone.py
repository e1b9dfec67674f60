"""Phones' own pages on real sockets, as the makers' answer: they demand a password, and know who may ask for what."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that got past the door."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class WebPhone:
    """An ``async with`` phone that answers one request a connection.

    ``scheme`` is ``digest``, ``basic``, ``query`` (the password stands in the address, a refusal is 200) or ``open``;
    ``pages`` are the paths that it knows. ``script`` replaces every answer with raw bytes; None keeps silent.
    """

    password: str
    pages: tuple[str, ...] = ("/servlet",)
    scheme: str = "digest"
    algorithm: str = "MD5"
    context: ssl.SSLContext | None = None
    script: bytes | None = b""
    stale_once: bool = False
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    seen: list[bytes] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in lines[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.seen.append(head + body)
            method, target, _ = lines[0].split(" ")
            answer = self.script if self.script != b"" else self._answer(Asked(method, target, headers, body))
            if answer is None:
                await reader.read()
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answer(self, asked: Asked) -> bytes:
        if self.scheme == "query":
            return self._by_query(asked)
        if self.scheme != "open" and not self._is_let_in(asked):
            return _written(401, b"", self._challenge())
        if urlsplit(asked.target).path.partition("&")[0] not in self.pages:
            return _written(404, b"no such page")
        self.asked.append(asked)
        return _written(200, b"OK")

    def _by_query(self, asked: Asked) -> bytes:
        if parse_qs(urlsplit(asked.target).query).get("passcode") != [self.password]:
            return _written(200, b'{"response":"error", "body": "unknown"}')
        self.asked.append(asked)
        return _written(200, b'{"response":"success", "body": "savereboot"}')

    def _challenge(self) -> str:
        if self.scheme == "basic":
            return 'Basic realm="phone"'
        stale = ", stale=true" if self.stale_once and self.connections > 1 else ""
        return f'Digest realm="phone", nonce="nonce {self.connections}", qop="auth", algorithm={self.algorithm}{stale}'

    def _is_let_in(self, asked: Asked) -> bool:
        given = asked.headers.get("authorization", "")
        if self.scheme == "basic":
            return given == "Basic " + base64.b64encode(f"admin:{self.password}".encode()).decode()
        word = dict(re.findall(r'(\w+)="?([^",]+)"?', given))
        if not word:
            return False
        if self.stale_once and word["nonce"] == "nonce 1":
            return False
        hashed = hashlib.md5 if self.algorithm == "MD5" else hashlib.sha256

        def h(*parts: str) -> str:
            return hashed(":".join(parts).encode()).hexdigest()

        one, two = h("admin", "phone", self.password), h(asked.method, asked.target)
        right = h(one, word["nonce"], word["nc"], word["cnonce"], word["qop"], two)
        return word["uri"] == asked.target and word["username"] == "admin" and word["response"] == right


def _written(status: int, body: bytes, challenge: str = "") -> bytes:
    more = f"WWW-Authenticate: {challenge}\r\n" if challenge else ""
    return f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body
