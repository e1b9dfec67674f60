"""How an OpenID provider is described, and how people are named there: what is typed, checked and made alike."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from provserver.domain.numbers import plain_text

SUBJECT = "sub"
"""The claim that a provider gives nobody else, ever; the one in which capitals count (OpenID Connect Core, 2)."""
LONGEST = 255
"""Characters of an issuer, a subject or a name that are kept; the standard limits a subject to as many."""

_CLAIM = re.compile(r"[A-Za-z0-9_:./-]{1,100}")
_HOST = re.compile(r"[a-z0-9.-]{1,253}")


def issuer(text: str) -> str:
    """Read a provider's address: https, or plain http on this very machine; raises ValueError."""
    wanted = text.strip().rstrip("/")
    parts = urlsplit(wanted)
    is_plain = parts.hostname and not (parts.query or parts.fragment or parts.username or parts.password)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))
    if wanted and not (is_plain and is_safe and len(wanted) <= LONGEST):
        raise ValueError("an address such as https://login.example.com, without name, query or fragment")
    return wanted


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def header_text(text: str) -> str:
    """Read what an Authorization header can carry; raises ValueError."""
    wanted = text.strip()
    if not (wanted.isascii() and wanted.isprintable()):
        raise ValueError("printable ASCII characters")
    return wanted


def claim(text: str) -> str:
    """Read the name of a claim; raises ValueError."""
    if not _CLAIM.fullmatch(text.strip()):
        raise ValueError("the name of a claim, such as email, preferred_username or sub")
    return text.strip()


def hosts(text: str) -> tuple[str, ...]:
    """Read host names, separated by commas or blanks; raises ValueError."""
    words = tuple(text.lower().replace(",", " ").split())
    if not all(_HOST.fullmatch(word) for word in words):
        raise ValueError("host names such as oauth2.example.com, without https://")
    return words


def plain_name(text: str, claim: str) -> str:
    """Give a person's name at the provider as it is compared: capitals count in a subject alone.

    Other letters than ASCII stay as they are, so that no two names become the same. Raises ValueError.
    """
    plain_text(text, LONGEST)
    wanted = text.strip()
    return wanted if claim == SUBJECT or not wanted.isascii() else wanted.lower()
