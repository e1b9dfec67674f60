"""A phone that registers with a PBX (UDP, TCP or TLS, digest where it is asked) and answers NOTIFY as it is told to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Self

from provserver.domain.secret import Secret
from provserver.sip.digest import Authentication, Credentials, Keys
from provserver.sip.message import Request, Response, build, framed_length, parse
from tests.fakes.guard import Guard

SECONDS = 10.0


class RegisteringPhone(asyncio.DatagramProtocol):
    """An `async with` phone; `heard` are the NOTIFYs that reached it, `contact_host` what its Contact claims.

    A `guard` makes it challenge NOTIFYs, `told` is called for each that passes.
    """

    def __init__(
        self,
        user: str,
        password: str,
        registrar: tuple[str, int],
        *,
        domain: str = "",
        transport: str = "udp",
        host: str = "127.0.0.1",
        contact_host: str = "",
        user_agent: str = "Yealink SIP-T46U 108.86.0.75",
        instance: str = "",
        answer: int | None = 200,
        trust: ssl.SSLContext | None = None,
        guard: Guard | None = None,
        told: Callable[[], object] = lambda: None,
    ) -> None:
        self.heard: list[Request] = []
        self.answer = answer
        self._user, self._password = user, password
        self._registrar, self._domain, self._transport = registrar, domain or registrar[0], transport
        self._host, self._claimed = host, contact_host
        self._agent, self._instance, self._trust = user_agent, instance, trust
        self._guard, self._told = guard, told
        self._responses: asyncio.Queue[Response] = asyncio.Queue()
        self._number = 0

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        if self._transport == "udp":
            self._udp, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self._host, 0))
            self.port = self._udp.get_extra_info("sockname")[1]
        else:
            source = (self._host, 0)
            reader, self._writer = await asyncio.open_connection(*self._registrar, ssl=self._trust, local_addr=source)
            self.port = self._writer.get_extra_info("sockname")[1]
            self._reading = loop.create_task(self._read(reader))
        await self.register()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()
        await asyncio.sleep(0)

    def unplug(self) -> None:
        """Go away without a word; the registration lives on."""
        if self._transport == "udp":
            self._udp.abort()
        else:
            self._reading.cancel()
            self._writer.transport.abort()

    async def register(self, expires: int = 600) -> None:
        """Register, or with 0 unregister; raise where the registrar does not answer 200."""
        authentication = Authentication(Keys(target=(Credentials(self._user, Secret(self._password)),)))
        for _ in range(3):
            self._send(build(self._request(authentication, expires)))
            async with asyncio.timeout(SECONDS):
                response = await self._responses.get()
            if not authentication.meet(response):
                break
        assert response.status == 200, response

    def _request(self, authentication: Authentication, expires: int) -> Request:
        self._number += 1
        uri = f"sip:{self._domain}"
        way = "" if self._transport == "udp" else f";transport={self._transport}"
        where = f"{self._claimed or self._host}:{self.port}"
        instance = f';+sip.instance="<{self._instance}>"' if self._instance else ""
        headers = (
            ("Via", f"SIP/2.0/{self._transport.upper()} {where};branch=z9hG4bK{self.port}-{self._number};rport"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:{self._user}@{self._domain}>;tag={self.port}"),
            ("To", f"<sip:{self._user}@{self._domain}>"),
            ("Call-ID", f"register-{self.port}"),
            ("CSeq", f"{self._number} REGISTER"),
            ("Contact", f"<sip:{self._user}@{where}{way}>{instance}"),
            ("Expires", str(expires)),
            ("User-Agent", self._agent),
        )
        return Request("REGISTER", uri, (*headers, *authentication.headers("REGISTER", uri, b"")))

    def _send(self, data: bytes, to: tuple[str, int] | None = None) -> None:
        if self._transport == "udp":
            self._udp.sendto(data, to or self._registrar)
        else:
            self._writer.write(data)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._arrived(data, addr)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        buffer = b""
        while arrived := await reader.read(65_536):
            buffer = (buffer + arrived).lstrip(b"\r\n")
            while buffer and (length := framed_length(buffer)) and length <= len(buffer):
                self._arrived(buffer[:length], None)
                buffer = buffer[length:]

    def _arrived(self, data: bytes, source: tuple[str, int] | None) -> None:
        message = parse(data)
        if isinstance(message, Response):
            self._responses.put_nowait(message)
            return
        status, more = self.answer, dict[str, str]()
        if message.method != "NOTIFY":
            status = 200
        elif self._guard is not None and (refusal := self._guard.check(message)):
            status, more = refusal
        else:
            self.heard.append(message)
            self._told()
        if status is not None:
            copied = [(name, value) for name, value in message.headers if name.lower() in _COPIED]
            headers = tuple(
                (name, f"{value};tag=1") if name.lower() == "to" else (name, value) for name, value in copied
            )
            self._send(build(Response(status, "Answer", (*headers, *more.items()))), source)


_COPIED = ("via", "v", "from", "f", "to", "t", "call-id", "i", "cseq")
