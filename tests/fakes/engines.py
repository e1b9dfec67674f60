"""Fakes of an Asterisk's manager interface and a FreeSWITCH's event socket, which can also hang, lie and flood.

They are fakes: the first was written after what Asterisk 16.28 said (tests/interop holds the real one where it can be
had), the second after FreeSWITCH's source and documentation alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape


@dataclass
class Listed:
    """A registration as the fake lists it."""

    user: str
    contact: str
    user_agent: str = "Yealink SIP-T46U 108.86.0.75"
    address: str = "127.0.0.1"
    port: int = 5060
    call_id: str = "call-1"
    domain: str = "pbx.test"


@dataclass
class FakeEngine:
    """An `async with` server; `evil` is what it does instead of answering: see `_misbehave`."""

    registrations: list[Listed] = field(default_factory=list)
    talking: dict[str, int] = field(default_factory=dict)
    """Who is in a call, and for how many seconds."""
    evil: str = ""
    secret: str = "secret"
    sent: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    connections: int = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._writers: list[asyncio.StreamWriter] = []
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0.02)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        try:
            await self._talk(reader, writer)
        except (OSError, EOFError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def _misbehave(self, writer: asyncio.StreamWriter) -> None:
        """Hang, hang up, drip a byte at a time, send one endless line, or endless lines."""
        if self.evil == "hang":
            await asyncio.sleep(60)
        elif self.evil == "hang up":
            raise EOFError
        elif self.evil == "drip":
            while True:
                writer.write(b"Event: Noise\r\n\r\n")
                await asyncio.sleep(0.02)
        elif self.evil == "endless line":
            writer.write(b"x" * 100_000)
            await asyncio.sleep(60)
        elif self.evil == "endless message":
            writer.write(b"Name: value\r\n" * 5000)
            await asyncio.sleep(60)
        elif self.evil == "garbage":
            writer.write(b"\x00\xff\xfe{}<xml/>\r\n\r\n" * 5)
            raise EOFError


class FakeAsterisk(FakeEngine):
    """The manager interface with PJSIP; `outbound` says whether default_outbound_endpoint names an endpoint."""

    outbound: bool = True

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        challenge = "12345"
        if self.evil == "greeting":
            writer.write(b"220 mail.example.com ESMTP\r\n")
        writer.write(b"Asterisk Call Manager/5.0.4\r\n")
        while True:
            text = (await reader.readuntil(b"\r\n\r\n")).decode()
            pairs = [line.split(": ", 1) for line in text.splitlines() if ": " in line]
            words = dict(pairs)
            number, action = words["ActionID"], words["Action"]
            self.asked.append(action)
            if action not in ("Challenge", "Login"):
                await self._misbehave(writer)
            writer.write(b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")  # what nobody asked for
            if action == "Challenge":
                self._say(writer, number, "Success", Challenge=challenge)
            elif action == "Login":
                right = hashlib.md5((challenge + self.secret).encode(), usedforsecurity=False).hexdigest()
                self._say(writer, number, "Success" if words["Key"] == right else "Error", Message="Authentication")
            elif action in ("PJSIPShowContacts", "CoreShowChannels"):
                (self._contacts if action == "PJSIPShowContacts" else self._channels)(writer, number)
            elif action == "Command":
                lines = "Output: Global Settings:\r\nOutput:  default_outbound_endpoint   : provisioning\r\n"
                writer.write(f"Response: Success\r\nActionID: {number}\r\nMessage: x\r\n{lines}\r\n".encode())
            elif action == "PJSIPShowEndpoint" and self.outbound:
                self._say(writer, number, "Success", EventList="start")
                writer.write(f"Event: EndpointDetail\r\nActionID: {number}\r\n\r\n".encode())
                writer.write(f"Event: EndpointDetailComplete\r\nActionID: {number}\r\n\r\n".encode())
            elif action == "PJSIPNotify":
                self.sent.append({**words, "Variables": "|".join(pair[1] for pair in pairs if pair[0] == "Variable")})
                self._say(writer, number, "Success", Message="NOTIFY sent")
            else:
                self._say(writer, number, "Error", Message="Unable to retrieve endpoint")

    def _say(self, writer: asyncio.StreamWriter, number: str, response: str, **more: str) -> None:
        lines = [f"Response: {response}", f"ActionID: {number}", *(f"{name}: {value}" for name, value in more.items())]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def _contacts(self, writer: asyncio.StreamWriter, number: str) -> None:
        if not self.registrations:
            self._say(writer, number, "Error", Message="No Contacts found")
            return
        self._say(writer, number, "Success", EventList="start", Message="A listing of Contacts follows")
        for one in self.registrations:
            lines = [
                "Event: ContactList",
                f"ActionID: {number}",
                "ObjectType: contact",
                f"ObjectName: {one.user};@b3c{one.port}",
                f"ViaAddr: {one.address}",
                f"ViaPort: {one.port}",
                f"UserAgent: {one.user_agent}",
                f"Uri: {one.contact}",
                f"Endpoint: {one.user}",
                "Status: NonQualified",
            ]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        writer.write(f"Event: ContactListComplete\r\nActionID: {number}\r\nEventList: Complete\r\n\r\n".encode())

    def _channels(self, writer: asyncio.StreamWriter, number: str) -> None:
        """List channels as Asterisk 16 does: a phone's, and a local one that is nobody's."""
        self._say(writer, number, "Success", EventList="start", Message="Channels will follow")
        names = [(f"PJSIP/{user}-0000000a", seconds) for user, seconds in self.talking.items()]
        for name, seconds in [*names, ("Local/900@queue-00000001;2", 30)]:
            lasting = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            lines = ["Event: CoreShowChannel", f"ActionID: {number}", f"Channel: {name}", "ChannelState: 6"]
            lines += ["ChannelStateDesc: Up", "CallerIDNum: 1001", "Application: Dial", f"Duration: {lasting}"]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        writer.write(f"Event: CoreShowChannelsComplete\r\nActionID: {number}\r\nEventList: Complete\r\n\r\n".encode())


class FakeFreeSwitch(FakeEngine):
    """The event socket with one Sofia profile, *internal*."""

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.evil == "rude":
            writer.write(b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n")
            raise EOFError
        writer.write(b"Content-Type: auth/request\n\n")
        while True:
            command, *lines = (await reader.readuntil(b"\n\n")).decode().strip().splitlines()
            self.asked.append(command.split()[0])
            if command.startswith("auth "):
                right = command == f"auth {self.secret}"
                self._reply(writer, "+OK accepted" if right else "-ERR invalid")
                continue
            await self._misbehave(writer)
            if command == "api show channels as json":
                body = self._channels()
                writer.write(f"Content-Type: api/response\nContent-Length: {len(body.encode())}\n\n{body}".encode())
            elif command.startswith("api "):
                known = "profile internal " in command
                body = self._list() if known else "Invalid Profile!\n"
                writer.write(f"Content-Type: api/response\nContent-Length: {len(body.encode())}\n\n{body}".encode())
            elif command == "sendevent NOTIFY":
                words = dict(line.split(": ", 1) for line in lines)
                length = int(words.get("content-length", 0))
                words["body"] = (await reader.readexactly(length)).decode() if length else ""
                self.sent.append(words)
                self._reply(writer, "+OK 7f4de4bc-17d7-11dd-b7a0-db4edd065621")
            else:
                self._reply(writer, "-ERR command not found")

    def _reply(self, writer: asyncio.StreamWriter, text: str) -> None:
        writer.write(f"Content-Type: command/reply\nReply-Text: {text}\n\n".encode())

    def _channels(self) -> str:
        """List channels as FreeSWITCH writes its table of them; without any there are no rows at all."""
        now = int(time.time())
        rows = [
            {"uuid": "a", "direction": "inbound", "created_epoch": str(now - seconds), "state": "CS_EXECUTE",
             "name": f"sofia/internal/{user}@pbx.test", "callstate": "ACTIVE", "presence_id": f"{user}@pbx.test"}
            for user, seconds in self.talking.items()
        ]  # fmt: skip
        return json.dumps({"row_count": len(rows), "rows": rows} if rows else {"row_count": 0})

    def _list(self) -> str:
        rows = "".join(
            f"<registration><call-id>{one.call_id}</call-id><user>{one.user}@{one.domain}</user>"
            f"<contact>&quot;&quot; &lt;{escape(one.contact)}&gt;</contact><agent>{escape(one.user_agent)}</agent>"
            f"<status>Registered(UDP)(unknown) exp(2026-01-01 00:00:00) expsecs(60)</status><host>fs</host>"
            f"<network-ip>{one.address}</network-ip><network-port>{one.port}</network-port></registration>"
            for one in self.registrations
        )
        if self.evil == "entities":
            rows = "<registration><user>&x;</user></registration>"
            return f'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]><profile>{rows}</profile>'
        return f'<?xml version="1.0"?>\n<profile><registrations>{rows}</registrations></profile>\n'
