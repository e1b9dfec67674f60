"""The network interfaces on which phones are listened for; they come and go while the server runs."""

import asyncio
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

import ifaddr


@dataclass(frozen=True, slots=True, order=True)
class Interface:
    """One address of one interface, an IPv6 one without its zone; ``index`` is what the kernel calls the interface."""

    index: int
    name: str
    address: str

    @property
    def is_ipv6(self) -> bool:
        """Tell whether this is an IPv6 address."""
        return ":" in self.address


def interfaces(*, only_loopback: bool = False) -> frozenset[Interface]:
    """List every address of this machine, or the IPv4 ones of its loopback interface alone.

    Loopback is left out of IPv6: it takes no multicast there.
    """
    every = frozenset(_all())
    local = frozenset(found for found in every if ip_address(found.address).is_loopback)
    if only_loopback:
        return frozenset(found for found in local if not found.is_ipv6)
    return every - frozenset(found for found in local if found.is_ipv6)


def _all() -> Iterator[Interface]:
    for adapter in ifaddr.get_adapters():
        for address in adapter.ips:
            if adapter.index is not None:
                plain = address.ip if isinstance(address.ip, str) else address.ip[0]
                yield Interface(adapter.index, adapter.name, plain)


_GROUPS = 0x1 | 0x10 | 0x100  # linux/rtnetlink.h: RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR
_SETTLE = 0.2
"""Seconds: an interface that comes is told of in several steps."""


class Watch:
    """Wakes whoever waits when an interface or an address comes or goes, where the kernel tells."""

    def __init__(self) -> None:
        self._rang = asyncio.Event()
        self._socket: socket.socket | None = None
        if sys.platform == "linux":
            self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
            self._socket.setblocking(False)
            self._socket.bind((0, _GROUPS))
            asyncio.get_running_loop().add_reader(self._socket, self._read)

    def close(self) -> None:
        """Stop watching."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()

    async def wait(self, stopping: asyncio.Event, seconds: float) -> bool:
        """Wait until something came or went, for so long at most; tell whether it did."""
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._rang, stopping)]
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        if not self._rang.is_set() or stopping.is_set():
            return False
        await asyncio.sleep(_SETTLE)
        self._rang.clear()
        return True

    def _read(self) -> None:
        with suppress(OSError):  # BlockingIOError: all is read; ENOBUFS: more happened than was told
            while self._socket is not None and self._socket.recv(65536):
                pass
        self._rang.set()
