"""HTTP authentication on the server's side: challenges, nonces that nobody has to remember, answers checked.

Digest is RFC 7616 with ``qop=auth``, by MD5 and SHA-256; Basic is RFC 7617.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import unquote, urlsplit

REALM = "provserver"
ALGORITHMS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
"""MD5 stands first: phones that read only one challenge read the first, and old ones know no other algorithm. The
passwords are random, so what is known of MD5 helps nobody to find one."""

LIFETIME = timedelta(minutes=2)
"""How long a nonce is good for; a client with an older one is told ``stale`` and asks nobody for a password."""
MOST_NONCES = 10_000
MOST_USES = 256
"""Requests with one nonce; a phone sends three or four, and then gets a new one."""
_LONGEST = 2000
"""Characters of a header that are read."""
_PARAMETER = re.compile(r'\s*(\w+\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|\Z)')
_NONCE = re.compile(r"[0-9a-f]{60}")


@dataclass(frozen=True, slots=True)
class Basic:
    """A name and a password in plain words."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Digest:
    """An answer to a Digest challenge; ``count`` is how often the client says that it used this nonce."""

    username: str
    nonce: str
    uri: str
    algorithm: str
    count: int
    client_nonce: str = field(repr=False)
    written_count: str = field(repr=False)
    response: str = field(repr=False)


def read(header: str) -> Basic | Digest | None:
    """Read an Authorization header; None where it is no answer to what was asked."""
    scheme, _, rest = header[:_LONGEST].strip().partition(" ")
    if scheme.lower() == "basic":
        return _basic(rest)
    return _digest(rest) if scheme.lower() == "digest" else None


def _basic(rest: str) -> Basic | None:
    try:
        name, colon, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return Basic(name, password) if colon else None


def _digest(rest: str) -> Digest | None:
    given: dict[str, str] = {}
    at = 0
    while at < len(rest) and (match := _PARAMETER.match(rest, at)):
        name, quoted, plain = match[1].lower(), match[2], match[3]
        if name in given:
            return None
        given[name] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
        at = match.end()
    algorithm, count = given.get("algorithm", "MD5").upper(), given.get("nc", "")
    known = algorithm in ALGORITHMS and given.get("qop", "").lower() == "auth" and given.get("realm") == REALM
    whole = all(given.get(name) for name in ("username", "nonce", "uri", "cnonce", "response"))
    if at < len(rest) or not known or not whole or not re.fullmatch("[0-9a-fA-F]{8}", count):
        return None
    return Digest(
        given["username"], given["nonce"], given["uri"], algorithm, int(count, 16), given["cnonce"], count,
        given["response"],
    )  # fmt: skip


def is_right(given: Basic | Digest, method: str, username: str, password: str) -> bool:
    """Tell whether this is the answer of somebody who knows the password, in a time that tells nothing of it."""
    if isinstance(given, Basic):
        same_name = hmac.compare_digest(given.username.encode(), username.encode())
        return hmac.compare_digest(given.password.encode(), password.encode()) and same_name
    hashed = ALGORITHMS[given.algorithm]
    who = hashed(f"{username}:{REALM}:{password}".encode()).hexdigest()
    what = hashed(f"{method}:{given.uri}".encode()).hexdigest()
    parts = (who, given.nonce, given.written_count, given.client_nonce, "auth", what)
    right = hashed(":".join(parts).encode()).hexdigest()
    same = hmac.compare_digest(given.response.lower().encode(), right.encode())
    return same and given.username == username


def is_about(given: Digest, path: str, query: str, below: str = "") -> bool:
    """Tell whether an answer is for this request: its path, seen from here or from ``below`` a front, and its query.

    Some clients leave the query out of what they sign (as RFC 7616, section 3.4.6, knows of old ones).
    """
    try:
        asked = urlsplit(given.uri)
    except ValueError:
        return False
    return unquote(asked.path) in {path, f"{below}{path}"} and asked.query in {query, ""}


class Nonces:
    """Make nonces and know them again by their seal, on any node that has the same key.

    A nonce is the time in milliseconds, 64 random bits and the first 128 bits of an HMAC of both, in hexadecimal. Of
    those that a right answer came with, this process remembers the counts, so that nobody sends an answer twice; it
    remembers no more than ``MOST_NONCES`` and takes no nonce that is older than one that it forgot.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"digest nonces", "sha256")
        self._lock = Lock()
        self._used: OrderedDict[str, set[int]] = OrderedDict()
        self._oldest = 0

    def make(self, now: datetime) -> str:
        """Make a nonce."""
        start = f"{_milliseconds(now):012x}{secrets.token_hex(8)}"
        return start + self._seal(start)

    def use(self, given: Digest, now: datetime) -> bool:
        """Take note of an answer's nonce and count; False where it is too old, not ours, or was used already."""
        nonce = given.nonce
        if not _NONCE.fullmatch(nonce) or not hmac.compare_digest(self._seal(nonce[:28]), nonce[28:]):
            return False
        made, at = int(nonce[:12], 16), _milliseconds(now)
        if not at - LIFETIME / timedelta(milliseconds=1) <= made <= at + 1000:
            return False
        with self._lock:
            self._oldest = min(self._oldest, at)  # a clock that was put back must not refuse what is new
            if made < self._oldest:
                return False
            counts = self._used.setdefault(nonce, set())
            if given.count in counts or len(counts) >= MOST_USES:
                return False
            counts.add(given.count)
            while len(self._used) > MOST_NONCES:
                forgotten, _ = self._used.popitem(last=False)
                self._oldest = max(self._oldest, int(forgotten[:12], 16) + 1)
        return True

    def _seal(self, start: str) -> str:
        return hmac.digest(self._key, start.encode(), "sha256").hex()[:32]


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def challenges(nonce: str, *, stale: bool, basic: bool) -> tuple[tuple[str, str], ...]:
    """Give the headers that ask for a password; ``basic`` where the way there is encrypted."""
    told = ", stale=true" if stale else ""
    asked = [f'Digest realm="{REALM}", qop="auth", algorithm={name}, nonce="{nonce}"{told}' for name in ALGORITHMS]
    plain = [f'Basic realm="{REALM}", charset="UTF-8"'] if basic else []
    return tuple(("WWW-Authenticate", text) for text in (*asked, *plain))
