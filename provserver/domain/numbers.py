"""What can be dialled, and what can stand on a key: shapes of numbers, texts and addresses."""

import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

SIP_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
"""Where SIP is listened to unless something else is said (RFC 3261, section 19.1.2)."""

_BLANKS = r" \u00a0\u2000-\u200a\u202f\u205f\u3000"
_PUNCTUATION = re.compile(rf"[{_BLANKS}()./\u2010-\u2015-]")
_DIGITS = re.compile(r"\+?[0-9*#]{1,32}")
_SIP_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+*#-]{0,63}")
_HOST_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_DTMF = re.compile(r"[0-9A-D*#,]{1,32}")
_EXTENSION = re.compile(r"[0-9*#]{1,16}")
_BRACKETED = re.compile(r"\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\](?::([0-9]{1,5}))?")
_PORT = re.compile(r"[0-9]{1,5}")

_INVISIBLE = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
_OVERRIDES = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\ufeff")

URL_LIMIT = 255
"""Characters; the shortest field among the makers' own is not documented, so this is ours."""


def dialable(text: str) -> str:
    """Return a number, extension or service code without its punctuation.

    ``+39 02 123-456`` becomes ``+3902123456``; ``*98`` stays; a SIP user name or ``user@host`` is taken as is.
    Raises ValueError for anything that a phone cannot dial.
    """
    address = text.strip().removeprefix("sip:")
    bare = _PUNCTUATION.sub("", address)
    if _DIGITS.fullmatch(bare):
        return bare
    user, at, host = address.partition("@")
    named = is_host(host) if at else re.search("[A-Za-z]", user)
    if _SIP_USER.fullmatch(user) and named and len(address) <= URL_LIMIT:
        return user + at + host
    raise ValueError("a number holds digits, * and #, with + only in front (at most 32)")


def dtmf_digits(text: str) -> str:
    """Return a tone sequence in capitals: digits, ``*``, ``#``, ``A``-``D`` and ``,`` for a pause."""
    digits = re.sub(f"[{_BLANKS}]", "", text.strip()).upper().replace("P", ",")
    if not _DTMF.fullmatch(digits):
        raise ValueError("a tone sequence holds digits, * # A B C D and a comma for a pause (at most 32)")
    return digits


def extension(text: str) -> str:
    """Return a short number of the company: digits, ``*`` and ``#``, at most 16."""
    bare = text.strip()
    if not _EXTENSION.fullmatch(bare):
        raise ValueError("an extension holds digits, * and # (at most 16)")
    return bare


def web_address(text: str) -> str:
    """Return an http or https address of at most 255 characters, without credentials or blanks."""
    address = text.strip()
    if len(address) > URL_LIMIT or re.search(r"[\s<>\"]", address) or _hides(address):
        raise ValueError(f"an address has no blanks or quotes and at most {URL_LIMIT} characters")
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  reading it is the check: a bad port raises
    except ValueError as error:
        raise ValueError("this is not a web address") from error
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address on a key carries no user name and password")
    if parts.scheme not in {"http", "https"} or not is_host(split_port(parts.netloc)[0]):
        raise ValueError("an address starts with http:// or https:// and a host")
    return address


def is_host(text: str) -> bool:
    """Tell whether the text is a host name or an IP address (IPv6 with or without brackets).

    An IPv6 zone (``fe80::1%eth0``) means nothing to another machine, and may hold any character: it is refused.
    """
    if "%" in text:
        return False
    bracketed = _BRACKETED.fullmatch(text)
    try:
        ip_address(bracketed[1] if bracketed and not bracketed[2] else text)
    except ValueError:
        return 0 < len(text) <= 253 and all(_HOST_LABEL.fullmatch(part) for part in text.removesuffix(".").split("."))
    return True


def host_and_port(text: str) -> str:
    """Return ``host`` or ``host:port`` as typed, checked; raises ValueError."""
    host, port = split_port(text.strip())
    if not is_host(host) or len(text.strip()) > URL_LIMIT:
        raise ValueError("this is neither a host name nor an IP address")
    if port is not None and not 1 <= port <= 65535:
        raise ValueError("a port lies between 1 and 65535")
    return text.strip()


def split_port(text: str) -> tuple[str, int | None]:
    """Split ``host:port`` or ``[v6]:port``; the port is None when absent."""
    if bracketed := _BRACKETED.fullmatch(text):
        return bracketed[1], int(bracketed[2]) if bracketed[2] else None
    host, colon, port = text.rpartition(":")
    if colon and ":" not in host and _PORT.fullmatch(port):
        return host, int(port)
    return text, None


def host_port(host: str, port: int | None) -> str:
    """Write a host and a port as addresses do, an IPv6 host in brackets."""
    written = f"[{host}]" if ":" in host else host
    return written if port is None else f"{written}:{port}"


def plain_text(text: str, limit: int) -> str:
    """Return a text for a display: composed Unicode, trimmed, at most ``limit`` characters.

    Control characters, line ends, bidirectional overrides and unpaired surrogates raise ValueError: no phone
    shows them, and in a file they are how one value becomes two.
    """
    composed = unicodedata.normalize("NFC", text).strip()
    if _hides(composed):
        raise ValueError("control characters and line ends cannot be shown on a phone")
    if len(composed) > limit:
        raise ValueError(f"at most {limit} characters")
    return composed


def addressable(text: str, limit: int) -> str:
    """Return the name of something that has an address of its own, as for a display; raises ValueError.

    Between its slashes stands neither nothing nor ``.`` or ``..``: programs take those out of an address.
    """
    name = plain_text(text, limit)
    if not name:
        raise ValueError("missing")
    if any(part in {"", ".", ".."} for part in name.split("/")):
        raise ValueError("a name with something else than dots between its slashes")
    return name


def _hides(text: str) -> bool:
    """Tell whether a text holds what nobody sees, or what turns around what one sees."""
    return any(unicodedata.category(c) in _INVISIBLE or c in _OVERRIDES for c in text)
