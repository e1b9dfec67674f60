"""How SIP datagrams travel: UDP sockets that hear ICMP errors."""

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

Address = tuple[str, int]

RECEIVE_BUFFER = 4 * 1024 * 1024  # bytes; 200 answers at once overflowed the kernel's default on the test bench
LONGEST_DATAGRAM = 65_535

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


def local_host_towards(address: Address) -> str:
    """Ask the kernel which of our addresses it would send from; raise OSError when it knows no way."""
    with socket.socket(family_of(address[0]), socket.SOCK_DGRAM) as probe:
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
        *,
        beside_ipv4: bool = False,
    ) -> None:
        """Bind the socket; raise OSError when the address is taken. ``beside_ipv4`` leaves IPv4 to another socket."""
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
            if beside_ipv4:
                self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            self._is_dual = self.family == socket.AF_INET6 and not beside_ipv4
            self._socket.bind(bind)
        except OSError:
            self._socket.close()
            raise
        self.address = plain(self._socket.getsockname())
        self.host = None if self.address[0] in ("0.0.0.0", "::") else self.address[0]  # noqa: S104  (a question)

    def reaches(self, host: str) -> bool:
        """Tell whether datagrams to this host, in digits, can leave from here."""
        return (":" in host) == (self.family == socket.AF_INET6) or self._is_dual

    def host_towards(self, destination: Address) -> str:
        """Give the address that datagrams to a destination come from; raise OSError when there is no way."""
        if self.host is not None:
            return self.host
        return local_host_towards(destination)

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
        host, port = destination
        written = f"::ffff:{host}" if self._is_dual and ":" not in host else host
        problem: OSError | None = None
        for _ in range(2):
            try:
                self._socket.sendto(datagram, (written, port))
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
