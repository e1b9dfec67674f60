"""First contact: the ways in which a phone without its token may be known, and what a request counts as coming from."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network


class Way(StrEnum):
    """A way in which a first contact may carry secrets; a company chooses which of them count."""

    TRUSTED = "trusted-network"
    WINDOW = "window"
    CERTIFICATE = "certificate"
    APPROVAL = "approval"
    PIN = "pin"
    SERIAL = "serial"


DEFAULT_WAYS = frozenset(Way) - {Way.SERIAL}
"""A serial number stands on the box, and the next phone's is the next number: a company decides that it is enough."""
USUAL_MINUTES = 30
LONGEST_MINUTES = 14 * 24 * 60
"""A fortnight: phones that were sent by post and wait to be plugged in."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a company decided about first contacts."""

    ways: frozenset[Way] = field(default=DEFAULT_WAYS)
    lock_on_alarm: bool = False


@lru_cache(maxsize=64)
def read_ways(text: str | None) -> frozenset[Way]:
    """Read the ways as they are stored, words between blanks; None is what nobody has decided yet."""
    return DEFAULT_WAYS if text is None else frozenset(Way(word) for word in text.split())


def write_ways(ways: frozenset[Way]) -> str:
    """Write the ways for storing, always in the same order."""
    return " ".join(way for way in Way if way in ways)


def window_length(minutes: object) -> timedelta:
    """Read how long a window is to stay open; raises ValueError."""
    if isinstance(minutes, str) and minutes.strip().isascii() and minutes.strip().isdigit():
        minutes = int(minutes.strip()[:9])
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= LONGEST_MINUTES:
        raise ValueError(f"a whole number from 1 to {LONGEST_MINUTES} minutes")
    return timedelta(minutes=minutes)


_SERIAL = re.compile(r"[0-9A-Z][0-9A-Z./_-]{3,31}")
_PIN = re.compile(r"[0-9A-Za-z]{6,32}")
PIN_DIGITS = 8
MOST_WRONG = 5
"""Different wrong serial numbers or PINs of one phone; then only an admin makes it good again."""


def read_serial(text: str) -> str:
    """Read a serial number as it stands on the phone, with blanks and in any case; raises ValueError."""
    bare = re.sub(r"\s", "", text).upper()
    if bare and not _SERIAL.fullmatch(bare):
        raise ValueError("4 to 32 letters and digits, as it stands on the phone")
    return bare


def read_pin(text: str) -> str:
    """Read a PIN that is to be typed on a phone; blanks count for nothing; raises ValueError."""
    bare = re.sub(r"\s", "", text)
    if not _PIN.fullmatch(bare):
        raise ValueError("6 to 32 letters and digits")
    return bare


def read_address(text: str) -> str:
    """Read an address of a network; raises ValueError."""
    try:
        return plain_address(str(ip_address(text.strip())))
    except ValueError as error:
        raise ValueError("an IP address, such as 198.51.100.7") from error


def plain_address(address: str) -> str:
    """Write an IPv4 address that came through an IPv6 socket as what it is; anything else stays."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)


def source_of(address: str) -> str:
    """Give what a request counts as coming from: an IPv4 address, or the /64 of an IPv6 one; what is neither stays."""
    plain = plain_address(address)
    try:
        return str(ip_network((plain, 64), strict=False)) if ":" in plain else plain
    except ValueError:
        return plain[:64]
