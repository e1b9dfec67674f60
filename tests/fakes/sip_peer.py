"""SIP peers on real sockets that keep what they hear and answer as a test tells them to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from provserver.sip.message import framed_length
from tests.fakes.datagrams import Datagrams

Address = tuple[str, int]
Script = Callable[["UdpPeer", bytes, Address], None]
StreamScript = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


class UdpPeer(Datagrams):
    """An `async with` UDP peer; `script` is called for every datagram, without one it keeps silent."""

    def __init__(self, script: Script | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host, port)
        self.heard: list[bytes] = []
        self.times: list[float] = []
        self._script = script

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.heard.append(data)
        self.times.append(time.monotonic())
        if self._script is not None:
            self._script(self, data, addr)

    def send(self, data: bytes, destination: Address) -> None:
        self._transport.sendto(data, destination)


class StreamPeer:
    """A SIP peer for a TCP or TLS listener: it counts connections and keeps whole messages."""

    def __init__(self, script: StreamScript) -> None:
        self.heard: list[bytes] = []
        self.connections = 0
        self._script = script

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        buffer = b""
        try:
            while arrived := await reader.read(4096):
                buffer += arrived
                while (length := framed_length(buffer)) and length <= len(buffer):
                    self.heard.append(buffer[:length])
                    buffer = buffer[length:]
                    await self._script(self.heard[-1], writer)
        except OSError:
            pass
        finally:
            writer.close()


def reply(request: bytes, status: int, reason: str, **changed: str) -> bytes:
    """Write a response to a request, copying what RFC 3261 8.2.6.2 says; `changed` replaces header values."""
    copied = {}
    for line in request.split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]:
        name, _, value = line.partition(": ")
        if name in ("Via", "From", "To", "Call-ID", "CSeq"):
            copied[name] = changed.get(name, value)
    lines = [f"SIP/2.0 {status} {reason}", *(f"{name}: {value}" for name, value in copied.items())]
    return ("\r\n".join([*lines, "Content-Length: 0"]) + "\r\n\r\n").encode()


def answering(*statuses: int) -> Script:
    """Make a script that answers every datagram with these statuses, one after the other."""

    def script(peer: UdpPeer, data: bytes, source: Address) -> None:
        for status in statuses:
            peer.send(reply(data, status, f"Reason {status}"), source)

    return script
