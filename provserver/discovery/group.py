"""A socket that hears a multicast group on every interface, also on those that come later."""

import asyncio
import errno
import logging
import socket
import struct
from collections.abc import Callable, Iterable

from provserver.discovery.interfaces import Interface

log = logging.getLogger(__name__)

_MULTICAST_ALL = 49  # linux/in.h: off, or we hear what other programs joined
_BUFFER = 1024 * 1024
"""Bytes: a site that starts after a power cut sends a few thousand datagrams at once."""
_GONE = {errno.EADDRNOTAVAIL, errno.ENODEV}
"""The interface went while we looked, or the kernel left the group by itself."""

Received = Callable[[bytes, tuple[str, int]], None]


class Group(asyncio.DatagramProtocol):
    """A UDP socket bound to the group itself: it never takes a datagram that was sent to this machine's own address.

    The kernel keeps one membership for each interface; one for "any" would hear the default route's alone
    (facts: sip, section 5).
    """

    def __init__(self, address: str, port: int, received: Received) -> None:
        self._group = address
        self._port = port
        self._where = f"{address}:{port}"
        self._received = received
        self._joined: dict[int, frozenset[str]] = {}
        self._refused: set[int] = set()
        self._socket: socket.socket | None = None
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Open the socket; raises OSError where another program has the port for itself."""
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            opened.setsockopt(socket.IPPROTO_IP, _MULTICAST_ALL, 0)
            opened.setblocking(False)
            opened.bind((self._group, self._port))
        except OSError:
            opened.close()
            raise
        self._socket = opened
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, sock=opened)

    def close(self) -> None:
        """Leave the group and close the socket."""
        if self._transport is not None:
            self._transport.abort()
        self._socket = self._transport = None
        self._joined = {}

    @property
    def joined(self) -> frozenset[int]:
        """Give the numbers of the interfaces that are heard."""
        return frozenset(self._joined)

    def follow(self, interfaces: Iterable[Interface]) -> None:
        """Join the group on these interfaces and no others.

        It joins anew where it had joined: the kernel forgets a membership when an interface loses its address, and
        says nothing.
        """
        wanted: dict[int, set[str]] = {}
        for interface in interfaces:
            wanted.setdefault(interface.index, set()).add(interface.address)
        for index in self._joined:
            self._change(socket.IP_DROP_MEMBERSHIP, index)
        before, self._joined = self._joined, {}
        self._refused &= set(wanted)
        for index, addresses in sorted(wanted.items()):
            if self._change(socket.IP_ADD_MEMBERSHIP, index):
                self._joined[index] = frozenset(addresses)
                if before.get(index) != self._joined[index]:
                    log.info("Phones are listened for", extra={"group": self._where, "addresses": sorted(addresses)})

    def _change(self, option: int, index: int) -> bool:
        if self._socket is None:
            return False
        request = struct.pack("=4s4si", socket.inet_aton(self._group), b"\0" * 4, index)  # struct ip_mreqn
        try:
            self._socket.setsockopt(socket.IPPROTO_IP, option, request)
        except OSError as error:
            if error.errno not in _GONE and index not in self._refused:
                self._refused.add(index)
                log.warning("An interface is not listened on", extra={"index": index, "reason": error.strerror})
            return False
        return True

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Pass a datagram on (called by asyncio)."""
        self._received(data, (addr[0], addr[1]))
