"""What a DHCP server hands out to phones, in words that no program owns."""

from dataclasses import dataclass
from enum import StrEnum


class Flavour(StrEnum):
    """The DHCP servers that we can write for."""

    DNSMASQ = "dnsmasq"
    ISC = "isc"
    KEA = "kea"
    MIKROTIK = "mikrotik"
    WINDOWS = "windows"


@dataclass(frozen=True, slots=True)
class Option:
    """One option with its value: a text, or IPv4 addresses."""

    code: int
    value: str
    is_addresses: bool = False


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker's phones, known by the first 6 hexadecimal digits of their addresses, and what they are given."""

    name: str
    title: str
    ouis: tuple[str, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it for one server; ``warnings`` say what is in the way."""

    url: str
    makers: tuple[Maker, ...]
    warnings: tuple[str, ...] = ()
