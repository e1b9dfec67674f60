"""Hardware addresses: one spelling inside, every common spelling accepted."""

import re

_SEPARATORS = re.compile(r"[\s:.\-_]")
_TWELVE_HEX = re.compile(r"[0-9a-f]{12}")
_NOT_A_DEVICE = {"000000000000", "ffffffffffff"}


def parse_mac(text: str) -> str:
    """Return the address as 12 lower-case hexadecimal digits.

    Accepts ``00:04:F2:AA:BB:CC``, ``00-04-f2-…``, ``0004.f2aa.bbcc``, ``0004f2aabbcc`` and mixtures.
    Raises ValueError for anything else, for the zero and broadcast addresses and for group addresses.
    """
    digits = _SEPARATORS.sub("", text.strip().lower())
    if not _TWELVE_HEX.fullmatch(digits):
        raise ValueError("a MAC address has 12 hexadecimal digits, such as 00:04:f2:aa:bb:cc")
    if digits in _NOT_A_DEVICE:
        raise ValueError("this address belongs to no device")
    if int(digits[:2], 16) & 1:
        raise ValueError("this is a group address; a phone has an individual one")
    return digits


def part_of_mac(word: str) -> str:
    """Give the digits of what may be a piece of an address in any spelling, at least three; nothing for other words."""
    digits = _SEPARATORS.sub("", word.lower())
    return digits if re.fullmatch("[0-9a-f]{3,12}", digits) else ""


def format_mac(mac: str) -> str:
    """Write an address the way that a label on a phone shows it."""
    return ":".join(mac[i : i + 2] for i in range(0, 12, 2)).upper()
