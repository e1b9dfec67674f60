"""What can be read from the addresses that engines list, which are not always quite SIP."""

from __future__ import annotations

import re

_HOST = re.compile(r"sips?:(?:[^@;>\s]*@)?(\[[0-9A-Fa-f:.]+\]|[^;:>?\s\[\]]+)(?::([0-9]{1,5}))?", re.IGNORECASE)
_USER = re.compile(r"sips?:([^@;>\s]+)@", re.IGNORECASE)


def host_of(uri: str) -> tuple[str, int]:
    """Give the host (without brackets) and port of the first SIP address in a text; "" and 0 without one."""
    found = _HOST.search(uri)
    if found is None:
        return "", 0
    return found[1].strip("[]"), int(found[2] or 5060)


def user_of(uri: str) -> str:
    """Give the user of the first SIP address in a text, "" without one."""
    found = _USER.search(uri)
    return found[1] if found else ""
