"""How SIP bytes travel: one UDP socket that hears ICMP errors, and TCP connections that are reused."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress

from provserver.sip.message import Message, framed_length, parse

Address = tuple[str, int]

RECEIVE_BUFFER = 4 * 1024 * 1024  # bytes; 200 answers at once overflowed the kernel's default on the test bench
LONGEST_DATAGRAM = 65_535
IDLE_SECONDS = 120.0  # longer than any transaction on the connection

# IP_RECVERR and IPV6_RECVERR of linux/in.h and linux/in6.h, which Python's socket module does not name.
# An IPv6 socket needs both, for the IPv4 peers that it reaches as ::ffff:a.b.c.d.
_RECEIVE_ERRORS = {
    socket.AF_INET: ((socket.IPPROTO_IP, 11),),
    socket.AF_INET6: ((socket.IPPROTO_IP, 11), (socket.IPPROTO_IPV6, 25)),
}
_UNREACHABLE = (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH)


def family_of(host: str) -> socket.AddressFamily:
    """Give the address family of a bind address, which is an IP address in digits or a name of this host."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def plain(address: tuple[object, ...]) -> Address:
    """Reduce a socket address to host and port, an IPv4 address inside IPv6 to IPv4."""
    host, port = str(address[0]), int(str(address[1]))
    mapped = ipaddress.IPv6Address(host.partition("%")[0]).ipv4_mapped if ":" in host else None
    return (str(mapped) if mapped else host), port


def local_host_towards(address: Address, family: socket.AddressFamily) -> str:
    """Ask the kernel which of our addresses it would send from; raise OSError when it knows no way."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(address)
        return plain(probe.getsockname())[0]


class DatagramEndpoint(asyncio.DatagramProtocol):
    """A bound UDP socket; `received` gets datagrams, `unreachable` the destinations where nobody listens.

    `address` is where it is bound, `host` the host of it or None when that is every address of this machine.
    """

    def __init__(
        self,
        bind: Address,
        received: Callable[[bytes, Address], None],
        unreachable: Callable[[Address, str], None],
    ) -> None:
        """Bind the socket; raise OSError when the address is taken."""
        self._received = received
        self._unreachable = unreachable
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()
        self.family = family_of(bind[0])
        self._socket = socket.socket(self.family, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            if sys.platform == "linux":  # otherwise an unconnected socket never learns that a port is closed
                for level, option in _RECEIVE_ERRORS[self.family]:
                    self._socket.setsockopt(level, option, 1)
            self._socket.bind(bind)
        except OSError:
            self._socket.close()
            raise
        self.address = plain(self._socket.getsockname())
        self.host = None if self.address[0] in ("0.0.0.0", "::") else self.address[0]  # noqa: S104  (a question)

    async def start(self) -> None:
        """Hear what arrives from now on."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=self._socket)

    async def close(self) -> None:
        """Give the address back; it is free when this returns."""
        if self._transport is None:
            self._socket.close()
        else:
            self._transport.abort()
            await self._closed.wait()

    def send(self, datagram: bytes, destination: Address) -> None:
        """Send one datagram; what cannot leave this host is told to `unreachable`.

        A pending ICMP error about an older datagram makes the kernel refuse this one: it gets a second try.
        """
        problem: OSError | None = None
        for _ in range(2):
            try:
                self._socket.sendto(datagram, destination)
            except BlockingIOError:  # a full send buffer is a lost datagram: the retransmission mends it
                return
            except OSError as error:
                problem = error
                self._read_errors()
            else:
                return
        if problem is not None:
            self._unreachable(plain(destination), problem.strerror or str(problem))

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        """Pass a datagram on (called by asyncio)."""
        self._received(data, plain(addr))

    def error_received(self, _: Exception) -> None:
        """Find out whom an ICMP error is about (called by asyncio, which knows only that there was one)."""
        self._read_errors()

    def connection_lost(self, _: Exception | None) -> None:
        """Note that the socket is closed (called by asyncio)."""
        self._closed.set()

    def _read_errors(self) -> None:
        if sys.platform != "linux":
            return
        with suppress(OSError):  # BlockingIOError: the queue is empty
            while True:
                _, ancillary, _, destination = self._socket.recvmsg(0, 512, socket.MSG_ERRQUEUE)
                for _, _, extended in ancillary:
                    (number,) = struct.unpack_from("=I", extended)  # sock_extended_err.ee_errno
                    if destination and number in _UNREACHABLE:
                        self._unreachable(plain(destination), os.strerror(number))


class Connection:
    """A TCP connection to one destination: opened by the first message, closed when idle or broken."""

    def __init__(
        self,
        destination: Address,
        received: Callable[[Message, Connection], None],
        lost: Callable[[Connection, str], None],
    ) -> None:
        """Remember where to connect; nothing is opened yet."""
        self.destination = destination
        self._received = received
        self._lost = lost
        self._opening = asyncio.Lock()
        self._ended: OSError | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def open(self, seconds: float, source_host: str | None) -> Address:
        """Connect unless connected, within `seconds`; give our own address, raise OSError when it is refused.

        Those who waited for a connection that failed are told so at once; a new try is a new Connection.
        """
        async with self._opening:
            if self._writer is None and self._ended is None:
                await self._connect(seconds, source_host)
            if self._writer is None or self._ended is not None:
                raise ConnectionError("the connection failed a moment ago") from self._ended
            return plain(self._writer.get_extra_info("sockname"))

    def write(self, data: bytes) -> None:
        """Send a message, in order, without waiting for the peer to read it."""
        if self._writer is not None:
            self._writer.write(data)

    async def close(self) -> None:
        """Stop reading and close the socket, or never use the one that is being opened."""
        self._ended = ConnectionError("the connection was closed")
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _connect(self, seconds: float, source_host: str | None) -> None:
        source = (source_host, 0) if source_host else None
        try:
            async with asyncio.timeout(seconds):
                reader, writer = await asyncio.open_connection(*self.destination, local_addr=source)
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
            self._lost(self, reason)
            if self._writer is not None:
                self._writer.transport.abort()
                with suppress(OSError):
                    await self._writer.wait_closed()

    async def _read_messages(self, reader: asyncio.StreamReader) -> None:
        buffer = b""
        while True:
            async with asyncio.timeout(IDLE_SECONDS):
                arrived = await reader.read(LONGEST_DATAGRAM)
            if not arrived:
                return
            buffer = (buffer + arrived).lstrip(b"\r\n")  # empty lines between messages keep a NAT binding open
            while buffer and (length := framed_length(buffer)) is not None and length <= len(buffer):
                self._received(parse(buffer[:length]), self)
                buffer = buffer[length:].lstrip(b"\r\n")
