"""TCP and TLS connections to SIP peers: opened by the first message, shared by the next, closed when idle or broken."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from provserver.domain.numbers import host_port
from provserver.sip.message import Message, framed_length, parse
from provserver.sip.transaction import Transaction
from provserver.sip.transport import Address, plain

IDLE_SECONDS = 120.0  # longer than any transaction on the connection
READ_SIZE = 65_535
MOST_UNSENT = 1024 * 1024  # bytes that a peer may leave unread before its connection is given up


@dataclass(frozen=True, slots=True)
class Hop:
    """Where the next message goes: host in digits, and for TLS the name that the certificate must bear.

    Without ``verify`` any certificate is taken: the way is then encrypted, but anybody may stand at its end.
    """

    transport: str
    address: Address
    name: str = ""
    verify: bool = True

    def __str__(self) -> str:
        """Write the hop for people."""
        return f"{host_port(*self.address)} over {self.transport.upper()}"


class Trust:
    """Which certificates of peers are believed: those of the system's authorities, or of one PEM file alone."""

    def __init__(self, file: str = "") -> None:
        """Remember the file; it is read when the first TLS connection is opened, which may raise OSError."""
        self._file = file

    @cached_property
    def _checked(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._file or None)

    @cached_property
    def _unchecked(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def context_for(self, hop: Hop) -> ssl.SSLContext | None:
        """Give the TLS context of a hop, None where it has no TLS."""
        if hop.transport != "tls":
            return None
        return self._checked if hop.verify else self._unchecked


class Connection:
    """A connection to one hop; ``heard_at`` is when the peer last sent anything, ``waiting`` who waits for it."""

    def __init__(
        self,
        hop: Hop,
        received: Callable[[Message, Connection], None],
        lost: Callable[[Connection, str], None],
    ) -> None:
        """Remember where to connect; nothing is opened yet."""
        self.hop = hop
        self.heard_at = 0.0
        self.waiting: set[Transaction] = set()
        self._received = received
        self._lost = lost
        self._opening = asyncio.Lock()
        self._ended: OSError | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether a message can leave at once."""
        return self._writer is not None and self._ended is None

    async def open(self, seconds: float, source_host: str | None, trust: Trust) -> Address:
        """Connect unless connected, within `seconds`; give our own address, raise OSError when it is refused.

        Those who waited for a connection that failed are told so at once; a new try is a new Connection.
        """
        async with self._opening:
            if self._writer is None and self._ended is None:
                await self._connect(seconds, source_host, trust)
            if self._writer is None or self._ended is not None:
                raise ConnectionError("the connection failed a moment ago") from self._ended
            return plain(self._writer.get_extra_info("sockname"))

    def write(self, data: bytes) -> None:
        """Send a message, in order, without waiting; a peer that reads nothing for long loses the connection."""
        if self._writer is None:
            return
        self._writer.write(data)
        if self._writer.transport.get_write_buffer_size() > MOST_UNSENT:
            self._ended = ConnectionError("the peer does not read")
            self._writer.transport.abort()

    async def close(self) -> None:
        """Stop reading and close the socket, or never use the one that is being opened."""
        self._ended = self._ended or ConnectionError("the connection was closed")
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _connect(self, seconds: float, source_host: str | None, trust: Trust) -> None:
        source = (source_host, 0) if source_host else None
        try:
            context = trust.context_for(self.hop)
            async with asyncio.timeout(seconds):
                reader, writer = await asyncio.open_connection(
                    *self.hop.address,
                    local_addr=source,
                    ssl=context,
                    server_hostname=(self.hop.name or self.hop.address[0]) if context else None,
                )
        except OSError as error:
            self._ended = error
            raise
        if self._ended is not None:  # closed meanwhile
            writer.transport.abort()
            return
        self._writer = writer
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        reason = "the connection was closed"
        try:
            await self._read_messages(reader)
        except TimeoutError:
            reason = "the connection was idle"
        except (OSError, ValueError) as error:
            reason = f"the connection broke: {error}"
        finally:
            self._ended = self._ended or ConnectionError(reason)
            self._lost(self, reason)
            if self._writer is not None:
                self._writer.transport.abort()
                with suppress(OSError):
                    await self._writer.wait_closed()

    async def _read_messages(self, reader: asyncio.StreamReader) -> None:
        buffer = b""
        clock = asyncio.get_running_loop().time
        while True:
            async with asyncio.timeout(IDLE_SECONDS):
                arrived = await reader.read(READ_SIZE)
            if not arrived:
                return
            self.heard_at = clock()
            buffer = (buffer + arrived).lstrip(b"\r\n")  # empty lines between messages keep a NAT binding open
            while buffer and (length := framed_length(buffer)) is not None and length <= len(buffer):
                self._received(parse(buffer[:length]), self)
                buffer = buffer[length:].lstrip(b"\r\n")
