"""The hardware address of a neighbour, as the kernel knows it or its IPv6 address says it.

Of what lies behind a router, and has an IPv4 address, nothing is known.
"""

import asyncio
import socket
from contextlib import suppress
from ipaddress import IPv6Address
from pathlib import Path

from provserver.domain.mac import parse_mac

TABLE = Path("/proc/net/arp")
_DISCARD = 9
_LOOKS = (0.02, 0.1, 0.4)
"""Seconds between looks while the kernel asks the network for the address."""


def known_mac(address: str, table: Path = TABLE) -> str:
    """Give the address's hardware address from the kernel's table, as 12 hexadecimal digits; else nothing."""
    with suppress(OSError):
        for line in table.read_text().splitlines()[1:]:
            columns = line.split()
            if len(columns) >= 4 and columns[0] == address:
                with suppress(ValueError):
                    return parse_mac(columns[3])
    return ""


def mac_of_ipv6(address: str) -> str:
    """Give the hardware address that an IPv6 address was made of (RFC 4291, appendix A); else nothing."""
    with suppress(ValueError):
        last = IPv6Address(address.partition("%")[0]).packed[8:]
        if last[3:5] == b"\xff\xfe" and last[0] & 2:
            return (bytes([last[0] ^ 2]) + last[1:3] + last[5:]).hex()
    return ""


async def find_mac(address: str) -> str:
    """Give a neighbour's hardware address, and have the kernel ask for it where it does not know it yet.

    What makes it ask is an empty datagram to the discard port.
    """
    if ":" in address:
        return mac_of_ipv6(address)
    if found := known_mac(address):
        return found
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nudge:
        nudge.setblocking(False)
        nudge.sendto(b"", (address, _DISCARD))
        for pause in _LOOKS:
            await asyncio.sleep(pause)
            if found := known_mac(address):
                return found
    return ""
