"""Which DHCP options each maker's phones read: a table, and what holds for makers that are not in it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TFTP_SERVER_NAME = 66
"""RFC 2132; phones take an address of any kind in it."""
TFTP_SERVERS = 150
"""RFC 5859: a list of IPv4 addresses."""


@dataclass(frozen=True, slots=True)
class DhcpRules:
    """A maker's options with this server's address; ``file`` follows it, ``tftp`` asks for 66 and 150 with a host."""

    options: tuple[int, ...] = (TFTP_SERVER_NAME,)
    file: str = ""
    tftp: bool = False


def rules_of(vendor: str) -> DhcpRules:
    """Give a maker's options."""
    return _table().get(vendor, DhcpRules())


@cache
def _table() -> Mapping[str, DhcpRules]:
    raw = tomllib.loads(Path(__file__).with_name("dhcp.toml").read_text())
    return {
        vendor: DhcpRules(tuple(row["options"]), row.get("file", ""), row.get("tftp", False))
        for vendor, row in raw.items()
    }
