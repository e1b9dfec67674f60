"""A visit to a phone's own web page: one HTTP request over TCP or TLS, where every wait and every length has an end.

No redirect is followed, and nothing but the address given is spoken to. A password is proven by Digest (RFC 7616, and
2069 for old phones); Basic, where it would be readable by all, only over TLS or where that was allowed.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from provserver.domain.secret import Secret
from provserver.sip.digest import Credentials, Session, strongest

CONNECT_SECONDS = 4.0
ANSWER_SECONDS = 8.0
"""For one answer, however slowly it drips."""
LONGEST_LINE = 8192
MOST_HEADERS = 100
MOST_BYTES = 65_536
"""Of an answer's body; the rest is not waited for."""
MOST_AT_ONCE = 100
"""Visits side by side: so few that their handshakes end in time, so many that phones which are away hold up nobody."""
MOST_PROOFS = 2
"""Answers to challenges: the second is for a nonce that had become stale."""
PORTS: Mapping[str, int] = {"http": 80, "https": 443}
_STATUS = re.compile(r"HTTP/1\.[01] ([2-5][0-9]{2})(?=[ \r\n])")


class Cause(StrEnum):
    """Who or what ended a visit."""

    ANSWERED = "answered"
    REFUSED = "refused"
    SILENT = "silent"
    LOST = "lost"
    UNTRUSTED = "untrusted"
    NO_HTTP = "no http"
    READABLE = "readable"


@dataclass(frozen=True, slots=True)
class Visit:
    """Where to go, what to ask for, and as whom; ``target`` is a secret because some makers want a password in it.

    ``readable`` allows the password in plain words without TLS, ``verify`` asks for a certificate that is trusted and
    is for this address.
    """

    scheme: str
    address: str
    method: str
    target: Secret
    user: str
    password: Secret
    content_type: str = ""
    body: bytes = b""
    verify: bool = False
    readable: bool = False
    refused: re.Pattern[bytes] | None = None

    def __str__(self) -> str:
        """Say where it goes, without what may be secret."""
        return f"{self.scheme}://{self.host}{self.target.reveal().partition('?')[0]}"

    @property
    def host(self) -> str:
        """Give the address as it stands in a URL."""
        return f"[{self.address}]" if ":" in self.address else self.address


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as an HTTP status; ``refused`` where the body of a 200 says no."""

    status: int
    cause: Cause = Cause.ANSWERED
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    status: int
    challenges: Sequence[str]
    body: bytes = field(repr=False)


class Visitor:
    """Goes to phones; ``ports`` are other than the usual ones in tests."""

    def __init__(self, ports: Mapping[str, int] = PORTS) -> None:
        self._ports = ports
        self._room = asyncio.Semaphore(MOST_AT_ONCE)

    async def go(self, visit: Visit) -> Answer:
        """Ask once, and prove the password where the phone wants that; never raises for what the phone does."""
        try:
            async with self._room:
                return await self._ask(visit)
        except TimeoutError:
            return Answer(408, Cause.SILENT)
        except ssl.SSLCertVerificationError:
            return Answer(503, Cause.UNTRUSTED)
        except ConnectionRefusedError:
            return Answer(503, Cause.REFUSED)
        except (OSError, EOFError):
            return Answer(503, Cause.LOST)
        except (ValueError, asyncio.LimitOverrunError):
            return Answer(502, Cause.NO_HTTP)

    async def _ask(self, visit: Visit) -> Answer:
        read = await self._request(visit, "")
        for _ in range(MOST_PROOFS):
            if read.status != 401:
                break
            challenges = strongest(read.challenges)
            if not challenges:
                if not _wants_basic(read.challenges):
                    break
                if visit.scheme != "https" and not visit.readable:
                    return Answer(401, Cause.READABLE)
                read = await self._request(visit, _basic(visit))
                break
            session = Session("Authorization", challenges[0], Credentials(visit.user, visit.password))
            read = await self._request(visit, session.answer(visit.method, visit.target.reveal(), visit.body))
            if not any(challenge.stale for challenge in strongest(read.challenges)):
                break
        is_refused = visit.refused is not None and visit.refused.search(read.body) is not None
        return Answer(read.status, refused=200 <= read.status < 300 and is_refused)

    async def _request(self, visit: Visit, proof: str) -> _Read:
        async with self._connected(visit) as (reader, writer):
            async with asyncio.timeout(ANSWER_SECONDS):
                writer.write(_written(visit, self._ports[visit.scheme], proof))
                await writer.drain()
                return await _answer(reader)

    @asynccontextmanager
    async def _connected(self, visit: Visit) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        context = _context(verify=visit.verify) if visit.scheme == "https" else None
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(
                visit.address, self._ports[visit.scheme], ssl=context, limit=LONGEST_LINE
            )
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


@cache
def _context(*, verify: bool) -> ssl.SSLContext:
    """Give the context for phones, of which nearly all show a certificate of their own; reading ours takes long."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _written(visit: Visit, port: int, proof: str) -> bytes:
    target = visit.target.reveal()
    if not re.fullmatch(r"/[!-~]*", target):
        raise ValueError("what is asked for cannot stand in a request")
    usual = port == {"http": 80, "https": 443}[visit.scheme]
    lines = [
        f"{visit.method} {target} HTTP/1.1",
        f"Host: {visit.host}" + ("" if usual else f":{port}"),
        "User-Agent: provserver",
        "Accept: */*",
        "Connection: close",
    ]
    if visit.method == "POST":
        lines += [f"Content-Type: {visit.content_type}", f"Content-Length: {len(visit.body)}"]
    if proof:
        lines.append(f"Authorization: {proof}")
    return "\r\n".join([*lines, "", ""]).encode() + visit.body


async def _answer(reader: asyncio.StreamReader) -> _Read:
    found = _STATUS.match((await reader.readuntil(b"\n")).decode("latin-1"))
    if found is None:
        raise ValueError("this is no HTTP server")
    challenges: list[str] = []
    length = MOST_BYTES
    for _ in range(MOST_HEADERS):
        line = (await reader.readuntil(b"\n")).decode("latin-1").strip()
        if not line:
            return _Read(int(found[1]), challenges, await _body(reader, length))
        name, _colon, value = line.partition(":")
        if name.lower() == "www-authenticate":
            challenges.append(value.strip())
        elif name.lower() == "content-length" and value.strip().isdecimal():
            length = min(int(value), MOST_BYTES)
    raise ValueError("its headers do not end")


async def _body(reader: asyncio.StreamReader, length: int) -> bytes:
    """Read what there is of a body; a phone that promises more than it sends has answered all the same."""
    body = b""
    while len(body) < length and (part := await reader.read(length - len(body))):
        body += part
    return body


def _wants_basic(challenges: Sequence[str]) -> bool:
    return any(challenge.lower().startswith("basic") for challenge in challenges)


def _basic(visit: Visit) -> str:
    return "Basic " + base64.b64encode(f"{visit.user}:{visit.password.reveal()}".encode()).decode()
